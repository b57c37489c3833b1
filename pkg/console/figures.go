package console

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// steps are those of time that a plot shows.
type steps struct {
	from time.Time // the beginning of the first
	step time.Duration
	n    int
}

// stepsOf are those of a period that ends with the hour of now.
func stepsOf(now time.Time, p period) steps {
	end := now.UTC().Truncate(time.Hour).Add(time.Hour)
	return steps{from: end.Add(-time.Duration(p.Steps) * p.Step), step: p.Step, n: p.Steps}
}

// at is the step of a time, -1 outside of them.
func (s steps) at(t time.Time) int {
	if n := int(t.Sub(s.from) / s.step); !t.Before(s.from) && n < s.n {
		return n
	}
	return -1
}

func (s steps) begin(step int) time.Time { return s.from.Add(time.Duration(step) * s.step) }

// name is what a step is called: 14:00, or Mon 12:00 where it is longer.
func (s steps) name(step int) string {
	if s.step > time.Hour {
		return s.begin(step).Format("Mon 15:04")
	}
	return s.begin(step).Format("15:04")
}

// series is a value for each step.
type series struct {
	Name, Class string
	values      []float64
}

// draw makes the plots of the tallies.
func (o *overview) draw(s steps, tallies []bridge.Tally) {
	events := stack(s, bridge.TallyEvents, tallies, [][3]string{
		{"accepted", "good", string(bridge.EventAccepted)}, {"duplicates", "calm", string(bridge.EventDuplicate)}, {"unrouted", "warn", string(bridge.EventUnrouted)},
		{"undecodable", "bad", string(bridge.EventUndecodable)}, {"refused", "aside", string(bridge.EventRefused)},
	})
	o.Reports = bars(s, "Requests that came", events)
	attempts := stack(s, bridge.TallyEnded, tallies, [][3]string{
		{"delivered", "good", string(bridge.DeliveryDelivered)}, {"nothing to change", "calm", string(bridge.DeliverySkipped)},
		{"overtaken", "aside", string(bridge.DeliverySuperseded)}, {"to be tried again", "warn", string(bridge.DeliveryPending)},
		{"parked", "bad", string(bridge.DeliveryParked)},
	})
	o.Attempts = bars(s, "Attempts at a tracker", attempts)

	byStep, all := make([]map[string]int, s.n), map[string]int{}
	for _, t := range tallies {
		if at := s.at(t.Hour); t.Kind == bridge.TallyLatency && at >= 0 {
			if byStep[at] == nil {
				byStep[at] = map[string]int{}
			}
			byStep[at][t.Outcome] += t.N
			all[t.Outcome] += t.N
		}
	}
	median, tail := series{Name: "half of them within", Class: "good"}, series{Name: "95 of 100 within", Class: "warn"}
	for _, buckets := range byStep {
		median.values = append(median.values, percentile(buckets, 50).Seconds())
		tail.values = append(tail.values, percentile(buckets, 95).Seconds())
	}
	o.Times = lines(s, "From request to issue", []series{median, tail})
	if len(all) > 0 {
		o.Latency = [2]string{near(percentile(all, 50)), near(percentile(all, 95))}
	}
}

// stack returns a series for each of the outcomes: its name, class and outcome.
func stack(s steps, kind bridge.TallyKind, tallies []bridge.Tally, outcomes [][3]string) []series {
	var all []series
	for _, o := range outcomes {
		one := series{Name: o[0], Class: o[1], values: make([]float64, s.n)}
		for _, t := range tallies {
			if at := s.at(t.Hour); t.Kind == kind && t.Outcome == o[2] && at >= 0 {
				one.values[at] += float64(t.N)
			}
		}
		all = append(all, one)
	}
	return all
}

// percentile returns the time within which so many of a hundred were, 0 if there are none.
func percentile(buckets map[string]int, percent int) time.Duration {
	times := map[time.Duration]int{}
	sum := 0
	for name, n := range buckets {
		if at, ok := bridge.LatencyOf(name); ok {
			times[at] += n
			sum += n
		}
	}
	left := (sum*percent + 99) / 100
	for _, at := range slices.Sorted(maps.Keys(times)) {
		if left -= times[at]; left <= 0 {
			return at
		}
	}
	return 0
}

// seconds writes a value of a plot of times.
func seconds(v float64) string {
	if v == 0 {
		return "–"
	}
	return near(time.Duration(v * float64(time.Second)))
}

// near writes a length of time that is known to a tenth.
func near(d time.Duration) string {
	switch s := d.Seconds(); {
	case s < 0.1:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case s < 9.95:
		return fmt.Sprintf("%.1f s", s)
	case s < 90:
		return fmt.Sprintf("%.0f s", s)
	case s < 90*60:
		return fmt.Sprintf("%.0f min", s/60)
	}
	return fmt.Sprintf("%.0f h", d.Hours())
}

func whole(v float64) string { return fmt.Sprint(int(v)) }
