package config

import (
	"net/textproto"
	"strings"
	"time"
)

// The types a tracker can have.
const (
	GitHub = "github"
	Jira   = "jira"
)

// Webhook is one path that BetterBugs may POST to.
type Webhook struct {
	At           Pos           `yaml:"-"`
	Path         Text          `yaml:"path" required:"a path such as /hooks/betterbugs" check:"path"`
	Tokens       []Secret      `yaml:"token"`                                // any of them in the URL lets a request in; those of TokenFile included
	TokenFile    []Text        `yaml:"token_file"`                           // each holds one token
	Headers      []Header      `yaml:"headers" form:"named"`                 // each must be there with one of its values; those of HeaderFiles included
	HeaderFiles  []HeaderFiles `yaml:"header_files" form:"named"`            // each file holds one value
	From         []Text        `yaml:"from" nonempty:"true" check:"network"` // who may send; absent: everybody
	IgnoreBugIDs []Text        `yaml:"ignore_bug_ids"`                       // reports that are answered as a verify request is
	Capture      bool          `yaml:"capture" default:"false"`              // keep requests that otherwise leave nothing behind
	Projects     []Text        `yaml:"projects" default:"*" nonempty:"true"` // BetterBugs projects it may speak for; "*" is all
}

// HasSecret says whether anything keeps strangers out.
func (w Webhook) HasSecret() bool { return len(w.Tokens) > 0 || len(w.Headers) > 0 }

// addHeader adds a value to those that a header may have.
func (w *Webhook) addHeader(name Text, value Secret) {
	for i, header := range w.Headers {
		if sameHeader(header.Name.Value, name.Value) {
			w.Headers[i].Values = append(header.Values, value)
			return
		}
	}
	w.Headers = append(w.Headers, Header{Name: name, Values: []Secret{value}})
}

func sameHeader(a, b string) bool {
	return textproto.CanonicalMIMEHeaderKey(a) == textproto.CanonicalMIMEHeaderKey(b)
}

// Header is a request header with the values it may have.
type Header struct {
	Name   Text     `yaml:"-" form:"name"`
	Values []Secret `yaml:"-" form:"value" nonempty:"true"`
}

// HeaderFiles are the files with the values that a request header may have.
type HeaderFiles struct {
	Name  Text   `yaml:"-" form:"name"`
	Files []Text `yaml:"-" form:"value"`
}

// Tracker is an account at GitHub or Jira.
type Tracker struct {
	At        Pos           `yaml:"-"`
	Name      Text          `yaml:"-" form:"name"`
	Type      string        `yaml:"type" required:"github or jira" enum:"github|jira"`
	BaseURL   Text          `yaml:"base_url" check:"base"`   // the API's base, ending in a slash; https://api.github.com/ by default
	BrowseURL Text          `yaml:"browse_url" check:"base"` // what links for people begin with; empty: derived from BaseURL
	Token     Secret        `yaml:"token"`                   // from the file or from TokenFile
	TokenFile Text          `yaml:"token_file"`
	App       App           `yaml:"app"`                              // GitHub: instead of Token
	Email     Text          `yaml:"email"`                            // Jira Cloud: the account whose token it is
	Settle    time.Duration `yaml:"settle" default:"30s" zero:"true"` // how long a created issue may stay unseen: on Jira 60s by default
	CAFile    Text          `yaml:"ca_file"`                          // certificates in PEM to trust beside the system's
	CA        []byte        `yaml:"-"`                                // what CAFile holds
	Timeout   time.Duration `yaml:"timeout"`                          // of one request; Delivery.Timeout by default
	Limits    Limits        `yaml:"limits"`                           // what GitHub asks for by default on github.com and ghe.com, none elsewhere
	FindUsers bool          `yaml:"find_users" default:"false"`       // look for the accounts of people who are not in Users by their e-mail address, as far as it is public
}

// Limits bound what is written to a tracker with one account. 0 is no limit of that kind.
type Limits struct {
	PerMinute int           `yaml:"per_minute" min:"0" max:"100000"` // issues and comments in any 60 s
	PerHour   int           `yaml:"per_hour" min:"0" max:"1000000"`  // and in any hour
	Spacing   time.Duration `yaml:"spacing" zero:"true"`             // between two writes of any kind
}

// Users are the people whose accounts are known.
type Users []User

// User is somebody BetterBugs names by e-mail or user id.
type User struct {
	Name     Text  `yaml:"-" form:"name"`        // as written
	Accounts Pairs `yaml:"-" form:"value,named"` // tracker name or type -> account, its case kept
}

// Map returns, by e-mail or user id in lower case, the accounts by tracker name or type.
func (u Users) Map() map[string]map[string]string {
	m := make(map[string]map[string]string, len(u))
	for _, user := range u {
		m[strings.ToLower(user.Name.Value)] = user.Accounts.Map()
	}
	return m
}

// Tracker returns the tracker of that name.
func (c *Config) Tracker(name string) (Tracker, bool) {
	for _, tracker := range c.Trackers {
		if tracker.Name.Value == name {
			return tracker, true
		}
	}
	return Tracker{}, false
}
