package telemetry

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"time"
)

// Probe says what keeps a part from working, nil if nothing does.
type Probe func(context.Context) error

// Note says in one line how a part is that does not keep Bugferry from taking reports, such as "ok".
type Note func() string

// probeTime is the longest time all probes of one request may take together.
const probeTime = 5 * time.Second

// Health answers GET /healthz with 200 as long as the process lives, and GET /readyz with 200 if every probe is well,
// else 503; with ?verbose it names each part and adds the notes. Causes go to the log, not to the client.
func Health(probes map[string]Probe, notes map[string]Note, log *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), probeTime)
		defer cancel()
		verbose := r.URL.Query().Has("verbose")
		status, parts := http.StatusOK, map[string]string{"status": "ok"}
		for name, probe := range probes {
			word := "ok"
			if err := probe(ctx); err != nil {
				log.Error("not ready", "part", name, "err", err)
				status, word, parts["status"] = http.StatusServiceUnavailable, "failing", "failing"
			}
			if verbose {
				parts[name] = word
			}
		}
		for name, note := range notes {
			if verbose {
				parts[name] = note()
			}
		}
		answer(w, status, parts)
	})
	return mux
}

func answer(w http.ResponseWriter, status int, v map[string]string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client went away: there is nobody to tell
}
