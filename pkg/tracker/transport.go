package tracker

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
)

// Transport returns what finally sends a tracker's requests: through the proxy that the environment names (HTTPS_PROXY,
// NO_PROXY), and trusting the certificates of ca, in PEM, beside the system's. Without a ca it is http.DefaultTransport.
func Transport(ca []byte) (http.RoundTripper, error) {
	if len(ca) == 0 {
		return http.DefaultTransport, nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		return nil, fmt.Errorf("read the system's certificates: %w", err)
	}
	if !pool.AppendCertsFromPEM(ca) {
		return nil, errors.New("no certificate in PEM form")
	}
	usual, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return nil, errors.New("http.DefaultTransport was replaced by something that takes no certificates")
	}
	own := usual.Clone() // with its Proxy, which is http.ProxyFromEnvironment
	own.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	return own, nil
}
