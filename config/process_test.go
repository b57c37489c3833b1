package config_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"

	"github.com/bugferry/bugferry/config"
)

func TestFlagsBeforeEnvironmentBeforeFileBeforeDefault(t *testing.T) {
	const (
		env  = "BUGFERRY_SERVER_LISTEN"
		file = "server: {listen: ':1003'}\n"
	)
	tests := []struct {
		name, flag, env, file, want string
	}{
		{"default", "", "", "", ":8080"},
		{"file", "", "", file, ":1003"},
		{"environment", "", ":1002", file, ":1002"},
		{"environment without file", "", ":1002", "", ":1002"},
		{"flag", ":1001", ":1002", file, ":1001"},
		{"flag without the others", ":1001", "", "", ":1001"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			flags := pflag.NewFlagSet("serve", pflag.ContinueOnError)
			flags.String("listen", ":9999", "")
			if test.flag != "" {
				if err := flags.Set("listen", test.flag); err != nil {
					t.Fatal(err)
				}
			}
			opts := environment(map[string]string{env: test.env})
			opts.Flags = map[string]*pflag.Flag{"server.listen": flags.Lookup("listen")}
			c := load(t, write(t, good(map[string]string{"bugferry.yaml": test.file + goodMain})), opts)
			if c.Server.Listen != test.want {
				t.Errorf("listen %s, want %s", c.Server.Listen, test.want)
			}
			if c.Server.Admin != "127.0.0.1:8081" {
				t.Errorf("admin %s: a neighbour lost its default", c.Server.Admin)
			}
		})
	}
}

func TestEveryKindOfSettingFromTheEnvironment(t *testing.T) {
	dir := write(t, good(nil))
	c := load(t, dir, environment(map[string]string{
		"BUGFERRY_INSTALLATION":              "staging",
		"BUGFERRY_SERVER_BODY_LIMIT":         "1MiB",
		"BUGFERRY_SERVER_INSECURE":           "true",
		"BUGFERRY_SERVER_TRUSTED_PROXIES":    "10.0.0.0/8,192.0.2.7",
		"BUGFERRY_SERVER_RATE_LIMIT":         "7",
		"BUGFERRY_SERVER_DUPLICATES":         "0s",
		"BUGFERRY_STORE_URL":                 "postgres://u:p@db/bugferry",
		"BUGFERRY_STORE_RETENTION":           "2d",
		"BUGFERRY_DELIVERY_WORKERS":          "3",
		"BUGFERRY_SCREENSHOTS_HOSTS":         "a.example, b.example",
		"BUGFERRY_SCREENSHOTS_ALLOW_PRIVATE": "true",
		"BUGFERRY_PROJECTS_DIR":              filepath.Join(dir, "projects"),
	}))
	want := &config.Config{
		Installation: "staging",
		Server: config.Server{
			Listen: ":8080", Admin: "127.0.0.1:8081", BodyLimit: 1 << 20, Insecure: true,
			TrustedProxies: []string{"10.0.0.0/8", "192.0.2.7"}, RateLimit: 7, Concurrent: 128,
		},
		Store:       config.Store{URL: config.NewSecret("postgres://u:p@db/bugferry"), Retention: 48 * time.Hour},
		Screenshots: config.Screenshots{Hosts: []string{"a.example", "b.example"}, AllowPrivate: true},
	}
	got := &config.Config{Installation: c.Installation, Server: c.Server, Store: c.Store, Screenshots: c.Screenshots}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if c.Delivery.Workers != 3 {
		t.Errorf("workers %d", c.Delivery.Workers)
	}
}

func TestMistakesOutsideTheFileSayWhereTheyAre(t *testing.T) {
	flags := pflag.NewFlagSet("serve", pflag.ContinueOnError)
	flags.String("lease", "", "")
	if err := flags.Set("lease", "soon"); err != nil {
		t.Fatal(err)
	}
	opts := environment(map[string]string{"BUGFERRY_SERVER_ADMIN": "8081", "BUGFERRY_STORE_URL": "mysql://u:hunter2@db", "BUGFERRY_DELIVERY_TIMEOUT": "2h"})
	opts.Flags = map[string]*pflag.Flag{"delivery.lease": flags.Lookup("lease")}
	dir := write(t, good(nil))
	_, findings := config.Load(filepath.Join(dir, "bugferry.yaml"), opts)
	want := `environment: BUGFERRY_SERVER_ADMIN: "8081" is not an address to listen on; expected host:port or :port, such as 127.0.0.1:8081
environment: BUGFERRY_STORE_URL: the value is of no kind of store that is known here; expected sqlite:PATH, such as sqlite:bugferry.db, or postgres://user@host/database
flag: --lease: "soon" is not a duration; expected one such as 60s, 5m, 1h30m or 7d`
	if diff := cmp.Diff(want, report(findings, dir)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestStoreURL(t *testing.T) {
	dir := "DIR"
	tests := []struct{ name, file, env, want string }{
		{"relative to the file", "sqlite:data/b.db", "", "sqlite:DIR/data/b.db"},
		{"absolute", "sqlite:/var/lib/b.db", "", "sqlite:/var/lib/b.db"},
		{"absolute with slashes", "sqlite:///var/lib/b.db", "", "sqlite:/var/lib/b.db"},
		{"from the environment: relative to the working directory", "sqlite:x.db", "sqlite:b.db", "sqlite:b.db"},
		{"postgres", "postgres://u@h/d?sslmode=require", "", "postgres://u@h/d?sslmode=require"},
		{"variable", "${DB:-sqlite:/b.db}", "", "sqlite:/b.db"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir = write(t, good(map[string]string{"bugferry.yaml": "store: {url: '" + test.file + "'}\n" + goodMain}))
			c := load(t, dir, environment(map[string]string{"BUGFERRY_STORE_URL": test.env}))
			if got := strings.ReplaceAll(c.Store.URL.Reveal(), dir, "DIR"); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}
