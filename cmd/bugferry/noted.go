package main

import (
	"context"
	"fmt"
	"os/user"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/store"
)

// noted are hands that write into the record what they did.
type noted struct{ *store.Store }

// Redeliver implements [console.Hands].
func (n noted) Redeliver(ctx context.Context, id string, recreate bool, now time.Time) (bridge.Delivery, error) {
	fresh, err := n.Store.Redeliver(ctx, id, recreate, now)
	if err == nil {
		err = note(ctx, n.Store, bridge.Deed{At: now, What: "redeliver", On: id, Detail: "as " + fresh.ID})
	}
	return fresh, err
}

// Park implements [console.Hands].
func (n noted) Park(ctx context.Context, id, reason string, now time.Time) error {
	if err := n.Store.Park(ctx, id, reason, now); err != nil {
		return err
	}
	return note(ctx, n.Store, bridge.Deed{At: now, What: "park", On: id, Detail: reason})
}

// Resume implements [console.Hands].
func (n noted) Resume(ctx context.Context, id string, now time.Time) (bridge.Delivery, error) {
	d, err := n.Store.Resume(ctx, id, now)
	if err == nil {
		err = note(ctx, n.Store, bridge.Deed{At: now, What: "release", On: id})
	}
	return d, err
}

// note writes into the record what was done at this command line, by whom.
func note(ctx context.Context, s *store.Store, deed bridge.Deed) error {
	deed.Who = "command line"
	if u, err := user.Current(); err == nil && u.Username != "" {
		deed.Who += " (" + u.Username + ")"
	}
	if err := s.Note(context.WithoutCancel(ctx), deed); err != nil {
		return fmt.Errorf("%s %s: it is done, but not on record: %w", deed.What, deed.On, err)
	}
	return nil
}
