package rules

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/markup"
)

// body is what an issue says: what its destination lays out, or the usual, and the footer.
func (d *destination) body(r bridge.Report, v *view, others []bridge.Person, dropped []bridge.Dropped) (bridge.Document, error) {
	if d.layout == nil {
		return append(d.usual(r, others), footer(r.BugID, dropped)), nil
	}
	doc, err := d.laidOut(r, v, others)
	if err != nil {
		return nil, d.failed("body", d.layout.at, err)
	}
	return append(doc, footer(r.BugID, dropped)), nil
}

// usual lays out an issue: the links that people click first, the description, the screenshot, the facts.
func (d *destination) usual(r bridge.Report, others []bridge.Person) bridge.Document {
	var doc bridge.Document
	if session := webURL(r.SessionURL); session != nil {
		doc = append(doc, links(session))
	}
	doc = append(doc, markup.ShowImages(markup.Parse(r.Description), d.images)...)
	if picture := webURL(r.ScreenshotURL); picture != nil && d.screenshot != ScreenshotOff {
		doc = append(doc, d.picture(picture))
	}
	return append(doc, d.facts(r, others)...)
}

// picture shows the screenshot, or leads to it if its host is not one whose images are shown.
func (d *destination) picture(u *url.URL) bridge.Block {
	if d.images.Cover(u) {
		return bridge.Picture{URL: u.String(), Alt: "Screenshot"}
	}
	return bridge.Paragraph{Content: []bridge.Inline{bridge.Text{Text: "Screenshot", Link: u.String(), Trusted: true}}}
}

// links is the paragraph that leads to the recorded session and its developer tools.
func links(session *url.URL) bridge.Paragraph {
	return bridge.Paragraph{Content: []bridge.Inline{
		bridge.Text{Text: "Open session", Marks: bridge.Strong, Link: session.String(), Trusted: true},
		bridge.Text{Text: " · ", Trusted: true},
		bridge.Text{Text: "Console", Link: devTab(session, "console"), Trusted: true},
		bridge.Text{Text: " · ", Trusted: true},
		bridge.Text{Text: "Network", Link: devTab(session, "network"), Trusted: true},
	}}
}

// devTab leads to a tab of the session's developer tools. The parameter is not documented; it is seen in links that
// BetterBugs' own Jira cards carry.
func devTab(session *url.URL, tab string) string {
	const name = "openedDevTab="
	kept := []string{}
	for pair := range strings.SplitSeq(session.RawQuery, "&") {
		if pair != "" && !strings.HasPrefix(pair, name) {
			kept = append(kept, pair)
		}
	}
	link := *session
	link.RawQuery = strings.Join(append(kept, name+tab), "&")
	return link.String()
}

// maxURL is far longer than any address of BetterBugs'. Three links of this length leave a body room for its text.
const maxURL = 2000

// webURL returns an address that people can be sent to, or nil: only http and https, and nothing before the host that
// could make it look like another.
func webURL(raw string) *url.URL {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil || len(raw) > maxURL {
		return nil
	}
	return u
}

// harmlessID is a bugId that no dialect can read as anything but letters and digits; BetterBugs' have 24 hex digits.
var harmlessID = regexp.MustCompile(`^[A-Za-z0-9]{1,64}$`)

// footer says where the issue comes from and what its tracker would not take.
func footer(bugID string, dropped []bridge.Dropped) bridge.Paragraph {
	line := bridge.Text{Text: "Filed by Bugferry from BetterBugs", Marks: bridge.Small, Trusted: true}
	content := []bridge.Inline{line}
	if harmlessID.MatchString(bugID) {
		line.Text += " " + bugID
		content[0] = line
	} else if bugID != "" {
		content = append(content, bridge.Text{Text: " " + shorten(oneLine(bugID), 64), Marks: bridge.Small})
	}
	for _, drop := range dropped {
		content = append(content, bridge.Break{}, bridge.Text{Text: notSet(drop), Marks: bridge.Small})
	}
	return bridge.Paragraph{Content: content}
}

// notSet names a dropped field; its value comes from a stranger and its reason from a tracker.
func notSet(drop bridge.Dropped) string {
	field, value := drop.Words()
	s := "Not set: " + oneLine(field)
	if value := shorten(oneLine(value), 100); value != "" {
		s += " “" + value + "”"
	}
	if why := shorten(oneLine(drop.Why), 300); why != "" {
		s += ": " + why
	}
	return s
}
