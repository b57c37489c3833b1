package config

import (
	"embed"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"go.yaml.in/yaml/v3"
)

// Start is what a first configuration is written for. Its zero value is for somebody who fills it in by hand.
type Start struct {
	GitHub *Repository
	Jira   *Site
}

// Repository is a GitHub repository, as [ParseRepository] understands it.
type Repository struct {
	Name    string // owner/name
	BaseURL string // where its API is; empty: at github.com's
}

// Site is a Jira, as [ParseSite] understands it, and the project in it.
type Site struct {
	BaseURL string
	Project string // its key; see [CheckProjectKey]
	Email   string // whose token it is; empty: not known, or none is needed; see [CheckEmail]
}

// Cloud says by its address whether it is Jira Cloud.
func (s Site) Cloud() bool {
	u, err := url.Parse(s.BaseURL)
	return err == nil && strings.HasSuffix(strings.ToLower(u.Hostname()), ".atlassian.net") || s.Gateway()
}

// Gateway says whether it is reached through Atlassian's gateway, whose address tells nothing of the site.
func (s Site) Gateway() bool {
	u, err := url.Parse(s.BaseURL)
	return err == nil && strings.EqualFold(u.Hostname(), gatewayHost)
}

// ParseRepository understands owner/name, at github.com, and the address of a repository's page there, at ghe.com or at an
// Enterprise Server. Its errors continue a sentence that begins with the text.
func ParseRepository(text string) (Repository, error) {
	if !strings.Contains(text, "://") {
		return Repository{Name: text}, checkRepo(text)
	}
	u, err := address(text)
	if err != nil {
		return Repository{}, fmt.Errorf("%w, such as https://github.acme.example/acme/web, or owner/name", err)
	}
	if strings.HasPrefix(strings.ToLower(u.Hostname()), "api.") {
		return Repository{}, errors.New("is where programs ask; expected the repository's page, or owner/name")
	}
	r := Repository{Name: strings.TrimSuffix(strings.Trim(u.Path, "/"), ".git")}
	if checkRepo(r.Name) != nil {
		return Repository{}, fmt.Errorf("does not end in a repository; expected one such as https://%s/acme/web", u.Host)
	}
	switch host := strings.ToLower(u.Hostname()); {
	case host == "github.com" || host == "www.github.com":
	case strings.HasSuffix(host, ".ghe.com"):
		r.BaseURL = "https://api." + host + "/"
	default:
		r.BaseURL = u.Scheme + "://" + strings.ToLower(u.Host) + "/api/v3/"
	}
	return r, nil
}

// pageOfJira is what the path of a page has that people look at, and no context path has.
var pageOfJira = regexp.MustCompile(`/(browse|projects|secure|issues|boards|software)(/|$)`)

// ParseSite understands the address of a Jira: a site of Cloud, one behind Atlassian's gateway, or a Data Center with or without
// a context path. Its errors continue a sentence that begins with the text.
func ParseSite(text string) (Site, error) {
	u, err := address(text)
	if err != nil {
		return Site{}, fmt.Errorf("%w, such as https://acme.atlassian.net", err)
	}
	site := Site{BaseURL: strings.TrimRight(text, "/")}
	switch path := strings.TrimRight(u.Path, "/"); {
	case site.Gateway() && !gatewayPath.MatchString(path):
		return Site{}, fmt.Errorf("names no site; expected https://%s/ex/jira/<cloudId>, with the cloudId that https://<site>.atlassian.net/_edge/tenant_info tells", gatewayHost)
	case !site.Gateway() && (site.Cloud() && path != "" || pageOfJira.MatchString(path)):
		return Site{}, fmt.Errorf("is a page of Jira; expected the site's address: %s://%s", u.Scheme, u.Host)
	}
	return site, nil
}

// CheckProjectKey checks the key of a Jira project. Its errors continue a sentence that begins with the key.
func CheckProjectKey(key string) error { return checkJiraKey(key) }

var emailPattern = regexp.MustCompile(`^[^\s@"'\\${}<>\pC]+@[^\s@"'\\${}<>\pC]+$`)

// CheckEmail checks the e-mail address of an account. Its errors continue a sentence that begins with the address.
func CheckEmail(text string) error {
	if !emailPattern.MatchString(text) {
		return errors.New("is not an e-mail address; expected that of the account whose token it is, such as bot@acme.example")
	}
	return nil
}

var plainAddress = regexp.MustCompile(`^https?://[A-Za-z0-9._:/~-]+$`)

// address checks a URL that is to stand in a file: https, but on this machine.
func address(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err == nil && u.User != nil:
		return nil, errors.New("has a user name in it; credentials have their own keys: expected an address")
	case err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, errors.New("is not an address; expected one that begins with https://")
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return nil, errors.New("is http, which sends the token unencrypted; expected https")
	case !plainAddress.MatchString(text):
		return nil, errors.New("has a character that does not belong there; expected an address and nothing behind it")
	}
	return u, nil
}

// Starter returns the files that `bugferry init` writes, by their path beside each other. They load without findings once
// the environment variables BUGFERRY_TOKEN and GITHUB_TOKEN are set.
func Starter() map[string]string { return Start{}.Files() }

// Files returns the files for s, by their path beside each other. They load without findings once the environment variables that
// the first of them names are set.
func (s Start) Files() map[string]string {
	project := ProjectStart{ID: AllProjects}
	if s.GitHub == nil && s.Jira == nil {
		s.GitHub = &Repository{}
		project.Destinations = []DestinationStart{{Name: GitHub, Tracker: GitHub, Type: GitHub, Place: "acme/web", Note: "change this: owner/name"}}
	}
	if s.GitHub != nil && s.GitHub.Name != "" {
		project.Destinations = append(project.Destinations, DestinationStart{Name: GitHub, Tracker: GitHub, Type: GitHub, Place: s.GitHub.Name})
	}
	if s.Jira != nil {
		project.Destinations = append(project.Destinations, DestinationStart{Name: Jira, Tracker: Jira, Type: Jira, Place: s.Jira.Project})
	}
	return map[string]string{"bugferry.yaml": filled("bugferry.yaml.tmpl", s), "projects/default.yaml": project.YAML()}
}

// ProjectStart is what a project file is begun with.
type ProjectStart struct {
	ID    string // BetterBugs' projectId, or [AllProjects]
	Event string // whose project it is; empty: none
	Off   string // why the file is not enabled yet; empty: it is

	Destinations []DestinationStart // at least one; the rule that is written takes every report to all of them
	Conditions   []ConditionStart   // shown as examples
}

// DestinationStart is a destination to begin with.
type DestinationStart struct {
	Name, Tracker string
	Type          string // of the tracker
	Place         string // owner/name, or the key of a project
	Note          string // what a person is to look at; empty: nothing
}

// ConditionStart is what a rule could ask for.
type ConditionStart struct {
	Field string
	Value string // empty: any
}

// YAML returns the file. Whatever the texts hold, they stay the values of their keys, or comments.
func (p ProjectStart) YAML() string { return filled("project.yaml.tmpl", p) }

// OneTo is where an example of a rule leads.
func (p ProjectStart) OneTo() string { return flow(p.Destinations[len(p.Destinations)-1:]) }

// AllTo is where the rule leads.
func (p ProjectStart) AllTo() string { return flow(p.Destinations) }

func flow(list []DestinationStart) string {
	names := make([]string, len(list))
	for i, d := range list {
		names[i] = scalar(d.Name)
	}
	return "[" + strings.Join(names, ", ") + "]"
}

//go:embed starter
var starterFiles embed.FS

// starters have their actions in [[ ]], as the files hold templates in the usual braces.
var starters = template.Must(template.New("").Delims("[[", "]]").
	Funcs(template.FuncMap{"scalar": scalar, "line": oneLine}).ParseFS(starterFiles, "starter/*.tmpl"))

func filled(name string, with any) string {
	var b strings.Builder
	if err := starters.ExecuteTemplate(&b, name, with); err != nil {
		panic(err) // the templates are ours, and a Builder takes all
	}
	return b.String()
}

var plainScalar = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._/@:+-]*[A-Za-z0-9/])?$`)

// scalar writes a text as one YAML value, between braces too: as it is where every reader takes that for the same text, else between
// double quotes, whose escapes in YAML are those of Go.
func scalar(text string) string {
	var read any
	words := []string{"yes", "no", "on", "off", "y", "n"} // which YAML 1.1 takes for true and false
	if plainScalar.MatchString(text) && !slices.Contains(words, strings.ToLower(text)) && yaml.Unmarshal([]byte(text), &read) == nil && read == any(text) {
		return text
	}
	return strconv.QuoteToGraphic(text)
}

// oneLine keeps a text in the line of its comment.
func oneLine(text string) string {
	quoted := strconv.QuoteToGraphic(text)
	return quoted[1 : len(quoted)-1]
}
