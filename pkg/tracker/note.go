package tracker

import (
	"net/http"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// noteTransport notes each exchange for the attempt it belongs to. It is the innermost layer, so that retries and
// followed redirects are seen one by one.
type noteTransport struct{ next http.RoundTripper }

func (t *noteTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	began := time.Now()
	resp, err := t.next.RoundTrip(req)
	call := bridge.Call{Method: req.Method, URL: plainURL(req.URL), Took: time.Since(began)}
	if err != nil {
		call.Error = cause(err).Error()
	} else {
		call.Status = resp.StatusCode
	}
	bridge.NoteCall(req.Context(), call)
	return resp, err
}
