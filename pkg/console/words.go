package console

import (
	"context"
	"errors"
	"html/template"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/bugferry/bugferry/pkg/bridge"
)

const (
	// longest is how many characters of a stranger's text a cell shows: a title may be a megabyte.
	longest = 300
	// longestText is how many characters of an error, a reason or a value are shown where there is room for them.
	longestText = 4000
)

// functions are what all templates have in common.
func (c *console) functions() template.FuncMap {
	return template.FuncMap{
		"ago":  func(at time.Time) string { return ago(at, c.cfg.Now()) },
		"past": func(at time.Time) bool { return !at.After(c.cfg.Now()) },
		"cut":  cut,
		"text": func(s string) string { return cutTo(s, longestText) },
		"took": took,
		// What people call a field that was dropped, and its value.
		"field": func(d bridge.Dropped) string { field, _ := d.Words(); return field },
		"value": func(d bridge.Dropped) string { _, value := d.Words(); return value },
	}
}

// cut shortens s to the longest text of a cell, never within a character.
func cut(s string) string { return cutTo(s, longest) }

func cutTo(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	n := 0
	for i := range s {
		if n == limit-1 {
			return s[:i] + "…"
		}
		n++
	}
	return s
}

// sentence makes one of an error.
func sentence(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:] + "."
}

// unreadable answers for a store that could not be read, and says whether it has.
func (c *console) unreadable(w http.ResponseWriter, r *http.Request, what string, errs ...error) bool {
	return c.failed(w, r, "Not readable now", "The "+what+" could not be read. The log says why.", errors.Join(errs...))
}

// undone answers for something that could not be done, and says whether it has.
func (c *console) undone(w http.ResponseWriter, r *http.Request, err error) bool {
	return c.failed(w, r, "Not done", "It could not be done now. The log says why.", err)
}

// failed answers for an error, if it is one: that there is none of that id, or, for a fault of ours, with title and text.
func (c *console) failed(w http.ResponseWriter, r *http.Request, title, text string, err error) bool {
	switch {
	case err == nil:
		return false
	case errors.Is(err, bridge.ErrNotFound):
		c.problem(w, http.StatusNotFound, "Not here", "There is none of that id. It may have been removed since: the store keeps what came for a limited time.")
		return true
	case !errors.Is(r.Context().Err(), context.Canceled): // a reader who left is no fault of the store
		c.cfg.Logger.Error("page failed", "path", r.URL.Path, "err", err)
	}
	c.problem(w, http.StatusInternalServerError, title, text)
	return true
}
