package bridge_test

import (
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

func TestLatencyBucketsAreOffByATenthAtMost(t *testing.T) {
	for took := time.Millisecond; took < 30*24*time.Hour; took += took/7 + 1 {
		read, ok := bridge.LatencyOf(bridge.LatencyBucket(took))
		if off := float64(read-took) / float64(took); !ok || off > 0.1 || off < -0.1 {
			t.Errorf("%s is read as %s", took, read)
		}
	}
	if _, ok := bridge.LatencyOf("soon"); ok {
		t.Error("a bucket that is none")
	}
}
