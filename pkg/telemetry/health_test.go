package telemetry_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/bugferry/bugferry/pkg/telemetry"
)

func TestHealth(t *testing.T) {
	ok := func(context.Context) error { return nil }
	broken := func(context.Context) error { return errors.New("secret cause") }
	notes := map[string]telemetry.Note{"configuration": func() string { return "refused" }}
	for _, test := range []struct {
		name, path string
		probe      telemetry.Probe
		status     int
		says       string
	}{
		{"alive even if a part is broken", "/healthz", broken, 200, `"ok"`},
		{"ready", "/readyz", ok, 200, `"ok"`},
		{"not ready", "/readyz", broken, 503, `"status":"failing"`},
		{"verbose names the part", "/readyz?verbose", broken, 503, `"store":"failing"`},
		{"verbose has the notes", "/readyz?verbose", ok, 200, `"configuration":"refused"`},
		{"nothing else", "/", ok, 404, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			h := telemetry.Health(map[string]telemetry.Probe{"store": test.probe}, notes, slog.New(slog.DiscardHandler))
			h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, test.path, nil))
			if w.Code != test.status || !strings.Contains(w.Body.String(), test.says) {
				t.Errorf("%d %s", w.Code, w.Body)
			}
			if strings.Contains(w.Body.String(), "secret") {
				t.Error("the cause went to the client")
			}
		})
	}
}
