package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// checks are what the check tag can name. An error continues a sentence that begins with the value: "is not …; expected …".
var checks = map[string]func(string) error{
	"address":         checkAddress,
	"app":             matches("app", "is not an App ID; expected the number on the App's settings page, not its Client ID"),
	"base":            checkBase,
	"color":           matches("color", "is not a colour; expected six hex digits without a #, such as d73a4a"),
	"header":          matches("header", "is not a header's name; expected one such as X-Forwarded-User"),
	"host":            matches("host", "is not a host name; expected one such as cdn.betterbugs.io, without https:// and path"),
	"installation":    matches("installation", "is not fit for an issue's marker; expected 1 to 40 letters, digits, _ or -"),
	"installation_id": matches("installation_id", "is not an installation's id; expected the number that the address of its page ends with"),
	"jira":            checkJiraKey,
	"network":         checkNetwork,
	"path":            checkPath,
	"repo":            checkRepo,
	"store":           checkStore,
	"url":             checkURL,
}

// patterns are what an editor can see of the checks: regular expressions that match all that a check lets pass, and where
// they say all there is, the check itself.
var patterns = map[string]string{
	"address":         `^.*:[0-9]{1,5}$`,
	"app":             `^[0-9]+$`,
	"base":            `^[Hh][Tt][Tt][Pp][Ss]?://[^?#]+$`,
	"color":           `^[0-9A-Fa-f]{6}$`,
	"header":          "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$",
	"host":            `^(\*\.)?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?$`,
	"installation":    `^[A-Za-z0-9_-]{1,40}$`,
	"installation_id": `^[0-9]+$`,
	"jira":            `^[A-Z][A-Z0-9_]*$`,
	"network":         `^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$`,
	"path":            `^/[^?#{} \t\r\n]*$`,
	"repo":            `^[A-Za-z0-9][A-Za-z0-9_-]*/[A-Za-z0-9._-]+$`,
	"store":           `^(sqlite:.+|postgres(ql)?://.+)$`,
	"url":             `^[Hh][Tt][Tt][Pp][Ss]?://.+$`,
}

func matches(check, message string) func(string) error {
	compiled := regexp.MustCompile(patterns[check])
	return func(text string) error {
		if !compiled.MatchString(text) {
			return errors.New(message)
		}
		return nil
	}
}

func checkAddress(text string) error {
	_, port, err := net.SplitHostPort(text)
	if number, portErr := strconv.Atoi(port); err != nil || portErr != nil || number < 0 || number > 65535 {
		return errors.New("is not an address to listen on; expected host:port or :port, such as 127.0.0.1:8081")
	}
	return nil
}

// checkNetwork takes an address or a network of addresses.
func checkNetwork(text string) error {
	if addr, err := netip.ParseAddr(text); err == nil && addr.Zone() == "" && !addr.Is4In6() {
		return nil
	}
	network, err := netip.ParsePrefix(text)
	switch {
	case err != nil || network.Addr().Is4In6(): // senders are compared by the IPv4 address that they have
		return errors.New("is neither an address nor a network; expected one such as 192.0.2.7 or 10.0.0.0/8")
	case network != network.Masked():
		return fmt.Errorf("has bits behind its /%d; did you mean %s?", network.Bits(), network.Masked())
	}
	return nil
}

func checkURL(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return errors.New("is not a URL; expected one such as https://bugferry.acme.example")
	case u.User != nil:
		return errors.New("has a user name in it; credentials have their own keys")
	}
	return nil
}

// checkBase checks a URL that paths are added to.
func checkBase(text string) error {
	if err := checkURL(text); err != nil {
		return err
	}
	u, _ := url.Parse(text)
	switch {
	case u.RawQuery != "" || u.Fragment != "" || u.ForceQuery:
		return errors.New("has a ? or # in it; expected a URL that paths can be added to")
	case strings.EqualFold(u.Hostname(), "github.com") || strings.EqualFold(u.Hostname(), "www.github.com"):
		return errors.New("is where people look; the API's base was meant: https://api.github.com/")
	}
	return nil
}

var repoPattern = regexp.MustCompile(patterns["repo"])

func checkRepo(text string) error {
	_, name, _ := strings.Cut(text, "/")
	if repoPattern.MatchString(text) && name != "." && name != ".." {
		return nil
	}
	if u, err := url.Parse(text); err == nil && u.Host != "" {
		path := strings.TrimSuffix(strings.Trim(u.Path, "/"), ".git")
		if repoPattern.MatchString(path) {
			return fmt.Errorf("is a URL; did you mean %s?", path)
		}
	}
	return errors.New("is not a repository; expected owner/name, such as acme/web")
}

var jiraPattern = regexp.MustCompile(patterns["jira"])

func checkJiraKey(text string) error {
	if jiraPattern.MatchString(text) {
		return nil
	}
	if upper := strings.ToUpper(text); jiraPattern.MatchString(upper) {
		return fmt.Errorf("is not a project's key; did you mean %s?", upper)
	}
	return errors.New("is not a project's key; expected what stands before the number of its issues: WEB for WEB-12")
}

func checkPath(text string) error {
	switch {
	case !strings.HasPrefix(text, "/"):
		return errors.New("is not a path; expected one that begins with /, such as /hooks/betterbugs")
	case strings.ContainsAny(text, "?#{} \t\r\n"):
		return errors.New("has a character that cannot stand in a path; expected one such as /hooks/betterbugs")
	}
	return nil
}

const storeForm = "; expected sqlite:PATH, such as sqlite:bugferry.db, or postgres://user@host/database"

// checkStore never repeats the value: it may hold a password.
func checkStore(text string) error {
	scheme, rest, found := strings.Cut(text, ":")
	switch {
	case !found:
		return errors.New("is not the URL of a store" + storeForm)
	case scheme == "postgres" || scheme == "postgresql":
		if u, err := url.Parse(text); err != nil || !strings.HasPrefix(rest, "//") || u.Path == "" || u.Path == "/" {
			return errors.New("names no PostgreSQL database" + storeForm)
		}
		return nil
	case scheme != "sqlite":
		return errors.New("is of no kind of store that is known here" + storeForm)
	case rest == "" || strings.HasPrefix(rest, "//") && !strings.HasPrefix(rest, "///"):
		return errors.New("names no file" + storeForm)
	case strings.HasPrefix(rest, ":memory:") || strings.Contains(rest, "?"):
		return errors.New("is not a file alone: what was acknowledged must outlive the process" + storeForm)
	}
	return nil
}
