package tracker_test

import (
	"encoding/pem"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/tracker"
)

func certificate(server *httptest.Server) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
}

func TestTransportTrustsACertificateOfItsOwn(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError) // of the handshake that has to fail
	server.StartTLS()
	defer server.Close()
	for _, c := range []struct {
		name    string
		ca      []byte
		trusted bool
	}{
		{"the system's alone", nil, false},
		{"its own beside the system's", certificate(server), true},
		{"its own among others", append([]byte("# our CA\n"), certificate(server)...), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			transport, err := tracker.Transport(c.ca)
			if err != nil {
				t.Fatal(err)
			}
			client := tracker.NewClient(tracker.ClientConfig{Transport: transport, Pause: time.Microsecond})
			resp, err := client.Get(server.URL)
			if err == nil {
				_ = resp.Body.Close()
			}
			if (err == nil) != c.trusted {
				t.Errorf("err = %v, want trusted %v", err, c.trusted)
			}
			// A handshake that failed has sent nothing, so that a create may be tried again.
			if err != nil && !tracker.NeverSent(err) {
				t.Errorf("%v counts as sent", err)
			}
		})
	}
	if _, err := tracker.Transport([]byte("not a certificate")); err == nil {
		t.Error("what is no certificate was taken")
	}
}

// TestTransportAsksTheProxy runs itself again, for the environment is read once in a process. Names on loopback go past a
// proxy; tracker.example does not.
func TestTransportAsksTheProxy(t *testing.T) {
	if os.Getenv("BUGFERRY_TEST_PROXIED") != "" {
		proxied(t)
		return
	}
	var asked []string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.String())
		_, _ = io.WriteString(w, "by the proxy")
	}))
	defer proxy.Close()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	again := exec.CommandContext(t.Context(), self, "-test.run=^TestTransportAsksTheProxy$", "-test.count=1")
	again.Env = append(os.Environ(), "BUGFERRY_TEST_PROXIED=1", "HTTP_PROXY="+proxy.URL, "http_proxy="+proxy.URL, "NO_PROXY=", "no_proxy=")
	if out, err := again.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if got := strings.Join(asked, " "); got != "http://tracker.example/default http://tracker.example/own" {
		t.Errorf("the proxy was asked for %q", got)
	}
}

func proxied(t *testing.T) {
	t.Helper()
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	for _, c := range []struct {
		path string
		ca   []byte
	}{{"default", nil}, {"own", certificate(server)}} {
		transport, err := tracker.Transport(c.ca)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := tracker.NewClient(tracker.ClientConfig{Transport: transport}).Get("http://tracker.example/" + c.path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if string(body) != "by the proxy" {
			t.Errorf("%s: answered %q", c.path, body)
		}
	}
}
