package console_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
)

func TestDeliveriesAreShown(t *testing.T) {
	d := newDesk()
	wrong := says(d.get("/deliveries"), 200,
		`href="/reports/ev_1#dl_1"`, ">Pay button is dead<", `>acme/web#12<`, `<span class="badge parked">parked</span>`, "410 Gone: issues are disabled",
		"switch them on", ">Web shop</bdi>, rule <bdi>all<", `title="2026-03-04 11:57:00 UTC">3 minutes ago<`, `parked <span class="count">123<`,
		`delivered <span class="count">1,000&#43;<`, `name="id" value="dl_1"`, `<option value="web"></option>`, "tried 2×",
	)
	if wrong != "" {
		t.Error(wrong)
	}
	d.rows[0].State, d.rows[0].NextAt = bridge.DeliveryPending, noon.Add(90*time.Second)
	if wrong := says(d.get("/deliveries"), 200, `tried 2×, again <time datetime="2026-03-04T12:01:30Z" title="2026-03-04 12:01:30 UTC">in 1 minute<`); wrong != "" {
		t.Error(wrong)
	}
}

func TestDeliveriesAreSearched(t *testing.T) {
	for _, test := range []struct {
		query string
		want  bridge.Search
	}{
		{"", bridge.Search{}},
		{"?state=parked&project=p1&destination=web&rule=all&q=+dead+button+", bridge.Search{State: "parked", Project: "p1", Destination: "web", Rule: "all", Words: "dead button"}},
		{"?project=unknown&destination=%3Cb%3E", bridge.Search{Project: "unknown", Destination: "<b>"}},
		{"?within=hour", bridge.Search{From: noon.Add(-time.Hour)}},
		{"?within=week&to=2026-03-04", bridge.Search{From: noon.Add(-7 * 24 * time.Hour), To: noon.Truncate(24 * time.Hour)}},
		{"?from=2026-03-04T05:06&to=2026-03-04T05:06:07", bridge.Search{From: noon.Add(-6*time.Hour - 54*time.Minute), To: noon.Add(-6*time.Hour - 53*time.Minute - 53*time.Second)}},
		{"?before=99", bridge.Search{Before: 99}},
	} {
		t.Run(test.query, func(t *testing.T) {
			d := newDesk()
			if wrong := says(d.get("/deliveries"+test.query), 200); wrong != "" {
				t.Fatal(wrong)
			}
			test.want.Limit = 100
			if diff := cmp.Diff(test.want, d.asked); diff != "" {
				t.Error(diff)
			}
		})
	}
	for _, query := range []string{"?state=lost", "?from=yesterday", "?to=%22%3E%3Cb%3E", "?before=x", "?before=-1"} {
		w := newDesk().get("/deliveries" + query)
		if wrong := says(w, 400); wrong != "" || strings.Contains(w.Body.String(), "<b>") {
			t.Errorf("%s: %s", query, wrong)
		}
	}
}

func TestFiltersGoWithThePage(t *testing.T) {
	d := newDesk()
	d.older = 42
	wrong := says(d.get("/deliveries?state=parked&q=a%26b&before=99&nonsense=1"), 200,
		`href="/deliveries?before=42&amp;q=a%26b&amp;state=parked"`, `href="/deliveries?q=a%26b&amp;state=parked" rel="first"`,
		`href="/deliveries?q=a%26b&amp;state=delivered"`, `value="a&amp;b"`, `type="hidden" name="state" value="parked"`,
	)
	if wrong != "" {
		t.Error(wrong)
	}
	d.rows = nil
	if wrong := says(d.get("/deliveries?q=x"), 200, "looked through so far", `href="/deliveries?before=42&amp;q=x"`); wrong != "" {
		t.Error(wrong)
	}
	d.older = 0
	for query, want := range map[string]string{"": "No deliveries yet", "?state=parked": "No delivery is parked", "?q=x": "No delivery matches"} {
		if wrong := says(d.get("/deliveries"+query), 200, want); wrong != "" {
			t.Error(wrong)
		}
	}
}
