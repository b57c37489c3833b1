package github

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	gogithub "github.com/google/go-github/v60/github"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// skew is how far GitHub's clock and ours may be apart.
const skew = 5 * time.Minute

// Find lists the repository's issues, for the search index lags by minutes, and compares markers. Labels and creator
// are not asked for: both can change.
func (t *Tracker) Find(ctx context.Context, place bridge.Place, m bridge.Marker, since time.Time) ([]bridge.Ref, error) {
	r, err := parseRepo(place.Name)
	if err != nil {
		return nil, err
	}
	query := url.Values{"state": {"all"}, "sort": {"created"}, "direction": {"desc"}, "per_page": {"100"}}
	if !since.IsZero() { // of the last update, which is never before the creation
		query.Set("since", since.Add(-skew).UTC().Format(time.RFC3339))
	}
	var carriers []*gogithub.Issue
	line := marker(m)
	look := list{call{op: "look for issue in " + r.String(), method: http.MethodGet}, fmt.Sprintf("repos/%s/issues", r), query}
	err = pages(ctx, t, look,
		func(issue *gogithub.Issue) {
			if !issue.IsPullRequest() && carries(issue.GetBody(), line) {
				carriers = append(carriers, issue)
			}
		})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(carriers, func(a, b *gogithub.Issue) int { return a.GetNumber() - b.GetNumber() })
	carriers = slices.CompactFunc(carriers, func(a, b *gogithub.Issue) bool { return a.GetNumber() == b.GetNumber() }) // pages shift
	refs := make([]bridge.Ref, 0, len(carriers))
	for _, issue := range carriers {
		refs = append(refs, reference(place, r, issue.GetNumber(), issue.GetURL(), issue.GetHTMLURL()))
	}
	return refs, nil
}

// list is a list of GitHub's: how it is asked for, and by which query it begins.
type list struct {
	what  call
	path  string
	query url.Values
}

// pages calls each for every element of a list, all pages of it. An error on any page is an error of the whole. It
// follows the Link header's own query, whether that counts pages or has a cursor: go-github mistakes a cursor's since
// for a page number and would stop early, which here would read as "not there".
func pages[T any](ctx context.Context, t *Tracker, of list, each func(T)) error {
	for next := of.query.Encode(); next != ""; {
		client := t.client()
		req, err := client.NewRequest(http.MethodGet, of.path+"?"+next, nil)
		if err != nil {
			return fmt.Errorf("%s: %w", of.what.op, err)
		}
		var elements []T
		resp, err := client.Do(ctx, req, &elements)
		if err != nil {
			return of.what.failed(resp, err)
		}
		for _, element := range elements {
			each(element)
		}
		following := nextQuery(resp.Header)
		if following == next {
			return fmt.Errorf("%s: the next page is the page itself", of.what.op)
		}
		next = following
	}
	return nil
}

// nextQuery returns the query of the Link header's next page, empty if there is none. Its host and path are not used.
func nextQuery(h http.Header) string {
	for link := range strings.SplitSeq(strings.Join(h.Values("Link"), ","), ",") {
		target, rel, ok := strings.Cut(link, ";")
		if !ok || !strings.Contains(rel, `rel="next"`) {
			continue
		}
		if u, err := url.Parse(strings.Trim(strings.TrimSpace(target), "<>")); err == nil {
			return u.RawQuery
		}
	}
	return ""
}
