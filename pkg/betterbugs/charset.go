package betterbugs

import (
	"bytes"
	"encoding/binary"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// toUTF8 rewrites text that is in UTF-16 by its byte order mark or its first character, or in Latin-1 by its charset.
// Everything else is taken for UTF-8, which is what every known client sends, whatever it says.
func toUTF8(text []byte, charset string) []byte {
	switch {
	case bytes.HasPrefix(text, []byte{0xff, 0xfe}):
		return fromUTF16(text[2:], binary.LittleEndian)
	case bytes.HasPrefix(text, []byte{0xfe, 0xff}):
		return fromUTF16(text[2:], binary.BigEndian)
	case len(text) > 1 && text[0] != 0 && text[1] == 0 && len(text)%2 == 0:
		return fromUTF16(text, binary.LittleEndian)
	case len(text) > 1 && text[0] == 0 && text[1] != 0 && len(text)%2 == 0:
		return fromUTF16(text, binary.BigEndian)
	case utf8.Valid(text) || !isLatin1(charset):
		return text
	}
	runes := make([]rune, len(text))
	for i, b := range text {
		runes[i] = rune(b)
		if 0x80 <= b && b <= 0x9f {
			runes[i] = windows1252[b-0x80]
		}
	}
	return []byte(string(runes))
}

// windows1252 is what the bytes from 0x80 to 0x9f mean: in Windows, and by the encoding standard also where Latin-1 is
// said.
var windows1252 = []rune("€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ")

func isLatin1(charset string) bool {
	switch strings.ToLower(strings.TrimSpace(charset)) {
	case "iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "l1", "windows-1252", "cp1252":
		return true
	}
	return false
}

func fromUTF16(text []byte, order binary.ByteOrder) []byte {
	units := make([]uint16, len(text)/2)
	for i := range units {
		units[i] = order.Uint16(text[2*i:])
	}
	return []byte(string(utf16.Decode(units)))
}

// unwritable is how browsers and qs write, in a form in Latin-1, what Latin-1 does not have. qs does it for each half of a
// surrogate pair.
var unwritable = regexp.MustCompile(`&#(?:(55[2-9]\d\d|56[0-2]\d\d|563[01]\d);&#)?(\d{3,7});`)

// fromEntities undoes it.
func fromEntities(text string) string {
	return unwritable.ReplaceAllStringFunc(text, func(entity string) string {
		m := unwritable.FindStringSubmatch(entity)
		high, _ := strconv.Atoi(m[1])
		code, _ := strconv.Atoi(m[2])
		r := rune(code) //nolint:gosec // seven digits at the most
		if high != 0 {
			r = utf16.DecodeRune(rune(high), r) //nolint:gosec // five digits
		}
		if r <= 0xff || r > utf8.MaxRune || utf16.IsSurrogate(r) || r == utf8.RuneError {
			return entity
		}
		return string(r)
	})
}
