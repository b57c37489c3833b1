package bridge_test

import (
	"net/url"
	"testing"

	"github.com/bugferry/bugferry/pkg/bridge"
)

func TestHostsCover(t *testing.T) {
	hosts := bridge.Hosts{"cdn.betterbugs.io", "*.acme.example", "odd.example:8443", "Upper.example", "*bare.example"}
	for address, want := range map[string]bool{
		"https://cdn.betterbugs.io/a.png":            true,
		"https://CDN.BetterBugs.io/a.png":            true,
		"https://cdn.betterbugs.io:443/a.png":        true,
		"http://cdn.betterbugs.io/a.png":             true,
		"https://upper.example/a.png":                true,
		"https://a.b.acme.example/a.png":             true,
		"https://odd.example:8443/a.png":             true,
		"https://odd.example/a.png":                  false,
		"https://x.bare.example/a.png":               false,
		"https://acme.example/a.png":                 false,
		"https://evilacme.example/a.png":             false,
		"https://cdn.betterbugs.io:22/a.png":         false,
		"http://cdn.betterbugs.io:443/a.png":         false,
		"https://cdn.betterbugs.io.evil.example/a":   false,
		"https://cdn.betterbugs.io@evil.example/a":   false,
		"https://evil.example/https://upper.example": false,
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := hosts.Cover(u); got != want {
			t.Errorf("%s: %v, want %v", address, got, want)
		}
	}
}
