package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/store"
)

// mendDouble is what a person does about a second issue.
const mendDouble = "Bugferry closes nothing: close one by hand and take its marker away"

// doubles tells of bugs that have two issues at a place.
type doubles struct {
	store *store.Store
	log   *slog.Logger
}

// doublesTime is how long a page or a scrape waits for the store.
const doublesTime = 5 * time.Second

func (d *doubles) list() ([]bridge.Link, error) {
	ctx, cancel := context.WithTimeout(context.Background(), doublesTime)
	defer cancel()
	return d.store.Doubled(ctx)
}

func (d *doubles) count() (float64, error) {
	links, err := d.list()
	return float64(len(links)), err
}

// warnings are for the console. Where the store cannot be read its pages say so themselves.
func (d *doubles) warnings() []string {
	links, err := d.list()
	if err != nil {
		d.log.Warn("bugs with two issues could not be looked for", "err", err)
	}
	list := make([]string, 0, len(links))
	for _, link := range links {
		list = append(list, fmt.Sprintf("Bug %s has more than one issue: %s. %s.",
			link.Bug, refNames(append([]bridge.Ref{link.Ref}, link.Twins...)), mendDouble))
	}
	return list
}

func refNames(refs []bridge.Ref) string {
	names := make([]string, 0, len(refs))
	for _, ref := range refs {
		names = append(names, ref.Name)
	}
	return strings.Join(names, ", ")
}
