package bridge

import "time"

// Stuck are deliveries to one destination that wait, or are parked, for the same reason.
type Stuck struct {
	Project     string
	Destination string
	State       DeliveryState
	Reason      string
	Hint        string
	N           int       // of the newest that were looked through
	More        bool      // there were older ones in the state that were not, of which some may be of this group
	Newest      time.Time // when the last of them came to it
	Example     string    // the id of the newest
}
