package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Paused returns until when nothing may be asked of the account; a time that is past or zero is none.
func (s *Store) Paused(ctx context.Context, account string) (time.Time, error) {
	until, err := pausedUntil(ctx, s.read, account)
	if err != nil {
		return time.Time{}, fmt.Errorf("pause of %s: %w", account, err)
	}
	return fromMillis(until), nil
}

// Pause has everybody leave the account alone until then, or longer where it is paused for longer.
func (s *Store) Pause(ctx context.Context, account string, until time.Time) error {
	if _, err := s.write.ExecContext(ctx, `INSERT INTO accounts (account, paused_until) VALUES (?, ?)
		ON CONFLICT DO UPDATE SET paused_until = max(paused_until, excluded.paused_until)`, account, millis(until)); err != nil {
		return fmt.Errorf("pause %s: %w", account, err)
	}
	return nil
}

type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func pausedUntil(ctx context.Context, db querier, account string) (int64, error) {
	return instant(db.QueryRowContext(ctx, `SELECT paused_until FROM accounts WHERE account = ?`, account))
}

// instant reads one time; none is 0, which is long ago.
func instant(r row) (int64, error) {
	var at sql.NullInt64
	if err := r.Scan(&at); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, err
	}
	return at.Int64, nil
}
