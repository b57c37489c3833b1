package main

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httputil"
	"slices"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// writeRequest writes the request of an event as HTTP/1.1. Method, target, header values, framing and body are those that
// came, secrets redacted; the order and the case of the header's names are not known any more.
func writeRequest(w io.Writer, e bridge.Event) error {
	header := e.Header.Clone()
	if header == nil {
		header = http.Header{}
	}
	chunked := slices.Contains(header["Transfer-Encoding"], "chunked")
	if header.Del("Content-Length"); !chunked && (len(e.Body) > 0 || e.Method == http.MethodPost) {
		header.Set("Content-Length", fmt.Sprint(len(e.Body)))
	}
	var b bytes.Buffer
	target := e.Target
	if target == "" { // stored by an older version
		target = e.Webhook
	}
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\n", e.Method, strings.ReplaceAll(target, " ", "%20"), header.Get("Host"))
	header.Del("Host")
	for _, name := range slices.Sorted(maps.Keys(header)) {
		for _, value := range header[name] {
			fmt.Fprintf(&b, "%s: %s\r\n", name, value)
		}
	}
	b.WriteString("\r\n")
	body := io.Writer(&b)
	if chunked {
		body = httputil.NewChunkedWriter(&b)
	}
	_, _ = body.Write(e.Body) // into memory
	if closer, ok := body.(io.Closer); ok {
		_ = closer.Close() // the last chunk
		b.WriteString("\r\n")
	}
	_, err := w.Write(b.Bytes())
	return err
}
