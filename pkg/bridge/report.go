package bridge

import (
	"encoding/json"
	"time"
)

// Report is the bug that an [Event] describes, decoded. Anything but BugID may be missing: strings are then empty, times
// zero, slices nil. Status and Priority are in upper case (OPEN, HIGH), whatever case they came in.
type Report struct {
	CustomFields  Fields
	BugID         string
	ProjectID     string
	WorkspaceID   string
	UserID        string // the reporter's id; BetterBugs sends no name for it
	Title         string
	Description   string // HTML of several editors, or plain text
	Status        string
	Priority      string
	Type          string // screenshot, screenRecording, rewind
	CreatedAt     time.Time
	UpdatedAt     time.Time
	Metadata      []Datum
	Assignees     []Person
	SessionURL    string
	ScreenshotURL string
	Extra         Fields   // fields that BetterBugs does not document, kept for rules and templates
	Warnings      []string // what the encoding of the request lost
}

// Datum is one entry of a report's metadata.
type Datum struct {
	Title string `json:"title"`
	Value string `json:"value"`
}

// Person is somebody BetterBugs knows. Email and Name may be missing.
type Person struct {
	Email string `json:"email,omitempty"`
	ID    string `json:"id,omitempty"`
	Name  string `json:"name,omitempty"`
}

// Reporter returns who reported the bug, as far as the report tells: the assignee with the reporter's id, else only the
// id.
func (r Report) Reporter() Person {
	for _, p := range r.Assignees {
		if p.ID != "" && p.ID == r.UserID {
			return p
		}
	}
	return Person{ID: r.UserID}
}

// wireReport has BetterBugs' own names, in BetterBugs' own order.
type wireReport struct {
	CustomFields  *Fields   `json:"customFields,omitempty"`
	BugID         string    `json:"bugId"`
	ProjectID     string    `json:"projectId,omitempty"`
	WorkspaceID   string    `json:"workspaceId,omitempty"`
	UserID        string    `json:"userId,omitempty"`
	Title         string    `json:"title,omitempty"`
	Description   string    `json:"description,omitempty"`
	Status        string    `json:"status,omitempty"`
	Priority      string    `json:"priority,omitempty"`
	Type          string    `json:"type,omitempty"`
	CreatedAt     *wireTime `json:"createdAt,omitempty"`
	UpdatedAt     *wireTime `json:"updatedAt,omitempty"`
	Metadata      *[]Datum  `json:"metadata,omitempty"`
	Assignees     *[]Person `json:"assignees,omitempty"`
	SessionURL    string    `json:"sessionUrl,omitempty"`
	ScreenshotURL string    `json:"screenshotUrl,omitempty"`
	Warnings      []string  `json:"_warnings,omitempty"`
}

// wireNames are the names of wireReport: whatever else stands in a document is Extra.
var wireNames = map[string]bool{
	"customFields": true, "bugId": true, "projectId": true, "workspaceId": true, "userId": true, "title": true,
	"description": true, "status": true, "priority": true, "type": true, "createdAt": true, "updatedAt": true,
	"metadata": true, "assignees": true, "sessionUrl": true, "screenshotUrl": true, "_warnings": true,
}

// wireTime is written as JavaScript's Date does: UTC with milliseconds.
type wireTime time.Time

func (t wireTime) MarshalJSON() ([]byte, error) {
	return json.Marshal(time.Time(t).UTC().Format("2006-01-02T15:04:05.000Z07:00"))
}

func (t *wireTime) UnmarshalJSON(data []byte) error {
	return (*time.Time)(t).UnmarshalJSON(data)
}

// MarshalJSON writes the report with BetterBugs' own field names; missing fields are left out, Extra stands beside them.
func (r Report) MarshalJSON() ([]byte, error) {
	w := wireReport{
		BugID: r.BugID, ProjectID: r.ProjectID, WorkspaceID: r.WorkspaceID, UserID: r.UserID, Title: r.Title,
		Description: r.Description, Status: r.Status, Priority: r.Priority, Type: r.Type,
		SessionURL: r.SessionURL, ScreenshotURL: r.ScreenshotURL, Warnings: r.Warnings,
		CreatedAt: wireTimeOf(r.CreatedAt), UpdatedAt: wireTimeOf(r.UpdatedAt),
	}
	if r.CustomFields != nil {
		w.CustomFields = &r.CustomFields
	}
	if r.Metadata != nil {
		w.Metadata = &r.Metadata
	}
	if r.Assignees != nil {
		w.Assignees = &r.Assignees
	}
	known, err := encode(w)
	if err != nil || len(r.Extra) == 0 {
		return known, err
	}
	extra, err := encode(r.Extra)
	if err != nil {
		return nil, err
	}
	joined := append(known[:len(known)-1:len(known)-1], ',')
	return append(joined, extra[1:]...), nil
}

func wireTimeOf(t time.Time) *wireTime {
	if t.IsZero() {
		return nil
	}
	w := wireTime(t)
	return &w
}

// UnmarshalJSON reads what MarshalJSON wrote. Documents from outside are read by pkg/betterbugs, which is lenient.
func (r *Report) UnmarshalJSON(data []byte) error {
	var w wireReport
	if err := json.Unmarshal(data, &w); err != nil {
		return err
	}
	var all Fields
	if err := all.UnmarshalJSON(data); err != nil {
		return err
	}
	*r = Report{
		BugID: w.BugID, ProjectID: w.ProjectID, WorkspaceID: w.WorkspaceID, UserID: w.UserID, Title: w.Title,
		Description: w.Description, Status: w.Status, Priority: w.Priority, Type: w.Type,
		SessionURL: w.SessionURL, ScreenshotURL: w.ScreenshotURL, Warnings: w.Warnings,
	}
	if w.CreatedAt != nil {
		r.CreatedAt = time.Time(*w.CreatedAt)
	}
	if w.UpdatedAt != nil {
		r.UpdatedAt = time.Time(*w.UpdatedAt)
	}
	if w.CustomFields != nil {
		r.CustomFields = *w.CustomFields
	}
	if w.Metadata != nil {
		r.Metadata = *w.Metadata
	}
	if w.Assignees != nil {
		r.Assignees = *w.Assignees
	}
	for _, field := range all {
		if !wireNames[field.Name] {
			r.Extra = append(r.Extra, field)
		}
	}
	return nil
}
