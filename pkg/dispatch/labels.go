package dispatch

import (
	"slices"
	"strings"
)

// mergeLabels returns the labels an issue should have: those it has, less those that Bugferry put there and no longer
// wants, plus those it wants for the first time. A label of ours that a person took away stays away.
func mergeLabels(current, ours, wanted []string) []string {
	merged := make([]string, 0, len(current)+len(wanted))
	for _, label := range current {
		if !hasLabel(ours, label) || hasLabel(wanted, label) {
			merged = append(merged, label)
		}
	}
	for _, label := range wanted {
		if !hasLabel(merged, label) && !hasLabel(ours, label) {
			merged = append(merged, label)
		}
	}
	return merged
}

// hasLabel compares as the trackers do, without regard to case.
func hasLabel(labels []string, label string) bool {
	return slices.ContainsFunc(labels, func(l string) bool { return strings.EqualFold(l, label) })
}

func sameLabels(a, b []string) bool {
	all := func(in, of []string) bool {
		return !slices.ContainsFunc(of, func(l string) bool { return !hasLabel(in, l) })
	}
	return all(a, b) && all(b, a)
}
