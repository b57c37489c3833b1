package jira

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

func TestPaceRemembersSoManyIssuesAndNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace()
		began := time.Now()
		turn := func(issue string) time.Duration {
			at, _ := p.reserve(issue, time.Now())
			return time.Until(at)
		}
		for range burst {
			turn("BUSY-1")
		}
		for n := range 2 * mostPaced {
			<-time.After(time.Microsecond)
			turn(fmt.Sprint("WEB-", n))
			if n%1000 == 0 {
				p.issues["BUSY-1"].last = time.Now()
			}
		}
		if n := len(p.issues); n > mostPaced || n < mostPaced/2 {
			t.Errorf("%d issues are remembered, want at most %d", n, mostPaced)
		}
		if p.issues["BUSY-1"] == nil || p.issues["WEB-0"] != nil {
			t.Errorf("after %v the busy issue was forgotten, or the one left alone for longest was not", time.Since(began))
		}
		if turn("busy-1") == 0 {
			t.Error("the key in another case is another issue")
		}
		<-time.After(refilled)
		for n := range mostPaced { // at one moment: not even then are there more
			turn(fmt.Sprint("API-", n))
		}
		if n := len(p.issues); n > mostPaced || p.issues["BUSY-1"] != nil {
			t.Errorf("%d issues are remembered, one of them though its bucket is full again: %v", n, p.issues["BUSY-1"] != nil)
		}
	})
}
