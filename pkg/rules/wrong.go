package rules

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/expr-lang/expr/file"
)

var (
	noField = regexp.MustCompile(`^type (\S+) has no field (\S+)$`)
	noName  = regexp.MustCompile(`^unknown name (\S+)$`)
)

// remedies are for the messages of the expression library that begin so.
var remedies = map[string]string{
	"invalid operation: int(":   askForNumber,
	"invalid operation: float(": askForNumber,
	"cannot get ":               "; ask any(list, …), for there may be nobody",
	"index out of range":        "; ask any(list, …), for the list may be shorter",
}

const askForNumber = `; ask first whether it is a number: text matches "^[0-9]{1,9}$" and int(text) > 5`

// plain are the library's names of types in words of ours.
var plain = strings.NewReplacer(
	"*rules.view", "report", "rules.view", "report", "[]rules.person", "list of people", "rules.person", "person",
	"map[string]string", "many values", "[]interface {}", "list", "time.Time", "time", "<nil>", "nothing",
)

// exprProblem puts an error of the expression library into one line, with the position and a guess of what was meant.
func exprProblem(err error) problem {
	e, ok := errors.AsType[*file.Error](err)
	if !ok {
		line, _, _ := strings.Cut(err.Error(), "\n")
		return problem{text: shorten(plain.Replace(line), 200)}
	}
	message, hint := e.Message, ""
	if m := noField.FindStringSubmatch(message); m != nil {
		message, hint = missingField(m[1], m[2])
	}
	if m := noName.FindStringSubmatch(message); m != nil {
		hint = hintForName(m[1])
	}
	if message == "unexpected token EOF" {
		message = "the expression ends too early"
	}
	if strings.HasPrefix(message, "array elements can only be selected") {
		message = "a list has no fields; name an item, list[0].email, or ask any(list, .email == …)"
	}
	for start, remedy := range remedies {
		if strings.HasPrefix(message, start) {
			hint = remedy
		}
	}
	return problem{shorten(plain.Replace(message), 200) + hint, e.Line, e.Column + 1}
}

func missingField(typeName, field string) (message, hint string) {
	what, tags := "report", viewTags
	if strings.HasSuffix(typeName, "rules.person") {
		what, tags = "report.assignees[…]", personTags
	} else if !strings.HasSuffix(typeName, "rules.view") {
		return typeName + " has no field " + field, ""
	}
	hint = didYouMean(field, tags)
	if hint == "" && what == "report" {
		hint = "; one that BetterBugs does not document is report.extra." + field
	}
	return what + " has no field " + field, hint
}

func hintForName(name string) string {
	switch {
	case slices.Contains(withheldInExpressions, name):
		return "; an expression has no clock, and nothing that makes much out of little"
	case didYouMean(name, []string{"report"}) != "":
		return didYouMean(name, []string{"report"})
	}
	return strings.Replace(didYouMean(name, viewTags), "mean ", "mean report.", 1)
}
