package sandbox

import (
	"slices"
	"strings"
	"time"
)

// What a credential may do, and for how long, is told by itself: any other is good for everything, for ever.
//
//	expires-2026-12-20     GitHub shows this end
//	no-LINK_ISSUES,…       Jira withholds these permissions

// expires returns when a token ends.
func expires(token string) (time.Time, bool) {
	day, ok := strings.CutPrefix(token, "expires-")
	if !ok {
		return time.Time{}, false
	}
	until, err := time.Parse(time.DateOnly, day)
	return until, err == nil
}

// lacks says whether the credentials of a call withhold the permission.
func lacks(secret, permission string) bool {
	list, ok := strings.CutPrefix(secret, "no-")
	return ok && slices.Contains(strings.Split(list, ","), permission)
}
