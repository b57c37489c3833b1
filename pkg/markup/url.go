package markup

import (
	"fmt"
	"path"
	"strings"
	"unicode/utf8"
)

// safeLink returns the target in a form that every dialect can carry, or "" if it must not be a link: it may be
// relative, or of a scheme that cannot run anything. It leaves its own output alone.
func safeLink(raw string) string {
	target := normalURL(raw)
	if relative(target) {
		return target
	}
	switch scheme, rest, _ := strings.Cut(target, ":"); scheme {
	case "mailto", "tel", "ftp", "irc", "ircs", "xmpp":
		if rest == "" {
			return ""
		}
		return target
	}
	return webURL(target)
}

// absoluteLink is safeLink where a relative target would lead to another place than where it was written.
func absoluteLink(raw string) string {
	if target := safeLink(raw); !relative(target) {
		return target
	}
	return ""
}

// relative says of a normal URL whether it has no scheme: no colon behind only such characters as a scheme has.
func relative(target string) bool {
	end := strings.IndexFunc(target, func(r rune) bool {
		return r >= utf8.RuneSelf || !wordByte(byte(r)) && r != '+' && r != '-' && r != '.' //nolint:gosec // it is ASCII
	})
	return end <= 0 || target[end] != ':'
}

// safeImage is safeLink for the source of an image: http, https, or relative, which no tracker can show.
func safeImage(raw string) string {
	if target := safeLink(raw); relative(target) {
		return target
	}
	return webURL(normalURL(raw))
}

// shownImage returns the source of an image that a tracker can show, "" if raw is none: only http and https, and no film
// nor sound, of which Data Center makes a player.
func shownImage(raw string) string {
	target := webURL(normalURL(raw))
	file, _ := cutQuery(target)
	switch strings.ToLower(path.Ext(file)) {
	case ".swf", ".mov", ".mp4", ".m4v", ".wmv", ".avi", ".mpg", ".mpeg", ".rm", ".ram", ".mp3", ".wav":
		return ""
	}
	return target
}

// webURL returns target if it is http or https with a host.
func webURL(target string) string {
	_, rest, ok := cutWebScheme(target)
	if !ok || rest == "" || strings.ContainsRune("/?#%", rune(rest[0])) {
		return ""
	}
	return target
}

// cutWebScheme splits "https://" or "http://", in any case, from what follows.
func cutWebScheme(s string) (scheme, rest string, ok bool) {
	for _, scheme := range [...]string{"https://", "http://"} {
		if len(s) >= len(scheme) && strings.EqualFold(s[:len(scheme)], scheme) {
			return scheme, s[len(scheme):], true
		}
	}
	return "", s, false
}

// cutQuery splits a URL before its query or fragment, which it leaves whole.
func cutQuery(s string) (before, rest string) {
	if i := strings.IndexAny(s, "?#"); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}

// normalURL removes what browsers remove (control characters, white space around), writes the scheme in lower case, gives
// a target without one but with a host https, and percent-encodes what RFC 3986 does not allow in a URL and the dialects
// could take for their own syntax.
func normalURL(raw string) string {
	raw = strings.TrimSpace(strings.Map(func(r rune) rune {
		if dropped(r) || r == '\n' || r == '\t' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(raw, "")))
	if colon := strings.IndexAny(raw, ":/?#"); colon > 0 && raw[colon] == ':' {
		raw = strings.ToLower(raw[:colon]) + raw[colon:]
	}
	if strings.HasPrefix(raw, "//") {
		raw = "https:" + raw
	}
	return encodeURL(raw, " \"<>\\^`{|}")
}

// encodeURL percent-encodes the bytes of set.
func encodeURL(target, set string) string {
	if !strings.ContainsAny(target, set) {
		return target
	}
	var b strings.Builder
	for i := range len(target) {
		if strings.IndexByte(set, target[i]) >= 0 {
			fmt.Fprintf(&b, "%%%02X", target[i])
		} else {
			b.WriteByte(target[i])
		}
	}
	return b.String()
}
