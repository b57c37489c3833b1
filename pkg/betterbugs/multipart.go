package betterbugs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
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
		value = toUTF8(value, params["charset"])
		if strings.HasSuffix(kind, "json") || part.FileName() != "" {
			if doc, ok := asObject(string(value)); ok && carriesBug(doc) {
				return doc, nil
			}
		}
		if part.FileName() != "" {
			warn.add("%s: left out: a file of %d bytes", label(name), len(value))
			continue
		}
		pairs = append(pairs, pair{name: name, value: string(value)})
	}
}

// firstBoundary returns the boundary that the body itself begins with, whatever its header says.
func firstBoundary(body []byte) string {
	line, _, _ := bytes.Cut(body, []byte("\n"))
	boundary, ok := strings.CutPrefix(strings.TrimSpace(string(line)), "--")
	if !ok || boundary == "" || len(boundary) > 200 {
		return ""
	}
	return boundary
}

// rawName finds a name in a Content-Disposition that mime cannot parse.
var rawName = regexp.MustCompile(`(?i)[;\s]name="([^"]*)"`)

// escapes are those that browsers, axios and undici use in names; they leave a percent sign as it is.
var escapes = strings.NewReplacer("%22", `"`, "%0A", "\n", "%0a", "\n", "%0D", "\r", "%0d", "\r")

func partName(part *multipart.Part) string {
	name := part.FormName()
	if name == "" {
		if m := rawName.FindStringSubmatch(part.Header.Get("Content-Disposition")); m != nil {
			name = m[1]
		}
	}
	return escapes.Replace(name)
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
