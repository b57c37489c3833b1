package console

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// mostInline is how many bytes of a body stand in the command itself.
const mostInline = 4 << 10

// curl is the command that sends a request once more.
type curl struct {
	Command string
	File    string // which has to hold the body first; empty: the command has it
	Decode  string // the command that shows how the request is understood
}

// sentAgain are the headers that say how a body is to be read. Those that were redacted are secrets that a webhook wants.
var sentAgain = []string{"Content-Type", "Content-Encoding"}

// curlOf writes the command. What was redacted stands redacted in it.
func curlOf(e bridge.Event) curl {
	scheme := "http"
	if e.Header.Get("X-Forwarded-Proto") == "https" {
		scheme = "https"
	}
	address := scheme + "://" + cmp.Or(e.Header.Get("Host"), "localhost") + cmp.Or(e.Target, e.Webhook)
	c := curl{Decode: "bugferry events show " + e.ID + " --raw | bugferry decode --http -"}
	parts := []string{"curl --globoff --request " + quoted(cmp.Or(e.Method, http.MethodPost)) + " " + quoted(address)}
	for _, name := range slices.Sorted(maps.Keys(e.Header)) {
		if value := e.Header.Get(name); slices.Contains(sentAgain, name) || strings.Contains(value, "[redacted]") {
			parts = append(parts, "--header "+quoted(name+": "+value))
		}
	}
	switch {
	case len(e.Body) == 0:
	case pasteable(e.Body):
		parts = append(parts, "--data-binary "+quoted(string(e.Body)))
	default:
		c.File = e.ID + ".txt"
		parts = append(parts, "--data-binary @"+c.File)
	}
	c.Command = strings.Join(parts, " \\\n  ")
	return c
}

// pasteable says whether a body can stand in a command: it is short, and has nothing that a terminal would obey or not show.
func pasteable(body []byte) bool {
	if len(body) > mostInline || !utf8.Valid(body) || body[0] == '@' {
		return false
	}
	return !strings.ContainsFunc(string(body), hidden)
}

// hidden says of a character that a terminal would obey it, or not show it.
func hidden(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }

// quoted is a word for a POSIX shell. What a terminal would obey becomes a space: a person is to paste this.
func quoted(s string) string {
	s = strings.Map(func(r rune) rune {
		if hidden(r) {
			return ' '
		}
		return r
	}, s)
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
