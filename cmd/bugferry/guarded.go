package main

import (
	"fmt"
	"net"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/pkg/console"
)

// guarded refuses to let strangers file issues, or read and move what was filed: with no secret at all the webhook is for this machine
// only, and so is the console if nothing says who may use it. key is what would have to be said.
func (a *app) guarded(cfg *config.Config) (key string, err error) {
	if addr := a.hook.Addr(); !cfg.Server.Insecure && !onLoopback(addr) {
		for _, h := range cfg.Webhooks {
			if !h.HasSecret() {
				return "webhooks", hint(fmt.Errorf("webhook %s has no secret and would listen on %s for anybody", h.Path.Value, addr),
					"give it a token in %s, or listen on 127.0.0.1, or set server.insecure: true", h.Path.At.File)
			}
		}
	}
	if addr := a.admin.Addr(); !cfg.Console.Guarded() && !onLoopback(addr) {
		return "server.admin", hint(fmt.Errorf("server.admin: the console would listen on %s for anybody", addr),
			"say who may use it in %s, with console.users_file (bugferry password NAME writes a line of it) or console.proxy_header, or listen on 127.0.0.1", cfg.Files[0])
	}
	return "", nil
}

func onLoopback(addr net.Addr) bool {
	tcp, ok := addr.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

// open are the paths of the admin address that a word of console.open stands for.
var open = map[string][]string{"health": {"/healthz", "/readyz"}, "metrics": {"/metrics"}}

// access is who may use what listens on the admin address.
func access(cfg *config.Config) console.Access {
	a := console.Access{
		Passwords: map[string]string{}, ProxyHeader: cfg.Console.ProxyHeader, Proxies: networks(cfg.Server.TrustedProxies),
	}
	for _, o := range cfg.Console.Users {
		a.Passwords[o.Name] = o.Hash.Reveal()
	}
	for _, word := range cfg.Console.Open {
		a.Open = append(a.Open, open[word]...)
	}
	return a
}
