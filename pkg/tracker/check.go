package tracker

import (
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// soon is from when on the end of credentials is warned of.
const soon = 30 * 24 * time.Hour

// CheckExpiry adds when credentials end, with what to do about it once that is soon.
func CheckExpiry(found *bridge.Checks, until, now time.Time, hint string) {
	day, left := until.UTC().Format(time.DateOnly), until.Sub(now)
	switch {
	case left <= 0:
		found.Add(bridge.LevelProblem, "expiry", hint, "the credentials ended on %s", day)
	case left < soon:
		found.Add(bridge.LevelWarning, "expiry", hint, "the credentials end on %s, in %d days", day, int(left.Hours()/24))
	default:
		found.OK("expiry", "the credentials are good until %s", day)
	}
}
