package main

import (
	"net"
	"strings"
	"testing"

	"github.com/bugferry/bugferry/config"
)

// elsewhere is a listener that listens nowhere, and says it does at an address.
type elsewhere struct {
	net.Listener
	ip net.IP
}

func (e elsewhere) Addr() net.Addr { return &net.TCPAddr{IP: e.ip, Port: 8081} }

// TestConsoleIsGuarded sees what check cannot: where a name in server.admin led to.
func TestConsoleIsGuarded(t *testing.T) {
	t.Parallel()
	home, away := net.IPv4(127, 0, 0, 1), net.IPv4(192, 0, 2, 1)
	users, proxy := config.Console{}, config.Console{ProxyHeader: "X-Forwarded-User"}
	users.UsersFile.Value = "console.users"
	for _, test := range []struct {
		name    string
		admin   net.IP
		console config.Console
		key     string
	}{
		{"loopback", home, config.Console{}, ""},
		{"loopback of IPv6", net.IPv6loopback, config.Console{}, ""},
		{"elsewhere", away, config.Console{}, "server.admin"},
		{"everywhere", net.IPv6unspecified, config.Console{}, "server.admin"},
		{"elsewhere, with users", away, users, ""},
		{"elsewhere, behind a proxy", away, proxy, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := &app{hook: elsewhere{ip: home}, admin: elsewhere{ip: test.admin}}
			key, err := a.guarded(&config.Config{Files: []string{"bugferry.yaml"}, Console: test.console, Server: config.Server{Insecure: true}})
			if key != test.key || (err != nil) != (test.key != "") {
				t.Fatalf("guarded: %q, %v; want the key %q", key, err, test.key)
			}
			if err == nil {
				return
			}
			if !strings.Contains(err.Error(), "the console would listen on ") || !strings.Contains(hintOf(err), "console.users_file") {
				t.Errorf("says %v (%s), not what is wrong or what to do", err, hintOf(err))
			}
		})
	}
}
