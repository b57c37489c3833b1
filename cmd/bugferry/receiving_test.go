package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/store"
)

// raw sends the bytes of each file to an address, as a recorded client did, and prints the answers, head and body.
func raw(ts *testscript.TestScript, _ bool, args []string) {
	for _, file := range args[1:] {
		request := onTheWire(ts.ReadFile(file))
		method, _, _ := strings.Cut(request, " ")
		answer, err := exchange(args[0], request, method)
		ts.Check(err)
		_, _ = fmt.Fprintf(ts.Stdout(), "%s: %s\n", file, answer)
	}
}

// onTheWire gives a request that was written into a script, with the line ends of a text, those of HTTP.
func onTheWire(request string) string {
	head, body, found := strings.Cut(request, "\n\n")
	if !found || strings.Contains(head, "\r\n") {
		return request
	}
	crlf := strings.NewReplacer("\n", "\r\n")
	if body = strings.TrimSuffix(body, "\n"); strings.Contains(head, "chunked") {
		body = crlf.Replace(body + "\n")
	}
	return crlf.Replace(head) + "\r\n\r\n" + body
}

func exchange(address string, request, method string) (string, error) {
	conn, err := (&net.Dialer{Timeout: patience}).DialContext(context.Background(), "tcp", address)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return "", err
	}
	if _, err := io.WriteString(conn, request); err != nil {
		return "", err
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		return "", err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	return fmt.Sprintf("%s %v %s", response.Status, response.Header, body), err
}

// fill sends reports to a URL until one is answered 503, and then a few more; the bugIds of those answered 200 go into the
// file taken, the others into refused.
func fill(ts *testscript.TestScript, _ bool, args []string) {
	const most = 500
	var taken, refused []string
	for i := 0; i < most && len(refused) < 5; i++ {
		bug := fmt.Sprintf("682c1dbb3b574d66f38%05x", i)
		status, err := share(args[0], bug)
		ts.Check(err)
		switch status {
		case http.StatusOK:
			taken = append(taken, bug)
		case http.StatusServiceUnavailable:
			refused = append(refused, bug)
		default:
			ts.Fatalf("report %d is answered %d", i, status)
		}
	}
	if len(taken) == 0 || len(refused) == 0 {
		ts.Fatalf("%d taken and %d refused: the limit was not met", len(taken), len(refused))
	}
	ts.Check(writeLines(ts.MkAbs("taken"), taken))
	ts.Check(writeLines(ts.MkAbs("refused"), refused))
}

func writeLines(file string, lines []string) error {
	return os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o600)
}

// again sends the reports whose bugIds a file lists: each must be taken now.
func again(ts *testscript.TestScript, _ bool, args []string) {
	for bug := range strings.FieldsSeq(ts.ReadFile(args[1])) {
		status, err := share(args[0], bug)
		ts.Check(err)
		if status != http.StatusOK {
			ts.Fatalf("%s is answered %d", bug, status)
		}
	}
}

// share POSTs a report of 20 kB for the bug.
func share(url, bug string) (int, error) {
	body := `{"bugId":"` + bug + `","title":"A full disk","description":"` + strings.Repeat("x", 20_000) + `"}`
	request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	return response.StatusCode, response.Body.Close()
}

// stored says that the store has one event, accepted, for each bugId that a file lists; negated, that it has none.
func stored(ts *testscript.TestScript, neg bool, args []string) {
	s, err := store.Open(context.Background(), store.Config{URL: "sqlite:" + ts.MkAbs("bugferry.db")})
	ts.Check(err)
	defer func() { ts.Check(s.Close()) }()
	for bug := range strings.FieldsSeq(ts.ReadFile(args[0])) {
		events, err := s.Events(context.Background(), bridge.Search{Bug: bug})
		ts.Check(err)
		if neg && len(events) != 0 || !neg && (len(events) != 1 || events[0].State != bridge.EventAccepted) {
			ts.Fatalf("%s has %d events", bug, len(events))
		}
	}
}
