// Package github files issues at GitHub, github.com or Enterprise Server, through go-github.
//
// An issue's body is ours between two HTML comments. The first of them is the marker by which the issue is known again:
// it holds installation and bug, is always the body's first line, and is part of the create itself.
package github

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/tracker"
)

// Config is one GitHub account.
type Config struct {
	Name      string            // the tracker's name in the configuration, for people
	BaseURL   string            // of the API, exactly: https://api.github.com/, https://ghe.acme.example/api/v3/
	Token     string            // a personal access token, fine-grained or classic
	App       *App              // instead of Token
	Timeout   time.Duration     // for one request; 0: tracker.DefaultTimeout
	FindUsers bool              // look for the logins of people to assign by their public e-mail addresses
	UserAgent string            // empty: "bugferry"
	Logger    *slog.Logger      // nil: no log
	Transport http.RoundTripper // what finally sends; nil: http.DefaultTransport
	Pause     time.Duration     // before a read is repeated; 0: tracker.NewClient's
}

// Tracker is a GitHub account as the delivery protocol sees it.
type Tracker struct {
	name  string
	base  *url.URL
	http  *http.Client
	log   *slog.Logger
	agent string
	known *known

	app   *installation // nil: a token
	asApp *http.Client  // with the App's own credentials instead of its installation's; nil: a token
}

var _ bridge.Tracker = (*Tracker)(nil)

// New returns the tracker for cfg. It makes no call; [Tracker.Check] does.
func New(cfg Config) (*Tracker, error) {
	base, err := url.Parse(strings.TrimRight(cfg.BaseURL, "/") + "/")
	if err != nil || base.Host == "" || base.Scheme != "https" && base.Scheme != "http" {
		return nil, fmt.Errorf("tracker %s: base URL %q is not an http or https URL", cfg.Name, cfg.BaseURL)
	}
	if base.User != nil || base.RawQuery != "" || base.Fragment != "" {
		return nil, fmt.Errorf("tracker %s: base URL must hold neither credentials nor a query", cfg.Name)
	}
	if (cfg.Token == "") == (cfg.App == nil) {
		return nil, fmt.Errorf("tracker %s: needs either a token or a GitHub App", cfg.Name)
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	t := &Tracker{
		name: cfg.Name, base: base, log: cfg.Logger.With("tracker", cfg.Name), agent: cfg.UserAgent,
		known: newKnown(cfg.FindUsers),
	}
	client := tracker.ClientConfig{
		Auth: tracker.Bearer(cfg.Token), UserAgent: cfg.UserAgent, Timeout: cfg.Timeout, Pause: cfg.Pause,
		Logger: cfg.Logger, Transport: cfg.Transport,
	}
	if cfg.App != nil {
		if t.app, err = newInstallation(*cfg.App, base.String(), cfg.Timeout); err != nil {
			return nil, fmt.Errorf("tracker %s: %w", cfg.Name, err)
		}
		client.Auth = t.app.authAsApp
		t.asApp = tracker.NewClient(client)
		client.Auth = t.app.auth
	}
	t.http = tracker.NewClient(client)
	return t, nil
}

// Place returns the place for a repository, given as "owner/name".
func (t *Tracker) Place(name string) (bridge.Place, error) {
	if _, err := parseRepo(name); err != nil {
		return bridge.Place{}, err
	}
	return bridge.Place{Tracker: t.name, Base: t.base.String(), Name: name}, nil
}

// repo is a repository whose name is fit for a path: go-github puts it there unescaped.
type repo struct{ owner, name string }

func (r repo) String() string { return r.owner + "/" + r.name }

var (
	ownerName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$`)
	repoName  = regexp.MustCompile(`^[A-Za-z0-9._-]{1,100}$`)
	loginName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$`)
)

func parseRepo(name string) (repo, error) {
	owner, rest, _ := strings.Cut(name, "/")
	if !ownerName.MatchString(owner) || !repoName.MatchString(rest) || rest == "." || rest == ".." {
		return repo{}, bridge.Park(fmt.Errorf("%q is not a GitHub repository", name), `write it as "owner/name"`)
	}
	return repo{owner, rest}, nil
}

// locate returns where the issue that ref names is: "12" in the place's repository, "acme/other#12" where it has moved
// to another.
func locate(place bridge.Place, ref bridge.Ref) (repo, int, error) {
	name, id := place.Name, ref.ID
	if elsewhere, number, ok := strings.Cut(ref.ID, "#"); ok {
		name, id = elsewhere, number
	}
	r, err := parseRepo(name)
	if err != nil {
		return repo{}, 0, err
	}
	number, err := strconv.Atoi(id)
	if err != nil || number <= 0 {
		return repo{}, 0, bridge.Park(fmt.Errorf("%q is not a GitHub issue", ref.ID), "")
	}
	return r, number, nil
}

// reference names the issue at page. Its own URL tells the repository it is in now, if that is not the one it was
// asked for in.
func reference(place bridge.Place, asked repo, number int, api, page string) bridge.Ref {
	in := asked
	if found, err := repoOf(api, number); err == nil {
		in = found
	}
	ref := bridge.Ref{ID: strconv.Itoa(number), Name: fmt.Sprintf("%s#%d", in, number), URL: page}
	if !strings.EqualFold(in.String(), place.Name) {
		ref.ID = ref.Name
	}
	return ref
}

func repoOf(api string, number int) (repo, error) {
	_, path, ok := strings.Cut(api, "/repos/")
	name, ok2 := strings.CutSuffix(path, fmt.Sprintf("/issues/%d", number))
	if !ok || !ok2 {
		return repo{}, errors.New("not an issue's URL")
	}
	return parseRepo(name)
}
