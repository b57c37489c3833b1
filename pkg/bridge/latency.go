package bridge

import (
	"math"
	"strconv"
	"time"
)

// latencySteps is how many buckets there are to a doubling of the time.
const latencySteps = 4

// LatencyBucket names the bucket of a duration: each is wider than the one before by a quarter of a doubling, so that what is read
// from it is off by a tenth at most. What is below a millisecond counts as one.
func LatencyBucket(took time.Duration) string {
	ms := max(float64(took)/float64(time.Millisecond), 1)
	return strconv.Itoa(int(math.Floor(math.Log2(ms) * latencySteps)))
}

// LatencyOf returns the middle of a bucket; false if there is none of that name.
func LatencyOf(bucket string) (time.Duration, bool) {
	n, err := strconv.Atoi(bucket)
	if err != nil || n < 0 || n > 40*latencySteps {
		return 0, false
	}
	return time.Duration(math.Exp2((float64(n)+0.5)/latencySteps) * float64(time.Millisecond)), true
}
