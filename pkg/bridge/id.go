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
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(now.UnixMilli())<<16)
	_, _ = rand.Read(b[6:]) // crypto/rand.Read never returns an error
	var s strings.Builder
	s.WriteString(prefix)
	s.WriteByte('_')
	s.WriteString(idAlphabet.EncodeToString(b[:]))
	return s.String()
}
