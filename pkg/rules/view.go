package rules

import (
	"strings"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// view is a report as expressions (by the tags) and templates (by the Go names) see it. Custom fields, metadata and
// unknown fields are text: a missing key is then empty in both languages, and JSON and form data read the same.
type view struct {
	BugID         string            `expr:"bugId"`
	ProjectID     string            `expr:"projectId"`
	Project       string            `expr:"project"` // the project's name in the configuration
	WorkspaceID   string            `expr:"workspaceId"`
	UserID        string            `expr:"userId"`
	Title         string            `expr:"title"`
	Description   string            `expr:"description"`
	Status        string            `expr:"status"`
	Priority      string            `expr:"priority"`
	Type          string            `expr:"type"`
	CreatedAt     time.Time         `expr:"createdAt"`
	UpdatedAt     time.Time         `expr:"updatedAt"`
	SessionURL    string            `expr:"sessionUrl"`
	ScreenshotURL string            `expr:"screenshotUrl"`
	CustomFields  map[string]string `expr:"customFields"`
	Metadata      map[string]string `expr:"metadata"` // of entries with one title the first
	Extra         map[string]string `expr:"extra"`    // fields that BetterBugs does not document
	Assignees     []person          `expr:"assignees"`
	Reporter      person            `expr:"reporter"`
}

// person is a bridge.Person with the names that expressions use.
type person struct {
	Email string `expr:"email"`
	ID    string `expr:"id"`
	Name  string `expr:"name"`
}

// String is what {{ .Reporter }} prints.
func (p person) String() string {
	for _, s := range []string{p.Name, p.Email} {
		if s != "" {
			return s
		}
	}
	return p.ID
}

func newView(r bridge.Report, projectName string) *view {
	v := &view{
		BugID: r.BugID, ProjectID: r.ProjectID, Project: projectName, WorkspaceID: r.WorkspaceID, UserID: r.UserID,
		Title: r.Title, Description: r.Description, Status: r.Status, Priority: r.Priority, Type: r.Type,
		CreatedAt: r.CreatedAt.UTC(), UpdatedAt: r.UpdatedAt.UTC(),
		SessionURL: r.SessionURL, ScreenshotURL: r.ScreenshotURL,
		CustomFields: texts(r.CustomFields), Extra: texts(r.Extra),
		Metadata:  make(map[string]string, len(r.Metadata)),
		Assignees: make([]person, len(r.Assignees)),
		Reporter:  person(r.Reporter()),
	}
	for _, datum := range r.Metadata {
		if v.Metadata[datum.Title] == "" {
			v.Metadata[datum.Title] = datum.Value
		}
	}
	for i, p := range r.Assignees {
		v.Assignees[i] = person(p)
	}
	return v
}

func texts(fields bridge.Fields) map[string]string {
	m := make(map[string]string, len(fields))
	for _, f := range fields {
		m[f.Name] = bridge.TextOf(f.Value)
	}
	return m
}

func people(list []person) string {
	names := make([]string, 0, len(list))
	for _, p := range list {
		if name := p.String(); name != "" {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// trials are the reports that Compile tries each expression and template on, so that what can only fail is found before
// a report comes: one where everything is missing, and one that has everything.
var trials = []struct {
	name string
	view *view
}{
	{"a report without values", newView(bridge.Report{}, "")},
	{"a complete report", newView(bridge.Report{
		CustomFields: bridge.Fields{{Name: "team", Value: "checkout"}},
		BugID:        "682c1dbb3b574d66f3863324", ProjectID: "68088dd3077eafee5d46cf86",
		WorkspaceID: "68088dd2077eafee5d46cf83", UserID: "66dea4b99fee48c5dcdc1d2c",
		Title: "Sample Bug title", Description: "<p>Sample Bug Description</p>", Status: "OPEN", Priority: "HIGH",
		Type: "screenshot", CreatedAt: time.Date(2025, 5, 20, 6, 14, 18, 0, time.UTC),
		UpdatedAt: time.Date(2025, 5, 20, 6, 14, 27, 0, time.UTC),
		Metadata:  []bridge.Datum{{Title: "version", Value: "1.2.3"}},
		Assignees: []bridge.Person{
			{Email: "quinn@example.com", ID: "66dea4b99fee48c5dcdc1d2c", Name: "quinn"},
			{Email: "li@example.org", ID: "66dea4b99fee48c5dcdc1d2e", Name: "李 雷"},
		},
		SessionURL:    "https://app.betterbugs.io/session/682c1dbb3b574d66f3863324",
		ScreenshotURL: "https://cdn.betterbugs.io/s.png",
		Extra:         bridge.Fields{{Name: "tags", Value: "cart"}},
	}, "Web shop")},
}
