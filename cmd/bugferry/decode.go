package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/bugferry/bugferry/pkg/betterbugs"
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
		report, err := betterbugs.Decode(request)
		if errors.Is(err, betterbugs.ErrNoReport) {
			return hint(err, "a request without a bugId is taken for a verify request and answered without effect")
		}
		if err != nil {
			return err
		}
		return p.printJSON(report)
	}
	return cmd
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

// printJSON writes v indented to standard output, with <, > and & as they are.
func (p *program) printJSON(v any) error {
	enc := json.NewEncoder(p.stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}
