package main

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// knock does one GET, as NAME:PASSWORD and with headers `Name: value` where they are given, prints the answer and wants the status:
//
//	knock STATUS URL [NAME:PASSWORD | 'Header: value']…
//
// It does not try again: a wrong password counts.
func knock(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, args[1], nil)
	ts.Check(err)
	for _, arg := range args[2:] {
		if name, value, ok := strings.Cut(arg, ": "); ok {
			request.Header.Add(name, value)
			continue
		}
		name, password, _ := strings.Cut(arg, ":")
		request.SetBasicAuth(name, password)
	}
	response, err := http.DefaultClient.Do(request)
	ts.Check(err)
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	ts.Check(err)
	if response.StatusCode != want {
		ts.Fatalf("%s: %s, want %d:\n%s", args[1], response.Status, want, body)
	}
	_, err = ts.Stdout().Write(body)
	ts.Check(err)
}
