package betterbugs

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"strings"
)

// maxCodings is how many content encodings may lie upon each other.
const maxCodings = 3

// inflate undoes the content encoding and holds the limit before and after.
func inflate(r Request) ([]byte, error) {
	limit := r.Limit
	if limit <= 0 {
		limit = DefaultLimit
	}
	if int64(len(r.Body)) > limit {
		return nil, ErrTooLarge
	}
	codings := strings.Split(strings.ToLower(r.ContentEncoding), ",")
	if len(codings) > maxCodings {
		return nil, undecodable("Content-Encoding", "more than %d encodings", maxCodings)
	}
	body := r.Body
	for i := len(codings) - 1; i >= 0; i-- {
		var err error
		if body, err = inflateOne(body, strings.TrimSpace(codings[i]), limit); err != nil {
			return nil, err
		}
	}
	return body, nil
}

// inflateOne undoes one coding. A body that is not compressed although it says so is taken as it is: there are proxies that
// unpack and leave the header.
func inflateOne(body []byte, coding string, limit int64) ([]byte, error) {
	gzipped := bytes.HasPrefix(body, []byte{0x1f, 0x8b})
	switch {
	case len(body) == 0:
		return body, nil
	case gzipped:
		z, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return nil, undecodable("Content-Encoding", "gzip: %w", err)
		}
		return readLimited(z, "gzip", limit)
	case coding == "deflate" && !looksPlain(body):
		return inflateDeflate(body, limit)
	case coding == "", coding == "identity", coding == "gzip", coding == "x-gzip", coding == "deflate":
		return body, nil
	case looksPlain(body):
		return body, nil
	}
	return nil, undecodable("Content-Encoding", "encoding %s is not supported", quoted(coding))
}

// inflateDeflate reads zlib, which is what HTTP means by deflate, or the bare stream, which is what some clients send.
func inflateDeflate(body []byte, limit int64) ([]byte, error) {
	if z, err := zlib.NewReader(bytes.NewReader(body)); err == nil {
		return readLimited(z, "deflate", limit)
	}
	return readLimited(flate.NewReader(bytes.NewReader(body)), "deflate", limit)
}

func readLimited(r io.Reader, coding string, limit int64) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, limit+1))
	if int64(len(body)) > limit {
		return nil, ErrTooLarge
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, undecodable("Content-Encoding", "%s: the body ends too early", coding)
	}
	if err != nil {
		return nil, undecodable("Content-Encoding", "%s: %w", coding, err)
	}
	return body, nil
}

// looksPlain says that body begins like a JSON document or a multipart body.
func looksPlain(body []byte) bool {
	body = trimmed(body)
	return bytes.HasPrefix(body, []byte("{")) || bytes.HasPrefix(body, []byte("[")) || bytes.HasPrefix(body, []byte("--"))
}
