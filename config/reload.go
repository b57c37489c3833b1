package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// fixed are the settings that a process keeps until it ends: what it listens on and works with from its start.
var fixed = []string{
	"server.listen", "server.admin", "server.duplicates", "installation", "store.url", "store.retention",
	"delivery.workers", "delivery.lease", "delivery.retry_from", "delivery.retry_to", "delivery.give_up", "delivery.reconcile",
	"delivery.sweep", "delivery.breaker_after", "delivery.breaker_wait",
}

// Keep gives c the settings of the running configuration that only a restart changes, and returns the keys of those that c had
// otherwise: they wait for it. A finding says that c cannot do with what is kept.
func (c *Config) Keep(running *Config) (waiting []string, findings Findings) {
	old := map[string]reflect.Value{}
	for _, s := range settings(running) {
		old[s.key] = s.value
	}
	for _, s := range settings(c) {
		if slices.Contains(fixed, s.key) && !same(s.value, old[s.key]) {
			waiting = append(waiting, s.key)
			s.value.Set(old[s.key])
		}
	}
	for _, t := range c.Trackers {
		if slices.Contains(waiting, "delivery.lease") && t.Timeout+fence > c.Delivery.Lease {
			findings.mistake(t.Name.At, t.Name.Key, "its timeout of %v needs a longer delivery.lease than the %v that the process runs with; restart it, or give the tracker a shorter timeout",
				t.Timeout, c.Delivery.Lease)
		}
	}
	return waiting, findings
}

// Changes says, for people, what is not the same in c as in the configuration before it: projects, trackers and webhooks by name,
// settings by key. Where something stands in its file makes no difference, and no value is told.
func (c *Config) Changes(before *Config) []string {
	list := slices.Concat(
		named("project", before.Projects, c.Projects, func(p Project) (string, string) {
			return strings.Join(Values(p.IDs), " "), p.Name + " (" + p.File + ")"
		}),
		named("tracker", before.Trackers, c.Trackers, func(t Tracker) (string, string) { return t.Name.Value, t.Name.Value }),
		named("webhook", before.Webhooks, c.Webhooks, func(w Webhook) (string, string) { return w.Path.Value, w.Path.Value }),
	)
	if !Equal(before.Users, c.Users) {
		list = append(list, "users changed")
	}
	if !Equal(before.Console.Users, c.Console.Users) {
		list = append(list, "users of the console changed")
	}
	old := map[string]reflect.Value{}
	for _, s := range settings(before) {
		old[s.key] = s.value
	}
	for _, s := range settings(c) {
		if !same(s.value, old[s.key]) {
			list = append(list, s.key+" changed")
		}
	}
	return list
}

// named compares two lists whose elements have a key to know them by and a name for people.
func named[T any](kind string, before, after []T, of func(T) (key, name string)) []string {
	old := map[string]T{}
	for _, item := range before {
		key, _ := of(item)
		old[key] = item
	}
	var list []string
	tell := func(name, word string) { list = append(list, fmt.Sprintf("%s %s %s", kind, name, word)) }
	for _, item := range after {
		key, name := of(item)
		was, known := old[key]
		switch {
		case !known:
			tell(name, "added")
		case !Equal(was, item):
			tell(name, "changed")
		}
		delete(old, key)
	}
	for _, item := range before {
		key, name := of(item)
		if _, gone := old[key]; gone {
			tell(name, "removed")
		}
	}
	return list
}

// Equal says whether two parts of configurations, of the same type, mean the same, wherever they stand in their files.
func Equal[T any](a, b T) bool { return same(reflect.ValueOf(a), reflect.ValueOf(b)) }

var posType = reflect.TypeFor[Pos]()

func same(a, b reflect.Value) bool {
	switch a.Type() {
	case posType:
		return true
	case textType:
		return a.FieldByName("Value").String() == b.FieldByName("Value").String()
	case secretType:
		return a.Field(0).IsNil() == b.Field(0).IsNil() && (a.Field(0).IsNil() || a.Field(0).Elem().String() == b.Field(0).Elem().String())
	}
	switch a.Kind() {
	case reflect.Struct:
		for i := range a.NumField() {
			if !same(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	case reflect.Slice:
		if a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !same(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	}
	return a.Equal(b)
}
