package config

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Console says who may use what listens on Server.Admin. Where it says nothing, whoever reaches that address may.
type Console struct {
	// The people who may sign in: a file with a line `NAME:HASH` for each, as `bugferry password NAME` and `htpasswd -B -C 12`
	// write it. Hashes are bcrypt's.
	UsersFile Text `yaml:"users_file" example:"console.users"`
	// The header in which a proxy of `server.trusted_proxies` says who has signed in there, as oauth2-proxy does.
	ProxyHeader string `yaml:"proxy_header" check:"header" example:"X-Forwarded-User"`
	// What answers without a sign-in all the same: `health`, which is `/healthz` and `/readyz` (not `?verbose`), and `metrics`;
	// `[]` is nothing.
	Open []string `yaml:"open" enum:"health|metrics" default:"health"`

	Users []Operator `yaml:"-"` // what UsersFile holds
}

// Guarded says that nobody uses the console who has not said who they are.
func (c Console) Guarded() bool { return c.UsersFile.Value != "" || c.ProxyHeader != "" }

// Operator is somebody who may sign in.
type Operator struct {
	Name string
	Hash Secret // of the password, bcrypt's
}

// console looks at who may use the console.
func (c *checker) console() {
	header := c.key(c.path, "console.proxy_header", Pos{File: c.path})
	switch {
	case c.Console.ProxyHeader == "":
	case len(c.Server.TrustedProxies) == 0:
		c.mistake(header, "nobody may set it: server.trusted_proxies is empty; name there the address of the proxy that sets it")
	case slices.ContainsFunc(c.Server.TrustedProxies, everybody):
		c.mistake(header, "anybody may set it: server.trusted_proxies names all addresses; name there the address of the proxy that sets it, and no other")
	}
	host, _, err := net.SplitHostPort(c.Server.Admin)
	ip := net.ParseIP(host)
	others := err == nil && (host == "" || ip != nil && !ip.IsLoopback()) // where a name leads to is for serve to find out
	if others && !c.Console.Guarded() {
		c.mistake(c.key(c.path, "server.admin", Pos{File: c.path}), "%s is reached from other machines, and nothing says who may use the console there; "+
			"give it console.users_file (bugferry password NAME writes a line of it) or console.proxy_header, or listen on 127.0.0.1", c.Server.Admin)
	}
}

// everybody says that a network, as checkNetwork takes it, holds half of all addresses or more.
func everybody(network string) bool {
	prefix, err := netip.ParsePrefix(network)
	return err == nil && prefix.Bits() <= 1
}

// usersFile reads who may sign in.
func (l *loader) usersFile() {
	const key = "console.users_file"
	file := &l.config.Console.UsersFile
	if file.Value == "" || l.opts.Secretless {
		return
	}
	at := l.given[l.path][key]
	path := resolve(file.Value, l.base(key))
	data, err := l.file(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		l.findings.mistake(at, key, "%s does not exist; a line of it is written by: bugferry password NAME >> %s", path, path)
		return
	case err != nil:
		l.findings.mistake(at, key, "%s cannot be read: %v; a file with a line NAME:HASH for each user was meant", path, err)
		return
	}
	l.users(path, string(data))
	if len(l.config.Console.Users) == 0 && !slices.ContainsFunc(l.findings, func(f Finding) bool { return f.At.File == path }) {
		l.findings.mistake(Pos{File: path}, key, "holds nobody, so that nobody could sign in; a line of it is written by: bugferry password NAME >> %s", filepath.Base(path))
	}
}

// users reads the lines of a users file. A line that is not understood is never repeated: it may hold a password.
func (l *loader) users(path, text string) {
	first := map[string]int{}
	number := 0
	for line := range strings.Lines(text) {
		number++
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		mistake := func(format string, args ...any) {
			l.findings.mistake(Pos{File: path, Line: number}, "console.users_file", format, args...)
		}
		name, hash, ok := strings.Cut(line, ":")
		switch problem := hashProblem(hash); {
		case !ok:
			mistake("is no line of a users file; expected NAME:HASH, as bugferry password NAME prints it")
		case CheckOperator(name) != nil:
			mistake("%v", CheckOperator(name))
		case first[name] > 0:
			mistake("%q stands here a second time, after line %d; one of the two was meant", name, first[name])
		case problem != "":
			mistake("the password of %q %s; bugferry password %s prints the line that was meant", name, problem, name)
		default:
			l.config.Console.Users = append(l.config.Console.Users, Operator{Name: name, Hash: NewSecret(hash)})
		}
		if first[name] == 0 {
			first[name] = number
		}
	}
}

// CheckOperator says what keeps a name from standing in a users file.
func CheckOperator(name string) error {
	switch {
	case name == "":
		return errors.New("the name of a user is empty; expected one such as quinn")
	case len(name) > 100:
		return errors.New("the name of a user is longer than 100 bytes; expected one such as quinn")
	case strings.ContainsRune(name, ':') || strings.HasPrefix(name, "#") || strings.ContainsFunc(name, notInName):
		return errors.New("the name of a user has a character in it that it must not have (a space, a colon, a # at its beginning, or one that is not to be seen); expected one such as quinn")
	}
	return nil
}

func notInName(r rune) bool {
	return unicode.IsSpace(r) || !unicode.IsPrint(r) || r == unicode.ReplacementChar
}

// The costs of bcrypt that are taken. Below, a stolen file is guessed too fast (OWASP, Password Storage Cheat Sheet: 10 or more);
// htpasswd -B uses 5 unless told. Above, a sign-in takes seconds of a core.
const (
	minCost = 10
	maxCost = 15
)

var bcryptForm = regexp.MustCompile(`^\$2[aby]\$([0-9]{2})\$[./A-Za-z0-9]{53}$`)

// hashProblem continues a sentence that begins with "the password of …"; it is empty if hash is fit.
func hashProblem(hash string) string {
	parts := bcryptForm.FindStringSubmatch(hash)
	if parts == nil {
		return "is not hashed with bcrypt, which begins with $2y$ and has 60 characters"
	}
	switch cost, _ := strconv.Atoi(parts[1]); {
	case cost < minCost:
		return fmt.Sprintf("is hashed with cost %d, which is guessed too fast: at least %d is needed", cost, minCost)
	case cost > maxCost:
		return fmt.Sprintf("is hashed with cost %d, with which a sign-in takes too long: at most %d is taken", cost, maxCost)
	}
	return ""
}
