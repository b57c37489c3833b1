package bridge

import "time"

// Live is what all trackers said to a live check.
type Live struct {
	At           time.Time         `json:"at"`
	Trackers     []LiveTracker     `json:"trackers"`
	Destinations []LiveDestination `json:"destinations"`
}

// LiveTracker is what was found out about a tracker's account.
type LiveTracker struct {
	Tracker string `json:"tracker"`
	Base    string `json:"base"`
	Checks  Checks `json:"checks"`
}

// LiveDestination is what was found out about filing at a destination.
type LiveDestination struct {
	Project     string `json:"project"` // its name in the configuration
	Destination string `json:"destination"`
	Tracker     string `json:"tracker"`
	Place       string `json:"place"`
	Checks      Checks `json:"checks"`
}

// All returns every finding.
func (l Live) All() Checks {
	var all Checks
	for _, t := range l.Trackers {
		all = append(all, t.Checks...)
	}
	for _, d := range l.Destinations {
		all = append(all, d.Checks...)
	}
	return all
}
