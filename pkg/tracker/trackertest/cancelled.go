package trackertest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// Draft is an issue of which nothing matters but that it is filed.
var Draft = bridge.Draft{Marker: Marker, Fields: map[string]string{bridge.FieldTitle: "T"}}

// Cancelled has a create end with its context, before it is sent and while the tracker is at it.
func Cancelled(t *testing.T, open Open) {
	for _, when := range []string{"before", "while"} {
		ctx, cancel := context.WithCancel(t.Context())
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			cancel()
			<-r.Context().Done()
			w.WriteHeader(http.StatusCreated)
		}))
		t.Cleanup(server.Close)
		s := open(t, server.URL, 0)
		if when == "before" {
			cancel()
		}
		_, err := s.Tracker.Create(ctx, s.Place, Draft)
		if !errors.Is(err, context.Canceled) || bridge.KindOf(err) != bridge.Retry {
			t.Errorf("cancelled %s the call: %#v", when, err)
		}
		if when == "while" && bridge.CertainlyNothing(err) {
			t.Error("the tracker had the request: nobody knows whether it was done")
		}
		cancel()
	}
}
