package sandbox

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// query is JQL as far as the sandbox has it: terms joined by AND, then an order.
type query struct {
	terms []term
	by    string // created, updated, key or id
	asc   bool
}

// term is a field, one of = != in "not in" ~ > >= < <=, and its values.
type term struct {
	field  string
	op     string
	values []string
}

const unboundedJQL = "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."

// parseJQL returns the query, or Jira's words against it.
func parseJQL(jql string) (query, string) {
	words, ok := jqlWords(jql)
	p := jqlParser{words: words}
	q := query{by: "created"}
	if !ok {
		return q, "Error in the JQL Query: The quoted string has not been completed."
	}
	for len(p.words) > 0 && !p.take("order") {
		t, why := p.term()
		if why != "" {
			return q, why
		}
		q.terms = append(q.terms, t)
		if !p.take("and") && len(p.words) > 0 && !p.at("order") {
			return q, fmt.Sprintf("Error in the JQL Query: Expecting 'AND' or 'ORDER BY' but got '%s'.", p.words[0].text)
		}
	}
	if p.ordered {
		if why := p.order(&q); why != "" {
			return q, why
		}
	}
	if len(q.terms) == 0 {
		return q, unboundedJQL
	}
	return q, ""
}

type jqlWord struct {
	text   string
	quoted bool
}

// jqlWords splits JQL into words, quoted words and operators; it is false where a quote does not end.
func jqlWords(s string) (words []jqlWord, ok bool) {
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		switch c := s[0]; {
		case c == '"' || c == '\'':
			text, rest, closed := jqlQuoted(s[1:], c)
			if !closed {
				return nil, false
			}
			words, s = append(words, jqlWord{text, true}), rest
		case strings.ContainsRune("=!<>~", rune(c)):
			n := 1
			if len(s) > 1 && (s[1] == '=' || s[1] == '~') {
				n = 2
			}
			words, s = append(words, jqlWord{text: s[:n]}), s[n:]
		case strings.ContainsRune("(),", rune(c)):
			words, s = append(words, jqlWord{text: s[:1]}), s[1:]
		default:
			n := strings.IndexAny(s, " \t\r\n\"'=!<>~(),")
			if n < 0 {
				n = len(s)
			}
			words, s = append(words, jqlWord{text: s[:n]}), s[n:]
		}
	}
	return words, true
}

func jqlQuoted(s string, quote byte) (text, rest string, closed bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		case s[i] == quote:
			return b.String(), s[i+1:], true
		default:
			b.WriteByte(s[i])
		}
	}
	return "", "", false
}

type jqlParser struct {
	words   []jqlWord
	ordered bool
}

func (p *jqlParser) at(word string) bool {
	return len(p.words) > 0 && !p.words[0].quoted && strings.EqualFold(p.words[0].text, word)
}

func (p *jqlParser) take(word string) bool {
	if !p.at(word) {
		return false
	}
	p.words = p.words[1:]
	p.ordered = p.ordered || word == "order"
	return true
}

func (p *jqlParser) next() (jqlWord, bool) {
	if len(p.words) == 0 {
		return jqlWord{}, false
	}
	w := p.words[0]
	p.words = p.words[1:]
	return w, true
}

var jqlFields = []string{"project", "key", "issuekey", "issue", "id", "labels", "status", "statuscategory", "summary", "created", "updated", "priority", "issuetype", "type"}

func (p *jqlParser) term() (t term, why string) {
	w, _ := p.next()
	t.field = strings.ToLower(w.text)
	if !slices.Contains(jqlFields, t.field) {
		return t, fmt.Sprintf("Field '%s' does not exist or you do not have permission to view it.", w.text)
	}
	op, _ := p.next()
	t.op = strings.ToLower(op.text)
	if t.op == "not" && p.take("in") {
		t.op = "not in"
	}
	if !slices.Contains([]string{"=", "!=", "~", ">", ">=", "<", "<=", "in", "not in"}, t.op) || op.quoted {
		return t, fmt.Sprintf("Error in the JQL Query: Expecting operator but got '%s'. The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'.", op.text)
	}
	t.values, why = p.values(strings.HasSuffix(t.op, "in"))
	if why == "" && (t.field == "created" || t.field == "updated") {
		_, why = jqlTime(t.values[0], time.Time{})
	}
	return t, why
}

func (p *jqlParser) values(list bool) (values []string, why string) {
	const expected = "Error in the JQL Query: Expecting either a value, list or function but got '%s'. You must surround '%[1]s' in quotation marks to use it as a value."
	if list && !p.take("(") {
		return nil, "Error in the JQL Query: Expecting '(' before a list of values."
	}
	for {
		w, more := p.next()
		if !more || !w.quoted && strings.ContainsAny(w.text, "(),=<>!~") {
			return nil, fmt.Sprintf(expected, w.text)
		}
		values = append(values, w.text)
		if !list || p.take(")") {
			return values, ""
		}
		if !p.take(",") {
			return nil, "Error in the JQL Query: Expecting ',' or ')' in a list of values."
		}
	}
}

func (p *jqlParser) order(q *query) string {
	by, _ := jqlWord{}, false
	if p.take("by") {
		by, _ = p.next()
	}
	q.by = strings.ToLower(by.text)
	if !slices.Contains([]string{"created", "updated", "key", "id"}, q.by) {
		return fmt.Sprintf("Error in the JQL Query: Not able to sort using field '%s'.", by.text)
	}
	q.asc = p.take("asc") || !p.take("desc") && (q.by == "key" || q.by == "id")
	if len(p.words) > 0 {
		return fmt.Sprintf("Error in the JQL Query: Expecting the end of the query but got '%s'.", p.words[0].text)
	}
	return ""
}

// jqlTime reads -3d, -2h, a date, or a date and time; the account's time zone is UTC.
func jqlTime(s string, now time.Time) (time.Time, string) {
	unit := map[byte]time.Duration{'m': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour}
	if s != "" && unit[s[len(s)-1]] > 0 {
		if n, err := strconv.Atoi(s[:len(s)-1]); err == nil && n > -100_000 && n < 100_000 {
			return now.Add(time.Duration(n) * unit[s[len(s)-1]]), ""
		}
	}
	for _, form := range []string{"2006-01-02 15:04", "2006/01/02 15:04", "2006-01-02", "2006/01/02"} {
		if t, err := time.Parse(form, s); err == nil {
			return t, ""
		}
	}
	return now, fmt.Sprintf("Date value '%s' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.", s)
}
