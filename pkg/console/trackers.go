package console

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// checked is the content of the page of the trackers.
type checked struct {
	At     string
	Groups []group
}

// group is what was found out about one account or destination.
type group struct {
	Title, About string
	Checks       bridge.Checks
}

func (c *console) getTrackers(w http.ResponseWriter, r *http.Request) {
	live, err := c.cfg.Live.Live(r.Context())
	if err != nil {
		if !errors.Is(r.Context().Err(), context.Canceled) {
			c.cfg.Logger.Error("trackers not asked", "err", err)
		}
		c.problem(w, http.StatusInternalServerError, "Not to be asked now", "The trackers could not be asked. The log says why.")
		return
	}
	content := checked{At: live.At.UTC().Format(time.RFC3339)}
	for _, t := range live.Trackers {
		content.Groups = append(content.Groups, group{t.Tracker, t.Base, t.Checks})
	}
	for _, d := range live.Destinations {
		content.Groups = append(content.Groups, group{d.Project + " / " + d.Destination, d.Tracker + " " + d.Place, d.Checks})
	}
	c.render(w, http.StatusOK, "trackers.html", page{Title: "Trackers", Content: content})
}
