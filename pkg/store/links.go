package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// ErrLeaseLost says that the link's lease was taken over before the write: the holder must stop.
var ErrLeaseLost = errors.New("the link's lease was lost")

// now is the database's clock, in milliseconds: leases go by it alone.
const now = `CAST(unixepoch('subsec') * 1000 AS INTEGER)`

// memory is the part of a link that only the protocol reads.
type memory struct {
	Intent   bridge.Intent     `json:"intent,omitzero"`
	Fields   bridge.Confirmed  `json:"fields,omitempty"`
	Labels   []string          `json:"labels,omitempty"`
	Steps    map[string]string `json:"steps,omitempty"`
	Tries    map[string]int    `json:"tries,omitempty"`
	Dropped  []bridge.Dropped  `json:"dropped,omitempty"`
	Applied  bridge.Version    `json:"applied,omitzero"`
	Recorded time.Time         `json:"recorded,omitzero"`
	Doubt    time.Time         `json:"doubt,omitzero"`
	SweepAt  time.Time         `json:"sweep_at,omitzero"`
	Swept    int               `json:"swept,omitempty"`
	Twins    []bridge.Ref      `json:"twins,omitempty"`
}

// Lease takes the lease of the link between bug and place for the time given, and returns the link. It returns false
// while another owner has it. An owner that has it already gets it for longer.
func (s *Store) Lease(ctx context.Context, bug, place, owner string, length time.Duration) (bridge.Link, bool, error) {
	link := bridge.Link{Bug: bug, Place: place}
	held := false
	err := s.inTx(ctx, "lease link", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO links (bug_id, place) VALUES (?, ?) ON CONFLICT DO NOTHING`, bug, place); err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, `UPDATE links SET owner = ?, lease_until = `+now+` + ?
			WHERE bug_id = ? AND place = ? AND (owner IN ('', ?) OR lease_until <= `+now+`)`,
			owner, length.Milliseconds(), bug, place, owner)
		if held, err = changedOne(result, err); err != nil || !held {
			return err
		}
		var ref, remembered string
		if err := tx.QueryRowContext(ctx, `SELECT ref, memory FROM links WHERE bug_id = ? AND place = ?`, bug, place).
			Scan(&ref, &remembered); err != nil {
			return err
		}
		return decodeLink(&link, ref, remembered)
	})
	return link, held, err
}

func decodeLink(link *bridge.Link, ref, remembered string) error {
	var m memory
	if err := errors.Join(decodeIf(ref, &link.Ref), decodeIf(remembered, &m)); err != nil {
		return fmt.Errorf("link of bug %q: %w", link.Bug, err)
	}
	link.Intent, link.Fields, link.Labels, link.Steps = m.Intent, m.Fields, m.Labels, m.Steps
	link.Tries, link.Dropped, link.Applied, link.Recorded = m.Tries, m.Dropped, m.Applied, m.Recorded
	link.Doubt, link.SweepAt, link.Swept, link.Twins = m.Doubt, m.SweepAt, m.Swept, m.Twins
	return nil
}

// Save writes the link and renews its lease for the time given. [ErrLeaseLost] if another has taken it since; a lease
// that only ran out is renewed.
func (s *Store) Save(ctx context.Context, link bridge.Link, owner string, length time.Duration) error {
	ref, err := encodeRef(link.Ref)
	if err != nil {
		return fmt.Errorf("save link: %w", err)
	}
	remembered, err := bridge.JSON(memory{
		Intent: link.Intent, Fields: link.Fields, Labels: link.Labels, Steps: link.Steps,
		Tries: link.Tries, Dropped: link.Dropped, Applied: link.Applied, Recorded: link.Recorded,
		Doubt: link.Doubt, SweepAt: link.SweepAt, Swept: link.Swept, Twins: link.Twins,
	})
	if err != nil {
		return fmt.Errorf("save link: %w", err)
	}
	result, err := s.write.ExecContext(ctx, `UPDATE links SET ref = ?, memory = ?, sweep_at = ?, twins = ?, lease_until = `+now+` + ?
		WHERE bug_id = ? AND place = ? AND owner = ?`,
		ref, string(remembered), millis(link.SweepAt), len(link.Twins), length.Milliseconds(), link.Bug, link.Place, owner)
	held, err := changedOne(result, err)
	if err != nil {
		return fmt.Errorf("save link: %w", err)
	}
	if !held {
		return fmt.Errorf("save link: %w", ErrLeaseLost)
	}
	return nil
}

// Release gives the lease back, if owner still has it.
func (s *Store) Release(ctx context.Context, bug, place, owner string) error {
	if _, err := s.write.ExecContext(ctx, `UPDATE links SET owner = '', lease_until = 0
		WHERE bug_id = ? AND place = ? AND owner = ?`, bug, place, owner); err != nil {
		return fmt.Errorf("release link: %w", err)
	}
	return nil
}

// sweepBatch bounds how many links are swept at a time.
const sweepBatch = 100

// Doubtful lists links whose SweepAt has come, those that wait longest first, at most 100.
func (s *Store) Doubtful(ctx context.Context, at time.Time) ([]bridge.Link, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT bug_id, place, ref, memory FROM links
		WHERE sweep_at > 0 AND sweep_at <= ? ORDER BY sweep_at LIMIT ?`, millis(at), sweepBatch)
	if err != nil {
		return nil, fmt.Errorf("links to sweep: %w", err)
	}
	return collect(rows, scanLink)
}

// LinksOf lists the links of a bug, by place.
func (s *Store) LinksOf(ctx context.Context, bug string) ([]bridge.Link, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT bug_id, place, ref, memory FROM links WHERE bug_id = ? ORDER BY place`, bug)
	if err != nil {
		return nil, fmt.Errorf("links of a bug: %w", err)
	}
	return collect(rows, scanLink)
}

// maxDoubled bounds the list of bugs with two issues. There should be none.
const maxDoubled = 100

// Doubled lists links of which more than one issue was found, at most 100.
func (s *Store) Doubled(ctx context.Context) ([]bridge.Link, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT bug_id, place, ref, memory FROM links WHERE twins > 0 ORDER BY bug_id, place LIMIT ?`, maxDoubled)
	if err != nil {
		return nil, fmt.Errorf("bugs with two issues: %w", err)
	}
	return collect(rows, scanLink)
}

func scanLink(r row) (bridge.Link, error) {
	var link bridge.Link
	var ref, remembered string
	if err := r.Scan(&link.Bug, &link.Place, &ref, &remembered); err != nil {
		return link, err
	}
	return link, decodeLink(&link, ref, remembered)
}

func changedOne(result sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n == 1, err
}
