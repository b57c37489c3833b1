package console_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/console"
)

func TestConfiguration(t *testing.T) {
	at := time.Date(2026, 3, 4, 6, 6, 7, 0, time.FixedZone("", 3600))
	running := console.Running{
		At: at, Hash: "0123456789ab", Summary: "projects 1", Files: []string{"bugferry.yaml", "projects/<b>.yaml"},
		Changes: []string{"project web changed"}, Waiting: []string{"server.listen"},
		RefusedAt: at.Add(time.Hour), Mistakes: []string{"projects/web.yaml:3:5: to: is <i>nowhere</i>"},
		Unrouted: []console.Takeable{{Project: "<i>42", File: "projects/<b>.yaml", Events: 7, Next: "bugferry events rematch --unrouted"}},
	}
	page := func(r console.Running) string {
		w := get(console.Config{Running: func() console.Running { return r }}, "GET", "/configuration")
		if w.Code != http.StatusOK {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		return w.Body.String()
	}
	full := page(running)
	for _, part := range []string{
		">2026-03-04T05:06:07Z<", ">0123456789ab<", "projects 1.", "projects/&lt;b&gt;.yaml", "<li>project web changed</li>", "<code>server.listen</code>",
		"at 2026-03-04T06:06:07Z", "projects/web.yaml:3:5: to: is &lt;i&gt;nowhere&lt;/i&gt;",
		"7 unrouted events of project <bdi>&lt;i&gt;42</bdi> would be taken now by <code>projects/&lt;b&gt;.yaml</code>: <code>bugferry events rematch --unrouted</code>",
	} {
		if !strings.Contains(full, part) {
			t.Errorf("no %s in\n%s", part, full)
		}
	}
	plain := page(console.Running{At: at, Hash: "0123456789ab", Files: []string{"bugferry.yaml"}})
	for _, part := range []string{"Refused", "restart</h2>", "Unrouted", "Changed"} {
		if strings.Contains(plain, part) {
			t.Errorf("%s in\n%s", part, plain)
		}
	}
}
