package config_test

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bugferry/bugferry/config"
)

// watched runs a watcher over dir in a bubble of its own clock. later lets a time pass and says how often the configuration was
// read in it; ask has it read now.
func watched(t *testing.T, dir string, do func(later func(time.Duration) int, ask func())) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		read := func() config.Snapshot {
			c, _ := config.Load(filepath.Join(dir, "bugferry.yaml"), environment(nil))
			return c.Read
		}
		reloads, asked := 0, make(chan os.Signal)
		w := config.Watcher{Every: 2 * time.Second, Asked: asked, Reload: func(context.Context) config.Snapshot { reloads++; return read() }}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		first := read()
		go func() { w.Run(ctx, first); close(done) }()
		later := func(wait time.Duration) int {
			<-time.After(wait) // by the bubble's clock
			synctest.Wait()
			n := reloads
			reloads = 0
			return n
		}
		later(time.Second) // between two looks from now on
		do(later, func() { asked <- syscall.SIGHUP; synctest.Wait() })
		stop()
		<-done
	})
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestWatcherSees has each kind of change seen once, and nothing before it has settled. The times of the files tell nothing.
func TestWatcherSees(t *testing.T) {
	for _, test := range []struct{ name, file, text string }{
		{"the main file", "bugferry.yaml", goodMain + "server: {rate_limit: 7}\n"},
		{"a mistake", "bugferry.yaml", "server: ["},
		{"a project", "projects/web.yaml", "nonsense"},
		{"a new project", "projects/new.yaml", "project: p\n"},
		{"a project that is gone", "projects/web.yaml", ""},
		{"a secret's file", "secret", "another"},
		{"a file of the same length", "secret", "three"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := write(t, map[string]string{
				"bugferry.yaml": goodMain + "  other: {type: github, token_file: secret}\n", "projects/web.yaml": goodProject, "secret": "token",
			})
			watched(t, dir, func(later func(time.Duration) int, _ func()) {
				if n := later(time.Minute); n != 0 {
					t.Errorf("read %d times, and nothing had changed", n)
				}
				change(t, filepath.Join(dir, test.file), test.text)
				if n := later(2 * time.Second); n != 0 {
					t.Error("read at the first look")
				}
				if n := later(2 * time.Second); n != 1 {
					t.Errorf("read %d times at the second look, want once", n)
				}
				if n := later(time.Minute); n != 0 {
					t.Errorf("read %d times more, and nothing had changed since", n)
				}
			})
		})
	}
}

// change writes text to the file and leaves its time as it was; without text it removes it.
func change(t *testing.T, path, text string) {
	t.Helper()
	was, err := os.Stat(path)
	if text == "" {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		return
	}
	put(t, path, text)
	if err == nil {
		if err := os.Chtimes(path, was.ModTime(), was.ModTime()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWatcherWaitsWhileAFileIsWritten(t *testing.T) {
	dir := write(t, map[string]string{"bugferry.yaml": goodMain, "projects/web.yaml": goodProject})
	watched(t, dir, func(later func(time.Duration) int, _ func()) {
		text := goodProject
		for range 10 {
			text += "# more\n"
			put(t, filepath.Join(dir, "projects", "web.yaml"), text)
			if n := later(2 * time.Second); n != 0 {
				t.Fatal("read while it was being written")
			}
		}
		if n := later(2 * time.Second); n != 1 {
			t.Errorf("read %d times once it was quiet, want once", n)
		}
		put(t, filepath.Join(dir, "projects", "web.yaml"), "half")
		later(2 * time.Second)
		put(t, filepath.Join(dir, "projects", "web.yaml"), text)
		if n := later(time.Minute); n != 0 {
			t.Errorf("read %d times for what was as before again", n)
		}
	})
}

// TestWatcherSeesKubernetes: every file is a symbolic link through ..data, which is a link to a directory and exchanged by a rename.
func TestWatcherSeesKubernetes(t *testing.T) {
	dir := write(t, map[string]string{"..1/bugferry.yaml": goodMain, "..1/web.yaml": goodProject, "..2/bugferry.yaml": goodMain, "..2/web.yaml": goodProject + "# new\n"})
	link := func(to, name string) {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "projects"), 0o700); err != nil {
		t.Fatal(err)
	}
	link("..1", "..data")
	link("..data/bugferry.yaml", "bugferry.yaml")
	link("../..data/web.yaml", "projects/web.yaml")
	watched(t, dir, func(later func(time.Duration) int, _ func()) {
		link("..2", "..data_tmp")
		if err := os.Rename(filepath.Join(dir, "..data_tmp"), filepath.Join(dir, "..data")); err != nil {
			t.Fatal(err)
		}
		if err := os.RemoveAll(filepath.Join(dir, "..1")); err != nil {
			t.Fatal(err)
		}
		if n := later(4 * time.Second); n != 1 {
			t.Errorf("read %d times, want once", n)
		}
	})
}

func TestWatcherReadsWhenAsked(t *testing.T) {
	dir := write(t, map[string]string{"bugferry.yaml": goodMain, "projects/web.yaml": goodProject})
	watched(t, dir, func(later func(time.Duration) int, ask func()) {
		put(t, filepath.Join(dir, "projects", "web.yaml"), goodProject+"# more\n")
		ask()
		if n := later(0); n != 1 {
			t.Errorf("read %d times, want at once", n)
		}
		if n := later(time.Minute); n != 0 {
			t.Errorf("read %d times more for the same change", n)
		}
	})
}

func TestSnapshotHash(t *testing.T) {
	dir := write(t, map[string]string{"bugferry.yaml": goodMain, "projects/web.yaml": goodProject})
	first := load(t, dir, environment(nil)).Read
	if len(first) != 3 || len(first.Hash()) != 12 || first.Hash() != first.Look().Hash() {
		t.Errorf("%v %s %s", first, first.Hash(), first.Look().Hash())
	}
	put(t, filepath.Join(dir, "projects", "web.yaml"), goodProject+"# more\n")
	if first.Hash() == first.Look().Hash() {
		t.Error("the same hash for other files")
	}
}
