package rules

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/conf"
)

// forExpressions cuts the texts and lists of v, which is new, to what an expression may see.
func forExpressions(v *view) *view {
	for _, text := range []*string{
		&v.BugID, &v.ProjectID, &v.WorkspaceID, &v.UserID, &v.Title, &v.Description, &v.Status, &v.Priority, &v.Type, &v.SessionURL, &v.ScreenshotURL,
	} {
		*text = cutText(*text)
	}
	for _, m := range []map[string]string{v.CustomFields, v.Metadata, v.Extra} {
		for name, value := range m {
			if len(value) > maxText {
				m[name] = cutText(value)
			}
		}
	}
	v.Assignees = v.Assignees[:min(len(v.Assignees), maxItems)]
	for i, p := range v.Assignees {
		v.Assignees[i] = person{cutText(p.Email), cutText(p.ID), cutText(p.Name)}
	}
	v.Reporter = person{cutText(v.Reporter.Email), cutText(v.Reporter.ID), cutText(v.Reporter.Name)}
	return v
}

// cutText keeps the first maxText bytes, and no part of a character.
func cutText(s string) string {
	if len(s) <= maxText {
		return s
	}
	end := maxText
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end]
}

// withheldInExpressions are what has another answer tomorrow, or makes much out of little: with let, each of them can be applied to
// what it made. "split" has a bounded one in its place.
var withheldInExpressions = []string{
	"now", "repeat", "reduce", "replace", "join", "splitAfter", "concat", "flatten", "keys", "values", "toPairs", "fromPairs",
	"toJSON", "fromJSON", "toBase64", "fromBase64", "string",
}

func withoutGrowth(c *conf.Config) {
	for _, name := range withheldInExpressions {
		expr.DisableBuiltin(name)(c)
	}
}

var errTwoTexts = errors.New("two texts are wanted") // the type check at compile time was passed by

func splitText(args ...any) (any, error) {
	text, separator, err := twoTexts(args)
	parts := strings.SplitN(text, separator, maxItems+1)
	return parts[:min(len(parts), maxItems)], err
}

// joinTexts is what + does to texts.
func joinTexts(args ...any) (any, error) {
	a, b, err := twoTexts(args)
	return cutText(a + b), err
}

func twoTexts(args []any) (a, b string, err error) {
	if len(args) != 2 {
		return "", "", errTwoTexts
	}
	a, isA := args[0].(string)
	b, isB := args[1].(string)
	if !isA || !isB {
		return "", "", errTwoTexts
	}
	return a, b, nil
}

// bound refuses an expression that could take more than maxSteps.
func (x *exprReader) bound(root ast.Node) {
	if steps := stepsOf(root); steps > maxSteps {
		x.problem = fmt.Sprintf("its loops could take %d steps, and %d are the most: do less within them", steps, maxSteps)
	}
}

// stepsOf counts the nodes below root, those within loops as often as a loop can run.
func stepsOf(root ast.Node) int {
	counter := &stepCounter{}
	ast.Walk(&root, counter)
	return counter.steps
}

type stepCounter struct{ steps int }

// Visit comes to the nodes of an inner loop before those of the outer, so that what is within two counts in both.
func (c *stepCounter) Visit(node *ast.Node) {
	c.steps++
	if loop, ok := (*node).(*ast.PredicateNode); ok {
		c.steps += (maxItems - 1) * stepsOf(loop.Node)
	}
}
