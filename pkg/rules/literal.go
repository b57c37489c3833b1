package rules

import (
	"strings"
	"text/template/parse"
	"unicode"
	"unicode/utf8"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// Longest texts the trackers take, in characters: what stands in the configuration as it is can be measured before a report comes.
const (
	maxGitHubLabel = 50  // GitHub refuses longer ones: "name is too long (maximum is 50 characters)"
	maxJiraLabel   = 255 // Jira Cloud and Data Center alike
)

// bare is a report with nothing but a title, which BetterBugs' form asks for.
var bare = newView(bridge.Report{Title: "Title"}, "Project")

// checkWords looks at what of a destination's templates is the same for every report.
func checkWords(in Destination, d *destination, found *findings) {
	if title, _, err := d.title.render(bare); err == nil && oneLine(title) == "" {
		found.add(in.Title.At, "the title can come out empty, and an issue needs one; end it with what is always there: {{ or … .Title \"Untitled\" }}")
	}
	most, who := maxGitHubLabel, "GitHub"
	if !d.github {
		most, who = maxJiraLabel, "Jira"
	}
	for _, label := range d.labels {
		if text := oneLine(label.fixed); label.run == nil && !label.broken && utf8.RuneCountInString(text) > most {
			found.add(label.at, "the label has %d characters; %s takes at most %d", utf8.RuneCountInString(text), who, most)
		}
		if !d.github && label.literalSpace() {
			hint := "write something else between its words, such as -"
			if label.run == nil {
				hint = "did you mean " + strings.Join(strings.Fields(label.fixed), "-") + "?"
			}
			found.add(label.at, "a label in Jira has no spaces; %s", hint)
		}
	}
}

// literalSpace says that there is a space between the words of the text whatever the report.
func (t *textTemplate) literalSpace() bool {
	if t.broken {
		return false
	}
	if t.run == nil {
		return strings.ContainsFunc(strings.TrimSpace(t.fixed), unicode.IsSpace)
	}
	return spaceIn(t.run.Root, true)
}

// spaceIn looks for white space in the text of a template that is not at its edges. In branches only what stands between words
// counts: what is around a branch may be nothing.
func spaceIn(list *parse.ListNode, outer bool) bool {
	if list == nil {
		return false
	}
	for i, node := range list.Nodes {
		switch n := node.(type) {
		case *parse.TextNode:
			text := string(n.Text)
			if !outer || !placeholder(list.Nodes, i-1) {
				text = strings.TrimLeftFunc(text, unicode.IsSpace)
			}
			if !outer || !placeholder(list.Nodes, i+1) {
				text = strings.TrimRightFunc(text, unicode.IsSpace)
			}
			if strings.ContainsFunc(text, unicode.IsSpace) {
				return true
			}
		case *parse.IfNode:
			if spaceInBranch(&n.BranchNode) {
				return true
			}
		case *parse.WithNode:
			if spaceInBranch(&n.BranchNode) {
				return true
			}
		case *parse.RangeNode:
			if spaceInBranch(&n.BranchNode) {
				return true
			}
		}
	}
	return false
}

func spaceInBranch(n *parse.BranchNode) bool {
	return spaceIn(n.List, false) || spaceIn(n.ElseList, false)
}

// placeholder says that node i of nodes prints a value.
func placeholder(nodes []parse.Node, i int) bool {
	if i < 0 || i >= len(nodes) {
		return false
	}
	action, ok := nodes[i].(*parse.ActionNode)
	return ok && len(action.Pipe.Decl) == 0
}
