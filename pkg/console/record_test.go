package console_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/console"
)

// ledger is a console whose record has the deeds.
func ledger(deeds ...bridge.Deed) (console.Config, *record) {
	j := &record{deeds: deeds}
	c := newDesk().config()
	c.Journal = j
	return c, j
}

func TestRecordTellsWhoDidWhat(t *testing.T) {
	c, j := ledger(
		bridge.Deed{Seq: 3, At: noon.Add(-3 * time.Minute), Who: "ana", From: "192.0.2.7", What: "redeliver", On: "dl_1", Detail: "as dl_2"},
		bridge.Deed{Seq: 2, At: noon.Add(-time.Hour), What: "rematch", On: "ev_1"},
		bridge.Deed{Seq: 1, At: noon.Add(-time.Hour), What: "sign in refused", From: "198.51.100.1", Detail: "unknown user"},
	)
	if miss := says(get(c, "GET", "/record"), 200, `<bdi class="who">ana</bdi>`, "192.0.2.7", "redeliver</span>", "as dl_2",
		`<a href="/reports/ev_1"><bdi>dl_1</bdi></a>`, `<a href="/reports/ev_1"><bdi>ev_1</bdi></a>`, "whoever uses this machine",
		"somebody who was not let in", "badge refused", "unknown user", `title="2026-03-04 11:57:00 UTC">3 minutes ago</time>`); miss != "" {
		t.Error(miss)
	}
	if j.asked.Words != "" || j.asked.Before != 0 {
		t.Errorf("asked for %+v", j.asked)
	}
	if miss := says(get(c, "GET", "/record?on=dl_1"), 200, "What operators did to <code>dl_1</code>", `href="/record"`); miss != "" {
		t.Error(miss)
	}
	if j.asked.Words != "dl_1" {
		t.Errorf("asked for %+v, want what was done to dl_1", j.asked)
	}
}

func TestRecordIsPaged(t *testing.T) {
	var deeds []bridge.Deed
	for n := range 51 {
		deeds = append(deeds, bridge.Deed{Seq: int64(100 - n), At: noon, What: "park", On: "dl_1", Detail: fmt.Sprintf("reason %d.", n)})
	}
	c, j := ledger(deeds...)
	w := get(c, "GET", "/record?on=dl_1")
	if miss := says(w, 200, "reason 49.", `href="/record?before=51&amp;on=dl_1">Older`); miss != "" {
		t.Error(miss)
	}
	if strings.Contains(w.Body.String(), "reason 50.") || strings.Contains(w.Body.String(), ">Newest<") {
		t.Error("the first page has what is of the next one, or leads to itself")
	}
	j.deeds = deeds[50:]
	w = get(c, "GET", "/record?on=dl_1&before=51")
	if miss := says(w, 200, "reason 50.", `href="/record?on=dl_1">Newest`); miss != "" {
		t.Error(miss)
	}
	if strings.Contains(w.Body.String(), "Older") || j.asked.Before != 51 || j.asked.Words != "dl_1" {
		t.Errorf("the last page leads further, or another one was asked for: %+v", j.asked)
	}
}

func TestRecordWithoutRows(t *testing.T) {
	c, j := ledger()
	for path, says := range map[string]string{
		"/record": "Nobody has done anything yet", "/record?on=dl_9": "Nobody did anything to it", "/record?before=7": "Nothing older is on record",
	} {
		if body := get(c, "GET", path).Body.String(); !strings.Contains(body, says) || strings.Contains(body, "<table") {
			t.Errorf("%s does not say %s:\n%s", path, says, body)
		}
	}
	for _, before := range []string{"", "0", "-1", "x", "99999999999999999999"} {
		if w := get(c, "GET", "/record?before="+before); w.Code != 400 {
			t.Errorf("before=%s: %d, want 400", before, w.Code)
		}
	}
	j.err = errors.New("disk I/O error")
	w := get(c, "GET", "/record")
	if miss := says(w, 500, "The record could not be read"); miss != "" || strings.Contains(w.Body.String(), "disk I/O") {
		t.Error("the page does not say it, or names the cause: ", miss)
	}
}

func TestStrangersTextInTheRecordIsText(t *testing.T) {
	const evil = `<script>alert(1)</script>"><img src=x>`
	c, _ := ledger(bridge.Deed{At: noon, Who: evil, From: evil, What: evil, On: evil, Detail: evil + strings.Repeat("x", 100_000)})
	body := get(c, "GET", "/record?on=%3Cscript%3Ealert(1)").Body.String()
	if strings.Contains(body, "<script>alert") || strings.Contains(body, "<img") {
		t.Error("a stranger's text is HTML:\n", body)
	}
	if !strings.Contains(body, "&lt;script&gt;alert") || len(body) > 20_000 {
		t.Errorf("a stranger's text is not shown, or not cut: %d bytes", len(body))
	}
	c, _ = ledger(bridge.Deed{At: noon, What: "rematch", On: "ev_/../../record"}, bridge.Deed{At: noon, What: "park", On: "dl_gone"})
	body = get(c, "GET", "/record").Body.String()
	if !strings.Contains(body, `href="/reports/ev_%2F..%2F..%2Frecord"`) || !strings.Contains(body, "<bdi>dl_gone</bdi>") || strings.Contains(body, "/reports/dl_gone") {
		t.Error("an odd id leads elsewhere, or one that is gone leads anywhere:\n", body)
	}
}
