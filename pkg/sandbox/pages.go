package sandbox

import (
	"bytes"
	"cmp"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/bugferry/bugferry/pkg/sandbox/show"
)

//go:embed pages/*.html pages/style.css
var pageFiles embed.FS

var pageTemplates = template.Must(template.New("").Funcs(template.FuncMap{
	"when": func(t time.Time) string { return t.UTC().Format("2 Jan 2006, 15:04 UTC") },
	"hue":  hue,
	"slug": func(s string) string { return strings.ReplaceAll(strings.ToLower(s), " ", "-") },
}).ParseFS(pageFiles, "pages/*.html"))

// hue chooses one of the six colours of chips by a word, always the same.
func hue(word string) int {
	sum := 0
	for _, b := range []byte(word) {
		sum = (sum*31 + int(b)) % 6007
	}
	return sum % 6
}

// issuePage shows what stands in an issue.
var issuePage show.Page

// security forbids scripts, forms and frames on every page; a picture in an issue may come from anywhere.
const security = "default-src 'none'; style-src 'self'; img-src 'self' http: https:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func (s *Server) render(w http.ResponseWriter, status int, name string, data any) {
	var b bytes.Buffer
	if err := pageTemplates.ExecuteTemplate(&b, name, data); err != nil {
		s.cfg.Logger.Error("page", "name", name, "err", err)
		http.Error(w, "the page could not be written", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", security)
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the reader has gone; there is nobody to tell
}

func (s *Server) getStyle(w http.ResponseWriter, r *http.Request) {
	http.ServeFileFS(w, r, pageFiles, "pages/style.css")
}

func (s *Server) pageNotFound(w http.ResponseWriter, r *http.Request) {
	s.render(w, http.StatusNotFound, "missing.html", r.URL.Path)
}

// row is an issue in the list of all.
type row struct {
	Name    string
	Title   string
	URL     string
	Tracker string
	State   string
	Labels  []string
	Created time.Time
}

func (s *Server) pageIssues(w http.ResponseWriter, _ *http.Request) {
	s.render(w, http.StatusOK, "issues.html", s.rows())
}

func (s *Server) rows() []row {
	s.mu.Lock()
	defer s.mu.Unlock()
	var rows []row
	for _, r := range s.github.repos {
		for _, i := range r.issues {
			p := i.public(r, githubSite)
			rows = append(rows, row{fmt.Sprintf("%s#%d", p.Repo, p.Number), p.Title, p.URL, "GitHub", p.State, p.Labels, i.created})
		}
	}
	for _, j := range s.jiras {
		for _, i := range j.issues {
			p := i.public(j.jiraKind, "")
			rows = append(rows, row{p.Key, p.Summary, p.URL, j.title, p.Status, p.Labels, i.created})
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int {
		return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(a.Tracker, b.Tracker))
	})
	return rows
}

// note is a comment on a page.
type note struct {
	Author string
	At     time.Time
	Body   template.HTML
}

// githubPage is what the page of a GitHub issue shows.
type githubPage struct {
	GitHubIssue
	Author  string
	Created time.Time
	Body    template.HTML
	Notes   []note
}

func (s *Server) pageGitHub(w http.ResponseWriter, r *http.Request) {
	if p := s.githubPage(r.PathValue("owner"), r.PathValue("repo"), r.PathValue("number")); p != nil {
		s.render(w, http.StatusOK, "github.html", p)
		return
	}
	s.pageNotFound(w, r)
}

func (s *Server) githubPage(owner, name, number string) *githubPage {
	s.mu.Lock()
	defer s.mu.Unlock()
	repo := s.github.repo(owner, name)
	if repo == nil {
		return nil
	}
	i := repo.issue(number)
	if i == nil {
		return nil
	}
	p := &githubPage{GitHubIssue: i.public(repo, githubSite), Author: i.author.login, Created: i.created, Body: issuePage.Markdown(i.body)}
	for _, m := range i.comments {
		p.Notes = append(p.Notes, note{m.author.login, m.at, issuePage.Markdown(m.body)})
	}
	return p
}

// jiraPage is what the page of a Jira issue shows.
type jiraPage struct {
	JiraIssue
	Title    string // of the tracker
	Reporter string
	Assigned string
	Created  time.Time
	Updated  time.Time
	Body     template.HTML
	Custom   []customValue
	Links    []pageLink
	Notes    []note
}

type customValue struct {
	Name  string
	Value template.HTML
}

type pageLink struct{ Title, Summary, URL string }

// IsPicture says whether the page shows the file itself; of the types a browser can be given, only pictures are safe.
func (a Attachment) IsPicture() bool {
	return slices.Contains([]string{"image/png", "image/jpeg", "image/gif", "image/webp"}, a.MimeType)
}

func (s *Server) pageJira(j *jira) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if p := s.jiraPage(j, r.PathValue("key")); p != nil {
			s.render(w, http.StatusOK, "jira.html", p)
			return
		}
		s.pageNotFound(w, r)
	}
}

func (s *Server) jiraPage(j *jira, key string) *jiraPage {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := j.issue(key)
	if i == nil {
		return nil
	}
	p := &jiraPage{
		JiraIssue: i.public(j.jiraKind, ""), Title: j.title, Reporter: i.reporter.name, Created: i.created, Updated: i.updated,
		Body: j.rich(i.description),
	}
	if i.assignee != nil {
		p.Assigned = i.assignee.name
	}
	for _, f := range j.fields {
		if v, set := i.custom[f.id]; set {
			if chosen := named(f.options, v, "value"); chosen != nil {
				v = chosen.name
			}
			p.Custom = append(p.Custom, customValue{f.name, j.shown(f, v)})
		}
	}
	for _, l := range i.links {
		summary, _ := l.Object["summary"].(string)
		p.Links = append(p.Links, pageLink{l.Title, summary, l.URL})
	}
	for _, m := range i.comments {
		p.Notes = append(p.Notes, note{m.author.name, m.at, j.rich(m.body)})
	}
	return p
}

// rich shows rich text as Jira does: an Atlassian Document, at Data Center wiki markup, and anything else as the text it is.
func (k *jiraKind) rich(v any) template.HTML {
	switch text, isText := v.(string); {
	case isADF(v):
		return issuePage.ADF(v)
	case isText && !k.cloud:
		return issuePage.Wiki(text)
	}
	return issuePage.Text(v)
}

// shown is the value of a field: only text areas hold rich text.
func (k *jiraKind) shown(f *jiraField, v any) template.HTML {
	if widget, _ := f.schema["custom"].(string); strings.HasSuffix(widget, ":textarea") {
		return k.rich(v)
	}
	return issuePage.Text(v)
}

// getAttachment gives a file to a browser, which on a real site would have a session. What is no picture is saved and
// never shown.
func (s *Server) getAttachment(j *jira) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		f := j.file(r.PathValue("id"))
		s.mu.Unlock()
		if f == nil {
			s.pageNotFound(w, r)
			return
		}
		a := ok(f.data).with("Content-Type", f.mimeType).with("Content-Security-Policy", "default-src 'none'; sandbox")
		if !f.public("").IsPicture() {
			a.set("Content-Disposition", "attachment")
		}
		send(w, a)
	}
}
