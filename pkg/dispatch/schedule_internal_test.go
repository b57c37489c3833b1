package dispatch

import (
	"errors"
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

func TestAReleasedDeliveryHasItsTimeAgain(t *testing.T) {
	d := New(Config{GiveUp: time.Hour, RetryFrom: time.Second, RetryTo: time.Minute})
	now := time.Now()
	for _, test := range []struct {
		name     string
		released time.Time
		want     bridge.DeliveryState
	}{
		{"never released", time.Time{}, bridge.DeliveryParked},
		{"released long ago", now.Add(-2 * time.Hour), bridge.DeliveryParked},
		{"released just now", now.Add(-time.Minute), bridge.DeliveryPending},
	} {
		delivery := &bridge.Delivery{CreatedAt: now.Add(-24 * time.Hour), ReleasedAt: test.released}
		if d.schedule(delivery, now, errors.New("down")); delivery.State != test.want {
			t.Errorf("%s: %s, want %s", test.name, delivery.State, test.want)
		}
	}
}
