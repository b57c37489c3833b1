package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const folder = "../.." // package config

func TestGeneratedIsUpToDate(t *testing.T) {
	files, err := generate(folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 5 {
		t.Errorf("%d files, want 5", len(files))
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Errorf("%v; run: make generate", err)
			continue
		}
		if diff := cmp.Diff(string(got), want); diff != "" {
			t.Errorf("%s is not what the structs of package config say; run: make generate\n(-file +generated)\n%s", name, diff)
		}
	}
}
