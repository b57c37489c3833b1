package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"
)

// Config says where and how to open a store.
type Config struct {
	URL   string // "sqlite:bugferry.db", "sqlite:/var/lib/bugferry/bugferry.db"
	Serve bool   // hold the file for this process: needed to take deliveries, not to look at them or add some
	Found bool   // the store must be there already: a mistyped name is an error and not a new store
	// ReadOnly: nothing can be written, not even tables brought up to date, and the store must be there already. Only what looks may
	// be called.
	ReadOnly bool
	Logger   *slog.Logger // nil: nothing is logged
	// Duplicates is how long after an event the same report is no news. 0: it always is.
	Duplicates time.Duration
}

// Store is an open store. Its methods may be called from several goroutines.
type Store struct {
	write  *sql.DB // one connection: River and our writer share it
	read   *sql.DB // read-only, for the pages and listings
	jobs   *river.Client[*sql.Tx]
	log    *slog.Logger
	lock   *fileLock
	path   string        // of the SQLite file
	window time.Duration // Config.Duplicates
	intake chan *intake
	closed chan struct{} // closed by Close: the writer stops
	done   chan struct{} // closed by the writer when it has
}

// Open opens the store, brings its tables up to date and starts its writer. Close must be called.
func Open(ctx context.Context, cfg Config) (_ *Store, err error) {
	path, err := sqlitePath(cfg.URL)
	if err != nil {
		return nil, err
	}
	s := &Store{
		log:    cfg.Logger,
		path:   path,
		window: cfg.Duplicates,
		intake: make(chan *intake, maxBatch),
		closed: make(chan struct{}),
		done:   make(chan struct{}),
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("open store %s: %w", path, err), s.closeHandles())
		}
	}()
	if _, err := os.Stat(path); (cfg.Found || cfg.ReadOnly) && err != nil {
		return nil, err
	}
	if cfg.ReadOnly {
		if err := s.openToLook(ctx); err != nil {
			return nil, err
		}
		return s, nil
	}
	if err := makeFolder(path); err != nil {
		return nil, err
	}
	if cfg.Serve {
		if s.lock, err = lockFile(ctx, path); err != nil {
			return nil, err
		}
	}
	if s.write, err = openSQLite(ctx, path, "_txlock=immediate"); err != nil {
		return nil, err
	}
	if err := migrate(ctx, s.write); err != nil {
		return nil, err
	}
	if s.read, err = openSQLite(ctx, path, "mode=ro"); err != nil {
		return nil, err
	}
	s.read.SetMaxOpenConns(readers)
	if s.jobs, err = river.NewClient(riversqlite.New(s.write), &river.Config{Logger: quiet(s.log)}); err != nil {
		return nil, err
	}
	go s.writer() //nolint:gosec // what a requester handed in is finished whoever opened the store has gone
	return s, nil
}

// readers is how many may look at once.
const readers = 4

// openToLook opens what a ReadOnly store has.
func (s *Store) openToLook(ctx context.Context) (err error) {
	close(s.done) // there is no writer to wait for
	if s.read, err = openSQLite(ctx, s.path, "mode=ro"); err != nil {
		return err
	}
	s.read.SetMaxOpenConns(readers)
	return upToDate(ctx, s.read)
}

// Close stops the writer and closes the file. Nobody may be in [Store.Accept].
func (s *Store) Close() error {
	close(s.closed)
	<-s.done
	return s.closeHandles()
}

func (s *Store) closeHandles() error {
	var errs []error
	for _, c := range []*sql.DB{s.read, s.write} {
		if c != nil {
			errs = append(errs, c.Close())
		}
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
	}
	return errors.Join(errs...)
}

// Ping says whether the store can be written to: it takes the write lock and gives it back.
func (s *Store) Ping(ctx context.Context) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("ping store: %w", err)
	}
	return tx.Rollback()
}

func sqlitePath(storeURL string) (string, error) {
	if strings.HasPrefix(storeURL, "postgres:") || strings.HasPrefix(storeURL, "postgresql:") {
		return "", errors.New("open store: PostgreSQL is not supported by this version; want sqlite:FILE")
	}
	path, ok := strings.CutPrefix(storeURL, "sqlite:")
	path = strings.TrimPrefix(path, "//")
	if !ok || path == "" {
		return "", fmt.Errorf("open store %q: not a store; want sqlite:FILE", redactURL(storeURL))
	}
	return path, nil
}

// redactURL hides what may be a password in a URL meant for another kind of store.
func redactURL(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return "(unreadable)"
	}
	return u.Redacted()
}

func makeFolder(path string) error {
	return os.MkdirAll(filepath.Dir(path), 0o750)
}

// openSQLite opens the file with the settings that durability and concurrency rest on, with one connection.
func openSQLite(ctx context.Context, path, extra string) (*sql.DB, error) {
	pragmas := url.Values{"_pragma": {
		"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "temp_store(MEMORY)",
	}}
	if extra == "mode=ro" {
		pragmas = url.Values{"_pragma": {"busy_timeout(5000)", "query_only(1)"}}
	}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+extra+"&"+pragmas.Encode())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
