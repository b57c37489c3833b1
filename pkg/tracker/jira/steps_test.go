package jira_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/tracker"
	"github.com/bugferry/bugferry/pkg/tracker/jira"
)

func TestScreenshotThatCannotBeDownloaded(t *testing.T) {
	pictures := httptest.NewServer(http.NotFoundHandler())
	defer pictures.Close()
	server := httptest.NewServer(&site{})
	defer server.Close()
	fetch := tracker.NewFetcher(tracker.FetchConfig{Hosts: []string{strings.TrimPrefix(pictures.URL, "http://")}, AllowPrivate: true})
	s := with(t, jira.Config{BaseURL: server.URL, Fetch: fetch, Transport: known{"Cloud", http.DefaultTransport}})
	for _, c := range []struct{ name, address, want string }{
		{"not there", pictures.URL + "/s.png?sig=secret", "attach screenshot to WEB-12: download picture: 404 Not Found"},
		{"not on the list", "https://evil.example/s.png", "is not on the list of hosts"},
		{"inside the network", "http://169.254.169.254/latest/meta-data", "its address is not https"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := s.Tracker.Do(t.Context(), s.Place, s.Ref, bridge.Step{Name: "screenshot", Value: c.address})
			if err == nil || !strings.Contains(err.Error(), c.want) || bridge.KindOf(err) != bridge.Permanent || strings.Contains(err.Error(), "secret") {
				t.Errorf("%v of kind %v", err, bridge.KindOf(err))
			}
		})
	}
}

func TestAttachmentIsSentWithNoCheckAndNotNocheck(t *testing.T) {
	w := world(t, "/jira-cloud", quinn)
	var kind, check, name string
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			_, _ = io.WriteString(rw, issueAnswer)
			return
		}
		check = r.Header.Get("X-Atlassian-Token")
		if file, header, err := r.FormFile("file"); err == nil {
			data, _ := io.ReadAll(file)
			kind, name = http.DetectContentType(data), header.Filename
		}
	}))
	defer server.Close()
	host, _, _ := strings.Cut(strings.TrimPrefix(w.Picture, "http://"), "/")
	s := with(t, jira.Config{BaseURL: server.URL, Fetch: tracker.NewFetcher(tracker.FetchConfig{Hosts: []string{host}, AllowPrivate: true}),
		Transport: known{"Cloud", http.DefaultTransport}})
	if err := s.Tracker.Do(t.Context(), s.Place, s.Ref, bridge.Step{Name: "screenshot", Value: w.Picture}); err != nil {
		t.Fatal(err)
	}
	if kind != "image/png" || check != "no-check" || name != "s-1774-WQGA.png" {
		t.Errorf("a %s named %q with check %q", kind, name, check)
	}
}

func TestGoneOrOnlyHidden(t *testing.T) {
	for _, c := range []struct {
		name    string
		project int
		gone    bool
		hint    string
	}{
		{"deleted", 200, true, "deleted in Jira"},
		{"the project is not to be seen", 404, false, "project's key"},
		{"the project does not answer", 502, false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := answering(t, func(w http.ResponseWriter, r *http.Request) {
				if strings.Contains(r.URL.Path, "/issue/") {
					w.WriteHeader(http.StatusNotFound)
					return
				}
				w.WriteHeader(c.project)
				_, _ = io.WriteString(w, `{"key":"WEB"}`)
			})
			_, readErr := s.Tracker.Read(t.Context(), s.Place, s.Ref)
			_, writeErr := s.Tracker.Write(t.Context(), s.Place, s.Ref, bridge.Change{Fields: map[string]string{"title": "U"}})
			for _, err := range []error{readErr, writeErr} {
				e, ok := errors.AsType[*bridge.Error](err)
				if !ok || e.Gone != c.gone || !strings.Contains(e.Hint, c.hint) {
					t.Errorf("%#v", err)
				}
			}
		})
	}
}
