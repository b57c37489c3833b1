package config

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// Severity says whether a finding stands in the way of running.
type Severity int

const (
	// Mistake: the configuration cannot be used.
	Mistake Severity = iota
	// Warning: it can be used, but is probably not what was meant.
	Warning
)

// Finding is one thing wrong with the configuration.
type Finding struct {
	At       Pos
	Key      string // empty if the file as a whole is meant
	Message  string // what is wrong; what was meant
	Severity Severity
}

// String returns file:line:column: key: message. A warning says so before its message.
func (f Finding) String() string {
	s := f.At.String() + ": "
	if f.Key != "" {
		s += f.Key + ": "
	}
	if f.Severity == Warning {
		s += "warning: "
	}
	return s + f.Message
}

// Findings are all that was found.
type Findings []Finding

// Sorted returns the findings by file, line and column, each once.
func (f Findings) Sorted() Findings {
	sorted := slices.Clone(f)
	slices.SortStableFunc(sorted, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.At.File, b.At.File),
			cmp.Compare(a.At.Line, b.At.Line),
			cmp.Compare(a.At.Column, b.At.Column),
			cmp.Compare(a.Key, b.Key),
			cmp.Compare(a.Message, b.Message),
		)
	})
	return slices.Compact(sorted)
}

// Err returns the mistakes as one error, a line for each, or nil if there are at most warnings.
func (f Findings) Err() error {
	var errs []error
	for _, finding := range f {
		if finding.Severity == Mistake {
			errs = append(errs, errors.New(finding.String()))
		}
	}
	return errors.Join(errs...)
}

// Warnings returns the findings that do not stand in the way.
func (f Findings) Warnings() Findings {
	return slices.DeleteFunc(slices.Clone(f), func(finding Finding) bool { return finding.Severity != Warning })
}

func (f *Findings) mistake(at Pos, key, format string, args ...any) {
	*f = append(*f, Finding{At: at, Key: key, Message: fmt.Sprintf(format, args...)})
}

func (f *Findings) warn(at Pos, key, format string, args ...any) {
	*f = append(*f, Finding{At: at, Key: key, Message: fmt.Sprintf(format, args...), Severity: Warning})
}
