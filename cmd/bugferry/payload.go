package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"

	"github.com/bugferry/bugferry/pkg/betterbugs"
	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/store"
	"github.com/bugferry/bugferry/pkg/webhook"
)

// payload is a report that a command was given, with what the store knows of its bug if it came out of there.
type payload struct {
	report bridge.Report
	from   string        // a file's name, "standard input" or the id of an event
	event  *bridge.Event // nil: it is not a stored one
	known  bridge.Known
	links  []bridge.Link
}

// link returns what is remembered of the bug at the place of that key.
func (p payload) link(key string) bridge.Link {
	for _, link := range p.links {
		if link.Place == key {
			return link
		}
	}
	return bridge.Link{}
}

var (
	eventID     = regexp.MustCompile(`^ev_[0-9a-hjkmnp-tv-z]{26}$`) // as bridge.NewID makes them
	requestLine = regexp.MustCompile(`^[A-Z]+ \S+ HTTP/1\.[01]\r?\n`)
)

// readPayload reads the report that name means.
func (e *explaining) readPayload(ctx context.Context, w *wired, name string) (payload, error) {
	if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) && eventID.MatchString(name) {
		return e.storedPayload(ctx, w, name)
	}
	raw, err := e.readFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return payload{}, hint(fmt.Errorf("payload: %w", err), "name a file, - for standard input, or an event of: bugferry events list")
	}
	if err != nil {
		return payload{}, fmt.Errorf("payload: %w", err)
	}
	given := e.given
	if given.Body = raw; isRequest(raw) {
		if given, _, err = betterbugs.ReadHTTP(raw); err != nil {
			return payload{}, err
		}
	}
	report, err := betterbugs.Decode(given)
	if err != nil {
		return payload{}, hint(fmt.Errorf("payload: %w", err), "bugferry decode shows how a body is understood")
	}
	if name == "-" {
		name = "standard input"
	}
	return payload{report: report, from: name}, nil
}

// isRequest says that what was given is a whole HTTP request.
func isRequest(raw []byte) bool { return requestLine.Match(bytes.TrimLeft(raw, "\r\n")) }

func (e *explaining) storedPayload(ctx context.Context, w *wired, id string) (found payload, err error) {
	err = e.withHistory(ctx, w, func(s *store.Store) error {
		found, err = w.stored(ctx, s, id)
		return err
	})
	return found, err
}

// errNoReport says that an event cannot be read as a report, today as when it came.
var errNoReport = errors.New("holds no report")

// stored reads an event's report, decoding it again if it could not be when it came.
func (w *wired) stored(ctx context.Context, s *store.Store, id string) (payload, error) {
	event, err := s.Event(ctx, id)
	if err != nil {
		return payload{}, notFound(err, "bugferry events list")
	}
	found, err := w.payloadOf(ctx, s, event)
	if err == nil && found.event.Report == nil {
		err = hint(fmt.Errorf("event %s %w: %s", id, errNoReport, printable(found.event.Reason)), "bugferry events show %s", id)
	}
	return found, err
}

// payloadOf makes a payload of a stored event, decoding it again if it could not be when it came. If it cannot be today either, its
// event has no report, and a reason.
func (w *wired) payloadOf(ctx context.Context, s *store.Store, event bridge.Event) (payload, error) {
	if event.Report == nil {
		event, _ = webhook.Rematch(w, event, int64(w.cfg.Server.BodyLimit))
	}
	found := payload{from: event.ID, event: &event}
	if event.Report == nil {
		return found, nil
	}
	found.report = *event.Report
	var err error
	if found.known, err = s.Known(ctx, event.Report.BugID); err != nil {
		return found, err
	}
	found.links, err = s.LinksOf(ctx, event.Report.BugID)
	return found, err
}

// withHistory opens the store to look, for the time of do.
func (e *explaining) withHistory(ctx context.Context, w *wired, do func(*store.Store) error) error {
	url := cmp.Or(e.storeURL, w.cfg.Store.URL.Reveal())
	err := e.withStoreOf(ctx, store.Config{URL: url, ReadOnly: true}, do)
	if errors.Is(err, store.ErrOutdated) {
		return hint(err, "bugferry serve brings them up to date, and so does: bugferry events list")
	}
	return err
}
