package dispatch

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMergeLabels(t *testing.T) {
	for _, test := range []struct {
		name                         string
		current, ours, wanted, merge []string
	}{
		{"new ones are added", []string{"a"}, nil, []string{"b"}, []string{"a", "b"}},
		{"a person's stay", []string{"a", "mine"}, []string{"a"}, []string{"a"}, []string{"a", "mine"}},
		{"ours that no longer apply go", []string{"a", "b"}, []string{"a", "b"}, []string{"b"}, []string{"b"}},
		{"one of ours that a person took away stays away", []string{"b"}, []string{"a", "b"}, []string{"a", "b"}, []string{"b"}},
		{"case does not count", []string{"Bug"}, []string{"bug"}, []string{"bug"}, []string{"Bug"}},
		{"one that a person had put there first is ours no more than before", []string{"x"}, nil, []string{"x"}, []string{"x"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.merge, mergeLabels(test.current, test.ours, test.wanted)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
