package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/bugferry/bugferry/pkg/bridge"
)

const (
	// defaultLimit is how many rows a listing has where nobody says.
	defaultLimit = 50
	// reach is how many rows one page looks through at most that an index does not choose but has all that is compared.
	reach = 20_000
	// rowReach is how many it looks through at most where each has to be read.
	rowReach = 4_000
	// titleReach is how many titles one page looks through at most.
	titleReach = 50_000
)

// term is a condition of a listing.
type term struct {
	column string
	value  any
}

// book is a table that can be paged through. Its rows have seq and id, and an index for each column that a page may choose by.
type book struct {
	table, columns, prefix string // of its ids
	titles                 string // the index of seq and title
	exact                  string // what finds rows by words that are a name and not words, once for each name
}

var (
	deliveryBook = book{
		table: "deliveries", columns: deliveryColumns, prefix: "dl", titles: "deliveries_title",
		exact: `SELECT seq FROM deliveries WHERE bug_id = ? UNION SELECT seq FROM deliveries WHERE id = ?
			UNION SELECT seq FROM deliveries WHERE event_id = ?
			UNION SELECT seq FROM deliveries WHERE ref <> '' AND lower(json_extract(ref, '$.name')) = lower(?)`,
	}
	eventBook = book{
		table: "events", columns: `seq, id, received_at, webhook, source, state, reason, bug_id, project_id, title`, prefix: "ev", titles: "events_title",
		exact: `SELECT seq FROM events WHERE bug_id = ? UNION SELECT seq FROM events WHERE id = ?`,
	}
)

// DeliveryPage returns a page of the deliveries that are searched for. It looks through a bounded number of rows, so that it may
// have fewer than asked for, or none, although there are older ones.
func (s *Store) DeliveryPage(ctx context.Context, f bridge.Search) (bridge.DeliveryPage, error) {
	terms := chosen([]term{
		{"event_id", f.Event}, {"bug_id", f.Bug}, {"state", f.State}, {"rule", f.Rule}, {"destination", f.Destination}, {"project_id", f.Project},
	})
	q := query{book: deliveryBook, Search: f, terms: terms}
	found, back, err := s.find(ctx, q)
	if err != nil {
		return bridge.DeliveryPage{}, fmt.Errorf("search deliveries: %w", err)
	}
	rows, older, err := page(found, q.limit(), back, scanDelivery, func(d bridge.Delivery) int64 { return d.Seq })
	if err != nil {
		return bridge.DeliveryPage{}, fmt.Errorf("search deliveries: %w", err)
	}
	return bridge.DeliveryPage{Rows: rows, Older: older}, s.addTwins(ctx, rows)
}

// EventPage returns a page of the events that are searched for, as [Store.DeliveryPage] does; ignored ones only where their state is
// asked for.
func (s *Store) EventPage(ctx context.Context, f bridge.Search) (bridge.EventPage, error) {
	terms := chosen([]term{{"bug_id", f.Bug}, {"state", f.State}, {"project_id", f.Project}})
	q := query{book: eventBook, Search: f, terms: terms}
	if f.State == "" {
		q.otherwise = "state <> 'ignored'"
	}
	found, back, err := s.find(ctx, q)
	if err != nil {
		return bridge.EventPage{}, fmt.Errorf("search events: %w", err)
	}
	rows, older, err := page(found, q.limit(), back, scanEventLine, func(e bridge.EventLine) int64 { return e.Seq })
	if err != nil {
		return bridge.EventPage{}, fmt.Errorf("search events: %w", err)
	}
	return bridge.EventPage{Rows: rows, Older: older}, nil
}

func scanEventLine(r row) (e bridge.EventLine, err error) {
	var received int64
	err = r.Scan(&e.Seq, &e.ID, &received, &e.Webhook, &e.Source, &e.State, &e.Reason, &e.BugID, &e.ProjectID, &e.Title)
	e.ReceivedAt = fromMillis(received)
	return e, err
}

// chosen returns the terms that have a value. The first is looked up, and the others are compared.
func chosen(terms []term) []term {
	return slices.DeleteFunc(terms, func(t term) bool { return t.value == "" })
}

// span is the part of a book that a page looks through: the rows after floor and before ceiling.
type span struct{ floor, ceiling int64 }

// query is a search in a book.
type query struct {
	book
	bridge.Search
	terms     []term
	otherwise string // a condition that few rows do not meet
}

func (q query) limit() int { return cmp.Or(max(q.Limit, 0), defaultLimit) }

// find returns the rows of a page, one more than it has room for, and how far back it has looked: 0 if to the end.
func (s *Store) find(ctx context.Context, q query) (rows *sql.Rows, back int64, err error) {
	within, err := s.span(ctx, q.book, q.Search)
	if err != nil {
		return nil, 0, err
	}
	words, err := s.sought(ctx, q.book, strings.TrimSpace(q.Words))
	if err != nil {
		return nil, 0, err
	}
	index, looked := "", rowReach
	switch {
	case words.titles && len(q.terms) == 0:
		index, looked = " INDEXED BY "+q.titles, titleReach
	case !words.titles && len(q.terms) > 1 && q.terms[0].column == "state" && q.table == deliveryBook.table:
		looked = reach
	}
	if len(q.terms) > 1 || words.titles {
		if back, err = s.reached(ctx, q, within, looked); err != nil {
			return nil, 0, err
		}
		within.floor = max(within.floor, back-1)
	}
	where, values := conditions(q.terms, within)
	if words.condition != "" {
		where, values = where+" AND "+words.condition, append(values, words.args...)
	}
	if q.otherwise != "" {
		where += " AND " + q.otherwise
	}
	rows, err = s.read.QueryContext(ctx, `SELECT `+q.columns+` FROM `+q.table+` WHERE seq IN (SELECT seq FROM `+q.table+index+ //nolint:gosec // our own constants; values are arguments
		` WHERE `+where+` ORDER BY seq DESC LIMIT ?) ORDER BY seq DESC`, append(values, q.limit()+1)...)
	return rows, back, err
}

// page collects the rows of a page, of which back is how far it has looked. older is where the next one begins, 0 if there is none.
func page[T any](rows *sql.Rows, limit int, back int64, scan func(row) (T, error), seq func(T) int64) (list []T, older int64, err error) {
	if list, err = collect(rows, scan); err != nil {
		return nil, 0, err
	}
	switch {
	case len(list) > limit:
		list = list[:limit]
		older = seq(list[limit-1])
	case back > 1:
		older = back
	}
	return list, older, nil
}

// conditions are those of the terms within the span. Only the first may be looked up in an index: the others choose more.
func conditions(terms []term, within span) (string, []any) {
	where := "seq > ? AND seq < ?"
	values := []any{within.floor, within.ceiling}
	for i, t := range terms {
		column := t.column
		if i > 0 {
			column = "+" + column
		}
		where += " AND " + column + " = ?"
		values = append(values, t.value)
	}
	return where, values
}

// span returns what lies before f.Before and within its times. Identifiers sort by time.
func (s *Store) span(ctx context.Context, b book, f bridge.Search) (span, error) {
	within := span{ceiling: math.MaxInt64}
	if f.Before > 0 {
		within.ceiling = f.Before
	}
	if !f.From.IsZero() {
		first, err := s.firstSince(ctx, b, f.From)
		if err != nil {
			return within, err
		}
		within.floor = first - 1
	}
	if !f.To.IsZero() {
		first, err := s.firstSince(ctx, b, f.To)
		if err != nil {
			return within, err
		}
		within.ceiling = min(within.ceiling, first)
	}
	return within, nil
}

// firstSince returns the seq of the first row of that time or later, the greatest number if there is none.
func (s *Store) firstSince(ctx context.Context, b book, at time.Time) (int64, error) {
	var seq int64
	err := s.read.QueryRowContext(ctx, `SELECT seq FROM `+b.table+` WHERE id >= ? ORDER BY id LIMIT 1`, bridge.FirstID(b.prefix, at)).Scan(&seq)
	if errors.Is(err, sql.ErrNoRows) {
		return math.MaxInt64, nil
	}
	return seq, err
}

// reached returns the seq of the row that is so far back by the first term alone, 0 if there are not so many.
func (s *Store) reached(ctx context.Context, q query, within span, looked int) (int64, error) {
	where, values := conditions(q.terms[:min(len(q.terms), 1)], within)
	var seq int64
	err := s.read.QueryRowContext(ctx, `SELECT seq FROM `+q.table+` WHERE `+where+` ORDER BY seq DESC LIMIT 1 OFFSET ?`, append(values, looked)...).Scan(&seq)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return seq, err
}

// wanted is the condition for words.
type wanted struct {
	condition string
	args      []any
	titles    bool // it compares titles, and looks nothing up
}

// sought returns the condition for words: the rows that have them as a name or, where there are none, all of them in the title.
func (s *Store) sought(ctx context.Context, b book, words string) (wanted, error) {
	if words == "" {
		return wanted{}, nil
	}
	names := make([]any, strings.Count(b.exact, "?"))
	for i := range names {
		names[i] = words
	}
	var found bool
	if err := s.read.QueryRowContext(ctx, `SELECT EXISTS (`+b.exact+`)`, names...).Scan(&found); err != nil {
		return wanted{}, err
	}
	if found {
		return wanted{condition: "seq IN (" + b.exact + ")", args: names}, nil
	}
	out := wanted{condition: "title <> ''", titles: true}
	for word := range strings.FieldsSeq(words) {
		var either []string
		for _, w := range spellings(word) {
			either = append(either, `title LIKE ? ESCAPE '\'`)
			out.args = append(out.args, "%"+likely.Replace(w)+"%")
		}
		out.condition += " AND (" + strings.Join(either, " OR ") + ")"
	}
	return out, nil
}

// likely takes the meaning from what means something in a LIKE.
var likely = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// spellings are the word in the cases in which it may stand: LIKE knows but of ASCII letters that they are one.
func spellings(word string) []string {
	if strings.IndexFunc(word, func(r rune) bool { return r > unicode.MaxASCII }) < 0 {
		return []string{word}
	}
	lower := []rune(strings.ToLower(word))
	first := append([]rune{unicode.ToUpper(lower[0])}, lower[1:]...)
	all := []string{word, string(lower), string(first), strings.ToUpper(word)}
	slices.Sort(all)
	return slices.Compact(all)
}
