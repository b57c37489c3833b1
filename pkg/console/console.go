package console

import (
	"bytes"
	"context"
	"embed"
	"html/template"
	"log/slog"
	"net/http"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// Log is what the console reads.
type Log interface {
	// Events returns the newest events, newest first, at most limit; state "" is all. No event is not an error; an error
	// means that the events cannot be read now.
	Events(ctx context.Context, state string, limit int) ([]bridge.Event, error)
}

// Trackers is what the console asks about them.
type Trackers interface {
	// Live returns what the trackers said to a live check, which may be some moments old.
	Live(ctx context.Context) (bridge.Live, error)
}

// Config is what a console needs.
type Config struct {
	Log     Log            // required
	Live    Trackers       // required
	Running func() Running // what the page of the configuration tells; required there
	// Advise says what is to be done about an unrouted event, by the configuration that runs; nil: nothing is said.
	Advise   func(context.Context, bridge.Event) bridge.Advice
	Warnings func() []string // what an operator must act on now, such as a disk that is filling up; nil: none
	Version  string          // of Bugferry, shown as it is; may be empty
	Logger   *slog.Logger    // nil: silent
}

// console answers with the pages.
type console struct{ cfg Config }

//go:embed pages
var files embed.FS

var templates = template.Must(template.New("").ParseFS(files, "pages/*.html"))

// New returns the handler of the operator's pages: GET / and what it embeds; 404 for the rest.
func New(cfg Config) http.Handler {
	if cfg.Warnings == nil {
		cfg.Warnings = func() []string { return nil }
	}
	if cfg.Advise == nil {
		cfg.Advise = func(context.Context, bridge.Event) bridge.Advice { return bridge.Advice{} }
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	c := &console{cfg}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", c.getEvents)
	mux.HandleFunc("GET /trackers", c.getTrackers)
	mux.HandleFunc("GET /configuration", c.getConfiguration)
	mux.HandleFunc("GET /style.css", c.getStyle)
	mux.HandleFunc("/", c.getMissing)
	return guard(mux)
}

// security lets a page have our style and nothing else.
const security = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// guard puts the headers on every answer, so that no page can forget them.
func guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", security)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// page is what every template is given. Warnings stand on each page: when the store fails because its disk is full, they
// say so.
type page struct {
	Title    string
	Version  string
	Warnings []string
	Content  any
}

func (c *console) render(w http.ResponseWriter, status int, name string, p page) {
	p.Version, p.Warnings = c.cfg.Version, c.cfg.Warnings()
	var b bytes.Buffer // a page that breaks off must not have been answered with 200
	if err := templates.ExecuteTemplate(&b, name, p); err != nil {
		c.cfg.Logger.Error("page not written", "page", name, "err", err)
		http.Error(w, "the page could not be written", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the reader has gone; there is nobody to tell
}

// problem answers with a page that says one fixed thing.
func (c *console) problem(w http.ResponseWriter, status int, title, text string) {
	c.render(w, status, "problem.html", page{Title: title, Content: text})
}

func (c *console) getStyle(w http.ResponseWriter, r *http.Request) {
	http.ServeFileFS(w, r, files, "pages/style.css")
}

func (c *console) getMissing(w http.ResponseWriter, _ *http.Request) {
	c.problem(w, http.StatusNotFound, "Not here", "The console has no such page.")
}
