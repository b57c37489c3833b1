package console

import (
	"fmt"
	"strings"
	"time"
)

// ago says how far a time is from now, as a person would: "3 minutes ago", "in 2 hours". Beyond a month it is the day.
func ago(at, now time.Time) string {
	apart := now.Sub(at)
	form := "%s ago"
	if apart < 0 {
		apart, form = -apart, "in %s"
	}
	switch {
	case apart < 2*time.Second:
		return "just now"
	case apart > 30*24*time.Hour:
		return at.UTC().Format(time.DateOnly)
	}
	return fmt.Sprintf(form, roughly(apart))
}

// roughly names a length of time by its largest unit.
func roughly(d time.Duration) string {
	for _, unit := range []struct {
		name string
		long time.Duration
	}{{"day", 24 * time.Hour}, {"hour", time.Hour}, {"minute", time.Minute}} {
		if n := int(d / unit.long); n >= 1 {
			return counted(n, unit.name)
		}
	}
	return counted(int(d/time.Second), "second")
}

// counted is "1 hour", "2 hours", "3 deliveries".
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	if stem, ok := strings.CutSuffix(thing, "y"); ok && thing != "day" {
		return fmt.Sprintf("%d %sies", n, stem)
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// took writes a length of time that a machine needed.
func took(d time.Duration) string {
	switch {
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	case d < time.Minute:
		return d.Round(10 * time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}
