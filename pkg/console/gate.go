package console

import (
	"context"
	"crypto/sha256"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// Operator is who asks.
type Operator struct {
	Name string // as they signed in, or as a trusted proxy says; empty: nobody asked, on this machine
	From string // their address
}

type operatorKey struct{}

// OperatorOf returns who asks for what ctx belongs to: of a request that a [Gate] let in.
func OperatorOf(ctx context.Context) Operator {
	o, _ := ctx.Value(operatorKey{}).(Operator)
	return o
}

// Access is who may come in. Where it has neither Passwords nor a ProxyHeader everybody may who reaches the address, by one of the
// names that this machine has for itself.
type Access struct {
	Passwords   map[string]string // bcrypt's hashes by name
	ProxyHeader string            // in which a proxy says who has signed in there
	Proxies     []netip.Prefix    // which may say it, and whose X-Forwarded-For is believed
	Open        []string          // paths that anybody may read, as long as they have no query
}

// GateConfig is what a gate needs.
type GateConfig struct {
	Journal Journal          // required: has the refusals, one for each address and minute at most
	Logger  *slog.Logger     // required
	Now     func() time.Time // required
}

// The bounds of guessing. Ten wrong passwords from one address, and twenty for one name, whoever sends them, are answered at once; then one
// each half minute. Who has signed in not long ago, from the same address, is not kept out by what others do with their name.
const (
	freeFrom   = 10
	freeName   = 20
	forgiven   = 30 * time.Second
	remembered = 10_000 // addresses, and names

	noteEach  = time.Minute // of one address
	notesFree = 60          // of all addresses together, then one each
	notesEach = 10 * time.Second
)

// Gate lets in who may. Make it with [NewGate], and tell it who may with Set, also while it serves.
type Gate struct {
	GateConfig
	rules  atomic.Pointer[entrance]
	checks chan struct{} // as many passwords are checked at once as it has room: reports need the cores, too

	byFrom *throttle[netip.Prefix]
	byName *throttle[[sha256.Size]byte]
	noted  *throttle[netip.Prefix]
	notes  *throttle[struct{}]
}

// entrance is an Access, prepared.
type entrance struct {
	Access
	*passwords
}

// NewGate returns a gate that lets nobody in but to what is open.
func NewGate(cfg GateConfig, access Access) *Gate {
	g := &Gate{
		GateConfig: cfg,
		checks:     make(chan struct{}, max(1, runtime.NumCPU()/2)),
		byFrom:     newThrottle[netip.Prefix](freeFrom, forgiven, remembered),
		byName:     newThrottle[[sha256.Size]byte](freeName, forgiven, remembered),
		noted:      newThrottle[netip.Prefix](1, noteEach, remembered),
		notes:      newThrottle[struct{}](notesFree, notesEach, 1),
	}
	g.Set(access)
	return g
}

// Set says who may come in from now on. Everybody's password is checked again.
func (g *Gate) Set(access Access) { g.rules.Store(&entrance{access, newPasswords(access.Passwords)}) }

// Handler returns next behind the gate. All that is answered has the headers of the console's pages.
func (g *Gate) Handler(next http.Handler) http.Handler {
	return guard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rules := g.rules.Load()
		if rules.opens(r) {
			next.ServeHTTP(w, r)
			return
		}
		c := &caller{Gate: g, entrance: rules, r: r, now: g.Now()}
		c.from = bridge.SourceOf(r.RemoteAddr, r.Header["X-Forwarded-For"], rules.Proxies)
		who, denied := c.identify()
		if denied != nil {
			denied.answer(w, r)
			return
		}
		who.From = c.from.String()
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), operatorKey{}, who)))
	}))
}

// opens says that r needs nobody to sign in. The style is that of the page which asks for it.
func (e *entrance) opens(r *http.Request) bool {
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	return reads && (r.URL.Path == "/style.css" || r.URL.RawQuery == "" && slices.Contains(e.Open, r.URL.Path))
}

// caller is somebody at the gate.
type caller struct {
	*Gate
	*entrance
	r    *http.Request
	from netip.Addr
	now  time.Time
}

func (c *caller) identify() (Operator, *denial) {
	said := c.said()
	switch {
	case len(said) > 0:
		return c.byProxy(said)
	case len(c.Passwords) > 0:
		return c.byPassword()
	case c.ProxyHeader != "":
		return Operator{}, &passTheProxy
	case !ownName(c.r.Host):
		return Operator{}, &foreignName
	}
	return Operator{}, nil
}

// said is what the proxy's header has.
func (c *caller) said() []string {
	if c.ProxyHeader == "" {
		return nil
	}
	return c.r.Header.Values(c.ProxyHeader)
}

// ownName says that a Host is a name that this machine has for itself. A page of somebody else's that gives its own name this
// machine's address ("DNS rebinding") could else read and use a console that asks nobody who they are.
func ownName(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	ip, err := netip.ParseAddr(strings.Trim(name, "[]"))
	return err == nil && ip.IsLoopback() || name == "localhost" || strings.HasSuffix(name, ".localhost")
}

// byProxy believes the header of a trusted proxy, and refuses that of anybody else: it was forged, or the proxy is not known.
func (c *caller) byProxy(said []string) (Operator, *denial) {
	peer := bridge.SourceOf(c.r.RemoteAddr, nil, nil)
	switch {
	case !bridge.InNetworks(peer, c.Proxies):
		c.report(c.ProxyHeader + " from " + peer.String() + ", which is no trusted proxy")
		return Operator{}, &strangeProxy
	case len(said) != 1 || !isName(said[0]):
		c.report(c.ProxyHeader + " does not hold one name")
		return Operator{}, &strangeName
	}
	return Operator{Name: said[0]}, nil
}

// isName says that a proxy's word can be a name: one that can be seen, and not a page of text.
func isName(s string) bool {
	return s != "" && len(s) <= 200 && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}

// waitForCheck is the longest time that a sign-in waits for those before it.
const waitForCheck = 10 * time.Second

// byPassword looks at what the browser sends along.
func (c *caller) byPassword() (Operator, *denial) {
	name, password, ok := c.r.BasicAuth()
	if !ok {
		return Operator{}, &signIn
	}
	digest, named := c.digest(c.from, name, password), sha256.Sum256([]byte(name))
	if who, denied, done := c.already(name, digest); done {
		return who, denied
	}
	ctx, cancel := context.WithTimeout(c.r.Context(), waitForCheck)
	defer cancel()
	select {
	case c.checks <- struct{}{}:
		defer func() { <-c.checks }()
	case <-ctx.Done():
		return Operator{}, &tooMany
	}
	if who, denied, done := c.already(name, digest); done { // while it waited
		return who, denied
	}
	if wait := c.byName.wait(named, c.now); wait > 0 {
		return Operator{}, c.throttled(wait)
	}
	if c.check(name, password) {
		c.remember(digest, c.now)
		return Operator{Name: name}, nil
	}
	c.byFrom.charge(bridge.NetworkOf(c.from), c.now)
	c.byName.charge(named, c.now)
	why := "unknown user" // not the name: it may be a password, typed into the wrong field
	if _, known := c.hashes[name]; known {
		why = "wrong password for " + name
	}
	c.Logger.Warn("sign in refused", "from", c.from, "why", why)
	c.note(why)
	return Operator{}, &wrong
}

// already answers what needs no check of the password. An address that has to wait is told nothing, be the password right or not.
func (c *caller) already(name string, digest [sha256.Size]byte) (who Operator, denied *denial, done bool) {
	if wait := c.byFrom.wait(bridge.NetworkOf(c.from), c.now); wait > 0 {
		return Operator{}, c.throttled(wait), true
	}
	if c.known(digest, c.now) {
		return Operator{Name: name}, nil, true
	}
	return Operator{}, nil, false
}

func (c *caller) throttled(wait time.Duration) *denial {
	c.report("too many wrong passwords")
	return throttledFor(wait)
}

// report logs and notes a refusal that a stranger can cause as often as they like.
func (c *caller) report(why string) {
	if c.note(why) {
		c.Logger.Warn("sign in refused", "from", c.from, "why", why)
	}
}

// note writes a refusal into the record, unless there are enough of late. It does so even if whoever is refused has gone.
func (c *caller) note(why string) bool {
	if !c.noted.take(bridge.NetworkOf(c.from), c.now) || !c.notes.take(struct{}{}, c.now) {
		return false
	}
	deed := bridge.Deed{At: c.now, From: c.from.String(), What: refusedWord, Detail: why}
	if err := c.Journal.Note(context.WithoutCancel(c.r.Context()), deed); err != nil {
		c.Logger.Error("refused sign-in not noted", "err", err)
	}
	return true
}

// refusedWord is what the record calls it.
const refusedWord = "sign in refused"
