package tracker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"strings"
	"time"

	"code.dny.dev/ssrf"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// DefaultPictureLimit is the size in bytes up to which a picture is downloaded, below Jira's default for attachments.
const DefaultPictureLimit = 10 << 20

// FetchConfig says where pictures may come from.
type FetchConfig struct {
	Hosts bridge.Hosts // that may be asked
	// AllowPrivate lets an allow-listed host be on the loopback, and be asked without TLS if it is: for the demo.
	AllowPrivate bool
	Limit        int64         // bytes; 0: DefaultPictureLimit
	Timeout      time.Duration // for the whole download; 0: DefaultTimeout
	// Transport answers in place of the network, for a rehearsal; nil: the guarded one. The list holds all the same.
	Transport http.RoundTripper
}

// Picture is a downloaded image.
type Picture struct {
	Name        string // a file name with the extension of its type
	ContentType string // what its bytes say, not what the server says
	Data        []byte
}

// Fetcher downloads pictures named by a stranger. It asks only hosts on its list, over TLS, and never an address
// inside the network it runs in: addresses are judged when dialled, after the name was resolved.
type Fetcher struct {
	cfg    FetchConfig
	client *http.Client
}

// pictureTypes are the types that are attached, with their extension. SVG is not among them: it can hold scripts.
var pictureTypes = map[string]string{
	"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp",
}

// NewFetcher returns a Fetcher for cfg.
func NewFetcher(cfg FetchConfig) *Fetcher {
	if cfg.Limit <= 0 {
		cfg.Limit = DefaultPictureLimit
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = DefaultTimeout
	}
	options := []ssrf.Option{ssrf.WithAnyPort()} // the list says which ports
	if cfg.AllowPrivate {
		options = append(options, ssrf.WithAllowedV4Prefixes(netip.MustParsePrefix("127.0.0.0/8")),
			ssrf.WithAllowedV6Prefixes(netip.MustParsePrefix("::1/128")))
	}
	dialer := &net.Dialer{Timeout: 10 * time.Second, Control: ssrf.New(options...).Safe}
	if cfg.Transport == nil {
		// No proxy: behind one the guard would judge the proxy's address instead of the picture's.
		cfg.Transport = &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: 10 * time.Second, ForceAttemptHTTP2: true}
	}
	f := &Fetcher{cfg: cfg}
	f.client = &http.Client{
		Timeout:   cfg.Timeout,
		Transport: cfg.Transport,
		CheckRedirect: func(req *http.Request, via []*http.Request) error {
			if len(via) > 3 {
				return notAllowed("it is behind too many redirects")
			}
			return f.permit(req.URL)
		},
	}
	return f
}

// Allowed says whether the picture at address may be asked for, without asking. The error is Permanent.
func (f *Fetcher) Allowed(address string) error {
	u, err := url.Parse(address)
	if err == nil {
		err = f.permit(u)
	} else {
		err = notAllowed("its address cannot be read")
	}
	return pictureError(bridge.Permanent, err)
}

// Fetch downloads the picture at address. The error is Permanent where the answer will stay the same (a host not on the
// list, a private address, not a picture, too large, not there) and Retry otherwise.
func (f *Fetcher) Fetch(ctx context.Context, address string) (Picture, error) {
	if err := f.Allowed(address); err != nil {
		return Picture{}, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return Picture{}, pictureError(bridge.Permanent, cause(err))
	}
	req.Header.Set("Accept", "image/*")
	resp, err := f.client.Do(req)
	if err != nil {
		return Picture{}, pictureError(kindOfFetch(err), cause(err))
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		kind := bridge.Retry
		if resp.StatusCode >= 400 && resp.StatusCode < 500 && resp.StatusCode != http.StatusTooManyRequests {
			kind = bridge.Permanent
		}
		return Picture{}, pictureError(kind, fmt.Errorf("%d %s", resp.StatusCode, http.StatusText(resp.StatusCode)))
	}
	return f.read(resp.Body, PictureName(address))
}

func (f *Fetcher) read(body io.Reader, name string) (Picture, error) {
	data, err := io.ReadAll(io.LimitReader(body, f.cfg.Limit+1))
	if err != nil {
		return Picture{}, pictureError(bridge.Retry, err)
	}
	if int64(len(data)) > f.cfg.Limit {
		return Picture{}, pictureError(bridge.Permanent, fmt.Errorf("it is larger than %d bytes", f.cfg.Limit))
	}
	kind := http.DetectContentType(data)
	extension, ok := pictureTypes[kind]
	if !ok {
		return Picture{}, pictureError(bridge.Permanent, fmt.Errorf("it is %s, not a picture", kind))
	}
	return Picture{Name: name + extension, ContentType: kind, Data: data}, nil
}

// PictureName returns the file name, without extension, under which the picture at address is kept: the last element
// of its path, without anything that could mean something else to a file system or a page.
func PictureName(address string) string {
	name := "screenshot"
	if u, err := url.Parse(address); err == nil {
		if base := path.Base(u.Path); base != "." && base != "/" {
			name = strings.TrimSuffix(base, path.Ext(base))
		}
	}
	name = strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return '-'
	}, name)
	if name = strings.Trim(name[:min(len(name), 100)], "-"); name == "" {
		return "screenshot"
	}
	return name
}

// permit judges a URL by the list. Whether its address is private is judged when it is dialled.
func (f *Fetcher) permit(u *url.URL) error {
	if u.Scheme != "https" && !(u.Scheme == "http" && f.cfg.AllowPrivate && loopback(u.Hostname())) {
		return notAllowed("its address is not https")
	}
	if !f.cfg.Hosts.Cover(u) {
		return notAllowed(fmt.Sprintf("its host %q is not on the list of hosts that pictures may come from", u.Host))
	}
	return nil
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// notAllowed is a refusal of our own.
type notAllowed string

func (e notAllowed) Error() string { return string(e) }

func kindOfFetch(err error) bridge.Kind {
	if _, ok := errors.AsType[notAllowed](err); ok {
		return bridge.Permanent
	}
	for _, refusal := range []error{ssrf.ErrProhibitedIP, ssrf.ErrProhibitedNetwork, ssrf.ErrProhibitedPort} {
		if errors.Is(err, refusal) {
			return bridge.Permanent
		}
	}
	return bridge.Retry
}

func pictureError(kind bridge.Kind, err error) error {
	if err == nil {
		return nil
	}
	return &bridge.Error{Kind: kind, Nothing: true, Err: fmt.Errorf("download picture: %w", err)}
}
