package config

import (
	"net"
	"net/textproto"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// accounts looks at bugferry.yaml.
func (c *checker) accounts() {
	c.delivery()
	c.console()
	paths := map[string]Text{}
	for _, webhook := range c.Webhooks {
		c.webhook(webhook, paths)
	}
	for _, tracker := range c.Trackers {
		c.tracker(tracker)
	}
	c.users()
}

// fence is what a lease must have beyond a request's timeout: 2 s are the dispatcher's margin when it sends a create, the
// rest is for writing down that it is about to.
const fence = 5 * time.Second

// delivery compares the clocks. One that was not understood is 0, and has its finding already.
func (c *checker) delivery() {
	clock := c.Delivery
	mistake := func(key, format string, args ...any) {
		c.mistake(c.key(c.path, key, Pos{File: c.path}), format, args...)
	}
	if clock.RetryTo > 0 && clock.RetryTo < clock.RetryFrom {
		mistake("delivery.retry_to", "%v is shorter than delivery.retry_from, which is %v", clock.RetryTo, clock.RetryFrom)
	}
	outlasted := func(key string, timeout time.Duration) {
		if clock.Lease > 0 && clock.Lease < timeout+fence {
			mistake("delivery.lease", "%v is not %v longer than %s, which is %v", clock.Lease, fence, key, timeout)
		}
	}
	outlasted("delivery.timeout", clock.Timeout)
	for _, tracker := range c.Trackers {
		if tracker.Timeout != clock.Timeout {
			outlasted(tracker.Name.Key+".timeout", tracker.Timeout)
		}
	}
}

func (c *checker) webhook(webhook Webhook, paths map[string]Text) {
	if path := strings.TrimRight(webhook.Path.Value, "/"); webhook.Path.Value != "" {
		if first, ok := paths[path]; ok {
			c.mistake(webhook.Path, "is the path of another webhook, on %s; each needs its own", line(first.At))
		}
		paths[path] = webhook.Path
	}
	c.headers(webhook)
	files := len(webhook.TokenFile) + len(webhook.HeaderFiles)
	if understood := webhook.At.Line > 0 && webhook.Path.Value != ""; understood && !webhook.HasSecret() && files == 0 {
		c.findings.warn(webhook.At, "webhooks", "%s has neither token nor headers; anybody who knows the address can send reports", webhook.Path)
	}
}

// headers looks at the names of headers, which may stand once in each of the two keys that give them values.
func (c *checker) headers(webhook Webhook) {
	var given, files []Text
	for _, header := range webhook.Headers {
		given = append(given, header.Name)
	}
	for _, header := range webhook.HeaderFiles {
		files = append(files, header.Name)
		if len(header.Files) == 0 && !c.reportedIn(header.Name) {
			c.mistake(header.Name, "has no files; expected a path or a list of paths")
		}
	}
	for _, names := range [][]Text{given, files} {
		seen := map[string]bool{}
		for _, text := range names {
			name := textproto.CanonicalMIMEHeaderKey(text.Value)
			switch {
			case !headerName.MatchString(name):
				c.mistake(text, "is not a header's name; expected one such as X-Bugferry-Key")
			case seen[name]:
				c.mistake(text, "stands here a second time, as case makes no difference in headers; a list of values was meant")
			}
			seen[name] = true
		}
	}
}

var headerName = regexp.MustCompile(patterns["header"])

func (c *checker) tracker(tracker Tracker) {
	name, has := tracker.Name, func(key string) bool { return c.has(c.path, tracker.Name.Key+"."+key) }
	host := ""
	if base, err := url.Parse(tracker.BaseURL.Value); err == nil {
		host = base.Hostname()
		if base.Scheme == "http" && !isLoopback(host) {
			c.warn(tracker.BaseURL, "http sends the token to %s unencrypted; https was meant", host)
		}
	}
	switch tracker.Type {
	case GitHub:
		if has("email") {
			c.mistake(tracker.Email, "belongs to Jira; a GitHub token stands alone")
		}
		c.githubBase(tracker)
	case Jira:
		if !has("base_url") {
			c.mistake(name, "has no base_url; expected the site's address, such as https://acme.atlassian.net")
		}
		c.gateway(tracker, host, has("browse_url"))
		if !has("email") && strings.HasSuffix(host, ".atlassian.net") {
			c.mistake(name, "has no email; an API token of Jira Cloud goes with the e-mail of the account that made it")
		}
	default:
		return
	}
	c.credentials(tracker)
	if (name.Value == GitHub || name.Value == Jira) && name.Value != tracker.Type {
		c.mistake(name, "is the name of the other type of tracker, which makes users ambiguous; expected another one")
	}
}

// githubBase knows where GitHub has its API (docs.github.com, Getting started with the REST API): behind /api/v3 on an
// Enterprise Server, on a host of its own elsewhere.
func (c *checker) githubBase(tracker Tracker) {
	base, err := url.Parse(tracker.BaseURL.Value)
	if err != nil || tracker.BaseURL.At.Line == 0 {
		return
	}
	host := strings.ToLower(base.Hostname())
	switch {
	case strings.HasPrefix(host, "api.") || isLoopback(host):
	case strings.HasSuffix(host, ".ghe.com"):
		c.mistake(tracker.BaseURL, "is where people look; the API's base was meant: https://api.%s/", host)
	case strings.Trim(base.Path, "/") == "":
		c.warn(tracker.BaseURL, "has no path; an Enterprise Server's API is at https://%s/api/v3/", base.Host)
	}
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}

func (c *checker) users() {
	there := c.trackerNames()
	for _, tracker := range c.Trackers {
		if tracker.Type != "" && !slices.Contains(there, tracker.Type) {
			there = append(there, tracker.Type)
		}
	}
	seen := map[string]Text{}
	for _, user := range c.Users {
		name := strings.ToLower(user.Name.Value)
		if first, ok := seen[name]; ok {
			c.mistake(user.Name, "stands here a second time, in other case; the first is on %s", line(first.At))
		}
		seen[name] = user.Name
		for _, account := range user.Accounts {
			c.known(account.Name, there, "a tracker or a type of one")
		}
	}
}
