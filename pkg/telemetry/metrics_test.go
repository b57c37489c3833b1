package telemetry_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/telemetry"
)

// scrape returns the lines of GET /metrics that begin with prefix.
func scrape(t *testing.T, m *telemetry.Metrics, prefix string) []string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	var lines []string
	for line := range strings.Lines(w.Body.String()) {
		if strings.HasPrefix(line, prefix) {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return lines
}

// requests returns the lines of all outcomes, in their order: n for those in counts, 0 for the others.
func requests(counts map[string]string) []string {
	var lines []string
	for _, o := range []string{"accepted", "duplicate", "error", "ignored", "incomplete", "limited", "not_stored", "refused", "too_large", "undecodable", "unrouted"} {
		n := "0"
		if c, ok := counts[o]; ok {
			n = c
		}
		lines = append(lines, `bugferry_webhook_requests_total{outcome="`+o+`"} `+n)
	}
	return lines
}

func TestRequest(t *testing.T) {
	for _, test := range []struct {
		name     string
		outcomes []string
		want     map[string]string
	}{
		{"every outcome is there before it happens", nil, nil},
		{"each counts for itself", []string{"accepted", "accepted", "too_large"}, map[string]string{"accepted": "2", "too_large": "1"}},
		{"a word from outside makes no series", []string{"", "Accepted", "a\nb", "error"}, map[string]string{"error": "4"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := telemetry.NewMetrics("1.2.3")
			for _, o := range test.outcomes {
				m.Request(o)
			}
			if diff := cmp.Diff(requests(test.want), scrape(t, m, "bugferry_webhook_requests_total{")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRequestFromManyGoroutines(t *testing.T) {
	m := telemetry.NewMetrics("1.2.3")
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			for range 50 {
				m.Request("accepted")
			}
		})
	}
	all.Wait()
	if diff := cmp.Diff(requests(map[string]string{"accepted": "1000"}), scrape(t, m, "bugferry_webhook_requests_total{")); diff != "" {
		t.Error(diff)
	}
}

func TestDisk(t *testing.T) {
	m := telemetry.NewMetrics("1.2.3")
	if lines := scrape(t, m, "bugferry_store_"); lines != nil {
		t.Errorf("before the first look: %q", lines)
	}
	m.Disk(12, 1<<40, true)
	want := []string{"bugferry_store_free_bytes 12", "bugferry_store_low 1", "bugferry_store_total_bytes 1.099511627776e+12"}
	if diff := cmp.Diff(want, scrape(t, m, "bugferry_store_")); diff != "" {
		t.Error(diff)
	}
	m.Disk(1<<39, 1<<40, false)
	want = []string{"bugferry_store_free_bytes 5.49755813888e+11", "bugferry_store_low 0", "bugferry_store_total_bytes 1.099511627776e+12"}
	if diff := cmp.Diff(want, scrape(t, m, "bugferry_store_")); diff != "" {
		t.Error(diff)
	}
}

func TestBuildAndRuntime(t *testing.T) {
	m := telemetry.NewMetrics(`1.2.3 "odd"`)
	if diff := cmp.Diff([]string{`bugferry_build_info{version="1.2.3 \"odd\""} 1`}, scrape(t, m, "bugferry_build_info{")); diff != "" {
		t.Error(diff)
	}
	for _, name := range []string{"go_goroutines ", "go_info{", "promhttp_metric_handler_errors_total{"} {
		if scrape(t, m, name) == nil {
			t.Errorf("no %s", name)
		}
	}
}

func TestMetricsAreNotShared(t *testing.T) {
	one, two := telemetry.NewMetrics("1"), telemetry.NewMetrics("2")
	one.Request("accepted")
	if diff := cmp.Diff(requests(nil), scrape(t, two, "bugferry_webhook_requests_total{")); diff != "" {
		t.Error(diff)
	}
	if slices.Equal(scrape(t, one, "bugferry_build_info{"), scrape(t, two, "bugferry_build_info{")) {
		t.Error("both have one version")
	}
}

func TestMetricsPath(t *testing.T) {
	for _, test := range []struct {
		method, path string
		status       int
	}{
		{"GET", "/metrics", 200},
		{"HEAD", "/metrics", 200},
		{"POST", "/metrics", 405},
		{"GET", "/", 404},
		{"GET", "/metrics/x", 404},
	} {
		w := httptest.NewRecorder()
		telemetry.NewMetrics("1").Handler().ServeHTTP(w, httptest.NewRequest(test.method, test.path, nil))
		if w.Code != test.status {
			t.Errorf("%s %s: %d, want %d", test.method, test.path, w.Code, test.status)
		}
	}
}

func TestWatchedGaugeIsReadAtEachScrape(t *testing.T) {
	m := telemetry.NewMetrics("1.2.3")
	value, failure := 1.0, error(nil)
	m.Watch("bugferry_watched", "What is watched.", func() (float64, error) { return value, failure })
	for _, test := range []struct {
		value float64
		err   error
		want  []string
	}{
		{1, nil, []string{"bugferry_watched 1"}},
		{2, nil, []string{"bugferry_watched 2"}},
		{3, errors.New("the store is locked"), nil},
	} {
		value, failure = test.value, test.err
		if diff := cmp.Diff(test.want, scrape(t, m, "bugferry_watched")); diff != "" {
			t.Error(diff)
		}
	}
}

func TestReloads(t *testing.T) {
	m := telemetry.NewMetrics("test")
	at := time.Unix(1_800_000_000, 500_000_000)
	for _, step := range []struct {
		name string
		do   func()
		want []string
	}{
		{"before anything is loaded", func() {}, []string{
			`bugferry_config_reloads_total{result="ok"} 0`, `bugferry_config_reloads_total{result="refused"} 0`,
		}},
		{"at the start", func() { m.Loaded(at) }, []string{
			"bugferry_config_last_reload_success_timestamp_seconds 1.8000000005e+09", "bugferry_config_last_reload_successful 1",
			`bugferry_config_reloads_total{result="ok"} 0`, `bugferry_config_reloads_total{result="refused"} 0`,
		}},
		{"refused", m.Refused, []string{
			"bugferry_config_last_reload_success_timestamp_seconds 1.8000000005e+09", "bugferry_config_last_reload_successful 0",
			`bugferry_config_reloads_total{result="ok"} 0`, `bugferry_config_reloads_total{result="refused"} 1`,
		}},
		{"reloaded", func() { m.Reloaded(at.Add(time.Hour)) }, []string{
			"bugferry_config_last_reload_success_timestamp_seconds 1.8000036005e+09", "bugferry_config_last_reload_successful 1",
			`bugferry_config_reloads_total{result="ok"} 1`, `bugferry_config_reloads_total{result="refused"} 1`,
		}},
	} {
		step.do()
		if diff := cmp.Diff(step.want, scrape(t, m, "bugferry_config")); diff != "" {
			t.Errorf("%s: %s", step.name, diff)
		}
	}
}
