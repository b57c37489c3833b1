// Package jira files issues at Jira through go-jira: at Jira Cloud over REST version 3, whose descriptions and comments are
// Atlassian documents (ADF), at Jira Data Center over version 2, where they are wiki markup. Which of the two it is Jira is asked
// (flavour.go); cloud.go and datacenter.go hold what only the one of them has.
//
// go-jira's own methods speak version 2, marshal users with a Password member and put keys into paths as they are, so
// requests are made with its NewRequestWithContext and Do, from bodies of our own.
//
// An issue is known again by its label bb-<bug>, which is part of the create itself and can be searched for, and by
// the issue property "bugferry", which says whose it is.
package jira

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	gojira "github.com/andygrunwald/go-jira"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/tracker"
)

// Config is one Jira account.
type Config struct {
	Name    string // the tracker's name in the configuration, for people
	BaseURL string // of the site or the gateway, exactly: https://acme.atlassian.net, https://api.atlassian.com/ex/jira/<cloudId>, https://jira.acme.example
	// BrowseURL is where people look, the site's address, where BaseURL is the gateway's; empty: BaseURL.
	BrowseURL string
	Email     string // Cloud: of the account that an API token belongs to; empty: Token is a bearer token, as Data Center's personal access tokens are
	Token     string
	Timeout   time.Duration     // for one request; 0: tracker.DefaultTimeout
	UserAgent string            // empty: "bugferry"
	Logger    *slog.Logger      // nil: no log
	Transport http.RoundTripper // what finally sends; nil: http.DefaultTransport
	Fetch     *tracker.Fetcher  // downloads screenshots to attach; nil: none are attached
	FindUsers bool              // look for the accounts of people by their e-mail
	Pause     time.Duration     // before a read is repeated; 0: tracker.NewClient's
}

// Tracker is a Jira account as the delivery protocol sees it.
type Tracker struct {
	name   string
	base   string // with a slash at its end
	browse string // without
	client *gojira.Client
	log    *slog.Logger
	fetch  *tracker.Fetcher
	known  atomic.Pointer[flavour] // nil: not known yet
	pace   *pace
	types  *cache[[]issueType]
	fields *cache[[]metaField]

	parents   *cache[found]
	people    *cache[string] // accounts by project and e-mail; "" is that there is none
	findUsers bool
}

var _ bridge.Tracker = (*Tracker)(nil)

// metaAge is for how long create metadata, parents and people are believed. An administrator's change shows after that, or at once where
// Jira refuses a create or an edit because of it.
const metaAge = 10 * time.Minute

// New returns the tracker for cfg. It makes no call; [Tracker.Check] does.
func New(cfg Config) (*Tracker, error) {
	for _, address := range []string{cfg.BaseURL, cfg.BrowseURL} {
		u, err := url.Parse(address)
		if address == "" && cfg.BaseURL != "" {
			continue
		}
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
			return nil, fmt.Errorf("tracker %s: base URL %q is not a plain http or https URL", cfg.Name, address)
		}
	}
	if cfg.Token == "" {
		return nil, fmt.Errorf("tracker %s: no token", cfg.Name)
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.BrowseURL == "" {
		cfg.BrowseURL = cfg.BaseURL
	}
	auth := tracker.Bearer(cfg.Token)
	if cfg.Email != "" {
		auth = tracker.Basic(cfg.Email, cfg.Token)
	}
	base := strings.TrimRight(cfg.BaseURL, "/") + "/"
	client, err := gojira.NewClient(tracker.NewClient(tracker.ClientConfig{
		Auth: auth, UserAgent: cfg.UserAgent, Timeout: cfg.Timeout, Pause: cfg.Pause, Logger: cfg.Logger, Transport: cfg.Transport,
	}), base)
	if err != nil {
		return nil, fmt.Errorf("tracker %s: %w", cfg.Name, err)
	}
	return &Tracker{
		name: cfg.Name, base: base, browse: strings.TrimRight(cfg.BrowseURL, "/"), client: client,
		log: cfg.Logger.With("tracker", cfg.Name), fetch: cfg.Fetch, pace: newPace(),
		types: newCache[[]issueType](metaAge), fields: newCache[[]metaField](metaAge),
		parents: newCache[found](metaAge), people: newCache[string](metaAge), findUsers: cfg.FindUsers,
	}, nil
}

// Place returns the place for a project, given by its key.
func (t *Tracker) Place(project string) (bridge.Place, error) {
	key, err := projectKey(project)
	if err != nil {
		return bridge.Place{}, err
	}
	return bridge.Place{Tracker: t.name, Base: t.base, Name: key}, nil
}

var (
	projectPattern = regexp.MustCompile(`^[A-Z][A-Z0-9_]{0,254}$`)
	issuePattern   = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,254}-[0-9]{1,18}$`)
)

func projectKey(project string) (string, error) {
	key := strings.ToUpper(strings.TrimSpace(project))
	if !projectPattern.MatchString(key) {
		return "", bridge.Park(fmt.Errorf("%q is not a Jira project's key", project),
			"write the key that stands before the number of the project's issues, such as WEB")
	}
	return key, nil
}

// issueKey returns the key that ref names, fit for a path: go-jira puts it there as it is.
func issueKey(ref bridge.Ref) (string, error) {
	if !issuePattern.MatchString(ref.ID) {
		return "", bridge.Park(fmt.Errorf("%q is not a Jira issue's key", ref.ID), "")
	}
	return ref.ID, nil
}

func (t *Tracker) reference(key string) bridge.Ref {
	return bridge.Ref{ID: key, Name: key, URL: t.browse + "/browse/" + key}
}
