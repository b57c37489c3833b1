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
	At Pos `yaml:"-"`
	// The path of the URL; each webhook has its own.
	Path Text `yaml:"path" required:"a path such as /hooks/betterbugs" check:"path" example:"/hooks/betterbugs"`
	// A secret in the URL, as `?token=` or as last segment of the path; BetterBugs' Verify carries it. A list lets in any of its
	// values, while you change from one to the other.
	Tokens []Secret `yaml:"token" example:"${BUGFERRY_TOKEN}" live:"1"` // those of TokenFile included
	// Files that hold one token each, or one such file; adds to `token`.
	TokenFile []Text `yaml:"token_file" example:"/run/secrets/bugferry-token"`
	// The Custom Headers of the integration in BetterBugs; each must be there with its value, or with one of a list.
	Headers []Header `yaml:"headers" form:"named" example:"{X-Bugferry-Key: \"${BUGFERRY_KEY}\"}" live:"1"` // those of HeaderFiles included
	// The same with files that hold one value each; adds to `headers`.
	HeaderFiles []HeaderFiles `yaml:"header_files" form:"named" example:"{X-Bugferry-Key: /run/secrets/bugferry-key}"`
	// Addresses and networks that may send, everybody by default; behind a proxy see `server.trusted_proxies`.
	From []Text `yaml:"from" nonempty:"true" check:"network" example:"[203.0.113.0/24]"`
	// Reports that are answered as Verify is, and not filed.
	IgnoreBugIDs []Text `yaml:"ignore_bug_ids" example:"[682c1dbb3b574d66f3863324]"`
	// `true`: keep requests that otherwise leave nothing behind; see docs/receiving.md.
	Capture bool `yaml:"capture" default:"false"`
	// The ids of the BetterBugs projects that this webhook may speak for; `"*"` is all.
	Projects []Text `yaml:"projects" default:"*" nonempty:"true"`
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
	At   Pos  `yaml:"-"`
	Name Text `yaml:"-" form:"name"`
	// What it is: GitHub, Enterprise Server included, or Jira, be it Cloud or Data Center: Bugferry asks which of the two.
	Type string `yaml:"type" required:"github or jira" enum:"github|jira" example:"github" example2:"jira"`
	// GitHub: where its API is, `https://api.github.com/` by default; `https://HOST/api/v3/` of an Enterprise Server,
	// `https://api.NAME.ghe.com/`. Jira, required: `https://acme.atlassian.net/`, or with the context path where Data Center has one.
	BaseURL Text `yaml:"base_url" check:"base" example:"https://api.github.com/" example2:"https://acme.atlassian.net/" live:"12"`
	// What links for people begin with, derived from `base_url`. Jira: required for scoped tokens and service accounts, whose
	// `base_url` is `https://api.atlassian.com/ex/jira/<cloudId>/`.
	BrowseURL Text `yaml:"browse_url" check:"base" example:"https://github.com/" example2:"https://acme.atlassian.net/"`
	// Jira Cloud: the account whose token it is. Leave it out for bearer tokens: a service account's OAuth token, and a personal
	// access token of Data Center.
	Email Text `yaml:"email" for:"jira" example2:"bot@acme.example" live:"2"`
	// The account's token.
	Token Secret `yaml:"token" example:"${GITHUB_TOKEN}" example2:"${JIRA_TOKEN}" live:"12"` // that of TokenFile included
	// A file that holds the token and nothing else; instead of `token`.
	TokenFile Text `yaml:"token_file" example:"/run/secrets/github-token"`
	// Instead of a token: a GitHub App, whose issues are by `name[bot]` and belong to no person.
	App App `yaml:"app" for:"github"`
	// How long a new issue may stay unseen by the tracker's own listing. On Jira 60s by default: its search lags.
	Settle time.Duration `yaml:"settle" default:"30s" zero:"true" example2:"60s" live:"2"`
	// A file with certificates in PEM form to trust beside the system's, for a tracker with a CA of its own.
	CAFile Text   `yaml:"ca_file" example:"certificates/acme.pem"`
	CA     []byte `yaml:"-"` // what CAFile holds
	// The longest that one request may take; `delivery.timeout` by default.
	Timeout time.Duration `yaml:"timeout" example:"20s" live:"1"`
	// What is written with this account at most; these by default on github.com and ghe.com, none elsewhere. 0: no such limit.
	Limits Limits `yaml:"limits"`
	// `true`: find the accounts of people whom `users` does not name. GitHub: by the e-mail address on their public profile.
	// Jira: found is the account that shows the very e-mail address.
	FindUsers bool `yaml:"find_users" default:"false"`
}

// Limits bound what is written to a tracker with one account. 0 is no limit of that kind.
type Limits struct {
	// Issues and comments in any 60 s.
	PerMinute int `yaml:"per_minute" min:"0" max:"100000" example:"80" live:"1"`
	// And in any hour.
	PerHour int `yaml:"per_hour" min:"0" max:"1000000" example:"500" live:"1"`
	// The time between two writes of any kind.
	Spacing time.Duration `yaml:"spacing" zero:"true" example:"1s" live:"1"`
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
