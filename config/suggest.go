package config

import (
	"fmt"
	"slices"
	"strings"
)

// suggest returns "; did you mean X?" with the candidate nearest to word or, if none is near, the candidates themselves.
func suggest(word string, candidates []string) string {
	switch hint := near(word, candidates); {
	case hint != "":
		return hint
	case len(candidates) == 0:
		return "; there is none"
	case len(candidates) > 24:
		return ""
	}
	return "; expected one of " + list(candidates)
}

// near returns "; did you mean X?" with the candidate nearest to word, or nothing if none is near.
func near(word string, candidates []string) string {
	if len(candidates) > 500 {
		return ""
	}
	best, distance := "", 4
	for _, candidate := range candidates {
		d := editDistance(strings.ToLower(word), strings.ToLower(candidate))
		if d < distance && 2*d <= len(candidate) {
			best, distance = candidate, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %s?", best)
}

// editDistance counts the insertions, deletions, replacements and swaps of neighbours between a and b.
func editDistance(a, b string) int {
	from, to := []rune(a), []rune(b)
	if len(from) > 64 || len(to) > 64 {
		return 64
	}
	before, last, row := []int(nil), make([]int, len(to)+1), make([]int, len(to)+1)
	for j := range last {
		last[j] = j
	}
	for i := range from {
		row[0] = i + 1
		for j := range to {
			cost := 1
			if from[i] == to[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && from[i] == to[j-1] && from[i-1] == to[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, slices.Clone(row)
	}
	return last[len(to)]
}
