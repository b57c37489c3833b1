package github

import (
	"fmt"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/tracker"
)

const endMarker = "<!-- bugferry:end -->"

// marker is the first line of a body of ours. Both names are fit for an HTML comment, hashed where they are not.
func marker(m bridge.Marker) string {
	return fmt.Sprintf("<!-- bugferry:begin v1 installation=%s bug=%s -->", tracker.Plain(m.Installation), m.Key())
}

func mark(body string, m bridge.Marker) string {
	return marker(m) + "\n" + body + "\n" + endMarker
}

// carries compares the first line only, and exactly: what a stranger writes is neutralised and never stands there.
func carries(body, line string) bool {
	first, _, _ := strings.Cut(tracker.Lines(body), "\n")
	return strings.TrimRight(first, " ") == line
}
