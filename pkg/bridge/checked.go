package bridge

import "fmt"

// Level says how much a finding of a live check matters.
type Level string

// The levels, from what is as it should be to what keeps issues from being filed.
const (
	LevelOK      Level = "ok"
	LevelNote    Level = "note"    // worth knowing
	LevelWarning Level = "warning" // issues are filed, but not as the configuration wants them
	LevelProblem Level = "problem" // no issue can be filed, or none will be before long
)

// Checked is what a live check found out about one thing.
type Checked struct {
	Level Level  `json:"level"`
	Thing string `json:"thing"`          // what was looked at: "credentials", "repository", "priority"
	Text  string `json:"text"`           // what was found
	Hint  string `json:"hint,omitempty"` // what to change
}

// Wishes are what a destination will ask of its place, as far as that does not depend on the report.
type Wishes struct {
	IssueType  string
	Milestone  string
	Priorities []string
	Labels     []string
	Components []string
	Fields     []Wish   // custom fields
	Statuses   []string // that reports lead to
	Assignees  []string // accounts of all who may be assigned
	Screenshot bool     // pictures are shown or attached
	Attach     bool     // pictures are attached
	Edits      bool     // a report that comes again changes its issue
	Comments   bool     // a report that comes again is told in comments, be it beside what it changes

	SeekAssignees bool // people without an account in the configuration are to be assigned, where the tracker looks for them

	// What only Jira has; "" is a value that depends on the report.
	Versions, FixVersions, Parents, SecurityLevels []string

	Reporter     bool // issues may be by another than the account that files them
	SeekReporter bool // likewise, where the tracker looks for people

	Accounts map[string]string // as in Issue
}

// Wish is a custom field, by name or id, with the value it always gets; empty where that depends on the report.
type Wish struct {
	Name  string
	Value string
}

// Checks gathers findings. The zero Checks is empty.
type Checks []Checked

// OK notes that a thing is as it should be.
func (c *Checks) OK(thing, format string, args ...any) {
	*c = append(*c, Checked{LevelOK, thing, fmt.Sprintf(format, args...), ""})
}

// Add notes anything else, with what to change.
func (c *Checks) Add(level Level, thing, hint, format string, args ...any) {
	*c = append(*c, Checked{level, thing, fmt.Sprintf(format, args...), hint})
}

// Fail notes that a thing could not be asked for, or is not there.
func (c *Checks) Fail(thing string, err error) {
	*c = append(*c, Checked{LevelProblem, thing, err.Error(), Hint(err)})
}

// Worst returns the highest level among the findings; LevelOK if there are none.
func (c Checks) Worst() Level {
	order := map[Level]int{LevelOK: 0, LevelNote: 1, LevelWarning: 2, LevelProblem: 3}
	worst := LevelOK
	for _, found := range c {
		if order[found.Level] > order[worst] {
			worst = found.Level
		}
	}
	return worst
}
