package sandbox

import (
	"context"
	"slices"
	"time"
)

// maxRequests is how many requests are remembered; beyond it the older half goes.
const maxRequests = 100_000

// State is everything the sandbox holds, as GET /_sandbox/state shows it. Lists are never null.
type State struct {
	GitHub   []GitHubIssue `json:"github"`
	Jira     []JiraIssue   `json:"jira"`
	Requests []Request     `json:"requests"`

	Violations      []Violation `json:"violations"`       // of the trackers' limits; the first 100
	ViolationsTotal int         `json:"violations_total"` // with those that are not kept
	WritesTooClose  int         `json:"writes_too_close"` // to GitHub, less than 1 s after the last of that credential: told, but no violation
}

// GitHubIssue is an issue of the stand-in GitHub.
type GitHubIssue struct {
	Repo      string    `json:"repo"` // owner/name
	Number    int       `json:"number"`
	Title     string    `json:"title"`
	Body      string    `json:"body"`
	Labels    []string  `json:"labels"`
	Assignees []string  `json:"assignees"` // logins
	State     string    `json:"state"`     // open or closed
	Reason    string    `json:"state_reason,omitempty"`
	Locked    bool      `json:"locked,omitempty"`
	Milestone string    `json:"milestone,omitempty"` // its title
	Type      string    `json:"type,omitempty"`      // the issue type's name
	Comments  []Comment `json:"comments"`
	URL       string    `json:"url"` // of its page
}

// JiraIssue is an issue of either stand-in Jira.
type JiraIssue struct {
	Tracker     string         `json:"tracker"` // jira-cloud or jira-dc
	Key         string         `json:"key"`
	Project     string         `json:"project"`
	Summary     string         `json:"summary"`
	Description any            `json:"description"` // the ADF object as sent, the string, or null
	IssueType   string         `json:"issue_type"`
	Priority    string         `json:"priority"`
	Labels      []string       `json:"labels"`
	Components  []string       `json:"components"`
	Fields      map[string]any `json:"fields"`   // custom field id, or versions, parent, duedate and the like -> value as sent
	Assignee    string         `json:"assignee"` // accountId, at Data Center the name; empty: nobody
	Status      string         `json:"status"`
	Comments    []Comment      `json:"comments"`
	Attachments []Attachment   `json:"attachments"`
	RemoteLinks []RemoteLink   `json:"remote_links"`
	URL         string         `json:"url"` // of its page
}

// Comment is a comment of either tracker.
type Comment struct {
	ID     int64     `json:"id"`
	Author string    `json:"author"` // login, accountId or name
	Body   any       `json:"body"`   // text, or on Jira Cloud the ADF object as sent
	At     time.Time `json:"at"`
}

// Attachment is a file at a Jira issue; its members are named as Jira names them.
type Attachment struct {
	ID       string `json:"id"`
	Filename string `json:"filename"`
	MimeType string `json:"mimeType"`
	Size     int    `json:"size"`    // bytes
	Content  string `json:"content"` // URL for a browser
}

// RemoteLink is a link from a Jira issue to elsewhere. Object is as sent; URL and Title are taken from it.
type RemoteLink struct {
	ID       int64          `json:"id"`
	GlobalID string         `json:"globalId"`
	URL      string         `json:"url"`
	Title    string         `json:"title"`
	Object   map[string]any `json:"object"`
}

// Request is one request that a tracker was asked, refused ones included.
type Request struct {
	At      time.Time `json:"at"`      // when it came
	Tracker string    `json:"tracker"` // github, jira-cloud or jira-dc
	Method  string    `json:"method"`
	Path    string    `json:"path"`            // below the tracker's own base: /repos/acme/web/issues, /rest/api/3/issue
	Status  int       `json:"status"`          // as answered; 0: the connection was closed without an answer
	Fault   string    `json:"fault,omitempty"` // the rule that struck, such as "drop after"
}

// State returns what GET /_sandbox/state answers. Without a Config.BaseURL its URLs begin with the path.
func (s *Server) State() State { return s.state(s.cfg.BaseURL) }

func (s *Server) state(base string) State {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := State{GitHub: []GitHubIssue{}, Jira: []JiraIssue{}, Requests: append([]Request{}, s.requests...)}
	st.Violations, st.ViolationsTotal, st.WritesTooClose = append([]Violation{}, s.watch.found...), s.watch.total, s.watch.tooClose
	for _, r := range s.github.repos {
		for _, i := range r.issues {
			st.GitHub = append(st.GitHub, i.public(r, base+githubSite))
		}
	}
	for _, j := range s.jiras {
		for _, i := range j.issues {
			st.Jira = append(st.Jira, i.public(j.jiraKind, base))
		}
	}
	return st
}

type witness struct{}

// Witness returns a context for one request in the same process: before the answer to it goes out, see gets what State will
// show of that request and of no other.
func Witness(ctx context.Context, see func(Request)) context.Context {
	return context.WithValue(ctx, witness{}, see)
}

func (s *Server) note(ctx context.Context, r Request) {
	if see, is := ctx.Value(witness{}).(func(Request)); is {
		see(r)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.requests) >= maxRequests {
		s.requests = slices.Clone(s.requests[maxRequests/2:])
	}
	s.requests = append(s.requests, r)
	s.cfg.Logger.Debug("request", "tracker", r.Tracker, "method", r.Method, "path", r.Path, "status", r.Status)
}
