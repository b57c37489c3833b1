package config

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path/filepath"
	"strings"
	"time"
)

// defaults fills in what depends on a tracker's type. given are the keys that the file has.
func (l *loader) defaults(given map[string]Pos) {
	for i := range l.config.Trackers {
		tracker := &l.config.Trackers[i]
		switch tracker.Type {
		case GitHub:
			tracker.BaseURL.Value = cmp.Or(tracker.BaseURL.Value, "https://api.github.com/")
			tracker.limit(given)
		case Jira:
			if _, ok := given[tracker.Name.Key+".settle"]; !ok {
				tracker.Settle = 60 * time.Second // its search index lags
			}
		}
		tracker.Timeout = cmp.Or(tracker.Timeout, l.config.Delivery.Timeout)
		tracker.BaseURL.Value = withSlash(tracker.BaseURL.Value)
		tracker.BrowseURL.Value = withSlash(tracker.BrowseURL.Value)
	}
}

// githubLimits are what GitHub asks of those who create content (docs.github.com, rate limits for the REST API). GitHub
// Enterprise Server has none by default, and Jira tells its own in its answers.
var githubLimits = Limits{PerMinute: 80, PerHour: 500, Spacing: time.Second}

// limit sets the limits that the file does not.
func (t *Tracker) limit(given map[string]Pos) {
	base, err := url.Parse(t.BaseURL.Value)
	if err != nil || base.Hostname() != "api.github.com" && !strings.HasSuffix(base.Hostname(), ".ghe.com") {
		return
	}
	key := t.Name.Key + ".limits."
	if _, ok := given[key+"per_minute"]; !ok {
		t.Limits.PerMinute = githubLimits.PerMinute
	}
	if _, ok := given[key+"per_hour"]; !ok {
		t.Limits.PerHour = githubLimits.PerHour
	}
	if _, ok := given[key+"spacing"]; !ok {
		t.Limits.Spacing = githubLimits.Spacing
	}
}

func withSlash(url string) string {
	if url == "" || strings.HasSuffix(url, "/") {
		return url
	}
	return url + "/"
}

// secretFiles reads the files that hold secrets.
func (l *loader) secretFiles() {
	for i := range l.config.Webhooks {
		webhook := &l.config.Webhooks[i]
		for _, file := range webhook.TokenFile {
			if secret, ok := l.secretFile(file); ok {
				webhook.Tokens = append(webhook.Tokens, secret)
			}
		}
		for _, header := range webhook.HeaderFiles {
			for _, file := range header.Files {
				if secret, ok := l.secretFile(file); ok {
					webhook.addHeader(header.Name, secret)
				}
			}
		}
	}
	for i := range l.config.Trackers {
		tracker := &l.config.Trackers[i]
		tracker.App.PrivateKey = withLines(tracker.App.PrivateKey)
		l.keyFile(&tracker.App)
		if tracker.TokenFile.Value == "" {
			continue
		}
		if !tracker.Token.IsZero() {
			l.findings = append(l.findings, tracker.TokenFile.Finding("stands beside token; one of the two was meant"))
		}
		if secret, ok := l.secretFile(tracker.TokenFile); ok {
			tracker.Token = secret
		}
	}
}

func (l *loader) secretFile(file Text) (Secret, bool) {
	path := resolve(file.Value, filepath.Dir(l.path))
	data, err := l.file(path)
	text := strings.TrimSpace(string(data))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		l.findings = append(l.findings, file.Finding(fmt.Sprintf("%s does not exist; a file with the secret and nothing else was meant", path)))
	case err != nil:
		l.findings = append(l.findings, file.Finding(fmt.Sprintf("%s cannot be read: %v", path, err)))
	case text == "" || strings.ContainsAny(text, "\r\n"):
		l.findings = append(l.findings, file.Finding(fmt.Sprintf("%s does not hold one line; a file with the secret and nothing else was meant", path)))
	default:
		return NewSecret(text), true
	}
	return Secret{}, false
}

// fillProject fills in what depends on the type of a destination's tracker, on the file's name and on a rule's number.
func fillProject(project *Project) {
	base := filepath.Base(project.File)
	project.Name = cmp.Or(project.Name, strings.TrimSuffix(base, filepath.Ext(base)))
	for i := range project.Destinations {
		destination := &project.Destinations[i]
		upperNames(destination.Priority)
		upperNames(destination.Status)
		if destination.Type == Jira {
			destination.Screenshot = cmp.Or(destination.Screenshot, ScreenshotAttach)
			destination.IssueType.Value = cmp.Or(destination.IssueType.Value, "Bug")
		}
		destination.Screenshot = cmp.Or(destination.Screenshot, ScreenshotLink)
	}
	for i := range project.Rules {
		rule := &project.Rules[i]
		rule.Name.Value = cmp.Or(rule.Name.Value, fmt.Sprintf("rule %d", i+1))
	}
	for i := range project.Tests {
		test := &project.Tests[i]
		test.Path = resolve(test.Payload.Value, filepath.Dir(project.File))
	}
}

// upperNames writes names as reports have them.
func upperNames(pairs Pairs) {
	for i := range pairs {
		pairs[i].Name.Value = strings.ToUpper(pairs[i].Name.Value)
	}
}
