package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
)

//go:embed migrations/sqlite/*.sql
var migrations embed.FS

// migrate brings River's tables and then ours up to date; where they are, it changes nothing.
func migrate(ctx context.Context, db *sql.DB) error {
	queue, err := rivermigrate.New(riversqlite.New(db), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return fmt.Errorf("migrate queue: %w", err)
	}
	if _, err := queue.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate queue: %w", err)
	}
	folder, err := fs.Sub(migrations, "migrations/sqlite")
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	ours, err := goose.NewProvider(goose.DialectSQLite3, db, folder)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if _, err := ours.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// ErrOutdated says that a store that may not be changed has tables of an older version.
var ErrOutdated = errors.New("its tables are those of an older version")

// upToDate says whether our tables are those that are asked for here, without changing anything.
func upToDate(ctx context.Context, db *sql.DB) error {
	files, err := fs.Glob(migrations, "migrations/sqlite/*.sql")
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	var have int
	err = db.QueryRowContext(ctx, `SELECT count(*) FROM goose_db_version WHERE version_id > 0 AND is_applied`).Scan(&have)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrOutdated, err)
	}
	if have < len(files) {
		return ErrOutdated
	}
	return nil
}
