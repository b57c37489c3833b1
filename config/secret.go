package config

import (
	"fmt"
	"io"
	"log/slog"
)

const redacted = "[redacted]"

// standIn is what takes a secret's place in a configuration without secrets.
const standIn = "stand-in"

// Secret is a value that prints as [redacted] whatever prints it: fmt with any verb, slog, and all encoders that know
// encoding.TextMarshaler. The zero Secret is none and prints as nothing. Compare secrets with Equal, not with ==.
type Secret struct {
	// A pointer, because fmt cannot call methods on unexported fields of the structs a Secret is put into: it then
	// prints what the struct holds, which is an address and not the value.
	value *string
}

// NewSecret returns value as a Secret; an empty value is none.
func NewSecret(value string) Secret {
	if value == "" {
		return Secret{}
	}
	return Secret{value: &value}
}

// Reveal returns the value itself, for the one place that sends it.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// IsZero says that there is no secret.
func (s Secret) IsZero() bool { return s.value == nil }

// Equal says whether both hold the same value. It takes a time that depends on the values: it is for configurations,
// not for what a request carries.
func (s Secret) Equal(other Secret) bool { return s.Reveal() == other.Reveal() }

// String returns [redacted], or nothing if there is no secret.
func (s Secret) String() string {
	if s.IsZero() {
		return ""
	}
	return redacted
}

// GoString returns the same as String.
func (s Secret) GoString() string { return s.String() }

// Format writes the same as String for every verb: %d and %x would else reach the value.
func (s Secret) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, s.String()) }

// MarshalText returns the same as String; JSON and YAML encoders use it.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue returns the same as String for slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
