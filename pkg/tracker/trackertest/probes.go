package trackertest

import (
	"errors"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// Probes checks what a breaker learns from a probe: whether the tracker answers, and whether it takes the credentials.
// path is what is asked for, with a GET and nothing else. Statuses in fine are no failure, beside 200.
func Probes(t *testing.T, open Open, path string, fine ...int) {
	type row struct {
		name   string
		status int
		want   outcome
		down   bool
	}
	rows := []row{
		{"401", 401, outcome{Nothing: true, Refused: true, Hint: true}, true},
		{"500", 500, outcome{Nothing: true}, true},
		{"503", 503, outcome{Nothing: true}, true},
		{"429", 429, outcome{Kind: bridge.Later, Nothing: true, Account: true, Wait: time.Minute}, false},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			base, seen := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(row.status) })
			err := open(t, base, 0).Tracker.Probe(t.Context())
			judge(t, "probe", err, row.status, row.want)
			if down(err) != row.down {
				t.Errorf("down %v, want %v", !row.down, row.down)
			}
			if n := seen.count(http.MethodGet); n == 0 || n != seen.all() {
				t.Errorf("%d of %d requests were GETs", n, seen.all())
			}
		})
	}
	for _, status := range append(fine, http.StatusOK) {
		t.Run(http.StatusText(status), func(t *testing.T) {
			var asked []string
			base, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				asked = append(asked, r.Method+" "+r.URL.Path)
				w.WriteHeader(status)
				_, _ = io.WriteString(w, "{}")
			})
			if err := open(t, base, 0).Tracker.Probe(t.Context()); err != nil {
				t.Errorf("probe: %v", err)
			}
			if diff := cmp.Diff([]string{"GET " + path}, asked); diff != "" {
				t.Errorf("asked (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("nobody listens", func(t *testing.T) {
		err := open(t, "http://"+closedPort(t), 0).Tracker.Probe(t.Context())
		judge(t, "probe", err, 0, outcome{Nothing: true, Hint: true})
		if !down(err) {
			t.Error("a tracker that is not to be reached is not down")
		}
	})
}

// down says what the breaker reads in an error.
func down(err error) bool {
	e, ok := errors.AsType[*bridge.Error](err)
	return ok && e.Down()
}
