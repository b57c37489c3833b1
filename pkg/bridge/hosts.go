package bridge

import (
	"net"
	"net/url"
	"slices"
	"strings"
)

// Hosts is a list of hosts that pictures may come from: names, exactly ("cdn.betterbugs.io") or with all below them
// ("*.betterbugs.io"), at the port of the URL's scheme unless the entry has one ("files.example:8443").
type Hosts []string

// Cover says whether the host that u leads to is on the list.
func (h Hosts) Cover(u *url.URL) bool {
	usual := map[string]string{"https": "443", "http": "80"}[u.Scheme]
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if port == "" {
		port = usual
	}
	return slices.ContainsFunc(h, func(entry string) bool {
		name, wanted, err := net.SplitHostPort(entry)
		if err != nil {
			name, wanted = entry, usual
		}
		name = strings.ToLower(name)
		if below, ok := strings.CutPrefix(name, "*"); ok && strings.HasPrefix(below, ".") {
			return port == wanted && strings.HasSuffix(host, below)
		}
		return port == wanted && host == name
	})
}
