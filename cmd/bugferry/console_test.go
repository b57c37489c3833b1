package main

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

var (
	chosenBox  = regexp.MustCompile(`<input type="checkbox" name="id" value="([^"]+)"`)
	hiddenText = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]+)"`)
)

// press does with all deliveries of a page of the console what one of its buttons does, and confirms it if it is asked: the arguments
// are the address of the console, the button's act, and the page. It prints the page that says what happened.
func press(ts *testscript.TestScript, _ bool, args []string) {
	form := url.Values{"act": {args[1]}}
	for _, box := range chosenBox.FindAllSubmatch(fetched(ts, args[0]+args[2]), -1) {
		form.Add("id", string(box[1]))
	}
	page := submitted(ts, args[0]+"/deliveries/act", form)
	if strings.Contains(page, `name="confirmed"`) {
		form = url.Values{}
		for _, field := range hiddenText.FindAllStringSubmatch(page, -1) {
			form.Add(field[1], field[2])
		}
		page = submitted(ts, args[0]+"/deliveries/act", form)
	}
	_, err := io.WriteString(ts.Stdout(), page)
	ts.Check(err)
}

// submit sends an empty form to the address, as a browser does, and prints the page that it leads to.
func submit(ts *testscript.TestScript, _ bool, args []string) {
	_, err := io.WriteString(ts.Stdout(), submitted(ts, args[0], url.Values{}))
	ts.Check(err)
}

// submitted is the page that a form leads to.
func submitted(ts *testscript.TestScript, address string, form url.Values) string {
	request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, address, strings.NewReader(form.Encode()))
	ts.Check(err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	response, err := http.DefaultClient.Do(request)
	ts.Check(err)
	defer func() { _ = response.Body.Close() }()
	page, err := io.ReadAll(response.Body)
	ts.Check(err)
	if response.StatusCode != http.StatusOK {
		ts.Fatalf("%s: %s: %s", address, response.Status, page)
	}
	return string(page)
}

// stream is what somebody who follows a page has heard.
type stream struct {
	said  string
	ended error
}

// following are the streams of a script, by address.
type following map[string]chan stream

type followingKey struct{}

// follow listens to the address until the server ends the stream. It returns once the server has begun it.
func follow(ts *testscript.TestScript, _ bool, args []string) {
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, args[0], nil)
	ts.Check(err)
	response, err := http.DefaultClient.Do(request) //nolint:bodyclose // closed by what reads it to its end
	ts.Check(err)
	heard := make(chan stream, 1)
	go func() {
		defer func() { _ = response.Body.Close() }()
		said, err := io.ReadAll(response.Body)
		heard <- stream{string(said), err}
	}()
	all, _ := ts.Value(followingKey{}).(following)
	all[args[0]] = heard
}

// followed prints what the stream of the address said. It must have come to its end: a server that is stopped ends it, and does not
// break it off.
func followed(ts *testscript.TestScript, _ bool, args []string) {
	all, _ := ts.Value(followingKey{}).(following)
	s := <-all[args[0]]
	ts.Check(s.ended)
	_, err := io.WriteString(ts.Stdout(), s.said)
	ts.Check(err)
}
