package console_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/console"
)

func TestTodayIsShownBeforeItIsDone(t *testing.T) {
	d := newDesk()
	d.event.State, d.event.Reason, d.rows = bridge.EventUnrouted, "no project 42", nil
	d.today = console.Today{
		State: bridge.EventAccepted, Rules: d.event.Trace, Known: []bridge.Ref{{Name: "WEB-1", URL: "https://jira.example/browse/WEB-1"}},
		Goes: []console.Goal{{Destination: "web", Rule: "all", Place: "hub acme/web"}}, Mistakes: []string{"rule 3 failed"},
	}
	if wrong := says(d.get("/reports/ev_1"), 200, "rematch …", "no project 42", "It goes nowhere"); wrong != "" {
		t.Error(wrong)
	}
	wrong := says(d.get("/reports/ev_1/again"), 200, "It would go to", "<bdi>web</bdi></strong>: <bdi>hub acme/web</bdi>, by “<bdi>all<", "rule 3 failed", ">WEB-1<",
		"priority is LOW", "Match it again", `method="post" action="/reports/ev_1/again"`)
	if wrong != "" || len(d.done)+len(d.deeds) > 0 {
		t.Error(wrong, d.done)
	}
	w := d.post("/reports/ev_1/again", url.Values{})
	if to := w.Header().Get("Location"); w.Code != 303 || to != "/reports/ev_1?done=ev_1" {
		t.Fatalf("%d %s", w.Code, to)
	}
	if diff := cmp.Diff([]string{"reopen ev_1"}, d.done); diff != "" {
		t.Error(diff)
	}
	if wrong := says(d.get("/reports/ev_1?done=ev_1"), 200, "Done: <strong>rematch</strong> <bdi>it is accepted, to web and jira and ops<"); wrong != "" {
		t.Error(wrong)
	}
}

func TestEachStateHasItsWord(t *testing.T) {
	for state, noted := range map[bridge.EventState]string{
		bridge.EventRefused: "release", bridge.EventUndecodable: "rematch", bridge.EventUnrouted: "rematch", bridge.EventAccepted: "", bridge.EventIgnored: "",
	} {
		d := newDesk()
		d.event.State, d.event.Report = state, nil
		w := d.post("/reports/ev_1/again", url.Values{})
		switch {
		case noted == "":
			if wrong := says(w, 409, "matched when it comes"); wrong != "" {
				t.Error(wrong)
			}
			if len(d.done) > 0 {
				t.Errorf("%s: done %v", state, d.done)
			}
		case w.Code != 303 || len(d.deeds) != 1 || d.deeds[0].What != noted:
			t.Errorf("%s: %d %v", state, w.Code, d.deeds)
		}
	}
	d := newDesk()
	d.event.State, d.err = bridge.EventRefused, bridge.ErrNotFound
	if wrong := says(d.post("/reports/ev_1/again", url.Values{}), 404, "removed since"); wrong != "" || len(d.deeds) > 0 {
		t.Error(wrong, d.deeds)
	}
}

func TestAgo(t *testing.T) {
	for _, test := range []struct {
		apart time.Duration
		want  string
	}{
		{0, "just now"}, {5 * time.Second, "5 seconds ago"}, {-time.Minute, "in 1 minute"}, {119 * time.Minute, "1 hour ago"},
		{49 * time.Hour, "2 days ago"}, {-25 * time.Hour, "in 1 day"}, {40 * 24 * time.Hour, "2026-01-23"},
	} {
		d := newDesk()
		d.event.ReceivedAt = noon.Add(-test.apart)
		if wrong := says(d.get("/reports/ev_1"), 200, "came <time", ">"+test.want+"</time>"); wrong != "" {
			t.Errorf("%s: %.200s", test.apart, wrong)
		}
	}
}

// TestCommandIsSafeToPaste: what stands in a command is one word of the shell, and has nothing that a terminal would obey.
func TestCommandIsSafeToPaste(t *testing.T) {
	for _, test := range []struct{ name, body, want string }{
		{"short", `{"a":"it's"}`, `--data-binary &#39;{&#34;a&#34;:&#34;it&#39;\&#39;&#39;s&#34;}&#39;`},
		{"long", strings.Repeat("x", 5000), "--data-binary @ev_1.txt"},
		{"control characters", "a\x1b[201~rm", "--data-binary @ev_1.txt"},
		{"line ends", "a\nb", "--data-binary @ev_1.txt"},
		{"what turns text around", "a\u202eb", "--data-binary @ev_1.txt"},
		{"not text", "\xff", "--data-binary @ev_1.txt"},
		{"the name of a file", "@/etc/passwd", "--data-binary @ev_1.txt"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := newDesk()
			d.event.Body, d.event.Target = []byte(test.body), "/hooks/x?a='\x1b;id\n"
			if wrong := says(d.get("/reports/ev_1"), 200, test.want, `/hooks/x?a=&#39;\&#39;&#39; ;id &#39;`, "--header &#39;X-Key: [redacted]&#39;"); wrong != "" {
				t.Error(wrong)
			}
		})
	}
}
