package console

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"net/netip"
	"slices"
	"sync"
	"time"

	"golang.org/x/crypto/bcrypt"
)

const (
	kept     = 10 * time.Minute // a good password is believed so long without being checked again
	mostKept = 1000             // so many of them
)

// passwords knows who has which. It is made anew with each configuration: what it remembers goes with it.
type passwords struct {
	hashes map[string]string // bcrypt's, by name
	names  []string
	key    []byte // of digest, never written anywhere

	mu   sync.Mutex
	good map[[sha256.Size]byte]time.Time // until when it is believed
}

func newPasswords(hashes map[string]string) *passwords {
	p := &passwords{
		hashes: hashes, names: slices.Sorted(maps.Keys(hashes)), key: make([]byte, sha256.Size),
		good: map[[sha256.Size]byte]time.Time{},
	}
	_, _ = rand.Read(p.key) // never fails: crypto/rand ends the process rather than that
	return p
}

// digest stands for what somebody sent from an address. The address is part of it: what one has proved is not believed of another,
// who could else guess as fast as memory is read.
func (p *passwords) digest(from netip.Addr, name, password string) (d [sha256.Size]byte) {
	mac := hmac.New(sha256.New, p.key)
	for _, part := range []string{from.String(), name, password} {
		_ = binary.Write(mac, binary.BigEndian, uint64(len(part))) // so that no two lists of parts are the same bytes
		mac.Write([]byte(part))
	}
	mac.Sum(d[:0])
	return d
}

// known says that this was found good not long ago.
func (p *passwords) known(d [sha256.Size]byte, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return now.Before(p.good[d])
}

// remember notes that this was found good.
func (p *passwords) remember(d [sha256.Size]byte, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.good) >= mostKept {
		maps.DeleteFunc(p.good, func(_ [sha256.Size]byte, until time.Time) bool { return !now.Before(until) })
	}
	if len(p.good) >= mostKept {
		clear(p.good) // each pays once more
	}
	p.good[d] = now.Add(kept)
}

// check says whether name has the password. It takes the time of bcrypt whether or not there is somebody of that name: for a name
// that nobody has the hash of somebody is checked, always the same one, so that time does not tell names either where costs differ.
func (p *passwords) check(name, password string) bool {
	hash, known := p.hashes[name]
	if !known {
		d := p.digest(netip.Addr{}, name, "")
		hash = p.hashes[p.names[binary.BigEndian.Uint64(d[:])%uint64(len(p.names))]]
	}
	err := bcrypt.CompareHashAndPassword([]byte(hash), []byte(password))
	return known && err == nil
}
