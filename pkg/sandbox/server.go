package sandbox

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Config says what stands in the sandbox beside its seed. The zero value is a working sandbox.
type Config struct {
	BaseURL  string           // as people reach it, such as http://127.0.0.1:8090; empty: taken from each request's Host
	Repos    []string         // GitHub repositories "owner/name" beside the seed; anything else is ignored with a warning
	Projects []string         // Jira project keys beside the seed
	App      *App             // a GitHub App beside the token; nil: none
	Now      func() time.Time // nil: time.Now
	Logger   *slog.Logger     // nil: silent
}

// Server is the sandbox. Its methods may be called from several goroutines.
type Server struct {
	cfg      Config
	own      *http.ServeMux // pages and /_sandbox/
	trackers []*tracker

	mu       sync.Mutex // guards all below
	github   *github
	jiras    []*jira // Cloud, then Data Center
	requests []Request
	trouble  trouble
	watch    watch
}

// New returns a sandbox that holds the seed and what cfg adds to it.
func New(cfg Config) *Server {
	cfg.BaseURL = strings.TrimRight(cfg.BaseURL, "/")
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Server{cfg: cfg, own: http.NewServeMux(), github: new(github)}
	for range jiraKinds {
		s.jiras = append(s.jiras, new(jira))
	}
	s.Reset()
	s.trackers = []*tracker{s.github.tracker()}
	for _, j := range s.jiras {
		s.trackers = append(s.trackers, j.tracker())
	}
	s.ownRoutes()
	return s
}

// Reset forgets all issues, requests, violations and faults and everything that was made since New.
func (s *Server) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	*s.github = seedGitHub(s.cfg)
	for n, kind := range jiraKinds {
		*s.jiras[n] = seedJira(kind, s.cfg)
	}
	s.requests = nil
	s.trouble, s.watch = newTrouble(Faults{}), newWatch()
	s.watch.limits = s.trouble.Limits
}

// ServeHTTP answers for the trackers, the pages and the sandbox itself.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for _, t := range s.trackers {
		// The trackers' paths are matched here and not by a ServeMux, which would answer an unclean path with a redirect.
		if rest, ok := strings.CutPrefix(r.URL.EscapedPath(), t.api); ok && strings.HasPrefix(rest, t.root) {
			s.serveTracker(t, rest, w, r)
			return
		}
	}
	s.own.ServeHTTP(w, r)
}

func (s *Server) ownRoutes() {
	s.own.HandleFunc("GET /_sandbox/state", s.getState)
	s.own.HandleFunc("POST /_sandbox/reset", s.postReset)
	s.own.HandleFunc("GET /_sandbox/faults", s.getFaults)
	// A body that a rule gives may be HTML: no other site may put it here through a visitor's browser.
	s.own.Handle("POST /_sandbox/faults", http.NewCrossOriginProtection().Handler(http.HandlerFunc(s.postFaults)))
	s.own.HandleFunc("POST /_sandbox/move", s.postMove)
	s.own.HandleFunc("GET /_sandbox/screenshot.png", s.getScreenshot)
	s.own.HandleFunc("GET /_sandbox/style.css", s.getStyle)
	s.own.HandleFunc("GET /{$}", s.pageIssues)
	s.own.HandleFunc("GET /github/{owner}/{repo}/issues/{number}", s.pageGitHub)
	for _, j := range s.jiras {
		s.own.HandleFunc("GET "+j.site+"/browse/{key}", s.pageJira(j))
		s.own.HandleFunc("GET "+j.site+"/secure/attachment/{id}/{name}", s.getAttachment(j))
	}
	s.own.HandleFunc("GET /", s.pageNotFound)
}

func (s *Server) getState(w http.ResponseWriter, r *http.Request) {
	send(w, ok(s.state(s.base(r))))
}

func (s *Server) postReset(w http.ResponseWriter, _ *http.Request) {
	s.Reset()
	send(w, noContent())
}

func (s *Server) getScreenshot(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "image/png")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(Screenshot()))
}

// base is the sandbox's root as the asker knows it, without a slash at its end.
func (s *Server) base(r *http.Request) string {
	if s.cfg.BaseURL != "" {
		return s.cfg.BaseURL
	}
	scheme := "http://"
	if r.TLS != nil {
		scheme = "https://"
	}
	return scheme + r.Host
}
