package betterbugs

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"mime/quotedprintable"
	"regexp"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// parseMultipart reads a multipart form. A part that is a JSON document with a bugId, under any name, is the report.
func parseMultipart(body []byte, boundary string, warn *warnings) (bridge.Fields, error) {
	if boundary == "" || !bytes.Contains(body, []byte("--"+boundary)) {
		if boundary = firstBoundary(body); boundary == "" {
			return nil, undecodable("Content-Type", "multipart without a boundary")
		}
	}
	body = controlled.ReplaceAllFunc(body, func(line []byte) []byte { return control.ReplaceAll(line, []byte("?")) })
	reader := multipart.NewReader(bytes.NewReader(body), boundary)
	var pairs []pair
	for n := 1; ; n++ {
		part, err := reader.NextRawPart()
		if err == io.EOF { //nolint:errorlint // a wrapped io.EOF is a body that ends before its last boundary
			return buildDocument(pairs, warn), nil
		}
		if err != nil {
			return nil, partError(n, "", err)
		}
		if n > maxKeys {
			return nil, undecodable("form", "more than %d parts", maxKeys)
		}
		name := partName(part)
		value, err := io.ReadAll(part)
		if err != nil {
			return nil, partError(n, name, err)
		}
		kind, params := contentType(part.Header.Get("Content-Type"))
		value = toUTF8(decodeTransfer(value, part.Header.Get("Content-Transfer-Encoding")), params["charset"])
		if strings.HasSuffix(kind, "json") || part.FileName() != "" {
			if doc, ok := asObject(string(value)); ok && carriesBug(doc) {
				return doc, nil
			}
		}
		if part.FileName() != "" {
			warn.add("%s: left out: a file of %d bytes", label(name), len(value))
			continue
		}
		// Browsers and fetch turn line ends into CRLF in multipart values; JSON would have kept LF.
		text := strings.ReplaceAll(string(value), "\r\n", "\n")
		pairs = append(pairs, pair{name: name, value: text})
	}
}

// controlled is a part's header with control characters, which the reader of multipart refuses. needle writes them: it keeps
// the low byte of each UTF-16 unit of a name, so that of an emoji nothing can be saved.
var controlled = regexp.MustCompile(`(?m)^Content-Disposition: form-data[^\r\n]*[\x00-\x08\x0e-\x1f\x7f][^\r\n]*`)

// firstBoundary returns the boundary that the body itself begins with, whatever its header says.
func firstBoundary(body []byte) string {
	line, _, _ := bytes.Cut(body, []byte("\n"))
	boundary, ok := strings.CutPrefix(strings.TrimSpace(string(line)), "--")
	if !ok || boundary == "" || len(boundary) > 200 {
		return ""
	}
	return boundary
}

// decodeTransfer undoes a part's transfer encoding, which forms should not have but curl can write.
func decodeTransfer(value []byte, coding string) []byte {
	var source io.Reader
	switch strings.ToLower(strings.TrimSpace(coding)) {
	case "base64":
		source = base64.NewDecoder(base64.StdEncoding, bytes.NewReader(value))
	case "quoted-printable":
		source = quotedprintable.NewReader(bytes.NewReader(value))
	default:
		return value
	}
	if decoded, err := io.ReadAll(source); err == nil {
		return decoded
	}
	return value // it only says so
}

// rawName finds the name in a Content-Disposition as it was written: needle leaves quotes in it unescaped.
var rawName = regexp.MustCompile(`(?is)[;\s]name="(.*?)"\s*(?:;\s*[a-z]+\*?=.*)?$`)

// escapes are those that browsers, axios and undici use in names; they leave a percent sign as it is, and fetch writes
// every line end as CRLF.
var escapes = strings.NewReplacer("%22", `"`, "%0D%0A", "\n", "%0A", "\n", "%0a", "\n", "%0D", "\r", "%0d", "\r")

// partName returns the part's name. One that is not UTF-8 is in Latin-1, as needle writes headers.
func partName(part *multipart.Part) string {
	name := part.FormName()
	if m := rawName.FindStringSubmatch(part.Header.Get("Content-Disposition")); m != nil && name == "" {
		name = m[1]
	}
	return escapes.Replace(string(toUTF8([]byte(name), "latin1")))
}

func partError(n int, name string, err error) error {
	place := fmt.Sprintf("part %d", n)
	if name != "" {
		place += " (" + label(name) + ")"
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return undecodable(place, "multipart: the body ends too early")
	}
	return undecodable(place, "%w", err)
}
