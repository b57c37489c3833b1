package config

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"time"
)

// Size is a number of bytes.
type Size int64

var sizeUnits = []struct {
	name  string
	bytes Size
}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"GB", 1e9}, {"MB", 1e6}, {"KB", 1e3}, {"kB", 1e3}, {"B", 1}, {"", 1}}

// String returns the size with the largest unit that leaves a whole number.
func (s Size) String() string {
	for _, unit := range sizeUnits {
		if s != 0 && s%unit.bytes == 0 {
			return fmt.Sprintf("%d%s", s/unit.bytes, unit.name)
		}
	}
	return "0B"
}

var sizePattern = regexp.MustCompile(`^(\d+) ?([A-Za-z]*)$`)

// ParseSize reads a size such as 512KiB, 5MiB, 1GB or 1048576 (bytes). It is never 0.
func ParseSize(text string) (Size, error) {
	if match := sizePattern.FindStringSubmatch(text); match != nil {
		number, err := strconv.ParseInt(match[1], 10, 64)
		for _, unit := range sizeUnits {
			if err == nil && unit.name == match[2] && number > 0 && number <= math.MaxInt64/int64(unit.bytes) {
				return Size(number) * unit.bytes, nil
			}
		}
	}
	return 0, errors.New("is not a size; expected one such as 512KiB or 5MiB")
}

var daysPattern = regexp.MustCompile(`^(\d{1,5})d(.*)$`)

// ParseDuration reads what [time.ParseDuration] reads, with whole days before the rest: 90d, 1d12h. It is never negative.
func ParseDuration(text string) (time.Duration, error) {
	var days, rest time.Duration
	clock := text
	if match := daysPattern.FindStringSubmatch(text); match != nil {
		n, _ := strconv.Atoi(match[1])
		days, clock = time.Duration(n)*24*time.Hour, match[2]
		if clock == "" {
			return days, nil
		}
	}
	rest, err := time.ParseDuration(clock)
	if err != nil || rest < 0 || clock[0] == '+' || rest > math.MaxInt64-days {
		return 0, errors.New("is not a duration; expected one such as 60s, 5m, 1h30m or 7d")
	}
	return days + rest, nil
}
