package betterbugs

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// DefaultLimit is the longest body in bytes, once decompressed, where a Request names none.
const DefaultLimit = 5 << 20

// Caps on what a body may hold. What exceeds them is left out with a warning; a form or object with more than maxKeys
// top-level keys is undecodable, because its bugId may be among those left out.
const (
	maxDepth    = 10   // nested names: a[b][c] has depth 3
	maxIndex    = 1000 // a[1000]
	maxKeys     = 1000
	maxBugID    = 256  // bytes; BetterBugs sends 24. Stores index it
	maxWarnings = 50   // more say no more
	maxEcho     = 1024 // bytes of a challenge that are echoed
)

var (
	// ErrNoReport says that the request has no bugId: an empty body, {}, a ping, a verify request.
	ErrNoReport = errors.New("decode report: the body has no bugId")
	// ErrTooLarge says that the body, as it came or decompressed, is longer than the limit.
	ErrTooLarge = errors.New("decode report: the body is longer than the limit")
)

// DecodeError says why a body that is not empty cannot be read as a report, and where.
type DecodeError struct {
	Place string // "byte 17", "part 3 (title)", a key's name
	Err   error
}

// Error names the place and the cause.
func (e *DecodeError) Error() string { return "decode report: " + e.Place + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *DecodeError) Unwrap() error { return e.Err }

func undecodable(place, format string, args ...any) error {
	return &DecodeError{Place: place, Err: fmt.Errorf(format, args...)}
}

// Request is what a webhook request carries, before anything is decoded.
type Request struct {
	ContentType     string
	ContentEncoding string
	Body            []byte
	Limit           int64 // longest body in bytes once decompressed; 0: DefaultLimit
}

// Decode reads the report that r carries. Its error is [ErrNoReport], [ErrTooLarge] or a [*DecodeError]. What the
// encoding lost or a cap cut stands in the report's Warnings.
func Decode(r Request) (bridge.Report, error) {
	var warn warnings
	doc, err := readDocument(r, &warn)
	if err != nil {
		return bridge.Report{}, err
	}
	return buildReport(doc, &warn)
}

// Challenge returns the value of a top-level `challenge`, which some senders' verify requests want echoed; "" if there
// is none or it is longer than 1,024 bytes.
func Challenge(r Request) string {
	var warn warnings
	doc, err := readDocument(r, &warn)
	if err != nil {
		return ""
	}
	value, _ := doc.Get("challenge")
	switch value.(type) {
	case []any, bridge.Fields:
		return ""
	}
	if text := bridge.TextOf(value); len(text) <= maxEcho {
		return text
	}
	return ""
}

// warnings gathers what was lost, each once and not without end.
type warnings []string

func (w *warnings) add(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	for _, said := range *w {
		if said == text {
			return
		}
	}
	switch {
	case len(*w) < maxWarnings:
		*w = append(*w, text)
	case len(*w) == maxWarnings:
		*w = append(*w, "more was lost than is listed here")
	}
}

// quoted is a stranger's name, fit for a warning.
func quoted(name string) string {
	if runes := []rune(name); len(runes) > 80 {
		name = string(runes[:80]) + "…"
	}
	return strconv.Quote(name)
}

// label is a field's name for a warning: its own where BetterBugs documents it, else quoted.
func label(name string) string {
	if _, known := canonical(name); known {
		return name
	}
	return quoted(name)
}
