package trackertest

import (
	"sync/atomic"
	"time"
)

// Clock is a stand-in's clock: the machine's, set forward by what a test lets pass.
type Clock struct{ ahead atomic.Int64 }

// Now is the time.
func (c *Clock) Now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// Pass lets d go by.
func (c *Clock) Pass(d time.Duration) { c.ahead.Add(int64(d)) }
