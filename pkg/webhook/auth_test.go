package webhook_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/webhook"
)

func TestURLSecret(t *testing.T) {
	tests := []struct {
		name, target string
		status       int
	}{
		{"query", path + "?token=" + escapedToken, http.StatusOK},
		{"older one while rotating", path + "?token=older", http.StatusOK},
		{"last segment", path + "/older", http.StatusOK},
		{"last segment, escaped", path + "/t0ken+in%2Fthe%20url", http.StatusOK},
		{"last segment and slash", path + "/older/", http.StatusOK},
		{"trailing slash", path + "/?token=older", http.StatusOK},
		{"encoded slash", path + "%2F?token=older", http.StatusOK},
		{"leading slashes", "//hooks/betterbugs?token=older", http.StatusOK},
		{"doubled slashes", "/hooks//betterbugs//older", http.StatusOK},
		{"missing", path, http.StatusUnauthorized},
		{"missing, with a slash", path + "/", http.StatusUnauthorized},
		{"empty", path + "?token=", http.StatusUnauthorized},
		{"wrong", path + "?token=old", http.StatusUnauthorized},
		{"wrong segment", path + "/wrong", http.StatusUnauthorized},
		{"another path", "/hooks/other?token=older", http.StatusNotFound},
		{"a longer name", path + "x?token=older", http.StatusNotFound},
		{"root", "/", http.StatusNotFound},
	}
	for _, test := range tests {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodOptions} {
			t.Run(test.name+" "+method, func(t *testing.T) {
				b := newBench(t)
				r := httptest.NewRequest(method, "http://hook.example/", nil)
				u, err := r.URL.Parse("http://hook.example" + test.target)
				if err != nil {
					t.Fatal(err)
				}
				r.URL = u
				want := test.status
				if want == http.StatusOK && method == http.MethodOptions {
					want = http.StatusNoContent
				}
				b.want(b.do(r), want, "")
				b.nothingStored()
			})
		}
	}
}

func TestVerifyShapes(t *testing.T) {
	const multi = "multipart/form-data; boundary=x"
	tests := []struct{ name, contentType, body, answer string }{
		{"empty", "application/x-www-form-urlencoded", "", `{"status":"ignored"}`},
		{"empty object", "application/json", "{}", `{"status":"ignored"}`},
		{"empty form", multi, "", `{"status":"ignored"}`},
		{"closing boundary only", multi, "--x--\r\n", `{"status":"ignored"}`},
		{"ping", "application/json", `{"event":"ping"}`, `{"status":"ignored"}`},
		{"challenge", "application/json", `{"challenge":"a<b"}`, `{"status":"ignored","challenge":"a<b"}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t)
			r := post(test.contentType, test.body)
			r.Header.Del("X-Bugferry-Key") // BetterBugs asks for custom headers only after Verify
			w := b.do(r)
			if w.Code != http.StatusOK || w.Body.String() != test.answer {
				t.Errorf("answer %d %s, want 200 %s", w.Code, w.Body, test.answer)
			}
			if !strings.Contains(b.log.String(), "verify") {
				t.Errorf("not logged: %s", &b.log)
			}
			b.nothingStored()
		})
	}
}

func TestPreflight(t *testing.T) {
	b := newBench(t)
	r := httptest.NewRequest(http.MethodOptions, path+"?token=older", nil)
	r.Header.Set("Origin", "https://app.betterbugs.io")
	r.Header.Set("Access-Control-Request-Method", http.MethodPost)
	r.Header.Set("Access-Control-Request-Headers", "content-type,x-bugferry-key")
	h := b.do(r).Header()
	if h.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(h.Get("Access-Control-Allow-Methods"), "POST") ||
		h.Get("Access-Control-Allow-Headers") != "content-type,x-bugferry-key" {
		t.Errorf("headers %v", h)
	}
	if b.do(httptest.NewRequest(http.MethodGet, path+"?token=older", nil)).Header().Get("Access-Control-Allow-Origin") != "*" {
		t.Error("a browser may not read the answer")
	}
	b.want(b.do(httptest.NewRequest(http.MethodDelete, path+"?token=older", nil)), http.StatusMethodNotAllowed, "POST")
}

func TestHeaderSecretAndProject(t *testing.T) {
	second := func(c *webhook.Config) { c.Hooks[0].Headers["X-Second"] = []string{"second"} }
	tests := []struct {
		name   string
		change func(*webhook.Config)
		header map[string][]string
		status int
		answer string
	}{
		{"right", nil, map[string][]string{"X-Bugferry-Key": {key}}, http.StatusOK, "accepted"},
		{"older", nil, map[string][]string{"X-Bugferry-Key": {"older"}}, http.StatusOK, "accepted"},
		{"one of two", nil, map[string][]string{"X-Bugferry-Key": {"x", key}}, http.StatusOK, "accepted"},
		{"missing", nil, nil, http.StatusUnauthorized, "The custom header X-Bugferry-Key is missing or wrong."},
		{"wrong", nil, map[string][]string{"X-Bugferry-Key": {"wrong"}}, http.StatusUnauthorized, "X-Bugferry-Key"},
		{"empty", nil, map[string][]string{"X-Bugferry-Key": {""}}, http.StatusUnauthorized, "X-Bugferry-Key"},
		{"second missing", second, map[string][]string{"X-Bugferry-Key": {key}}, http.StatusUnauthorized, "X-Second"},
		{"both", second, map[string][]string{"X-Bugferry-Key": {key}, "X-Second": {"second"}}, http.StatusOK, "accepted"},
		{"none configured", func(c *webhook.Config) { c.Hooks[0].Headers = nil }, nil, http.StatusOK, "accepted"},
		{"configured empty", func(c *webhook.Config) { c.Hooks[0].Headers = map[string][]string{"X-Bugferry-Key": {""}} }, map[string][]string{"X-Bugferry-Key": {""}}, http.StatusUnauthorized, "X-Bugferry-Key"},
		{"another project", func(c *webhook.Config) { c.Hooks[0].Projects = []string{"other"} }, map[string][]string{"X-Bugferry-Key": {key}}, http.StatusForbidden, "project not allowed"},
		{"all projects", func(c *webhook.Config) { c.Hooks[0].Projects = []string{"*"} }, map[string][]string{"X-Bugferry-Key": {key}}, http.StatusOK, "accepted"},
		{"no project named", func(c *webhook.Config) { c.Hooks[0].Projects = nil }, map[string][]string{"X-Bugferry-Key": {key}}, http.StatusOK, "accepted"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var changes []func(*webhook.Config)
			if test.change != nil {
				changes = append(changes, test.change)
			}
			b := newBench(t, changes...)
			r := post("application/json", sampleJSON(t))
			r.Header.Del("X-Bugferry-Key")
			for name, values := range test.header {
				r.Header[name] = values
			}
			b.want(b.do(r), test.status, test.answer)
			if test.status != http.StatusOK {
				b.nothingStored()
			}
		})
	}
}

func TestHooksBesideEachOther(t *testing.T) {
	b := newBench(t, func(c *webhook.Config) {
		c.Hooks = []webhook.Hook{
			{Path: "/hooks/", Tokens: []string{"outer"}},
			{Path: "/hooks/inner", Tokens: []string{"inner"}},
			{Path: "/open"},
			{Path: "/shut", Tokens: []string{""}},
		}
	})
	for target, status := range map[string]int{
		"/hooks/outer": 200, "/hooks/inner/inner": 200, "/hooks/inner?token=inner": 200, "/hooks/inner?token=outer": 401,
		"/open": 200, "/open/": 200, "/open/x": 404, "/shut?token=": 401, "/shut": 401,
	} {
		if w := b.do(httptest.NewRequest(http.MethodPost, target, nil)); w.Code != status {
			t.Errorf("%s: %d, want %d", target, w.Code, status)
		}
	}
}

// Nothing secret may be found in what is stored, wherever a proxy copies the URL or its own credentials to.
func TestNoSecretIsStored(t *testing.T) {
	secret := map[string]string{
		"Authorization": "Bearer s3cr3t-of-others", "Proxy-Authorization": "Basic s3cr3t-of-others", "Cookie": "session=s3cr3t-of-others", "X-Forwarded-Access-Token": "s3cr3t-of-others",
		"Cf-Access-Jwt-Assertion": "s3cr3t-of-others", "X-Api-Key": "s3cr3t-of-others", "X-Bugferry-Key": key,
		"X-Original-Uri": path + "?token=" + escapedToken, "Referer": "https://hook.example" + path + "/t0ken+in%2Fthe%20url", "X-Note": token,
	}
	b := newBench(t)
	r := post("application/json", sampleJSON(t))
	for name, value := range secret {
		r.Header.Set(name, value)
	}
	b.want(b.do(r), http.StatusOK, "accepted")
	event := b.stored()
	stored, err := bridge.JSON(event)
	if err != nil {
		t.Fatal(err)
	}
	for _, hidden := range []string{token, escapedToken, "t0ken", key, "s3cr3t"} {
		if strings.Contains(string(stored), hidden) {
			t.Errorf("%q is stored: %v", hidden, event.Header)
		}
	}
	if event.Header.Get("Content-Type") != "application/json" || event.Header.Get("Authorization") != "[redacted]" {
		t.Errorf("header %v", event.Header)
	}
	if r.Header.Get("Authorization") != "Bearer s3cr3t-of-others" {
		t.Error("the request itself was changed")
	}
}

func TestUnknownPathSaysWhereToLook(t *testing.T) {
	b := newBench(t)
	w := b.do(httptest.NewRequest(http.MethodPost, "/hook/betterbugs", nil))
	b.want(w, http.StatusNotFound, `"hint":"No webhook is configured at this path`)
	if w.Header().Get("Content-Type") != "application/json" || w.Header().Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("headers %v", w.Header())
	}
}
