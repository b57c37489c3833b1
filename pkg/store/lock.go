package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// fileLock holds a SQLite file for one process, by an exclusive transaction on a database of its own beside it: SQLite's
// locks work on every system we build for, and the system drops them when the process ends, however it ends.
type fileLock struct {
	db   *sql.DB
	conn *sql.Conn
}

func lockFile(ctx context.Context, path string) (*fileLock, error) {
	file := path + ".lock"
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: file}).EscapedPath()+"?_pragma=busy_timeout(0)")
	if err != nil {
		return nil, err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	lock := &fileLock{db: db, conn: conn}
	if _, err := conn.ExecContext(ctx, "BEGIN EXCLUSIVE"); err != nil {
		if busy, ok := errors.AsType[*sqlite.Error](err); ok && busy.Code()&0xff == sqlite3.SQLITE_BUSY {
			err = fmt.Errorf("another bugferry serves this file (its lock is %s): stop it, or give this one a store.url of its own", file)
		}
		return nil, errors.Join(err, lock.Close())
	}
	return lock, nil
}

// Close lets another process have the file.
func (l *fileLock) Close() error {
	return errors.Join(l.conn.Close(), l.db.Close())
}
