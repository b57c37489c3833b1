package rules

import (
	"maps"
	"slices"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// SharedAgain stands in place of a rule's name where a report goes somewhere because its bug is there already.
const SharedAgain = "shared again"

// Again says where a report goes whose bug is known: to the places it is at or on its way to, and to those only, unless add lets
// the rules' matches in as well. placeOf has the place of each of the project's destinations; a place that none of them names
// counts for nothing. If the bug is nowhere, the matches stand. The trace is empty if nothing comes of it.
func Again(known bridge.Known, matches []bridge.Match, placeOf map[string]string, add bool) ([]bridge.Match, []bridge.Trace) {
	open := whereTheBugIs(known, placeOf)
	if len(open) == 0 {
		return matches, nil
	}
	var again []bridge.Match
	var stays, left []string
	for _, m := range matches {
		place := placeOf[m.Destination]
		served, here := open[place]
		switch {
		case here && !served:
			open[place] = true
			again = append(again, m)
		case here: // another match serves the place
		case add:
			again = append(again, m)
		default:
			left = append(left, m.Destination)
		}
	}
	for _, place := range slices.Sorted(maps.Keys(open)) {
		if !open[place] {
			destination := destinationAt(place, known, placeOf)
			again = append(again, bridge.Match{Rule: SharedAgain, Destination: destination})
			stays = append(stays, destination)
		}
	}
	return again, traceAgain(stays, left)
}

// whereTheBugIs returns the places, each with the word that nothing serves it yet.
func whereTheBugIs(known bridge.Known, placeOf map[string]string) map[string]bool {
	named := map[string]bool{}
	for _, place := range placeOf {
		named[place] = true
	}
	at := map[string]bool{}
	for _, place := range known.Places {
		if named[place] {
			at[place] = false
		}
	}
	for _, destination := range known.Open {
		if place, ok := placeOf[destination]; ok {
			at[place] = false
		}
	}
	return at
}

// destinationAt chooses among the destinations at a place: the one the bug last went to, else the first by name.
func destinationAt(place string, known bridge.Known, placeOf map[string]string) string {
	for _, destination := range slices.Concat(known.Past, known.Open, slices.Sorted(maps.Keys(placeOf))) {
		if placeOf[destination] == place {
			return destination
		}
	}
	return ""
}

func traceAgain(stays, left []string) []bridge.Trace {
	var why []string
	if len(stays) > 0 {
		why = append(why, "its bug is known and goes to "+strings.Join(stays, ", ")+" as before")
	}
	if len(left) > 0 {
		why = append(why, "its bug is known elsewhere: "+strings.Join(left, ", ")+" is left out (reroute: stay)")
	}
	if len(why) == 0 {
		return nil
	}
	return []bridge.Trace{{Rule: SharedAgain, Matched: true, Why: strings.Join(why, "; ")}}
}

// Enabled takes out of matches those whose destination is disabled: where the bug of a report is known, that may be so although
// the rules left it out. What it takes out is told in the trace, which is empty if there is nothing.
func (s *Set) Enabled(r bridge.Report, matches []bridge.Match) ([]bridge.Match, []bridge.Trace) {
	p, err := s.project(r.ProjectID)
	if err != nil {
		return matches, nil
	}
	var kept []bridge.Match
	var off []string
	for _, m := range matches {
		if d := p.destinations[m.Destination]; p.disabled || d != nil && d.disabled {
			off = append(off, m.Destination)
			continue
		}
		kept = append(kept, m)
	}
	if len(off) == 0 {
		return matches, nil
	}
	return kept, []bridge.Trace{{Rule: SharedAgain, Why: leftOut(off)}}
}
