package console

import (
	"net/http"
	"time"
)

// Running is the configuration that runs.
type Running struct {
	At      time.Time // when it was read
	Hash    string    // of what its files held
	Summary string    // how many projects, destinations and rules it has
	Files   []string
	Changes []string // what was different in the one before; empty: the process began with this one
	Waiting []string // keys whose change waits for a restart

	RefusedAt time.Time // when its files were last read and refused; zero: they were not since At
	Mistakes  []string  // why

	Unrouted []Takeable // events that no rule took when they came, and that this configuration would take
}

// Takeable are unrouted events of one BetterBugs project.
type Takeable struct {
	Project string // projectId
	File    string // the project file that would take them
	Events  int    // how many
	Next    string // the command that has them filed
}

// Time writes a time as all pages do.
func (r Running) Time(at time.Time) string { return at.UTC().Format(time.RFC3339) }

func (c *console) getConfiguration(w http.ResponseWriter, _ *http.Request) {
	c.render(w, http.StatusOK, "configuration.html", page{Title: "Configuration", Content: c.cfg.Running()})
}
