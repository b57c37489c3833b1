package config

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
)

// caFiles reads the files that hold certificates.
func (l *loader) caFiles() {
	for i := range l.config.Trackers {
		tracker := &l.config.Trackers[i]
		if _, given := l.given[l.path][tracker.Name.Key+".ca_file"]; !given || tracker.CAFile.At.Line == 0 {
			continue
		}
		path := resolve(tracker.CAFile.Value, filepath.Dir(l.path))
		data, err := l.file(path)
		if err == nil {
			err = certificates(data)
		}
		switch {
		case errors.Is(err, fs.ErrNotExist):
			err = fmt.Errorf("%s does not exist", path)
		case err != nil:
			err = fmt.Errorf("%s cannot be used: %w", path, err)
		default:
			tracker.CA = data
			continue
		}
		l.findings = append(l.findings, tracker.CAFile.Finding(err.Error()+"; a PEM file with the certificates of the tracker's CA was meant"))
	}
}

// certificates says what keeps data from being a list of certificates. A private key is refused: it does not belong where
// certificates are read, and one that came with them is a secret in the wrong place.
func certificates(data []byte) error {
	found := 0
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			return fmt.Errorf("it holds a %s", block.Type)
		}
		if _, err := x509.ParseCertificate(block.Bytes); err != nil {
			return errors.New("one of its certificates cannot be read")
		}
		found++
	}
	switch {
	case len(data) == 0:
		return errors.New("it is empty")
	case found == 0:
		return errors.New("it holds no certificate")
	}
	return nil
}
