package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// TestTheProgramHasItsTimeZones finds a zone's name in the program itself: on a machine without them rules can name them all
// the same.
func TestTheProgramHasItsTimeZones(t *testing.T) {
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	zone := strings.Join([]string{"Pacific", "Chatham"}, "/") // joined here: a constant would be in the program
	if !bytes.Contains(program, []byte(zone)) {
		t.Errorf("%s is not in the program", zone)
	}
}
