package config_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/config"
)

var (
	hashOne = "$2y$12$" + strings.Repeat("a", 53) // of the form of a hash, of no password
	hashTwo = "$2b$10$" + strings.Repeat("b", 53)
)

func TestUsersFile(t *testing.T) {
	dir := write(t, good(map[string]string{
		"bugferry.yaml": "server: {admin: ':8081'}\nconsole: {users_file: secrets/users, open: []}\n" + goodMain,
		"secrets/users": "# ours\r\nquinn:" + hashOne + "\r\n\r\nmax@acme.example:" + hashTwo,
	}))
	c := load(t, dir, environment(nil))
	var got []string
	for _, user := range c.Console.Users {
		got = append(got, user.Name+" "+user.Hash.Reveal())
	}
	if diff := cmp.Diff([]string{"quinn " + hashOne, "max@acme.example " + hashTwo}, got); diff != "" {
		t.Error(diff)
	}
	if !c.Console.Guarded() || len(c.Console.Open) != 0 {
		t.Errorf("%+v", c.Console)
	}
	if path := filepath.Join(dir, "secrets", "users"); !slices.Contains(c.Files, path) || c.Read[path] == "" {
		t.Error("a change of the users would not be seen")
	}
}

// TestUsersChange tells that the users are others, and never who.
func TestUsersChange(t *testing.T) {
	main := "store: {url: 'sqlite:/db/a'}\nconsole: {users_file: users}\n" + goodMain
	before := load(t, write(t, good(map[string]string{"bugferry.yaml": main, "users": "quinn:" + hashOne})), environment(nil))
	after := load(t, write(t, good(map[string]string{"bugferry.yaml": main, "users": "quinn:" + hashTwo})), environment(nil))
	after.Projects = before.Projects // they stand in another folder
	if diff := cmp.Diff([]string{"users of the console changed"}, after.Changes(before)); diff != "" {
		t.Error(diff)
	}
	if waiting, _ := after.Keep(before); len(waiting) > 0 {
		t.Errorf("waits for a restart: %v", waiting)
	}
}

func TestUsersAreNotReadForWhoTalksToNobody(t *testing.T) {
	opts := environment(nil)
	opts.Secretless = true
	load(t, write(t, good(map[string]string{"bugferry.yaml": "console: {users_file: /nonexistent/users}\n" + goodMain})), opts)
}

// TestConsoleOfThisMachine needs nobody to sign in; a name that this package cannot look up is left to serve.
func TestConsoleOfThisMachine(t *testing.T) {
	for _, admin := range []string{"127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "localhost:1", "console.acme.example:1"} {
		c := load(t, write(t, good(map[string]string{"bugferry.yaml": "server: {admin: '" + admin + "'}\n" + goodMain})), environment(nil))
		if c.Console.Guarded() || !slices.Equal(c.Console.Open, []string{"health"}) {
			t.Errorf("%s: %+v", admin, c.Console)
		}
	}
}

func TestConsoleFromTheEnvironment(t *testing.T) {
	c := load(t, write(t, good(nil)), environment(map[string]string{
		"BUGFERRY_SERVER_ADMIN": "0.0.0.0:8081", "BUGFERRY_SERVER_TRUSTED_PROXIES": "10.0.0.1",
		"BUGFERRY_CONSOLE_PROXY_HEADER": "X-Forwarded-Email", "BUGFERRY_CONSOLE_OPEN": "health, metrics",
	}))
	if want := (config.Console{ProxyHeader: "X-Forwarded-Email", Open: []string{"health", "metrics"}}); !cmp.Equal(want, c.Console, cmp.AllowUnexported(config.Secret{})) {
		t.Errorf("%+v", c.Console)
	}
}

func TestOperatorsNames(t *testing.T) {
	for name, good := range map[string]bool{
		"quinn": true, "quinn@acme.example": true, "Zoë": true, strings.Repeat("a", 100): true,
		"": false, "a:b": false, "a b": false, "#a": false, "a\x00": false, "\xff": false, "\u200b": false, strings.Repeat("a", 101): false,
	} {
		if err := config.CheckOperator(name); (err == nil) != good {
			t.Errorf("%q: %v", name, err)
		}
	}
}
