package console

import (
	"bytes"
	"html/template"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// denial is an answer to somebody who is not let in. It tells what to do, and nothing of what is behind the gate.
type denial struct {
	Status      int
	Title, Text string
	ask         bool          // the browser asks for name and password
	tryAgainIn  time.Duration // 0: it does not say
}

var (
	signIn = denial{
		Status: http.StatusUnauthorized, ask: true, Title: "Please sign in",
		Text: "This is an installation's console. Load the page again and give the name and password that you were told. Whoever runs Bugferry makes " +
			"them with “bugferry password” (console.users_file).",
	}
	wrong = denial{
		Status: http.StatusUnauthorized, ask: true, Title: "Name or password is wrong",
		Text: "Load the page again and try once more. After several mistakes you will have to wait. If you forgot the password, whoever runs Bugferry " +
			"makes a new one with “bugferry password”.",
	}
	passTheProxy = denial{
		Status: http.StatusForbidden, Title: "Please sign in through the proxy",
		Text: "The sign-in is done by a proxy in front of this console, and this request did not say who you are. Use the proxy's address. If you did, " +
			"it does not send the header that console.proxy_header names.",
	}
	strangeProxy = denial{
		Status: http.StatusForbidden, Title: "Not believed",
		Text: "This request says who signed in, and does not come from a proxy that may say so. If it is your proxy, name its address in " +
			"server.trusted_proxies.",
	}
	strangeName = denial{
		Status: http.StatusForbidden, Title: "Not understood who you are",
		Text: "The proxy does not give one name in its header. It has to replace what a browser sends there, not add to it.",
	}
	foreignName = denial{
		Status: http.StatusForbidden, Title: "Not by this name",
		Text: "This console asks nobody to sign in and so answers this machine alone, as localhost or 127.0.0.1. To reach it by another name, say who " +
			"may use it: console.users_file or console.proxy_header.",
	}
	tooMany = denial{
		Status: http.StatusServiceUnavailable, tryAgainIn: waitForCheck, Title: "Many sign in at once",
		Text: "Passwords are being checked, and yours had to wait too long. Try again in a moment.",
	}
)

// deniedPage stands alone: it has nothing of the pages behind the gate.
var deniedPage = template.Must(template.ParseFS(files, "pages/denied.html"))

// throttledFor refuses somebody who must wait before the next try.
func throttledFor(wait time.Duration) *denial {
	return &denial{
		Status: http.StatusTooManyRequests, tryAgainIn: wait, Title: "Too many wrong passwords",
		Text: "Wait " + counted(wholeSeconds(wait), "second") + ", then load the page again. What is tried before that is not looked at, be it right or wrong.",
	}
}

// wholeSeconds rounds up.
func wholeSeconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }

// answer writes the denial: to programs as JSON, to people as a page.
func (d *denial) answer(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	if d.ask {
		h.Set("WWW-Authenticate", `Basic realm="Bugferry", charset="UTF-8"`)
	}
	if d.tryAgainIn > 0 {
		h.Set("Retry-After", strconv.Itoa(wholeSeconds(d.tryAgainIn)))
	}
	if strings.HasPrefix(r.URL.Path, "/api/") {
		body, _ := bridge.JSON(APIError{Message: d.Title, Hint: d.Text}) // texts alone
		writeJSON(w, d.Status, body)
		return
	}
	var b bytes.Buffer
	_ = deniedPage.Execute(&b, d) // it has two texts of ours, and writes to memory
	h.Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(d.Status)
	_, _ = w.Write(b.Bytes())
}
