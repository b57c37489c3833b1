package trackertest

import (
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// outcome is what an error says, without its words.
type outcome struct {
	Kind    bridge.Kind
	Nothing bool
	Gone    bool
	Refused bool
	Account bool
	Hint    bool
	Wait    time.Duration // from now to Until, to the next ten seconds
}

// answers is the table of status codes for both trackers: what they mean for a create and for a known issue.
var answers = []struct {
	name   string
	status int
	header map[string]string
	create outcome
	read   outcome
}{
	{"301 elsewhere", 301, map[string]string{"Location": "https://elsewhere.example/"},
		outcome{Nothing: true, Hint: true}, outcome{Nothing: true, Hint: true}},
	{"303 is done or not", 303, map[string]string{"Location": "https://elsewhere.example/"},
		outcome{Hint: true}, outcome{Nothing: true, Hint: true}},
	{"400", 400, nil, outcome{Kind: bridge.Permanent, Nothing: true}, outcome{Kind: bridge.Permanent, Nothing: true}},
	{"401", 401, nil, outcome{Nothing: true, Refused: true, Hint: true}, outcome{Nothing: true, Refused: true, Hint: true}},
	{"403", 403, nil, outcome{Nothing: true, Refused: true, Hint: true}, outcome{Nothing: true, Refused: true, Hint: true}},
	{"403 with a limit's header", 403, map[string]string{"Retry-After": "30"},
		outcome{Kind: bridge.Later, Nothing: true, Account: true, Wait: 30 * time.Second}, outcome{Kind: bridge.Later, Nothing: true, Account: true, Wait: 30 * time.Second}},
	{"403 with retry-after 0 is no limit", 403, map[string]string{"Retry-After": "0"},
		outcome{Nothing: true, Refused: true, Hint: true}, outcome{Nothing: true, Refused: true, Hint: true}},
	{"403 with tokens left in Jira Data Center's bucket", 403, map[string]string{"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "99",
		"X-RateLimit-Interval-Seconds": "1", "X-RateLimit-FillRate": "10", "Retry-After": "0"},
		outcome{Nothing: true, Refused: true, Hint: true}, outcome{Nothing: true, Refused: true, Hint: true}},
	{"404", 404, nil, outcome{Kind: bridge.Permanent, Nothing: true, Hint: true}, outcome{Kind: bridge.Permanent, Nothing: true, Gone: true, Hint: true}},
	{"408", 408, nil, outcome{}, outcome{Nothing: true}},
	{"409", 409, nil, outcome{}, outcome{Nothing: true}},
	{"410", 410, nil, outcome{Kind: bridge.Permanent, Nothing: true, Hint: true}, outcome{Kind: bridge.Permanent, Nothing: true, Gone: true, Hint: true}},
	{"413", 413, nil, outcome{Kind: bridge.Permanent, Nothing: true}, outcome{Kind: bridge.Permanent, Nothing: true}},
	{"422", 422, nil, outcome{Kind: bridge.Permanent, Nothing: true}, outcome{Kind: bridge.Permanent, Nothing: true}},
	{"429 with seconds", 429, map[string]string{"Retry-After": "120"},
		outcome{Kind: bridge.Later, Nothing: true, Account: true, Wait: 2 * time.Minute}, outcome{Kind: bridge.Later, Nothing: true, Account: true, Wait: 2 * time.Minute}},
	{"429 without a word", 429, nil,
		outcome{Kind: bridge.Later, Nothing: true, Account: true, Wait: time.Minute}, outcome{Kind: bridge.Later, Nothing: true, Account: true, Wait: time.Minute}},
	{"429 of Jira's burst limit", 429, map[string]string{"Retry-After": "10", "RateLimit-Reason": "jira-burst-based"},
		outcome{Kind: bridge.Later, Nothing: true, Account: true, Wait: 10 * time.Second}, outcome{Kind: bridge.Later, Nothing: true, Account: true, Wait: 10 * time.Second}},
	{"429 of one Jira issue alone", 429, map[string]string{"Retry-After": "10", "RateLimit-Reason": "jira-per-issue-on-write"},
		outcome{Kind: bridge.Later, Nothing: true, Wait: 10 * time.Second}, outcome{Kind: bridge.Later, Nothing: true, Wait: 10 * time.Second}},
	{"429 with Jira Data Center's bucket empty", 429, map[string]string{"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "0",
		"X-RateLimit-Interval-Seconds": "60", "X-RateLimit-FillRate": "10", "Retry-After": "20"},
		outcome{Kind: bridge.Later, Nothing: true, Account: true, Wait: 20 * time.Second}, outcome{Kind: bridge.Later, Nothing: true, Account: true, Wait: 20 * time.Second}},
	{"500", 500, nil, outcome{}, outcome{Nothing: true}},
	{"501", 501, nil, outcome{}, outcome{Nothing: true}},
	{"502", 502, nil, outcome{}, outcome{Nothing: true}},
	{"503 with Retry-After", 503, map[string]string{"Retry-After": "3600"}, outcome{}, outcome{Nothing: true}},
	{"504", 504, nil, outcome{}, outcome{Nothing: true}},
}

// Statuses runs the table against an adapter. placePath is how the path ends by which it asks whether the place itself
// is there; that is always answered with yes, so that a 404 on an issue speaks of the issue.
func Statuses(t *testing.T, open Open, placePath string) {
	for _, row := range answers {
		t.Run(row.name, func(t *testing.T) {
			base, seen := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, placePath) {
					_, _ = io.WriteString(w, "{}")
					return
				}
				for name, value := range row.header {
					w.Header().Set(name, value)
				}
				w.WriteHeader(row.status)
				_, _ = io.WriteString(w, "<html>"+strings.Repeat("nothing an API would say ", 1000)+"</html>")
			})
			s := open(t, base, 0)
			_, err := s.Tracker.Create(t.Context(), s.Place, draft())
			judge(t, "create", err, row.status, row.create)
			if n := seen.count(http.MethodPost); n != 1 {
				t.Errorf("create sent %d POSTs, want 1", n)
			}
			_, err = s.Tracker.Read(t.Context(), s.Place, s.Ref)
			judge(t, "read", err, row.status, row.read)
		})
	}
}

func judge(t *testing.T, what string, err error, status int, want outcome) {
	t.Helper()
	e, ok := errors.AsType[*bridge.Error](err)
	if !ok {
		t.Fatalf("%s: %v is not a bridge.Error", what, err)
	}
	got := outcome{Kind: e.Kind, Nothing: e.Nothing, Gone: e.Gone, Refused: e.Refused, Account: e.Account, Hint: e.Hint != ""}
	if !e.Until.IsZero() {
		got.Wait = time.Until(e.Until).Round(10 * time.Second)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
	if e.Status != status {
		t.Errorf("%s: status %d, want %d", what, e.Status, status)
	}
	if len(e.Error()) > 600 {
		t.Errorf("%s: an error of %d bytes: %.100s…", what, len(e.Error()), e.Error())
	}
}

func draft() bridge.Draft {
	return bridge.Draft{Marker: Marker, Fields: map[string]string{bridge.FieldTitle: "Cart is empty"}, Labels: []string{"bug"}}
}

// OneRequest checks that a create is sent once, whatever becomes of it, and that what was certainly never sent is told
// from what nobody knows.
func OneRequest(t *testing.T, open Open) {
	cut := func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		panic(http.ErrAbortHandler)
	}
	t.Run("no POST is repeated when the connection is cut, and an answer that is nil does not panic", func(t *testing.T) {
		base, seen := serve(t, cut)
		s := open(t, base, 0)
		_, err := s.Tracker.Create(t.Context(), s.Place, draft())
		judge(t, "create", err, 0, outcome{})
		if n := seen.count(http.MethodPost); n != 1 {
			t.Errorf("%d POSTs, want 1", n)
		}
	})
	t.Run("a read is tried again", func(t *testing.T) {
		base, seen := serve(t, cut)
		s := open(t, base, 0)
		_, err := s.Tracker.Read(t.Context(), s.Place, s.Ref)
		judge(t, "read", err, 0, outcome{Nothing: true})
		if n := seen.count(http.MethodGet); n < 2 {
			t.Errorf("%d GETs, want several", n)
		}
	})
	t.Run("a server that never answers ends a call, for the client has a timeout", func(t *testing.T) {
		release := make(chan struct{})
		base, seen := serve(t, func(http.ResponseWriter, *http.Request) { <-release })
		defer close(release)
		s := open(t, base, 50*time.Millisecond)
		_, err := s.Tracker.Create(t.Context(), s.Place, draft())
		judge(t, "create", err, 0, outcome{})
		if n := seen.count(http.MethodPost); n != 1 {
			t.Errorf("%d POSTs, want 1", n)
		}
	})
	t.Run("a connection that is refused is certainly nothing, and an answer that is nil does not panic", func(t *testing.T) {
		s := open(t, "http://"+closedPort(t), 0)
		_, err := s.Tracker.Create(t.Context(), s.Place, draft())
		judge(t, "create", err, 0, outcome{Nothing: true, Hint: true})
	})
	for _, body := range []string{"", "<html>", `{"number":"many","key":7}`} {
		t.Run("a 201 whose body is unreadable is unknown, not failed: "+strconv.Quote(body), func(t *testing.T) {
			base, seen := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusCreated)
				_, _ = io.WriteString(w, body)
			})
			s := open(t, base, 0)
			ref, err := s.Tracker.Create(t.Context(), s.Place, draft())
			if err != nil || ref != (bridge.Ref{}) {
				t.Errorf("got %v, %v; want success and no Ref", ref, err)
			}
			if n := seen.count(http.MethodPost); n != 1 {
				t.Errorf("%d POSTs, want 1", n)
			}
		})
	}
}

func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// Secrets checks that neither errors nor noted calls hold the token or a query.
func Secrets(t *testing.T, open Open, token string) {
	base, _ := serve(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	s := open(t, base, 0)
	ctx, calls := bridge.RecordCalls(t.Context())
	_, err := s.Tracker.Find(ctx, s.Place, Marker, time.Now())
	if err == nil {
		t.Fatal("a look that failed is not an error")
	}
	text := err.Error()
	for _, call := range calls.List() {
		text += " " + call.URL + " " + call.Error
	}
	if len(calls.List()) == 0 {
		t.Error("no call was noted")
	}
	if strings.Contains(text, token) || strings.Contains(text, "?") {
		t.Errorf("token or query in %q", text)
	}
}
