package bridge

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"strings"
	"time"
)

// idAlphabet is Crockford's base32 in lower case: it sorts as bytes do and has no letters that look alike.
var idAlphabet = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// NewID returns a new identifier such as "ev_01jd3…": the prefix, then 48 bits of time in milliseconds and 80 random
// bits, so that identifiers made later sort later.
func NewID(prefix string, now time.Time) string {
	b := timed(now)
	_, _ = rand.Read(b[6:]) // crypto/rand.Read never returns an error
	return identifier(prefix, b)
}

// FirstID returns the lowest identifier that could have been made at that time or later.
func FirstID(prefix string, at time.Time) string { return identifier(prefix, timed(at)) }

func timed(at time.Time) (b [16]byte) {
	binary.BigEndian.PutUint64(b[:8], uint64(max(at.UnixMilli(), 0))<<16)
	return b
}

func identifier(prefix string, b [16]byte) string {
	var s strings.Builder
	s.WriteString(prefix)
	s.WriteByte('_')
	s.WriteString(idAlphabet.EncodeToString(b[:]))
	return s.String()
}
