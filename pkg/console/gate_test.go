package console_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/crypto/bcrypt"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/console"
)

// record is a Journal in memory.
type record struct {
	deeds []bridge.Deed
	err   error
	asked bridge.Search
}

func (j *record) Note(_ context.Context, d bridge.Deed) error {
	j.deeds = append(j.deeds, d)
	return j.err
}

func (j *record) Deeds(_ context.Context, f bridge.Search) ([]bridge.Deed, error) {
	j.asked = f
	return j.deeds[:min(len(j.deeds), f.Limit)], j.err
}

// entry is a gate with what it writes, and a clock to be set.
type entry struct {
	*console.Gate
	journal record
	log     bytes.Buffer
	now     time.Time
}

func newEntry(access console.Access) *entry {
	e := &entry{now: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)}
	e.Gate = console.NewGate(console.GateConfig{
		Journal: &e.journal, Logger: slog.New(slog.NewTextHandler(&e.log, nil)), Now: func() time.Time { return e.now },
	}, access)
	return e
}

// whoami tells who was let in.
var whoami = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	who := console.OperatorOf(r.Context())
	_, _ = fmt.Fprintf(w, "%s from %s", who.Name, who.From)
})

// ask sends a request from an address; change may change it.
func (e *entry) ask(from, path string, change func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.RemoteAddr, r.Host = from+":4711", "console.acme.example"
	if strings.Contains(from, ":") {
		r.RemoteAddr = "[" + from + "]:4711"
	}
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	e.Handler(whoami).ServeHTTP(w, r)
	return w
}

func as(name, password string) func(*http.Request) {
	return func(r *http.Request) { r.SetBasicAuth(name, password) }
}

func forwarded(values ...string) func(*http.Request) {
	return func(r *http.Request) { r.Header["X-Forwarded-User"] = values }
}

// hashed is a hash of the least cost, so that tests do not wait.
func hashed(t *testing.T, password string) string {
	t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	return string(hash)
}

// byPassword lets in ana and ben.
func byPassword(t *testing.T) console.Access {
	t.Helper()
	return console.Access{Passwords: map[string]string{"ana": hashed(t, "correct horse"), "ben": hashed(t, "battery staple")}, Open: []string{"/healthz", "/readyz"}}
}

var proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.1/32")}

func TestWhoIsLetIn(t *testing.T) {
	users := byPassword(t)
	proxied := console.Access{ProxyHeader: "X-Forwarded-User", Proxies: proxies}
	both := users
	both.ProxyHeader, both.Proxies = proxied.ProxyHeader, proxies
	local := func(host string) func(*http.Request) { return func(r *http.Request) { r.Host = host } }
	for _, test := range []struct {
		name   string
		access console.Access
		from   string
		path   string
		change func(*http.Request)
		status int
		body   string // begins with it, or a page has it
	}{
		{"a good password", users, "192.0.2.7", "/", as("ana", "correct horse"), 200, "ana from 192.0.2.7"},
		{"nobody", users, "192.0.2.7", "/", nil, 401, "Please sign in"},
		{"a wrong password", users, "192.0.2.7", "/", as("ana", "battery staple"), 401, "Name or password is wrong"},
		{"no password", users, "192.0.2.7", "/", as("ana", ""), 401, "Name or password is wrong"},
		{"a hash for a password", users, "192.0.2.7", "/", as("ana", users.Passwords["ana"]), 401, "Name or password is wrong"},
		{"a name that nobody has", users, "192.0.2.7", "/", as("eve", "correct horse"), 401, "Name or password is wrong"},
		{"a name in another case", users, "192.0.2.7", "/", as("Ana", "correct horse"), 401, "Name or password is wrong"},
		{"another scheme", users, "192.0.2.7", "/", func(r *http.Request) { r.Header.Set("Authorization", "Bearer x") }, 401, "Please sign in"},
		{"loopback is asked as well", users, "127.0.0.1", "/", local("localhost"), 401, "Please sign in"},
		{"a header that nobody configured is nothing", users, "192.0.2.7", "/", forwarded("eve"), 401, "Please sign in"},
		{"the API in its own words", users, "192.0.2.7", "/api/v1/counts", nil, 401, `{"error":"Please sign in","hint":"`},

		{"what is open", users, "192.0.2.7", "/readyz", nil, 200, " from "},
		{"not with its details", users, "192.0.2.7", "/readyz?verbose", nil, 401, "Please sign in"},
		{"not to be written", users, "192.0.2.7", "/readyz", func(r *http.Request) { r.Method = "POST" }, 401, "Please sign in"},
		{"not what lies below", users, "192.0.2.7", "/readyz/../", nil, 401, "Please sign in"},
		{"what is not open", users, "192.0.2.7", "/metrics", nil, 401, "Please sign in"},
		{"the style of the page that asks", users, "192.0.2.7", "/style.css", nil, 200, " from "},
		{"which is not to be written", users, "192.0.2.7", "/style.css", func(r *http.Request) { r.Method = "POST" }, 401, "Please sign in"},

		{"a proxy's word", proxied, "10.0.0.1", "/", forwarded("quinn@acme.example"), 200, "quinn@acme.example from 10.0.0.1"},
		{"with whence", proxied, "10.0.0.1", "/", func(r *http.Request) { forwarded("q")(r); r.Header.Set("X-Forwarded-For", "192.0.2.7") }, 200, "q from 192.0.2.7"},
		{"somebody else's", proxied, "192.0.2.7", "/", forwarded("quinn"), 403, "Not believed"},
		{"somebody else's, as if forwarded", proxied, "192.0.2.7", "/", func(r *http.Request) { forwarded("q")(r); r.Header.Set("X-Forwarded-For", "10.0.0.1") }, 403, "Not believed"},
		{"a proxy without a word", proxied, "10.0.0.1", "/", nil, 403, "sign in through the proxy"},
		{"past the proxy", proxied, "192.0.2.7", "/", as("ana", "correct horse"), 403, "sign in through the proxy"},
		{"two words", proxied, "10.0.0.1", "/", forwarded("quinn", "root"), 403, "one name"},
		{"an empty word", proxied, "10.0.0.1", "/", forwarded(""), 403, "one name"},
		{"what cannot be seen", proxied, "10.0.0.1", "/", forwarded("a\u200bb"), 403, "one name"},
		{"no UTF-8", proxied, "10.0.0.1", "/", forwarded("a\xff"), 403, "one name"},
		{"a long word", proxied, "10.0.0.1", "/", forwarded(strings.Repeat("a", 201)), 403, "one name"},

		{"both: the proxy's word", both, "10.0.0.1", "/", func(r *http.Request) { forwarded("quinn")(r); as("x", "y")(r) }, 200, "quinn from 10.0.0.1"},
		{"both: a password through the proxy", both, "10.0.0.1", "/", as("ana", "correct horse"), 200, "ana from 10.0.0.1"},
		{"both: a password past it", both, "192.0.2.7", "/", as("ana", "correct horse"), 200, "ana from 192.0.2.7"},
		{"both: a forged word, with a password", both, "192.0.2.7", "/", func(r *http.Request) { forwarded("root")(r); as("ana", "correct horse")(r) }, 403, "Not believed"},

		{"this machine", console.Access{}, "127.0.0.1", "/", local("localhost:8081"), 200, " from 127.0.0.1"},
		{"by its address", console.Access{}, "127.0.0.1", "/", local("127.0.0.1:8081"), 200, " from 127.0.0.1"},
		{"by its other address", console.Access{}, "::1", "/", local("[::1]:8081"), 200, " from ::1"},
		{"by a name of somebody's", console.Access{}, "127.0.0.1", "/", local("evil.example:8081"), 403, "Not by this name"},
		{"by a name like its own", console.Access{}, "127.0.0.1", "/", local("127.0.0.1.evil.example"), 403, "Not by this name"},
		{"by no name", console.Access{}, "127.0.0.1", "/", local(""), 403, "Not by this name"},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := newEntry(test.access)
			w := e.ask(test.from, test.path, test.change)
			if w.Code != test.status || !strings.Contains(w.Body.String(), test.body) {
				t.Errorf("%d %s", w.Code, w.Body)
			}
			if asks := w.Header().Get("WWW-Authenticate") == `Basic realm="Bugferry", charset="UTF-8"`; asks != (test.status == 401) {
				t.Errorf("asks for a password: %v", asks)
			}
			if kind := w.Header().Get("Content-Type"); w.Code != 200 && kind != "application/json" && (kind != "text/html; charset=utf-8" || !strings.Contains(w.Body.String(), "<main")) {
				t.Errorf("no page: %s %s", kind, w.Body)
			}
			if policy := w.Header().Get("Content-Security-Policy"); !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "unsafe") {
				t.Errorf("policy %q", policy)
			}
			if w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("X-Content-Type-Options") != "nosniff" {
				t.Error(w.Header())
			}
		})
	}
}

func TestGuessingIsThrottled(t *testing.T) {
	e := newEntry(byPassword(t))
	guess := func(from, name, password string) int { return e.ask(from, "/", as(name, password)).Code }
	for i := range 10 {
		if got := guess("192.0.2.7", fmt.Sprint("user", i), "wrong"); got != 401 {
			t.Fatalf("guess %d: %d", i, got)
		}
	}
	w := e.ask("192.0.2.7", "/", as("ana", "correct horse"))
	if w.Code != 429 || w.Header().Get("Retry-After") != "30" || !strings.Contains(w.Body.String(), "Wait 30 seconds") {
		t.Errorf("the right password after too many wrong ones: %d %v %s", w.Code, w.Header(), w.Body)
	}
	if w.Header().Get("WWW-Authenticate") != "" || !strings.Contains(w.Header().Get("Content-Security-Policy"), "frame-ancestors 'none'") {
		t.Errorf("%v", w.Header())
	}
	if got := guess("192.0.2.8", "ana", "correct horse"); got != 200 {
		t.Errorf("the neighbour: %d", got)
	}
	e.now = e.now.Add(29 * time.Second)
	if w := e.ask("192.0.2.7", "/", as("ana", "correct horse")); w.Code != 429 || w.Header().Get("Retry-After") != "1" {
		t.Errorf("%d after 29 s, %v", w.Code, w.Header())
	}
	e.now = e.now.Add(time.Second)
	if first, second := guess("192.0.2.7", "ana", "wrong"), guess("192.0.2.7", "ana", "wrong"); first != 401 || second != 429 {
		t.Errorf("after 30 s: %d, then %d", first, second)
	}
	e.now = e.now.Add(5 * time.Minute)
	for i := range 10 {
		if got := guess("192.0.2.7", "ana", "wrong"); got != 401 {
			t.Errorf("all was forgiven, and guess %d: %d", i, got)
		}
	}
}

// TestManyAddressesShareAName: whoever guesses from everywhere is throttled too, and does not keep out who has signed in.
func TestManyAddressesShareAName(t *testing.T) {
	e := newEntry(byPassword(t))
	good := as("ana", "correct horse")
	storm := func() {
		for i := range 20 {
			if got := e.ask(fmt.Sprintf("198.51.100.%d", i), "/", as("ana", "wrong")).Code; got != 401 {
				t.Fatalf("guess %d: %d", i, got)
			}
		}
	}
	if got := e.ask("192.0.2.7", "/", good).Code; got != 200 {
		t.Fatal(got)
	}
	storm()
	if got := e.ask("198.51.100.99", "/", good).Code; got != 429 {
		t.Errorf("guess 21, from a new address: %d", got)
	}
	if got := e.ask("192.0.2.7", "/", good).Code; got != 200 {
		t.Errorf("who has signed in is kept out: %d", got)
	}
	if got := e.ask("192.0.2.8", "/", as("ben", "battery staple")).Code; got != 200 {
		t.Errorf("another name: %d", got)
	}
	e.now = e.now.Add(10 * time.Minute) // all is forgiven, and what was believed is not any more
	storm()
	if got := e.ask("192.0.2.7", "/", good).Code; got != 429 {
		t.Errorf("a sign-in is believed for ever: %d", got)
	}
}

// TestIPv6SendersAreNetworks: one sender has 2^64 addresses.
func TestIPv6SendersAreNetworks(t *testing.T) {
	e := newEntry(byPassword(t))
	for i := range 10 {
		e.ask(fmt.Sprintf("2001:db8::%x", i+1), "/", as("ana", "wrong"))
	}
	if got := e.ask("2001:db8::ffff", "/", as("ben", "battery staple")).Code; got != 429 {
		t.Error(got)
	}
}

// TestNewRulesHoldAtOnce: a password that was taken away lets nobody in who had signed in with it.
func TestNewRulesHoldAtOnce(t *testing.T) {
	e := newEntry(byPassword(t))
	good := as("ana", "correct horse")
	if got := e.ask("192.0.2.7", "/", good).Code; got != 200 {
		t.Fatal(got)
	}
	e.Set(console.Access{Passwords: map[string]string{"ana": hashed(t, "new password")}})
	if old, fresh := e.ask("192.0.2.7", "/", good).Code, e.ask("192.0.2.7", "/", as("ana", "new password")).Code; old != 401 || fresh != 200 {
		t.Errorf("old %d, new %d", old, fresh)
	}
	if got := e.ask("192.0.2.7", "/healthz", nil).Code; got != 401 {
		t.Errorf("what is not open any more: %d", got)
	}
}

// TestRefusalsAreOnRecord, once for each address and minute, and no password is, nor a name that may be one.
func TestRefusalsAreOnRecord(t *testing.T) {
	e := newEntry(byPassword(t))
	e.journal.err = errors.New("disk full")
	e.ask("192.0.2.7", "/", as("ana", "hunter2"))
	e.ask("192.0.2.7", "/", as("hunter2", ""))
	e.ask("192.0.2.8", "/", as("hunter2", "hunter2"))
	e.ask("192.0.2.9", "/", nil) // a browser begins so: that is no refusal
	first := e.now
	e.now = e.now.Add(time.Minute)
	e.ask("192.0.2.7", "/", as("ben", "hunter2"))
	want := []bridge.Deed{
		{At: first, From: "192.0.2.7", What: "sign in refused", Detail: "wrong password for ana"},
		{At: first, From: "192.0.2.8", What: "sign in refused", Detail: "unknown user"},
		{At: e.now, From: "192.0.2.7", What: "sign in refused", Detail: "wrong password for ben"},
	}
	if diff := cmp.Diff(want, e.journal.deeds); diff != "" {
		t.Error(diff)
	}
	if got := strings.Count(e.log.String(), `msg="sign in refused"`); got != 4 || strings.Contains(e.log.String(), "hunter2") || !strings.Contains(e.log.String(), "disk full") {
		t.Errorf("%d in %s", got, &e.log)
	}
}

func TestRefusalsOnRecordAreBounded(t *testing.T) {
	e := newEntry(console.Access{ProxyHeader: "X-Forwarded-User", Proxies: proxies})
	for i := range 200 {
		if got := e.ask(fmt.Sprintf("198.51.100.%d", i), "/", forwarded("root")).Code; got != 403 {
			t.Fatal(got)
		}
	}
	if got, lines := len(e.journal.deeds), strings.Count(e.log.String(), "\n"); got != 60 || lines != 60 {
		t.Errorf("%d noted, %d logged", got, lines)
	}
	if d := e.journal.deeds[0]; d.Detail != "X-Forwarded-User from 198.51.100.0, which is no trusted proxy" {
		t.Error(d.Detail)
	}
}

// TestAnotherSiteCannotAct although the browser sends the password along, and changes nothing.
func TestAnotherSiteCannotActWithAPassword(t *testing.T) {
	e := newEntry(byPassword(t))
	hands := &hands{}
	h := e.Handler(console.New(console.Config{Hands: hands, Archive: hands, Journal: &e.journal}))
	post := func(change func(*http.Request)) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, "https://console.acme.example/api/v1/deliveries/dl_1/park", strings.NewReader(`{"reason":"why"}`))
		r.RemoteAddr = "192.0.2.7:4711"
		r.SetBasicAuth("ana", "correct horse")
		r.Header.Set("Content-Type", "application/json")
		change(r)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	for name, value := range map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"} {
		w := post(func(r *http.Request) { r.Header.Set(name, value) })
		if w.Code != 403 || !strings.Contains(w.Body.String(), "Sent by another site") || !strings.Contains(w.Header().Get("Content-Security-Policy"), "frame-ancestors 'none'") {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	if len(hands.parked)+len(e.journal.deeds) > 0 {
		t.Fatalf("done: %v, noted: %v", hands.parked, e.journal.deeds)
	}
	if w := post(func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-origin") }); w.Code != 200 || len(hands.parked) != 1 {
		t.Fatalf("our own page: %d %s", w.Code, w.Body)
	}
	e.journal.deeds[0].At = time.Time{}
	if diff := cmp.Diff([]bridge.Deed{{Who: "ana", From: "192.0.2.7", What: "park", On: "dl_1", Detail: "why"}}, e.journal.deeds); diff != "" {
		t.Error(diff)
	}
	if w := post(func(r *http.Request) { r.Header.Del("Authorization"); r.Header.Set("Sec-Fetch-Site", "same-origin") }); w.Code != 401 {
		t.Errorf("without a password: %d", w.Code)
	}
}

// hands park.
type hands struct {
	console.Hands
	console.Archive
	parked []string
}

func (h *hands) Park(_ context.Context, id, reason string, _ time.Time) error {
	h.parked = append(h.parked, id+" "+reason)
	return nil
}

func (h *hands) Delivery(_ context.Context, id string) (bridge.Delivery, []bridge.Attempt, error) {
	if id == "dl_gone" {
		return bridge.Delivery{}, nil, bridge.ErrNotFound
	}
	return bridge.Delivery{ID: id, EventID: "ev_of_" + id}, nil, nil
}
