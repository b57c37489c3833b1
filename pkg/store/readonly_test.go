package store_test

import (
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/store"
)

// Whoever only looks sees what another process writes, and cannot write.
func TestReadOnlyLooksBesideOneWhoServes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bugferry.db")
	serving := open(t, path, true)
	look := openWith(t, store.Config{URL: "sqlite:" + path, ReadOnly: true})
	e := event("b1")
	accept(t, serving, e, toWeb)
	linked(t, serving, "b1", "jira web")
	got, err := look.Event(t.Context(), e.ID)
	if err != nil || got.ID != e.ID {
		t.Fatalf("event %q, %v", got.ID, err)
	}
	known, err := look.Known(t.Context(), "b1")
	if err != nil {
		t.Fatal(err)
	}
	want := bridge.Known{Places: []string{"jira web"}, Open: []string{"web"}, Past: []string{"web"}}
	if diff := cmp.Diff(want, known); diff != "" {
		t.Error(diff)
	}
	links, err := look.LinksOf(t.Context(), "b1")
	if err != nil || len(links) != 1 || links[0].Ref.Name != "WEB-1" || links[0].Place != "jira web" {
		t.Errorf("links %v, %v", links, err)
	}
}

// A file that is to be looked at only is as it was, without a store and with one of another version.
func TestReadOnlyChangesNothing(t *testing.T) {
	dir := t.TempDir()
	missing := filepath.Join(dir, "typo.db")
	if _, err := store.Open(t.Context(), store.Config{URL: "sqlite:" + missing, ReadOnly: true}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a store that is not there: %v", err)
	}
	if _, err := os.Stat(missing); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it is there now: %v", err)
	}

	path := filepath.Join(dir, "old.db")
	s, err := store.Open(t.Context(), store.Config{URL: "sqlite:" + path})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	if _, err := db.ExecContext(t.Context(), `DELETE FROM goose_db_version WHERE version_id > 3`); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(t.Context(), store.Config{URL: "sqlite:" + path, ReadOnly: true}); !errors.Is(err, store.ErrOutdated) {
		t.Errorf("a store of an older version: %v", err)
	}
	var version int
	if err := db.QueryRowContext(t.Context(), `SELECT max(version_id) FROM goose_db_version`).Scan(&version); err != nil || version != 3 {
		t.Errorf("its version is %d now, %v", version, err)
	}
}
