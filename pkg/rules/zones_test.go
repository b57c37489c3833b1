package rules_test

import (
	"strings"
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/rules"
)

// lateFriday is a Friday by Greenwich and a Saturday in Berlin.
var lateFriday = time.Date(2026, 3, 20, 23, 30, 0, 0, time.UTC)

func TestTimeZonesInExpressions(t *testing.T) {
	for when, want := range map[string]bool{
		`report.createdAt.Weekday().String() == "Friday"`:                                                      true,
		`report.createdAt.In(timezone("Europe/Berlin")).Weekday().String() in ["Saturday", "Sunday"]`:          true,
		`report.createdAt.In(timezone("America/New_York")).Hour() == 19`:                                       true, // daylight saving time
		`report.createdAt.In(timezone("UTC")).Hour() == 23`:                                                    true,
		`report.createdAt.After(date("2026-03-20")) and report.createdAt.Sub(date("2026-03-20")).Hours() > 23`: true,
		`report.createdAt.Before(date("2026-03-21", "2006-01-02", "Europe/Berlin"))`:                           false,
		`date("2026-03-20T23:30:00Z") == report.createdAt`:                                                     true,
		`report.createdAt > date("2026-03-21")`:                                                                false, // in UTC
		`report.createdAt > date("2026-03-21", "2006-01-02", "Europe/Berlin")`:                                 true,
		`report.createdAt > date(timezone("Europe/Berlin"), "2026-03-21")`:                                     true,
		`report.createdAt.In(timezone(report.customFields.zone == "" ? "UTC" : "Europe/Berlin")).Hour() == 0`:  true,
	} {
		set := compile(t, rules.Project{
			IDs: []string{"p"}, Destinations: []rules.Destination{destination("d")},
			Rules: []rules.Rule{{To: []string{"d"}, When: rules.Text{Value: when}}},
		})
		report := bridge.Report{BugID: "b", ProjectID: "p", CreatedAt: lateFriday, CustomFields: bridge.Fields{{Name: "zone", Value: "x"}}}
		if matches, traces, err := set.Route(report); (len(matches) == 1) != want {
			t.Errorf("%s: %s %v", when, traces[0].Why, err)
		}
	}
}

// What is wrong with a date stands behind a condition that no trial fulfils.
func TestDatesAndZonesThatAreWrongInExpressions(t *testing.T) {
	const no = `there is no time zone "Europe/Berln"; write "UTC", or one such as "Europe/Berlin"`
	tests := []struct{ name, when, want string }{
		{"zone", `report.createdAt.In(timezone("Europe/Berln")).Hour() > 8`, no},
		{"zone of a date", `report.createdAt > date("2026-03-21", "2006-01-02", "Europe/Berln")`, no},
		{"the machine's zone", `report.createdAt.In(timezone("Local")).Hour() > 8`, `the time zone "Local" is another on each machine`},
		{"no name", `report.createdAt.In(timezone("")).Hour() > 8`, "the time zone is empty"},
		{"the machine's zone, by method", `report.createdAt.Local().Hour() > 8`, "Local is the machine's time zone; name one: .In("},
		{"date", `report.createdAt > date("2026-13-21")`, "invalid date 2026-13-21"},
		{"date in a zone", `report.createdAt > date(timezone("Europe/Berlin"), "today")`, "invalid date today"},
		{"date by a layout", `report.createdAt > date("21.03.2026", "2006-01-02")`, "parsing time"},
		{"zone of a date out of a report", `report.createdAt > date(report.metadata.from, "2006-01-02", "Europe/Berln")`, no},
		{"duration", `report.updatedAt - report.createdAt > duration("3 days")`, `time: unknown unit " days"`},
		{"a missing value", `report.createdAt.In(timezone(report.metadata.zone)).Hour() > 8`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := judge(t, func(p *rules.Project) {
				p.Rules[0].When = rules.Text{Value: `report.title == "nobody's" and ` + tt.when, At: "here"}
			})
			if tt.want == "" && len(got) > 0 || tt.want != "" && (len(got) != 1 || !strings.Contains(got[0], tt.want)) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	got := judge(t, func(p *rules.Project) {
		p.Rules[0].When = rules.Text{Value: `report.createdAt.In(timezone(report.metadata.zone)).Hour() > 8`, At: "here"}
	})
	if len(got) != 1 || !strings.Contains(got[0], "it fails for a report without values: ") || !strings.Contains(got[0], "the time zone is empty") {
		t.Errorf("got %q", got)
	}
}

// A zone that only a report can name may be wrong when the report comes. The rule fails then: it does not guess.
func TestAZoneOfAReportThatThereIsNot(t *testing.T) {
	const when = `report.customFields.zone != "" and report.createdAt.In(timezone(report.customFields.zone)).Hour() > 8`
	set := compile(t, rules.Project{
		IDs: []string{"p"}, Destinations: []rules.Destination{destination("d")},
		Rules: []rules.Rule{{To: []string{"d"}, When: rules.Text{Value: when}}},
	})
	for zone, want := range map[string]string{
		"Mars/Olympus": `there is no time zone "Mars/Olympus"`, "../../etc/passwd": "there is no time zone", "Local": "another on each machine",
	} {
		report := bridge.Report{BugID: "b", ProjectID: "p", CreatedAt: lateFriday, CustomFields: bridge.Fields{{Name: "zone", Value: zone}}}
		if _, _, err := set.Route(report); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", zone, err)
		}
	}
}

func TestTimeZonesInTemplates(t *testing.T) {
	const weekend = `{{ if has (dateInZone "Mon" .CreatedAt "Europe/Berlin") (list "Sat" "Sun") }}on-call{{ end }}`
	report := bridge.Report{CreatedAt: lateFriday, CustomFields: bridge.Fields{{Name: "zone", Value: "Asia/Tokyo"}}}
	for template, want := range map[string]string{
		weekend:                       "on-call",
		`{{ date "Mon" .CreatedAt }}`: "Fri",
		`{{ .CreatedAt.Weekday }}`:    "Friday",
		`[{{ dateInZone "15:04" .UpdatedAt "Europe/Berlin" }}]`:                       "[]",
		`{{ dateInZone "2 Jan 15:04 MST" .CreatedAt "Europe/Berlin" }}`:               "21 Mar 00:30 CET",
		`{{ .CustomFields.zone | default "UTC" | dateInZone "15:04" .CreatedAt }}`:    "08:30",
		`{{ dateInZone "15:04" .CreatedAt (.CustomFields.other | default "UTC") }}`:   "23:30",
		`{{ dateInZone "2 Jan" (mustDateModify "72h" .CreatedAt) "Europe/Berlin" }}`:  "24 Mar",
		`{{ if gt (.UpdatedAt.Sub .CreatedAt).Hours 72.0 }}old{{ else }}new{{ end }}`: "new",
		`{{ (dict "Local" "x").Local }}{{ .CustomFields.Local }}`:                     "x",
	} {
		if got := field(t, template, report); got != want {
			t.Errorf("%s: got %q, want %q", template, got, want)
		}
	}
}

// The trace names the fields that an expression read, and takes no method for one.
func TestTheTraceOfAnExpressionNamesFields(t *testing.T) {
	const when = `report.createdAt.In(timezone("UTC")).Hour() == 23 and report.project == "Shop" and report.reporter.email == ""`
	set := compile(t, rules.Project{
		IDs: []string{"p"}, Name: "Shop", Destinations: []rules.Destination{destination("d")},
		Rules: []rules.Rule{{To: []string{"d"}, When: rules.Text{Value: when}}},
	})
	_, traces, err := set.Route(bridge.Report{BugID: "b", ProjectID: "p", CreatedAt: lateFriday})
	const want = `when is true: report.createdAt is "2026-03-20T23:30:00.000Z", report.reporter.email is missing`
	if err != nil || traces[0].Why != want {
		t.Errorf("got %q, %v", traces[0].Why, err)
	}
}
