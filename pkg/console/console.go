package console

import (
	"bytes"
	"context"
	"embed"
	"html/template"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// Log is what came in and where it is on its way to, as listings show it. Nothing found is not an error; an error means that it cannot
// be read now.
type Log interface {
	EventPage(ctx context.Context, f bridge.Search) (bridge.EventPage, error)
	DeliveryPage(ctx context.Context, f bridge.Search) (bridge.DeliveryPage, error)
	Counts(ctx context.Context) (bridge.Counts, error)
}

// Archive has one of them in full. [bridge.ErrNotFound] where there is none of that id.
type Archive interface {
	Event(ctx context.Context, id string) (bridge.Event, error)
	Deliveries(ctx context.Context, f bridge.Search) ([]bridge.Delivery, error)
	Delivery(ctx context.Context, id string) (bridge.Delivery, []bridge.Attempt, error)
}

// Figures tells how often what happened.
type Figures interface {
	Tallies(ctx context.Context, since time.Time) ([]bridge.Tally, error) // by the hour
	Hits(ctx context.Context) ([]bridge.Tally, error)                     // of each rule
	Changes(ctx context.Context) (int64, error)                           // another number whenever something has changed
}

// Hands change a delivery. [bridge.StateError] where its state does not allow that.
type Hands interface {
	Redeliver(ctx context.Context, id string, recreate bool, now time.Time) (bridge.Delivery, error)
	Park(ctx context.Context, id, reason string, now time.Time) error
	Resume(ctx context.Context, id string, now time.Time) (bridge.Delivery, error)
}

// Journal keeps what operators did.
type Journal interface {
	Note(ctx context.Context, deed bridge.Deed) error
	Deeds(ctx context.Context, f bridge.Search) ([]bridge.Deed, error)
}

// Config is what a console needs.
type Config struct {
	Log       Log                                      // required
	Archive   Archive                                  // required
	Figures   Figures                                  // required
	Hands     Hands                                    // required
	Journal   Journal                                  // required
	Live      Trackers                                 // required
	Standing  Standing                                 // required
	Accounts  func(context.Context) ([]Account, error) // required
	TrackerOf func(project, destination string) string // of a destination, empty where it is not configured any more; required
	Running   func() Running                           // what the page of the configuration tells; required there
	Choices   func() Choices                           // what listings offer to filter by; nil: nothing
	Router    Router                                   // required where a report is matched again
	// Advise says what is to be done about the unrouted event of that id, by the configuration that runs; nil: nothing is said.
	Advise     func(ctx context.Context, event string) bridge.Advice
	Rules      func() []ProjectRules // required
	Playground Playground            // required
	Pictures   Pictures              // required where a report has a screenshot
	Warnings   func() []string       // what an operator must act on now, such as a disk that is filling up; nil: none
	Version    string                // of Bugferry, shown as it is; may be empty
	Logger     *slog.Logger          // nil: silent
	Now        func() time.Time      // nil: time.Now
	Ended      <-chan struct{}       // closed when the server ends, for what would never end by itself; nil: it does not
}

// console answers with the pages.
type console struct {
	cfg       Config
	templates *template.Template
	pulse     *pulse
}

//go:embed pages
var files embed.FS

var (
	style  = joined("pages/style")
	script = joined("pages/script")
)

// joined returns the files of a folder as one, in the order of their names: each page has its part of style and script in a file of
// its own, and a browser fetches one.
func joined(folder string) []byte {
	entries, err := files.ReadDir(folder)
	if err != nil {
		panic(err)
	}
	var all bytes.Buffer
	for _, e := range entries {
		text, err := files.ReadFile(folder + "/" + e.Name())
		if err != nil {
			panic(err)
		}
		all.Write(text)
	}
	return all.Bytes()
}

// New returns the handler of the operator's pages: GET / and what it embeds; 404 for the rest.
func New(cfg Config) http.Handler {
	if cfg.Warnings == nil {
		cfg.Warnings = func() []string { return nil }
	}
	if cfg.Advise == nil {
		cfg.Advise = func(context.Context, string) bridge.Advice { return bridge.Advice{} }
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Choices == nil {
		cfg.Choices = func() Choices { return Choices{} }
	}
	c := &console{cfg: cfg, pulse: newPulse(cfg.Figures)}
	c.templates = template.Must(template.New("").Funcs(c.functions()).ParseFS(files, "pages/*.html"))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", c.getOverview)
	mux.HandleFunc("GET /requests", c.getRequests)
	mux.HandleFunc("GET /deliveries", c.getDeliveries)
	mux.HandleFunc("POST /deliveries/act", c.postDeliveries)
	mux.HandleFunc("GET /deliveries/done", c.getDone)
	mux.HandleFunc("GET /reports/{event}", c.getReport)
	mux.HandleFunc("GET /reports/{event}/body", c.getBody)
	mux.HandleFunc("GET /reports/{event}/screenshot", c.getScreenshot)
	mux.HandleFunc("GET /reports/{event}/again", c.getAgain)
	mux.HandleFunc("POST /reports/{event}/again", c.postAgain)
	mux.HandleFunc("GET /live", c.getLive)
	mux.HandleFunc("GET /trackers", c.getTrackers)
	mux.HandleFunc("GET /configuration", c.getConfiguration)
	mux.HandleFunc("GET /record", c.getRecord)
	mux.HandleFunc("GET /rules", c.getRules)
	mux.HandleFunc("GET /playground", c.getPlayground)
	mux.HandleFunc("POST /playground", c.postPlayground)
	mux.HandleFunc("GET /style.css", asset("text/css; charset=utf-8", style))
	mux.HandleFunc("GET /script.js", asset("text/javascript; charset=utf-8", script))
	c.registerAPI(mux)
	mux.HandleFunc("/", c.getMissing)
	sameSite := http.NewCrossOriginProtection()
	sameSite.SetDenyHandler(http.HandlerFunc(c.refuseOtherSite))
	return guard(sameSite.Handler(mux))
}

// refuseOtherSite answers what another site had the browser of somebody send who may use this console.
func (c *console) refuseOtherSite(w http.ResponseWriter, r *http.Request) {
	c.cfg.Logger.Warn("request of another site refused", "from", OperatorOf(r.Context()).From)
	c.problem(w, http.StatusForbidden, "Sent by another site", "This request came from a page that is not of this console, and nothing was done. "+
		"If you wanted it, do it here: open the page and press the button again. Behind a proxy, let it hand on the Host header as it came.")
}

// security lets a page have our style, our script and our pictures, call nobody but us, and nothing else.
const security = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; " +
	"form-action 'self'; frame-ancestors 'none'"

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
	Nav      []link
	Version  string
	Warnings []string
	Content  any
}

func (c *console) render(w http.ResponseWriter, status int, name string, p page) {
	p.Version, p.Warnings, p.Nav = c.cfg.Version, c.cfg.Warnings(), navigation(name)
	var b bytes.Buffer // a page that breaks off must not have been answered with 200
	if err := c.templates.ExecuteTemplate(&b, name, p); err != nil {
		c.cfg.Logger.Error("page not written", "page", name, "err", err)
		http.Error(w, "the page could not be written", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the reader has gone; there is nobody to tell
}

// link is a place in the navigation.
type link struct {
	Word, Href string
	templates  []string // of its pages
	Current    bool
}

var places = []link{
	{Word: "Overview", Href: "/", templates: []string{"overview.html"}},
	{Word: "Deliveries", Href: "/deliveries", templates: []string{"deliveries.html", "report.html", "again.html", "confirm.html", "done.html"}},
	{Word: "Requests", Href: "/requests", templates: []string{"requests.html"}},
	{Word: "Rules", Href: "/rules", templates: []string{"rules.html"}},
	{Word: "Playground", Href: "/playground", templates: []string{"playground.html"}},
	{Word: "Trackers", Href: "/trackers", templates: []string{"trackers.html"}},
	{Word: "Configuration", Href: "/configuration", templates: []string{"configuration.html"}},
	{Word: "Record", Href: "/record", templates: []string{"record.html"}},
}

// navigation marks the place of the page that the template makes.
func navigation(template string) []link {
	list := slices.Clone(places)
	for i := range list {
		list[i].Current = slices.Contains(list[i].templates, template)
	}
	return list
}

// problem answers with a page that says one fixed thing.
func (c *console) problem(w http.ResponseWriter, status int, title, text string) {
	c.render(w, status, "problem.html", page{Title: title, Content: text})
}

// asset answers with an embedded file.
func asset(kind string, content []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		_, _ = w.Write(content) // the reader has gone; there is nobody to tell
	}
}

func (c *console) getMissing(w http.ResponseWriter, _ *http.Request) {
	c.problem(w, http.StatusNotFound, "Not here", "The console has no such page.")
}
