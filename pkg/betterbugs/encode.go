package betterbugs

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// Encoding is a way to send a document.
type Encoding string

// The encodings: BetterBugs' payload format "JSON", and the two things that its "Form Data" may mean.
const (
	JSON       Encoding = "json"
	URLEncoded Encoding = "urlencoded"
	Multipart  Encoding = "multipart"
)

// Encode writes doc as axios 1 does, byte for byte but for the random boundary: forms lose null, [] and {}, and turn numbers
// and booleans into text.
func Encode(doc bridge.Fields, as Encoding) (contentType string, body []byte, err error) {
	switch as {
	case JSON:
		data, err := bridge.JSON(doc)
		return "application/json", data, err
	case URLEncoded:
		var b bytes.Buffer
		for i, p := range flatten(doc) {
			if i > 0 {
				b.WriteByte('&')
			}
			b.WriteString(escape(p.name) + "=" + escape(p.value))
		}
		return "application/x-www-form-urlencoded", b.Bytes(), nil
	case Multipart:
		boundary := newBoundary()
		return "multipart/form-data; boundary=" + boundary, writeMultipart(flatten(doc), boundary), nil
	}
	return "", nil, fmt.Errorf("encode report: unknown encoding %q: use %s, %s or %s", as, JSON, URLEncoded, Multipart)
}

// newBoundary makes a boundary as the form-data package of npm does.
func newBoundary() string {
	var random [12]byte
	_, _ = rand.Read(random[:]) // crypto/rand.Read never returns an error
	return strings.Repeat("-", 26) + hex.EncodeToString(random[:])
}

func writeMultipart(pairs []pair, boundary string) []byte {
	if len(pairs) == 0 {
		return nil // axios sends nothing at all
	}
	names := strings.NewReplacer(`"`, "%22", "\r", "%0D", "\n", "%0A")
	var b bytes.Buffer
	for _, p := range pairs {
		fmt.Fprintf(&b, "--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n", boundary, names.Replace(p.name), p.value)
	}
	fmt.Fprintf(&b, "--%s--\r\n", boundary)
	return b.Bytes()
}

// escape is the urlencoded serializer of the URL standard, which URLSearchParams uses.
func escape(s string) string {
	const plain = "*-._0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c == ' ':
			b.WriteByte('+')
		case strings.IndexByte(plain, c) >= 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// flatten is axios' toFormData with its defaults (dots=false, indexes=false, metaTokens=true).
func flatten(doc bridge.Fields) []pair {
	var pairs []pair
	for _, field := range doc {
		if strings.HasSuffix(field.Name, "{}") && isContainer(field.Value) {
			if data, err := bridge.JSON(field.Value); err == nil {
				pairs = append(pairs, pair{name: field.Name, value: string(data)})
			}
			continue
		}
		if items, ok := field.Value.([]any); ok && isFlat(items) {
			for _, item := range items {
				pairs = flattenValue(pairs, strings.TrimSuffix(field.Name, "[]")+"[]", item)
			}
			continue
		}
		pairs = flattenValue(pairs, field.Name, field.Value)
	}
	return pairs
}

func flattenValue(pairs []pair, name string, value any) []pair {
	switch v := value.(type) {
	case nil:
		return pairs
	case bridge.Fields:
		for _, field := range v {
			pairs = flattenValue(pairs, name+"["+strings.TrimSuffix(field.Name, "[]")+"]", field.Value)
		}
		return pairs
	case []any:
		for i, item := range v {
			pairs = flattenValue(pairs, name+"["+strconv.Itoa(i)+"]", item)
		}
		return pairs
	default:
		return append(pairs, pair{name: name, value: bridge.TextOf(v)})
	}
}

func isContainer(value any) bool {
	switch value.(type) {
	case bridge.Fields, []any:
		return true
	}
	return false
}

func isFlat(items []any) bool {
	for _, item := range items {
		if isContainer(item) {
			return false
		}
	}
	return true
}
