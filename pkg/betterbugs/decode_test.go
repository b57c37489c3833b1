package betterbugs_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/bugferry/bugferry/pkg/betterbugs"
)

const form = "application/x-www-form-urlencoded"

func TestNoReport(t *testing.T) {
	const multi = "multipart/form-data; boundary=x"
	tests := []struct{ name, contentType, body, challenge string }{
		{"empty", "", "", ""},
		{"axios.post without a body", form, "", ""},
		{"axios.postForm of nothing", multi, "", ""},
		{"fetch of an empty FormData", multi, "--x--\r\n", ""},
		{"only space", "application/json", " \r\n", ""},
		{"empty object", "application/json", "{}", ""},
		{"empty list", "application/json", "[]", ""},
		{"null", "application/json", "null", ""},
		{"ping as text", "text/plain", "ping", ""},
		{"ping as JSON string", "application/json", `"ping"`, ""},
		{"ping as JSON", "application/json", `{"type":"ping"}`, ""},
		{"challenge as JSON", "application/json", `{"type":"url_verification","challenge":"abc"}`, "abc"},
		{"challenge as a number", "application/json", `{"challenge":42}`, "42"},
		{"challenge as an object", "application/json", `{"challenge":{"a":1}}`, ""},
		{"challenge too long", "application/json", `{"challenge":"` + strings.Repeat("x", 1025) + `"}`, ""},
		{"challenge in a form", form, "challenge=a%20b", "a b"},
		{"challenge in a part", multi, "--x\r\nContent-Disposition: form-data; name=\"challenge\"\r\n\r\nabc\r\n--x--\r\n", "abc"},
		{"form without a bugId", form, "a=b&title=x", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := betterbugs.Request{ContentType: test.contentType, Body: []byte(test.body)}
			if _, err := betterbugs.Decode(r); !errors.Is(err, betterbugs.ErrNoReport) {
				t.Errorf("error %v, want ErrNoReport", err)
			}
			if got := betterbugs.Challenge(r); got != test.challenge {
				t.Errorf("challenge %q, want %q", got, test.challenge)
			}
		})
	}
}

func TestUndecodable(t *testing.T) {
	tests := []struct{ name, contentType, body, place string }{
		{"cut JSON", "application/json", `{"bugId":"1","title":"x`, "byte "},
		{"wrong JSON", "application/json", `{"bugId":1,}`, "byte "},
		{"two JSON values", "application/json", `{"bugId":"1"}{}`, "JSON"},
		{"two reports", "application/json", `[{"bugId":"1"},{"bugId":"2"}]`, "top level"},
		{"no JSON", "application/json", `bugId is 1`, "byte "},
		{"cut multipart", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nabc", "part 1 (title)"},
		{"multipart without a boundary", "multipart/form-data", "bugId: 1", "Content-Type"},
		{"prose", "text/plain", "the bug is 1 = one", "byte 0"},
		{"XML", "application/xml", `<?xml version="1.0"?><bugId>1</bugId>`, "byte 0"},
		{"binary that calls itself a form", form, "\x00\x01=\x02", "byte 0"},
		{"empty bugId", "application/json", `{"bugId":"","title":"x"}`, "bugId"},
		{"null bugId", "application/json", `{"bugId":null,"title":"x"}`, "bugId"},
		{"undefined bugId", form, "bugId=undefined&title=x", "bugId"},
		{"endless bugId", form, "bugId=" + strings.Repeat("1", 257), "bugId"},
		{"1,001 keys in a form", form, strings.Repeat("a=1&", 1000) + "bugId=1", "form"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := betterbugs.Decode(betterbugs.Request{ContentType: test.contentType, Body: []byte(test.body)})
			bad, ok := errors.AsType[*betterbugs.DecodeError](err)
			if !ok || !strings.HasPrefix(bad.Place, test.place) {
				t.Errorf("error %v, want a DecodeError at %q", err, test.place)
			}
		})
	}
}

// compress returns the body under a content encoding.
func compress(t *testing.T, coding string, body []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser
	switch coding {
	case "gzip":
		w = gzip.NewWriter(&b)
	case "zlib":
		w = zlib.NewWriter(&b)
	case "raw":
		w, _ = flate.NewWriter(&b, flate.BestCompression)
	}
	if _, err := w.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestContentEncoding(t *testing.T) {
	plain := []byte(`{"bugId":"1"}`)
	zipped := compress(t, "gzip", plain)
	tests := []struct {
		name, coding string
		body         []byte
		fails        bool
	}{
		{name: "gzip", coding: "gzip", body: zipped},
		{name: "x-gzip in capitals", coding: "X-GZIP", body: zipped},
		{name: "gzip that does not say so", body: zipped},
		{name: "deflate as zlib", coding: "deflate", body: compress(t, "zlib", plain)},
		{name: "deflate as a bare stream", coding: "deflate", body: compress(t, "raw", plain)},
		{name: "one upon the other", coding: "deflate, gzip", body: compress(t, "gzip", compress(t, "zlib", plain))},
		{name: "unpacked by a proxy that left the header", coding: "gzip", body: plain},
		{name: "identity", coding: "identity", body: plain},
		{name: "cut", coding: "gzip", body: zipped[:len(zipped)-9], fails: true},
		{name: "brotli", coding: "br", body: []byte{0x8b, 6, 0x80}, fails: true},
		{name: "four times", coding: "gzip,gzip,gzip,gzip", body: zipped, fails: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			report, err := betterbugs.Decode(betterbugs.Request{ContentEncoding: test.coding, Body: test.body})
			if _, bad := errors.AsType[*betterbugs.DecodeError](err); bad != test.fails || !bad && report.BugID != "1" {
				t.Errorf("bug %q, error %v", report.BugID, err)
			}
		})
	}
}

func TestLimit(t *testing.T) {
	body := []byte(`{"bugId":"1","title":"` + strings.Repeat("x", 5000) + `"}`)
	for _, coding := range []string{"", "gzip", "zlib", "raw"} {
		packed, name := body, "deflate"
		if coding != "" {
			packed = compress(t, coding, body)
		}
		if coding == "gzip" {
			name = "gzip"
		}
		for limit, want := range map[int64]error{int64(len(body)) - 1: betterbugs.ErrTooLarge, int64(len(body)): nil, 0: nil} {
			t.Run(fmt.Sprintf("%s %d", coding, limit), func(t *testing.T) {
				_, err := betterbugs.Decode(betterbugs.Request{ContentEncoding: name, Body: packed, Limit: limit})
				if !errors.Is(err, want) {
					t.Errorf("error %v, want %v", err, want)
				}
			})
		}
	}
}

func TestCharsets(t *testing.T) {
	tests := map[string]struct{ contentType, body string }{
		"byte order mark":          {"application/json", "\ufeff{\"bugId\":\"1\",\"title\":\"é\"}"},
		"UTF-16, little endian":    {"application/json", utf16le(`{"bugId":"1","title":"é"}`)},
		"UTF-16 without a mark":    {"application/json; charset=utf-16le", utf16le(`{"bugId":"1","title":"é"}`)[2:]},
		"UTF-16, big endian":       {"application/json", swapped(utf16le(`{"bugId":"1","title":"é"}`))},
		"the same without a mark":  {"application/json", swapped(utf16le(`{"bugId":"1","title":"é"}`))[2:]},
		"Latin-1 by another name":  {"application/json; charset=L1", "{\"bugId\":\"1\",\"title\":\"\xe9\"}"},
		"Latin-1 JSON":             {"application/json; charset=ISO-8859-1", "{\"bugId\":\"1\",\"title\":\"\xe9\"}"},
		"Latin-1 form":             {form + "; charset=iso-8859-1", "bugId=1&title=%E9"},
		"UTF-8 that says Latin-1":  {form + "; charset=iso-8859-1", "bugId=1&title=%C3%A9"},
		"malformed Content-Type":   {"application/json; charset=;;", `{"bugId":"1","title":"é"}`},
		"no Content-Type, a form":  {"", "bugId=1&title=%C3%A9"},
		"an escaped JSON document": {form, "%7B%22bugId%22%3A%221%22%2C%22title%22%3A%22%C3%A9%22%7D="},
		"JSON within JSON":         {"application/json", `"{\"bugId\":\"1\",\"title\":\"é\"}"`},
		"alone in a list":          {"application/json", `[{"bugId":"1","title":"é"}]`},
		"NUL":                      {"application/json", `{"bugId":"1","title":"\u0000é"}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			report, err := betterbugs.Decode(betterbugs.Request{ContentType: test.contentType, Body: []byte(test.body)})
			if err != nil || report.Title != "é" || report.BugID != "1" {
				t.Errorf("bug %q title %q error %v", report.BugID, report.Title, err)
			}
		})
	}
}

// What Latin-1 does not have comes as the bytes of Windows or as an entity; an entity of what it has is the text's own.
func TestBeyondLatin1(t *testing.T) {
	got, err := betterbugs.Decode(betterbugs.Request{ContentType: form + "; charset=iso-8859-1",
		Body: []byte("bugId=1&title=%80+%E9+%26%2326446%3B+%26%2355357%3B%26%2356347%3B+%26%23233%3B+%26%2355357%3B+%26%239999999%3B")})
	if want := "€ é 李 🐛 &#233; &#55357; &#9999999;"; err != nil || got.Title != want {
		t.Errorf("title %q, want %q, error %v", got.Title, want, err)
	}
}

func swapped(s string) string {
	out := []byte(s)
	for i := 0; i+1 < len(out); i += 2 {
		out[i], out[i+1] = out[i+1], out[i]
	}
	return string(out)
}

func utf16le(s string) string {
	out := []byte{0xff, 0xfe}
	for _, r := range s {
		out = append(out, byte(r), byte(r>>8))
	}
	return string(out)
}
