package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/bugferry/bugferry/pkg/betterbugs"
	"github.com/bugferry/bugferry/pkg/bridge"
)

func (p *program) decodeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "decode",
		Short: "Show how a request's body is understood",
		Long: "decode reads a body on standard input, or a whole recorded HTTP request with --http, and prints the report in it as\n" +
			"JSON with BetterBugs' own field names. What the encoding lost stands under _warnings.",
		Example: "  bugferry decode --content-type application/x-www-form-urlencoded < body\n  bugferry decode --http request.http",
		Args:    usageArgs(cobra.NoArgs),
	}
	var request betterbugs.Request
	cmd.Flags().StringVar(&request.ContentType, "content-type", "", "the request's Content-Type")
	cmd.Flags().StringVar(&request.ContentEncoding, "content-encoding", "", "the request's Content-Encoding")
	recorded := cmd.Flags().String("http", "", "file with a raw HTTP request; - is standard input")
	cmd.RunE = func(*cobra.Command, []string) error {
		request, err := p.request(request, *recorded)
		if err != nil {
			return err
		}
		report, err := decoded(request)
		if err != nil {
			return err
		}
		return p.printJSON(report)
	}
	return cmd
}

// decoded is the report in a request.
func decoded(request betterbugs.Request) (bridge.Report, error) {
	report, err := betterbugs.Decode(request)
	if errors.Is(err, betterbugs.ErrNoReport) {
		return report, hint(err, "a request without a bugId is taken for a verify request and answered without effect")
	}
	return report, err
}

func (p *program) request(given betterbugs.Request, recorded string) (betterbugs.Request, error) {
	if recorded == "" {
		var err error
		given.Body, err = io.ReadAll(p.stdin)
		return given, err
	}
	raw, err := p.readFile(recorded)
	if err != nil {
		return given, err
	}
	request, _, err := betterbugs.ReadHTTP(raw)
	return request, err
}

// readFile reads a file, or standard input where the name is "-".
func (p *program) readFile(name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(p.stdin)
	}
	return os.ReadFile(name)
}

// printJSON writes v indented to standard output, with <, > and & as they are. What a terminal could obey, or would not show, is
// escaped.
func (p *program) printJSON(v any) error {
	text, err := indentedJSON(v)
	if err != nil {
		return fmt.Errorf("print: %w", err)
	}
	if _, err := p.stdout.Write(text); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}

func indentedJSON(v any) ([]byte, error) {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(v)
	return visibleJSON(text.Bytes()), err
}

// visibleJSON escapes the control and format characters that encoding/json leaves as they are. They can only stand in texts.
func visibleJSON(text []byte) []byte {
	hidden := func(r rune) bool { return r >= 0x7f && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) }
	if bytes.IndexFunc(text, hidden) < 0 {
		return text
	}
	var out []byte
	for _, r := range string(text) {
		if !hidden(r) {
			out = utf8.AppendRune(out, r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			out = fmt.Appendf(out, `\u%04x`, unit)
		}
	}
	return out
}
