package judge

import (
	"fmt"
	"maps"
)

// Figures are how much was judged.
type Figures struct {
	Exchanges map[string]int `json:"exchanges"` // by operation
	Broken    int            `json:"broken"`    // requests that broke their description as they were meant to
	Exempt    int            `json:"exempt"`    // answers that were a fault which the test ordered
}

// Add adds what another judge has seen.
func (f *Figures) Add(other Figures) {
	if f.Exchanges == nil {
		f.Exchanges = map[string]int{}
	}
	for operation, n := range other.Exchanges {
		f.Exchanges[operation] += n
	}
	f.Broken += other.Broken
	f.Exempt += other.Exempt
}

func (f Figures) clone() Figures {
	f.Exchanges = maps.Clone(f.Exchanges)
	return f
}

// String is the line that a test logs.
func (f Figures) String() string {
	exchanges := 0
	for _, n := range f.Exchanges {
		exchanges += n
	}
	return fmt.Sprintf("judge: %d operations in %d exchanges; %d requests broke their description as they were meant to; %d answers exempt as ordered faults",
		len(f.Exchanges), exchanges, f.Broken, f.Exempt)
}
