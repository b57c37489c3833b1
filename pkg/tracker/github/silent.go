package github

import (
	"context"

	gogithub "github.com/google/go-github/v60/github"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/tracker"
)

// needsPush is why GitHub drops labels and assignees (docs.github.com, Create an issue and Update an issue: "silently
// dropped otherwise").
const needsPush = "GitHub dropped it without a word, as it does where the account may not push to the repository"

// noteSilent compares what an edit asked for with what the issue shows after it. Title and body are not compared: GitHub
// may trim them, and refuses with words what it does not take.
func noteSilent(ctx context.Context, change bridge.Change, now bridge.Content) {
	if change.SetLabels {
		tracker.NoteSilent(ctx, tracker.MissingLabels(change.Labels, now.Labels, needsPush)...)
	}
	if wanted, ok := change.Fields[bridge.FieldAssignees]; ok {
		wanted = joinLogins(splitLogins(wanted))
		if shown := now.Fields[bridge.FieldAssignees]; shown != wanted {
			tracker.NoteSilent(ctx, tracker.Unset(bridge.FieldAssignees, wanted, shown, needsPush))
		}
	}
	if written, ok := change.Fields[bridge.FieldStatus]; ok {
		wanted, _ := canonicalStatus(written)
		if shown := now.Fields[bridge.FieldStatus]; shown != wanted {
			tracker.NoteSilent(ctx, tracker.Unset(bridge.FieldStatus, wanted, shown, "GitHub did not set it, and did not say why"))
		}
	}
}

func labelNames(issue *gogithub.Issue) (names []string) {
	for _, label := range issue.Labels {
		names = append(names, label.GetName())
	}
	return names
}
