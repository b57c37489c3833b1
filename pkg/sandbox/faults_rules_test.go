package sandbox_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/sandbox"
)

func TestFaultMatches(t *testing.T) {
	for _, tt := range []struct {
		rule, method, path string
		want               bool
		body               any
	}{
		{`"tracker":"github"`, "GET", gh + "/user", true, nil},
		{`"tracker":"github"`, "GET", api3 + "/myself", false, nil},
		{`"tracker":"jira-cloud"`, "GET", api3 + "/myself", true, nil},
		{`"tracker":"jira-dc"`, "GET", api3 + "/myself", false, nil},
		{`"method":"POST"`, "GET", gh + "/user", false, nil},
		{`"method":"PATCH"`, "PATCH", gh + "/repos/acme/web/issues/1", true, object{"title": "T"}},
		{`"path":"/user"`, "GET", gh + "/user", true, nil},
		{`"path":"/user"`, "GET", gh + "/user/", false, nil},
		{`"path":"/repos/*/*/issues"`, "POST", gh + "/repos/acme/web/issues", true, object{"title": "T"}},
		{`"path":"/repos/*/*/issues"`, "POST", gh + "/repos/acme/web/issues/1/comments", false, object{"body": "B"}},
		{`"path":"/repos/*/web/issues"`, "GET", gh + "/repos/acme/api/issues", false, nil},
		{`"path":"/repos/*/*/labels/a b"`, "GET", gh + "/repos/acme/web/labels/a%20b", true, nil},
		{`"path":"/repos/*/*/labels/*"`, "GET", gh + "/repos/acme/web/labels/a%2Fb", true, nil},
		{`"path":"/repos/**"`, "GET", gh + "/repos/acme/web", true, nil},
		{`"path":"/repos/acme/web/issues/**"`, "POST", gh + "/repos/acme/web/issues", false, object{"title": "T"}},
		{`"path":"/**"`, "GET", api2 + "/myself", true, nil},
		{`"path":"/rest/api/*/issue"`, "POST", api2 + "/issue", true, bug(nil)},
		{`"path":"/rest/api/3/issue"`, "POST", api2 + "/issue", false, bug(nil)},
		{`"path":"/jira-cloud/rest/api/3/issue"`, "POST", api3 + "/issue", false, bug(nil)},
	} {
		t.Run(tt.rule+" "+tt.method+" "+tt.path, func(t *testing.T) {
			b := start(t)
			b.must(200, "POST", "/_sandbox/faults", `{"rules":[{"do":"status","status":418,`+tt.rule+`}]}`)
			if strings.HasSuffix(tt.path, "/") {
				b.breaks(tt.method, tt.path)
			}
			if got := b.do(tt.method, tt.path, tt.body).Status == 418; got != tt.want {
				t.Errorf("struck: %v, want %v", got, tt.want)
			}
			if got := b.struck() == 1; got != tt.want {
				t.Errorf("counted: %v, want %v", got, tt.want)
			}
		})
	}
}

func TestFaultsFirstRuleThatStrikesWins(t *testing.T) {
	b := start(t)
	b.must(200, "POST", "/_sandbox/faults", `{"rules":[
		{"path":"/user","do":"status","status":500,"probability":0},
		{"path":"/user","do":"status","status":501,"count":2},
		{"do":"status","status":502}]}`)
	got := []int{}
	for range 4 {
		got = append(got, b.do("GET", gh+"/user", nil).Status)
	}
	diff(t, "statuses", []int{501, 501, 502, 502}, got)
	diff(t, "the set", decoded(t, `{"seed":0,"index_lag":"0s","limits":{"creations_per_minute":80,"creations_per_hour":500,"issue_writes_2s":20,"issue_writes_30s":100},"rules":[
		{"path":"/user","when":"before","do":"status","status":500,"probability":0,"struck":0},
		{"path":"/user","when":"before","do":"status","status":501,"count":2,"struck":2},
		{"when":"before","do":"status","status":502,"struck":2}]}`), b.must(200, "GET", "/_sandbox/faults", nil).JSON)

	b.must(200, "POST", "/_sandbox/faults", `{}`)
	b.must(200, "GET", gh+"/user", nil)
	b.must(200, "POST", "/_sandbox/faults", `{"rules":[{"do":"drop"}]}`)
	b.must(204, "POST", "/_sandbox/reset", nil)
	b.must(200, "GET", gh+"/user", nil)
}

func TestFaultsSeedIsReproducible(t *testing.T) {
	run := func(seed int) (pattern string) {
		b := start(t)
		b.must(200, "POST", "/_sandbox/faults", fmt.Sprintf(`{"seed":%d,"rules":[{"do":"status","status":500,"probability":0.3}]}`, seed))
		for range 200 {
			pattern += fmt.Sprint(b.do("GET", gh+"/user", nil).Status / 100)
		}
		return pattern
	}
	one, again, two := run(1), run(1), run(2)
	if one != again || one == two {
		t.Errorf("seed 1: %s\nagain:  %s\nseed 2: %s", one, again, two)
	}
	if n := strings.Count(one, "5"); n < 40 || n > 80 {
		t.Errorf("%d of 200 were struck at 0.3", n)
	}
}

func TestIndexLag(t *testing.T) {
	now := time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)
	b := startAt(t, func() time.Time { return now })
	b.must(200, "POST", "/_sandbox/faults", `{"index_lag":"45s"}`)
	b.must(201, "POST", gh+"/repos/acme/web/issues", object{"title": "T"})
	b.must(201, "POST", api3+"/issue", bug(object{"labels": []string{"bb-1"}}))
	found := func() string {
		t.Helper()
		list := b.must(200, "GET", gh+"/repos/acme/web/issues?state=all", nil).JSON.([]any)
		search := b.must(200, "POST", api3+"/search/jql", object{"jql": `labels = "bb-1"`}).get("issues").([]any)
		key := b.must(200, "GET", api3+"/search/jql?jql=key%3DWEB-1", nil).get("issues").([]any)
		return fmt.Sprint(len(list), len(search), len(key))
	}
	for _, step := range []struct {
		after time.Duration
		want  string
	}{{0, "0 0 0"}, {44999 * time.Millisecond, "0 0 0"}, {time.Millisecond, "1 1 1"}} {
		now = now.Add(step.after)
		if got := found(); got != step.want {
			t.Errorf("at %v found %s, want %s", now, got, step.want)
		}
		b.must(200, "GET", gh+"/repos/acme/web/issues/1", nil)
		b.must(200, "GET", api3+"/issue/WEB-1", nil)
	}
}

func TestSetFaults(t *testing.T) {
	b := start(t)
	one := 1.0
	headers := map[string]string{"Retry-After": "3"}
	check(t, b.SetFaults(sandbox.Faults{Rules: []sandbox.Rule{{Do: "status", Status: http.StatusTeapot, Headers: headers, Probability: &one}}}))
	headers["Retry-After"] = "4"
	if err := b.SetFaults(sandbox.Faults{Rules: []sandbox.Rule{{Do: "nothing"}}}); err == nil || !strings.HasPrefix(err.Error(), "rules[0].do:") {
		t.Errorf("an unknown word: %v", err)
	}
	if err := b.SetFaults(sandbox.Faults{Rules: make([]sandbox.Rule, 101)}); err == nil || !strings.Contains(err.Error(), "at most 100") {
		t.Errorf("101 rules: %v", err)
	}
	if got := b.must(418, "GET", gh+"/user", nil).Header.Get("Retry-After"); got != "3" {
		t.Errorf("Retry-After %s: what the caller keeps reaches into the set", got)
	}
}

func TestFaultsAreRefusedFromOtherSites(t *testing.T) {
	b := start(t)
	b.must(403, "POST", "/_sandbox/faults", `{"rules":[{"do":"drop"}]}`, "Sec-Fetch-Site", "cross-site")
	b.must(200, "GET", gh+"/user", nil)
}
