package betterbugs

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// ReadHTTP reads a recorded HTTP request as it went over the wire, chunked or not, and returns what Decode needs beside its
// header. A recording with neither Content-Length nor chunks has its body to the end.
func ReadHTTP(raw []byte) (Request, http.Header, error) {
	reader := bufio.NewReader(bytes.NewReader(raw))
	req, err := http.ReadRequest(reader)
	if err != nil {
		return Request{}, nil, fmt.Errorf("read recorded request: %w", err)
	}
	var source io.Reader = req.Body
	if req.ContentLength == 0 && req.Header.Get("Content-Length") == "" {
		source = reader
	}
	body, err := io.ReadAll(source)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return Request{}, nil, errors.New("read recorded request: the body is shorter than its header says")
	}
	if err != nil {
		return Request{}, nil, fmt.Errorf("read recorded request: body: %w", err)
	}
	header := req.Header.Clone()
	header.Set("Host", req.Host)
	return Request{
		ContentType:     header.Get("Content-Type"),
		ContentEncoding: header.Get("Content-Encoding"),
		Body:            body,
	}, header, nil
}
