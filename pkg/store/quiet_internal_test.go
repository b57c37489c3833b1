package store

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

func TestQuietLetsTroubleThrough(t *testing.T) {
	var out bytes.Buffer
	log := quiet(slog.New(slog.NewTextHandler(&out, nil)))
	log.Info("working")
	log.Error(resigning, "err", "timed out")
	log.With("client", "1").Error(resigning, "err", "timed out")
	log.Warn("jobs are stuck")
	if got := out.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "jobs are stuck") {
		t.Errorf("%s", got)
	}
}
