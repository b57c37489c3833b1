package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// person does something in the stand-in trackers by their own API, as somebody who works with the issue: METHOD URL [FILE].
func person(ts *testscript.TestScript, _ bool, args []string) {
	var body []byte
	if len(args) > 2 {
		body = []byte(ts.ReadFile(args[2]))
	}
	answer, err := byHand(args[0], args[1], body)
	ts.Check(err)
	_, _ = ts.Stdout().Write(answer)
}

// tick ticks the first check box of the GitHub issue at the URL.
func tick(ts *testscript.TestScript, _ bool, args []string) {
	answer, err := byHand(http.MethodGet, args[0], nil)
	ts.Check(err)
	var issue struct {
		Body string `json:"body"`
	}
	ts.Check(json.Unmarshal(answer, &issue))
	ticked := strings.Replace(issue.Body, "[ ]", "[x]", 1)
	if ticked == issue.Body {
		ts.Fatalf("no box to tick in %q", issue.Body)
	}
	change, err := json.Marshal(map[string]string{"body": ticked})
	ts.Check(err)
	_, err = byHand(http.MethodPatch, args[0], change)
	ts.Check(err)
}

func byHand(method, url string, body []byte) ([]byte, error) {
	request, err := http.NewRequestWithContext(context.Background(), method, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	if strings.Contains(url, "/github/") {
		request.Header.Set("Authorization", "Bearer good")
	} else {
		request.SetBasicAuth("ana+qa@example.com", "good")
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode >= http.StatusMultipleChoices {
		err = fmt.Errorf("%s %s: %s %s", method, url, response.Status, answer)
	}
	return answer, err
}
