package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/markup"
)

// maxLine is the longest line that render --jsonl reads, in bytes.
const maxLine = 64 << 20

// dialects are the ways a Document can be written.
var dialects = map[string]func(bridge.Document) string{
	"gfm":  func(d bridge.Document) string { return markup.GFM(d, markup.Options{}) },
	"wiki": func(d bridge.Document) string { return markup.Wiki(d, markup.Options{}) },
	"adf":  func(d bridge.Document) string { return string(markup.ADF(d, markup.Options{})) },
}

func (p *program) renderCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "render --to gfm|wiki|adf",
		Short:   "Convert a description on standard input into a tracker's dialect",
		Long:    "render reads HTML or plain text and writes GitHub Markdown (gfm), Jira wiki markup (wiki) or Atlassian's document\nformat (adf). All images of the web are shown, or with --images those of the hosts named, as issues show those of\nscreenshots.hosts, and others are links. With --jsonl it reads lines {\"id\",\"html\"} and writes lines {\"id\",\"out\"}.",
		Example: "  echo '<p>It <b>broke</b></p>' | bugferry render --to gfm",
		Args:    usageArgs(cobra.NoArgs),
	}
	to := cmd.Flags().String("to", "", "dialect: gfm, wiki, adf")
	hosts := cmd.Flags().StringSlice("images", nil, "show images only of these hosts, written as in screenshots.hosts")
	lines := cmd.Flags().Bool("jsonl", false, "one JSON object a line, in and out")
	cmd.RunE = func(*cobra.Command, []string) error {
		write, ok := dialects[*to]
		if !ok {
			return fmt.Errorf("%w: --to %q: want gfm, wiki or adf", errUsage, *to)
		}
		render := func(html string) string {
			doc := markup.Parse(html)
			if len(*hosts) > 0 {
				doc = markup.ShowImages(doc, *hosts)
			}
			return write(doc)
		}
		if *lines {
			return p.renderLines(render)
		}
		html, err := io.ReadAll(p.stdin)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(p.stdout, render(string(html)))
		return err
	}
	return cmd
}

func (p *program) renderLines(render func(string) string) error {
	scanner := bufio.NewScanner(p.stdin)
	scanner.Buffer(nil, maxLine)
	out := bufio.NewWriter(p.stdout)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for n := 1; scanner.Scan(); n++ {
		var in struct {
			ID   json.RawMessage `json:"id"`
			HTML string          `json:"html"`
		}
		if err := json.Unmarshal(scanner.Bytes(), &in); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		answer := map[string]any{"id": in.ID, "out": render(in.HTML)}
		if err := enc.Encode(answer); err != nil {
			return err
		}
		if err := out.Flush(); err != nil { // whoever drives us line by line waits for each
			return err
		}
	}
	return scanner.Err()
}
