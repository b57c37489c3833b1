package sandbox_test

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/sandbox"
)

func TestFaultsAreRefused(t *testing.T) {
	rule := func(members string) string { return `{"rules":[{"do":"drop"},{` + members + `}]}` }
	status := func(members string) string { return rule(`"do":"status","status":500,` + members) }
	for _, tt := range []struct{ name, body, place, remedy string }{
		{"nothing", "", "the body is empty", "{}"},
		{"no JSON", `{"rules":`, "the body is no JSON", "{}"},
		{"two values", `{}{}`, "the body is no JSON", "one JSON object"},
		{"a list", `[]`, "the body:", "a JSON object"},
		{"null", `null`, "the body:", "a JSON object"},
		{"unknown member", `{"rule":[]}`, "rule:", "rules"},
		{"another case", `{"Rules":[]}`, "Rules:", "rules"},
		{"seed", `{"seed":-1}`, "seed:", "from 0"},
		{"index lag", `{"index_lag":"45"}`, "index_lag:", `"1.5s"`},
		{"index lag as a number", `{"index_lag":45}`, "index_lag:", `"1.5s"`},
		{"negative index lag", `{"index_lag":"-1s"}`, "index_lag:", "0s to 24h"},
		{"long index lag", `{"index_lag":"24h1s"}`, "index_lag:", "0s to 24h"},
		{"unknown limit", `{"limits":{"creations":1}}`, "limits.creations:", "creations_per_minute"},
		{"no number", `{"limits":{"issue_writes_2s":"1"}}`, "limits.issue_writes_2s:", "whole number"},
		{"negative limit", `{"limits":{"issue_writes_30s":-1}}`, "limits.issue_writes_30s:", "whole number from 1"},
		{"limits no object", `{"limits":[]}`, "limits:", "object"},
		{"rules no list", `{"rules":{}}`, "rules:", "a list"},
		{"too many rules", `{"rules":[{"do":"drop"}` + strings.Repeat(`,{"do":"drop"}`, 100) + `]}`, "rules: 101", "at most 100"},
		{"rule no object", `{"rules":["drop"]}`, "rules[0]:", "object"},
		{"unknown member of a rule", rule(`"do":"drop","probabilty":1`), "rules[1].probabilty:", "probability"},
		{"nothing to do", rule(``), "rules[1].do:", "status, drop, truncate, delay, limit"},
		{"unknown word", rule(`"do":"explode"`), "rules[1].do:", "status, drop, truncate, delay, limit"},
		{"unknown when", rule(`"do":"drop","when":"later"`), "rules[1].when:", "before, after"},
		{"unknown tracker", rule(`"do":"drop","tracker":"jira"`), "rules[1].tracker:", "github, jira-cloud, jira-dc"},
		{"unknown method", rule(`"do":"drop","method":"post"`), "rules[1].method:", "POST"},
		{"unknown limit's kind", rule(`"do":"limit","tracker":"github","limit":"third"`), "rules[1].limit:", "primary, secondary"},
		{"Jira has one", rule(`"do":"limit","tracker":"jira-cloud","limit":"secondary"`), "rules[1].limit:", "tracker=github"},
		{"limit without a limit", rule(`"do":"drop","tracker":"github","limit":"primary"`), "rules[1].limit:", "do=limit"},
		{"path without a slash", rule(`"do":"drop","path":"repos/**"`), "rules[1].path:", "slash"},
		{"star in a segment", rule(`"do":"drop","path":"/repos/a*"`), "rules[1].path:", "whole segment"},
		{"stars in the middle", rule(`"do":"drop","path":"/**/issues"`), "rules[1].path:", "only as the last"},
		{"path with a query", rule(`"do":"drop","path":"/user?a=b"`), "rules[1].path:", "query"},
		{"long path", rule(`"do":"drop","path":"/` + strings.Repeat("a", 4096) + `"`), "rules[1].path:", "at most 4096"},
		{"status too low", rule(`"do":"status","status":99`), "rules[1].status:", "100 to 599"},
		{"status too high", rule(`"do":"status","status":600`), "rules[1].status:", "100 to 599"},
		{"status as text", rule(`"do":"status","status":"502"`), "rules[1].status:", "whole number"},
		{"no status", rule(`"do":"status"`), "rules[1].status:", "needs one"},
		{"status where none is sent", rule(`"do":"drop","status":500`), "rules[1].status:", "do=status"},
		{"headers where none are sent", rule(`"do":"delay","delay":"1s","headers":{"A":"b"}`), "rules[1].headers:", "do=status"},
		{"body where none is sent", rule(`"do":"drop","body":"b"`), "rules[1].body:", "do=status"},
		{"no delay", rule(`"do":"delay"`), "rules[1].delay:", "needs one"},
		{"bad delay", rule(`"do":"delay","delay":"soon"`), "rules[1].delay:", "duration"},
		{"negative delay", rule(`"do":"delay","delay":"-1s"`), "rules[1].delay:", "0s to 10m"},
		{"long delay", rule(`"do":"delay","delay":"10m1s"`), "rules[1].delay:", "0s to 10m"},
		{"probability", status(`"probability":1.1`), "rules[1].probability:", "0 to 1"},
		{"negative probability", status(`"probability":-0.1`), "rules[1].probability:", "0 to 1"},
		{"count", status(`"count":-1`), "rules[1].count:", "0 for no end"},
		{"half a count", status(`"count":1.5`), "rules[1].count:", "whole number"},
		{"body no text", status(`"body":{}`), "rules[1].body:", "text"},
		{"long body", status(`"body":"` + strings.Repeat("a", 65537) + `"`), "rules[1].body:", "at most 65536"},
		{"headers no object", status(`"headers":["A: b"]`), "rules[1].headers:", "names and texts"},
		{"header's name", status(`"headers":{"A b":"c"}`), "rules[1].headers:", "letters"},
		{"header's value", status(`"headers":{"A":"b\r\nC: d"}`), "rules[1].headers:", "one line"},
		{"the server's header", status(`"headers":{"content-length":"1"}`), "rules[1].headers:", "the server's own"},
		{"nothing to cut", rule(`"do":"truncate","status":201`), "rules[1].body:", "when=after"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := start(t)
			before := b.must(200, "POST", "/_sandbox/faults", `{"seed":7,"rules":[{"do":"status","status":500,"path":"/user"}]}`).Body
			why, _ := b.must(400, "POST", "/_sandbox/faults", tt.body).get("error").(string)
			if !strings.HasPrefix(why, tt.place) || !strings.Contains(why, tt.remedy) || len(why) > 400 {
				t.Errorf("refused with %q, want it to begin with %q and to tell %q", why, tt.place, tt.remedy)
			}
			if after := b.must(200, "GET", "/_sandbox/faults", nil).Body; after != before {
				t.Errorf("a refused set changed the one in force: %s", after)
			}
		})
	}
}

func TestFaultsOfTheDocumentation(t *testing.T) {
	text, err := os.ReadFile("../../docs/sandbox.md")
	check(t, err)
	examples := regexp.MustCompile(`_sandbox/faults -d '([^']*)'`).FindAllStringSubmatch(string(text), -1)
	if len(examples) < 2 {
		t.Fatalf("%d examples in docs/sandbox.md", len(examples))
	}
	for _, one := range examples {
		if _, err := sandbox.ParseFaults([]byte(one[1])); err != nil {
			t.Errorf("%s: %v", one[1], err)
		}
	}
}

func TestTooManyHeadersAreRefused(t *testing.T) {
	headers := map[string]string{}
	for i := range 51 {
		headers[fmt.Sprint("X-", i)] = "v"
	}
	b := start(t)
	b.must(400, "POST", "/_sandbox/faults", object{"rules": []object{{"do": "limit", "headers": headers}}})
	delete(headers, "X-0")
	b.must(200, "POST", "/_sandbox/faults", object{"rules": []object{{"do": "limit", "headers": headers}}})
}

// FuzzParseFaults: what is taken keeps its bounds, says the same again when written and read once more, and can be
// struck; what is not taken says why.
func FuzzParseFaults(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"seed":1,"index_lag":"45s","limits":{"creations_per_minute":800},"rules":[{"tracker":"github","method":"POST","path":"/repos/*/*/issues","when":"after","do":"status","status":502,"headers":{"Retry-After":"1"},"body":"<p>","delay":"5s","probability":0.1,"count":3}]}`,
		`{"rules":[{"do":"drop"},{"do":"truncate","when":"after","path":"/rest/**"},{"do":"limit","tracker":"github","limit":"secondary"},null]}`,
		`{"rules":[{"do":"delay","delay":"1e3s"}],"seed":18446744073709551616}`, `[`, `{"rules":[{"do":"status","status":500,"body":"\ud800","headers":{"":""}}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		set, err := sandbox.ParseFaults(data)
		if err != nil {
			if len(err.Error()) < 10 || len(err.Error()) > 1000 {
				t.Errorf("refused with %q", err)
			}
			return
		}
		if len(set.Rules) > 100 {
			t.Errorf("%d rules", len(set.Rules))
		}
		text, err := json.Marshal(set)
		check(t, err)
		again, err := sandbox.ParseFaults(text)
		check(t, err)
		if text2, err := json.Marshal(again); err != nil || cmp.Diff(string(text), string(text2)) != "" {
			t.Errorf("%s became %s, %v", text, text2, err)
		}
		check(t, sandbox.New(sandbox.Config{}).SetFaults(again))
	})
}
