package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/console"
	"github.com/bugferry/bugferry/pkg/store"
)

// passwordVariable has the password for --server, which should stand neither in a URL nor in a shell's history.
const passwordVariable = "BUGFERRY_PASSWORD"

// deliveryLog is where deliveries are looked at.
type deliveryLog interface {
	DeliveryPage(ctx context.Context, f bridge.Search) (bridge.DeliveryPage, error)
	Delivery(ctx context.Context, id string) (bridge.Delivery, []bridge.Attempt, error)
}

// whereabouts are the flags that say where the deliveries are: in a store on this machine, or with a serve somewhere.
type whereabouts struct{ store, server string }

func (at *whereabouts) flags(cmd *cobra.Command) {
	flags := cmd.PersistentFlags()
	flags.StringVar(&at.store, "store", "", "the store, over store.url of the configuration")
	flags.StringVar(&at.server, "server", "", "the admin address of a serve, such as https://ana@bugferry.acme.example; the password in "+passwordVariable)
}

// withDeliveries does something with the deliveries, where the flags say that they are.
func (p *program) withDeliveries(ctx context.Context, at *whereabouts, do func(deliveryLog, console.Hands) error) error {
	switch {
	case at.server != "" && at.store != "":
		return fmt.Errorf("%w: --store and --server: name one of them", errUsage)
	case at.server != "":
		r, err := newRemote(at.server)
		if err != nil {
			return err
		}
		return do(r, r)
	}
	return p.withStore(ctx, at.store, func(s *store.Store) error { return do(s, noted{s}) })
}

// allDeliveries lists what is searched for to its limit, in as many pages as that takes.
func allDeliveries(ctx context.Context, log deliveryLog, f bridge.Search) ([]bridge.Delivery, error) {
	all := []bridge.Delivery{}
	for limit := cmp.Or(max(f.Limit, 0), 50); len(all) < limit; {
		f.Limit = min(limit-len(all), 1000)
		page, err := log.DeliveryPage(ctx, f)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Rows...)
		if f.Before = page.Older; f.Before == 0 {
			break
		}
	}
	return all, nil
}

// remote is a serve's API.
type remote struct {
	base   *url.URL // without user and password
	user   *url.Userinfo
	client *http.Client
}

func newRemote(server string) (*remote, error) {
	u, err := url.Parse(server)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, hint(fmt.Errorf("%w: --server is not the URL of a serve's admin address", errUsage), "--server http://127.0.0.1:8081")
	}
	r := &remote{user: u.User, client: &http.Client{
		Timeout:       time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // the password is for this host
	}}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	r.base = u.JoinPath("api", "v1")
	return r, nil
}

// question is a request of the API.
type question struct {
	method string
	path   []string
	query  url.Values
	wish   *console.Wish
}

func (r *remote) request(ctx context.Context, q question) (*http.Request, error) {
	u := r.base.JoinPath(q.path...)
	u.RawQuery = q.query.Encode()
	var body []byte
	if q.wish != nil {
		var err error
		if body, err = json.Marshal(q.wish); err != nil {
			return nil, err
		}
	}
	req, err := http.NewRequestWithContext(ctx, q.method, u.String(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", userAgent())
	if q.wish != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.user != nil {
		password, ok := r.user.Password()
		if !ok {
			password = os.Getenv(passwordVariable)
		}
		req.SetBasicAuth(r.user.Username(), password)
	}
	return req, nil
}

// call asks the API and decodes its answer.
func (r *remote) call(ctx context.Context, q question, into any) error {
	req, err := r.request(ctx, q)
	if err != nil {
		return err
	}
	resp, err := r.client.Do(req)
	if err != nil {
		return hint(fmt.Errorf("ask %s: %w", r.base.Host, errors.Unwrap(err)), "is a serve's admin address there? bugferry health")
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 256<<20))
	if err != nil {
		return fmt.Errorf("read the answer of %s: %w", r.base.Host, err)
	}
	if resp.StatusCode != http.StatusOK {
		return r.failure(resp.StatusCode, answer, q.path)
	}
	if err := json.Unmarshal(answer, into); err != nil {
		return hint(fmt.Errorf("%s answers with something else than Bugferry's API: %w", r.base.Host, err), "--server wants the admin address of a serve")
	}
	return nil
}

// failure is the error that an answer tells of, in the words of the store where it comes from there.
func (r *remote) failure(status int, answer []byte, path []string) error {
	var told console.APIError
	_ = json.Unmarshal(answer, &told) // what is no answer of the API has no words
	switch {
	case status == http.StatusUnauthorized:
		return hint(fmt.Errorf("%s does not let you in", r.base.Host), "--server http://USER@%s, with the password in %s", r.base.Host, passwordVariable)
	case status == http.StatusConflict && told.State != "":
		return &bridge.StateError{ID: path[1], State: bridge.DeliveryState(told.State), Want: bridge.DeliveryState(told.Want)}
	case status == http.StatusNotFound && told.Message != "" && len(path) > 1:
		return fmt.Errorf("%s: %w", path[len(path)-1], bridge.ErrNotFound)
	case told.Message != "":
		return hint(fmt.Errorf("%s: %s", r.base.Host, told.Message), "%s", told.Hint)
	}
	return fmt.Errorf("%s answers with %d %s", r.base.Host, status, http.StatusText(status))
}

// DeliveryPage implements [deliveryLog].
func (r *remote) DeliveryPage(ctx context.Context, f bridge.Search) (bridge.DeliveryPage, error) {
	query := url.Values{}
	for name, value := range map[string]string{
		"state": f.State, "project": f.Project, "bug": f.Bug, "event": f.Event, "destination": f.Destination, "rule": f.Rule, "q": f.Words,
	} {
		if value != "" {
			query.Set(name, value)
		}
	}
	for name, n := range map[string]int64{"before": f.Before, "limit": int64(f.Limit)} {
		if n > 0 {
			query.Set(name, strconv.FormatInt(n, 10))
		}
	}
	var page console.Deliveries
	err := r.call(ctx, question{method: http.MethodGet, path: []string{"deliveries"}, query: query}, &page)
	return bridge.DeliveryPage{Rows: page.Deliveries, Older: page.Older}, err
}

// Delivery implements [deliveryLog].
func (r *remote) Delivery(ctx context.Context, id string) (bridge.Delivery, []bridge.Attempt, error) {
	var view console.DeliveryView
	err := r.call(ctx, question{method: http.MethodGet, path: []string{"deliveries", id}}, &view)
	return view.Delivery, view.AttemptList, err
}

// Redeliver implements [console.Hands].
func (r *remote) Redeliver(ctx context.Context, id string, recreate bool, _ time.Time) (bridge.Delivery, error) {
	return r.act(ctx, id, "redeliver", &console.Wish{Recreate: recreate})
}

// Park implements [console.Hands].
func (r *remote) Park(ctx context.Context, id, reason string, _ time.Time) error {
	_, err := r.act(ctx, id, "park", &console.Wish{Reason: reason})
	return err
}

// Resume implements [console.Hands].
func (r *remote) Resume(ctx context.Context, id string, _ time.Time) (bridge.Delivery, error) {
	return r.act(ctx, id, "release", nil)
}

func (r *remote) act(ctx context.Context, id, what string, wish *console.Wish) (d bridge.Delivery, err error) {
	err = r.call(ctx, question{method: http.MethodPost, path: []string{"deliveries", id, what}, wish: wish}, &d)
	return d, err
}
