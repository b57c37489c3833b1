package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

const (
	minute = int64(60_000) // all in Unix milliseconds here, as in the tables
	hour   = 60 * minute
	// bearable is how late a slot may be used without the others behind it being given new times: whoever is due waits it out.
	bearable = int64(2_000)
)

// spare is by how much more promised slots are apart than the limits ask for, so that one used a little late does not delay
// the next.
func spare(distance int64) int64 { return distance + distance/200 }

// window is a time in which only so many issues and comments may be made.
type window struct {
	count  int
	length int64
}

// windowsOf returns the windows that limits ask for.
func windowsOf(limits bridge.Limits) []window {
	var list []window
	for _, w := range []window{{limits.PerMinute, minute}, {limits.PerHour, hour}} {
		if w.count > 0 {
			list = append(list, w)
		}
	}
	return list
}

// Slot asks for the right to write once, now. It returns true when the holder may, and then the slot is used. Otherwise the
// holder has a slot promised, at the time returned: it comes back then and asks again. It may be told another time, for a
// pause or an issue to be created goes before edits.
//
// At no time do more writes fall into a window than the limits say, by the clock of whoever asks, if each is told to
// [Store.Wrote] when it has ended.
func (s *Store) Slot(ctx context.Context, want bridge.Slot, now time.Time) (at time.Time, granted bool, err error) {
	err = s.inTx(ctx, "slot of "+want.Account, func(tx *sql.Tx) error {
		t := timetable{ctx: ctx, tx: tx, want: want, now: millis(now)}
		slot, err := t.ask()
		at, granted = fromMillis(slot), slot <= t.now
		return err
	})
	return at, granted && err == nil, err
}

// Wrote moves a slot that was granted to when its write ended: the tracker counted it at some time in between, and no window of
// its own may hold more than the limits say. A write takes less time than the shortest window.
func (s *Store) Wrote(ctx context.Context, slot bridge.Slot, granted, ended time.Time) error {
	_, err := s.write.ExecContext(ctx, `UPDATE slots SET at = ? WHERE rowid = (
		SELECT rowid FROM slots WHERE account = ? AND at = ? AND holder = '' AND kind = ? LIMIT 1)`,
		millis(ended)+1, slot.Account, millis(granted)+1, slot.Kind)
	if err != nil {
		return fmt.Errorf("slot of %s: %w", slot.Account, err)
	}
	return nil
}

// timetable is an account's slots as one transaction sees them: those used of late, and those promised.
type timetable struct {
	ctx    context.Context
	tx     *sql.Tx
	want   bridge.Slot
	now    int64
	paused int64
}

// ask returns the holder's time; one that is not in the future was used up by asking.
func (t *timetable) ask() (int64, error) {
	var err error
	if t.paused, err = pausedUntil(t.ctx, t.tx, t.want.Account); err != nil {
		return 0, err
	}
	own, err := t.promised()
	switch {
	case err != nil:
		return 0, err
	case own == 0:
		return t.take(t.earliest(false))
	case own < t.paused:
		return t.replanned()
	case own > t.now:
		return own, nil
	}
	at, err := t.earliest(true)
	if err == nil && at > t.now+bearable && t.want.Kind == bridge.WriteCreate {
		return t.replanned()
	}
	return t.take(at, err)
}

func (t *timetable) promised() (int64, error) {
	return t.query(`SELECT at FROM slots WHERE account = ? AND holder = ? AND kind = ? AND holder <> ''`, t.want.Holder, t.want.Kind)
}

// take promises the slot to the holder, or uses it where its time has come.
func (t *timetable) take(at int64, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	if at > t.now {
		_, err = t.tx.ExecContext(t.ctx, `INSERT INTO slots (account, at, kind, holder) VALUES (?, ?, ?, ?)
			ON CONFLICT (account, holder, kind) WHERE holder <> '' DO UPDATE SET at = excluded.at`, t.want.Account, at, t.want.Kind, t.want.Holder)
		return at, err
	}
	// What is older than an hour is in no window any more, whether it was used or not.
	if _, err := t.tx.ExecContext(t.ctx, `DELETE FROM slots WHERE account = ? AND at < ?`, t.want.Account, t.now-2*hour); err != nil {
		return 0, err
	}
	if _, err := t.tx.ExecContext(t.ctx, `DELETE FROM slots WHERE account = ? AND holder = ? AND kind = ? AND holder <> ''`,
		t.want.Account, t.want.Holder, t.want.Kind); err != nil {
		return 0, err
	}
	_, err = t.tx.ExecContext(t.ctx, `INSERT INTO slots (account, at, kind) VALUES (?, ?, ?)`,
		t.want.Account, t.now+1, t.want.Kind) // now was rounded down, and no window may be short of a part of a millisecond
	return t.now, err
}

// earliest returns when the holder may write: behind what was used and what goes before it, and, unless its time has come,
// behind what others were promised before.
func (t *timetable) earliest(due bool) (int64, error) {
	apart := t.want.Limits.Apart.Milliseconds()
	if t.want.Kind == bridge.WriteEdit {
		return t.gap(due, apart)
	}
	before, more := ` AND (holder = '' OR kind = 2)`, spare
	switch {
	case due && t.want.Kind == bridge.WriteCreate:
		before, more = ` AND holder = ''`, func(d int64) int64 { return d }
	case !due && t.want.Kind == bridge.WriteComment:
		before = ``
	}
	last, err := t.query(`SELECT at FROM slots WHERE account = ?` + before + ` ORDER BY at DESC LIMIT 1`)
	at := max(t.now, t.paused, last+more(apart))
	for _, window := range windowsOf(t.want.Limits) {
		if err != nil {
			break
		}
		var first int64
		first, err = t.query(`SELECT at FROM slots WHERE account = ? AND kind > 0`+before+` ORDER BY at DESC LIMIT 1 OFFSET ?`, window.count-1)
		at = max(at, first+more(window.length))
	}
	return at, err
}

// gap returns the first time for an edit that keeps apart from what was used and from all that was promised.
func (t *timetable) gap(due bool, apart int64) (_ int64, err error) {
	last, err := t.query(`SELECT at FROM slots WHERE account = ? AND holder = '' ORDER BY at DESC LIMIT 1`)
	if err == nil && !due {
		var promised int64
		promised, err = t.query(`SELECT at FROM slots WHERE account = ? AND kind = 0 AND holder <> '' ORDER BY at DESC LIMIT 1`)
		last = max(last, promised)
	}
	if err != nil {
		return 0, err
	}
	at := max(t.now, t.paused, last+apart)
	rows, err := t.tx.QueryContext(t.ctx, `SELECT at FROM slots WHERE account = ? AND kind > 0 AND holder <> '' AND at > ? ORDER BY at`,
		t.want.Account, at-apart)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var other int64
		if err := rows.Scan(&other); err != nil {
			return 0, err
		}
		if other >= at+apart {
			break
		}
		at = other + apart
	}
	return at, rows.Err()
}

// query reads one time; its first argument is the account.
func (t *timetable) query(text string, args ...any) (int64, error) {
	return instant(t.tx.QueryRowContext(t.ctx, text, append([]any{t.want.Account}, args...)...))
}

// replanned gives all promised slots new times, in their order, and returns the holder's: after a pause, or when nobody
// worked for a while, they are all in the past and would come at once. Edits are promised anew when they ask.
func (t *timetable) replanned() (int64, error) {
	if _, err := t.tx.ExecContext(t.ctx, `DELETE FROM slots WHERE account = ? AND holder <> '' AND kind = 0`, t.want.Account); err != nil {
		return 0, err
	}
	used, err := t.times(`SELECT at FROM slots WHERE account = ? AND kind > 0 AND holder = '' ORDER BY at`)
	if err != nil {
		return 0, err
	}
	promised, err := t.times(`SELECT rowid FROM slots WHERE account = ? AND holder <> '' ORDER BY kind DESC, at`)
	if err != nil {
		return 0, err
	}
	last, err := t.query(`SELECT at FROM slots WHERE account = ? AND holder = '' ORDER BY at DESC LIMIT 1`)
	if err != nil {
		return 0, err
	}
	for _, slot := range promised {
		at := max(t.now, t.paused, last+spare(t.want.Limits.Apart.Milliseconds()))
		for _, window := range windowsOf(t.want.Limits) {
			if first := len(used) - window.count; first >= 0 {
				at = max(at, used[first]+spare(window.length))
			}
		}
		if _, err := t.tx.ExecContext(t.ctx, `UPDATE slots SET at = ? WHERE rowid = ?`, at, slot); err != nil {
			return 0, fmt.Errorf("plan anew: %w", err)
		}
		last, used = at, append(used, at)
	}
	own, err := t.promised()
	if err != nil || own > t.now {
		return own, err
	}
	return t.take(t.earliest(own > 0))
}

func (t *timetable) times(query string) ([]int64, error) {
	rows, err := t.tx.QueryContext(t.ctx, query, t.want.Account)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(r row) (at int64, err error) {
		err = r.Scan(&at)
		return at, err
	})
}
