package webhook

import (
	"net/http"
	"strconv"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// accepted is the answer to a stored event.
type accepted struct {
	Event        string            `json:"event"`
	Status       bridge.EventState `json:"status"`
	Destinations []string          `json:"destinations"`
}

// ignored is the answer to a verify request.
type ignored struct {
	Status    bridge.EventState `json:"status"`
	Challenge string            `json:"challenge,omitempty"`
}

// refusal is every other answer: fixed words, nothing of the request or of a secret.
type refusal struct {
	Error string `json:"error"`
	Hint  string `json:"hint"`
}

func answer(w http.ResponseWriter, status int, body any) {
	data, err := bridge.JSON(body)
	if err != nil { // the types above hold nothing that JSON cannot say
		status, data = http.StatusInternalServerError, []byte(`{"error":"internal error","hint":""}`)
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(data)))
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(data) // a sender that is gone cannot be told so
}

// allowBrowsers lets a browser's script send the verify request and read the answer. There are no cookies to abuse.
func allowBrowsers(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	if r.Method != http.MethodOptions {
		return
	}
	h.Set("Allow", allowed)
	h.Set("Access-Control-Allow-Methods", allowed)
	h.Set("Access-Control-Max-Age", "600")
	h.Set("Access-Control-Allow-Headers", "*")
	if asked := r.Header.Get("Access-Control-Request-Headers"); asked != "" {
		h.Set("Access-Control-Allow-Headers", asked)
		h.Set("Vary", "Access-Control-Request-Headers")
	}
}

const allowed = "GET, HEAD, OPTIONS, POST"
