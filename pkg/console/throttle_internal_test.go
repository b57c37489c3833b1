package console

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

var start = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

func TestThrottleForgivesOneEach(t *testing.T) {
	th := newThrottle[string](3, time.Minute, 10)
	for range 3 {
		if wait := th.wait("a", start); wait != 0 {
			t.Fatalf("waits %s before all free ones are used", wait)
		}
		th.charge("a", start)
	}
	if got := th.wait("a", start); got != time.Minute {
		t.Errorf("waits %s, want 1m", got)
	}
	if got := th.wait("a", start.Add(59*time.Second)); got != time.Second {
		t.Errorf("waits %s after 59s, want 1s", got)
	}
	later := start.Add(time.Minute)
	if !th.take("a", later) || th.take("a", later) {
		t.Error("after one is forgiven, not exactly one is free")
	}
	if th.wait("b", later) != 0 {
		t.Error("another key waits, too")
	}
	for range 3 {
		if !th.take("a", start.Add(time.Hour)) {
			t.Fatal("not all is forgiven after an hour")
		}
	}
	if th.take("a", start.Add(time.Hour)) {
		t.Error("more is free after a pause than at first")
	}
}

func TestThrottleRemembersSoMany(t *testing.T) {
	const most = 100
	th := newThrottle[int](1, time.Minute, most)
	for range 5 {
		th.charge(-1, start) // the worst of all: it must not be forgotten for strangers
	}
	for key := range 10 * most {
		th.charge(key, start.Add(time.Duration(key)*time.Millisecond))
		if len(th.until) > most {
			t.Fatalf("remembers %d keys, of %d", len(th.until), most)
		}
	}
	if th.wait(-1, start.Add(time.Second)) == 0 {
		t.Error("many others have made it forget who must wait longest")
	}
	th.charge(most*10, start.Add(time.Hour))
	if len(th.until) != 1 {
		t.Errorf("remembers %d keys after all was forgiven, want the new one", len(th.until))
	}
}

func TestNeighboursOfIPv6AreOne(t *testing.T) {
	th := newThrottle[netip.Prefix](1, time.Minute, 10)
	network := func(s string) netip.Prefix { return bridge.NetworkOf(netip.MustParseAddr(s)) }
	th.charge(network("2001:db8:1:2::1"), start)
	th.charge(network("192.0.2.1"), start)
	for address, waits := range map[string]bool{
		"2001:db8:1:2:ffff::9": true, "2001:db8:1:3::1": false, "192.0.2.1": true, "192.0.2.2": false,
	} {
		if got := th.wait(network(address), start) > 0; got != waits {
			t.Errorf("%s waits: %v, want %v", address, got, waits)
		}
	}
}

func TestWaitIsSaid(t *testing.T) {
	for wait, want := range map[time.Duration]string{time.Millisecond: "Wait 1 second, ", 29500 * time.Millisecond: "Wait 30 seconds, "} {
		if got := throttledFor(wait).Text; !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s, want %s", wait, got, want)
		}
	}
}

func TestGoodPasswordsRememberedAreBounded(t *testing.T) {
	p := newPasswords(nil)
	for n := range 3 * mostKept {
		d := p.digest(netip.MustParseAddr("192.0.2.1"), "ana", string(rune('0'+n)))
		p.remember(d, start)
		if len(p.good) > mostKept || !p.known(d, start) {
			t.Fatalf("remembers %d after %d, the last one: %v", len(p.good), n+1, p.known(d, start))
		}
		if p.known(d, start.Add(kept)) {
			t.Fatal("is believed for longer than it should")
		}
	}
}
