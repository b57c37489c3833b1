package console_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
)

func TestActs(t *testing.T) {
	for _, test := range []struct {
		form       url.Values
		done, note string
	}{
		{url.Values{"act": {"redeliver"}}, "redeliver dl_1 false", "redeliver as dl_fresh"},
		{url.Values{"act": {"redeliver"}, "recreate": {"on"}}, "redeliver dl_1 true", "redeliver as dl_fresh, to be filed again if the issue was deleted"},
		{url.Values{"act": {"park"}, "reason": {" moves on Friday "}}, "park dl_1 moves on Friday", "park moves on Friday"},
		{url.Values{"act": {"park"}}, "park dl_1 parked by hand", "park parked by hand"},
		{url.Values{"act": {"release"}}, "release dl_1", "release "},
	} {
		t.Run(test.form.Get("act")+" "+names(test.form), func(t *testing.T) {
			d := newDesk()
			test.form.Set("id", "dl_1")
			w := d.post("/deliveries/act", test.form)
			if w.Code != 303 || w.Header().Get("Location") != "/reports/dl_1?done" {
				t.Fatalf("%d %s %s", w.Code, w.Header(), w.Body)
			}
			if diff := cmp.Diff([]string{test.done}, d.done); diff != "" {
				t.Error(diff)
			}
			want := []bridge.Deed{{At: noon, From: "192.0.2.1", What: test.form.Get("act"), On: "dl_1", Detail: strings.TrimPrefix(test.note, test.form.Get("act")+" ")}}
			if diff := cmp.Diff(want, d.deeds); diff != "" {
				t.Error(diff)
			}
			if to := d.get(w.Header().Get("Location")).Header().Get("Location"); to != "/reports/ev_1?done=dl_1#dl_1" {
				t.Errorf("leads to %q", to)
			}
			if wrong := says(d.get("/reports/ev_1?done=dl_1"), 200, "Done: <strong>"+want[0].What+"</strong>", want[0].Detail, "from 192.0.2.1", `class="deed"`); wrong != "" {
				t.Error(wrong)
			}
		})
	}
}

func TestActsThatCannotBe(t *testing.T) {
	for _, test := range []struct {
		name   string
		form   url.Values
		status int
		says   string
	}{
		{"no such act", url.Values{"act": {"delete"}, "id": {"dl_1"}}, 400, "no such act"},
		{"nothing chosen", url.Values{"act": {"park"}}, 400, "No delivery was chosen"},
		{"no such delivery", url.Values{"act": {"park"}, "id": {"dl_9"}}, 404, "There is none of that id"},
		{"too large", url.Values{"act": {"park"}, "id": {strings.Repeat("x", 70_000)}}, 400, "could not be read"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := newDesk()
			if test.status == 404 {
				d.err = bridge.ErrNotFound
			}
			if wrong := says(d.post("/deliveries/act", test.form), test.status, test.says); wrong != "" {
				t.Error(wrong)
			}
			if len(d.deeds) > 0 {
				t.Errorf("noted %v", d.deeds)
			}
		})
	}
	d := newDesk()
	d.err = errors.New("secret cause")
	w := d.post("/deliveries/act", url.Values{"act": {"park"}, "id": {"dl_1"}})
	if wrong := says(w, 500, "could not be done now"); wrong != "" || strings.Contains(w.Body.String(), "secret") || len(d.deeds) > 0 {
		t.Error(wrong, d.deeds)
	}
	d.err = &bridge.StateError{ID: "dl_1", State: bridge.DeliveryRunning, Want: bridge.DeliveryPending}
	if w := d.post("/deliveries/act", url.Values{"act": {"park"}, "id": {"dl_1"}}); w.Code != 303 || len(d.deeds) != 1 || !strings.HasPrefix(d.deeds[0].Detail, "not done: its attempt is under way") {
		t.Errorf("%d %v", w.Code, d.deeds)
	}
}

func TestOtherSitesCannotAct(t *testing.T) {
	for _, path := range []string{"/deliveries/act", "/reports/ev_1/again"} {
		d := newDesk()
		d.event.State = bridge.EventUnrouted
		w := d.post(path, url.Values{"act": {"redeliver"}, "id": {"dl_1"}}, "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example")
		if w.Code != 403 || len(d.done)+len(d.deeds) > 0 {
			t.Errorf("%s: %d, done %v", path, w.Code, d.done)
		}
	}
}

// TestManyAreAskedAbout: one click must not touch a hundred deliveries.
func TestManyAreAskedAbout(t *testing.T) {
	d := newDesk()
	second := d.rows[0]
	second.ID, second.State = "dl_2", bridge.DeliveryDelivered
	d.rows = append(d.rows, second)
	form := url.Values{"act": {"release"}, "id": {"dl_1", "dl_2", "dl_1", "dl_9"}}
	w := d.post("/deliveries/act", form)
	if wrong := says(w, 200, "Release 2 deliveries?", "can be done with 1 of these", `name="id" value="dl_1"`, `name="confirmed"`, "left as it is"); wrong != "" {
		t.Error(wrong)
	}
	if strings.Contains(w.Body.String(), `value="dl_2"`) || len(d.done) > 0 {
		t.Errorf("done %v\n%s", d.done, w.Body)
	}
	form = url.Values{"act": {"redeliver"}, "id": {"dl_1", "dl_2"}, "confirmed": {"yes"}, "recreate": {"on"}}
	w = d.post("/deliveries/act", form)
	if to := w.Header().Get("Location"); w.Code != 303 || to != "/deliveries/done?id=dl_1&id=dl_2" {
		t.Fatalf("%d %s", w.Code, to)
	}
	if diff := cmp.Diff([]string{"redeliver dl_1 true", "redeliver dl_2 true"}, d.done); diff != "" {
		t.Error(diff)
	}
	if wrong := says(d.get(w.Header().Get("Location")), 200, "<strong>redeliver</strong>", "as dl_fresh", `badge delivered`, `badge parked`); wrong != "" {
		t.Error(wrong)
	}
}
