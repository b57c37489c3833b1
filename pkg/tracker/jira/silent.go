package jira

import (
	"context"
	"maps"
	"slices"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/tracker"
)

const unset = "Jira took it without a word and did not keep it, as an automation or a post function of the workflow may do"

// noteSilent compares what was written with what the issue shows after it. A create has no such answer, only the key; what
// stands there its caller reads. Of values that Jira completes by itself it only counts whether there is one.
func noteSilent(ctx context.Context, change bridge.Change, now bridge.Content, issue found) {
	if change.SetLabels {
		tracker.NoteSilent(ctx, tracker.MissingLabels(change.Labels, now.Labels, unset)...)
	}
	for _, name := range slices.Sorted(maps.Keys(change.Fields)) {
		sent, shown := change.Fields[name], now.Fields[name]
		kept := (sent == "") == (shown == "")
		switch name {
		case bridge.FieldAssignees:
			kept = sent == shown
		case bridge.FieldStatus:
			kept = sent == "" || issue.named("status").is(sent)
		case bridge.FieldPriority: // none is the default one
			kept = sent == "" || kept
		}
		if !kept {
			tracker.NoteSilent(ctx, tracker.Unset(name, sent, shown, unset))
		}
	}
}
