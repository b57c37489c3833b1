package main

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"github.com/spf13/cobra"
)

// output is the --output flag of a listing.
type output struct{ form string }

func (o *output) flag(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&o.form, "output", "o", "text", "form of the listing: text, json")
}

// print writes the value as JSON, or calls text, as the flag says.
func (o *output) print(p *program, value any, text func() error) error {
	if err := o.judge(); err != nil {
		return err
	}
	if o.form == "json" {
		return p.printJSON(value)
	}
	return text()
}

// judge refuses a flag that names no form, for what should not be done before that is known.
func (o *output) judge() error {
	if o.form != "json" && o.form != "text" {
		return fmt.Errorf("%w: --output %q: want text or json", errUsage, o.form)
	}
	return nil
}

// table writes rows in columns, the first row being the heads.
func (p *program) table(rows [][]string) error {
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = printable(cell)
		}
		if _, err := fmt.Fprintln(w, strings.TrimRight(strings.Join(cells, "\t"), "\t ")); err != nil {
			return err
		}
	}
	return w.Flush()
}

// printable keeps a stranger's text from moving the cursor or hiding what stands beside it.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return ' '
		}
		return r
	}, s)
}

// short cuts a text to n characters for a column.
func short(s string, n int) string {
	runes := []rune(printable(s))
	if len(runes) <= n {
		return string(runes)
	}
	return string(runes[:n-1]) + "…"
}

func when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format("2006-01-02 15:04:05")
}
