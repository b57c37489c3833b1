package dispatch_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// memoryTracker keeps its issues in memory and fails when told to: it implements the seam as its comment asks.
type memoryTracker struct {
	mu     sync.Mutex
	issues []*memoryIssue
	calls  []string
	hidden bool // a look shows nothing

	// status is what a new issue has.
	status string

	// ignore are fields that are taken and not set.
	ignore []string

	// plan changes what is planned.
	plan func(*bridge.Draft)

	// before and after are asked with the name of each call; an error fails it before or after its effect.
	before, after func(call string) error
	// refuse names fields that cannot be set to a value.
	refuse map[string]string
}

type memoryIssue struct {
	bridge.Content
	marker   bridge.Marker
	comments map[string]string
	steps    []string
	gone     bool
	touched  bool // since it was created
}

func (m *memoryTracker) call(name string, effect func() error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls = append(m.calls, name)
	if m.before != nil {
		if err := m.before(name); err != nil {
			return err
		}
	}
	if err := effect(); err != nil {
		return err
	}
	if m.after != nil {
		return m.after(name)
	}
	return nil
}

func (m *memoryTracker) count(name string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for _, c := range m.calls {
		if c == name {
			n++
		}
	}
	return n
}

func (m *memoryTracker) Plan(_ context.Context, _ bridge.Place, issue bridge.Issue) (bridge.Draft, error) {
	body, err := json.Marshal(issue.Body)
	if err != nil {
		return bridge.Draft{}, err
	}
	d := bridge.Draft{
		Marker: issue.Marker, Labels: issue.Labels, Later: []string{bridge.FieldAssignees},
		Fields: map[string]string{bridge.FieldTitle: issue.Title, bridge.FieldBody: string(body)},
	}
	if issue.Priority != "" {
		d.Fields[bridge.FieldPriority] = issue.Priority
	}
	if issue.Status != "" {
		d.Fields[bridge.FieldStatus] = issue.Status
		d.Later = append(d.Later, bridge.FieldStatus)
	}
	if len(issue.Assignees) > 0 {
		d.Fields[bridge.FieldAssignees] = strings.Join(issue.Assignees, ",")
	}
	if issue.Screenshot != "" {
		d.Steps = []bridge.Step{{Name: "screenshot", Value: issue.Screenshot}}
	}
	if m.plan != nil {
		m.plan(&d)
	}
	return d, nil
}

func (m *memoryTracker) Find(_ context.Context, _ bridge.Place, marker bridge.Marker, _ time.Time) (refs []bridge.Ref, err error) {
	err = m.call("find", func() error {
		for _, i := range m.issues {
			if i.marker == marker && !m.hidden {
				refs = append(refs, i.Ref)
			}
		}
		return nil
	})
	return refs, err
}

func (m *memoryTracker) refused(fields map[string]string) error {
	for name, value := range fields {
		if bad, ok := m.refuse[name]; ok && bad == value {
			return &bridge.Error{
				Kind: bridge.Permanent, Nothing: true, Status: 422,
				Fields: map[string]string{name: "no such " + name}, Err: fmt.Errorf("422 %s", name),
			}
		}
	}
	return nil
}

func (m *memoryTracker) Create(_ context.Context, _ bridge.Place, d bridge.Draft) (ref bridge.Ref, err error) {
	err = m.call("create", func() error {
		fields := maps.Clone(d.Fields)
		for _, later := range d.Later {
			delete(fields, later)
		}
		if err := m.refused(fields); err != nil {
			return err
		}
		if err := m.refused(map[string]string{bridge.FieldLabels: strings.Join(d.Labels, ", ")}); err != nil {
			return err
		}
		m.leaveOut(fields)
		if m.status != "" {
			fields[bridge.FieldStatus] = m.status
		}
		n := len(m.issues) + 1
		ref = bridge.Ref{ID: fmt.Sprint(n), Name: fmt.Sprintf("acme/web#%d", n), URL: fmt.Sprintf("http://tracker/%d", n)}
		labels := slices.Clone(d.Labels)
		if slices.Contains(m.ignore, bridge.FieldLabels) {
			labels = nil
		}
		m.issues = append(m.issues, &memoryIssue{
			Content: bridge.Content{Ref: ref, Fields: fields, Labels: labels}, marker: d.Marker, comments: map[string]string{},
		})
		return nil
	})
	return ref, err
}

func (m *memoryTracker) leaveOut(fields map[string]string) {
	maps.DeleteFunc(fields, func(name, _ string) bool { return slices.Contains(m.ignore, name) })
}

func (m *memoryTracker) issue(ref bridge.Ref) (*memoryIssue, error) {
	for _, i := range m.issues {
		if i.Ref == ref && !i.gone {
			return i, nil
		}
	}
	return nil, &bridge.Error{Kind: bridge.Permanent, Nothing: true, Gone: true, Status: 410, Err: errors.New("410 gone")}
}

func (i *memoryIssue) content() bridge.Content {
	return bridge.Content{Ref: i.Ref, Fields: maps.Clone(i.Fields), Labels: slices.Clone(i.Labels), Untouched: !i.touched}
}

func (m *memoryTracker) Read(_ context.Context, _ bridge.Place, ref bridge.Ref) (content bridge.Content, err error) {
	err = m.call("read", func() error {
		i, err := m.issue(ref)
		if err == nil {
			content = i.content()
		}
		return err
	})
	return content, err
}

func (m *memoryTracker) Write(_ context.Context, _ bridge.Place, ref bridge.Ref, c bridge.Change) (content bridge.Content, err error) {
	err = m.call("write", func() error {
		i, err := m.issue(ref)
		if err != nil {
			return err
		}
		if err := m.refused(c.Fields); err != nil {
			return err
		}
		if err := m.refused(map[string]string{bridge.FieldLabels: strings.Join(c.Labels, ", ")}); err != nil {
			return err
		}
		fields := maps.Clone(c.Fields)
		m.leaveOut(fields)
		maps.Copy(i.Fields, fields)
		i.touched = true
		if c.SetLabels && !slices.Contains(m.ignore, bridge.FieldLabels) {
			i.Labels = slices.Clone(c.Labels)
		}
		content = i.content()
		return nil
	})
	return content, err
}

func (m *memoryTracker) Comment(_ context.Context, _ bridge.Place, ref bridge.Ref, body, mark string) error {
	return m.call("comment", func() error {
		i, err := m.issue(ref)
		if err == nil {
			i.comments[mark] = body
		}
		return err
	})
}

func (m *memoryTracker) Do(_ context.Context, _ bridge.Place, ref bridge.Ref, step bridge.Step) error {
	return m.call("do "+step.Name, func() error {
		i, err := m.issue(ref)
		if err == nil {
			i.steps = append(i.steps, step.Value)
		}
		return err
	})
}

func (m *memoryTracker) CheckAccount(context.Context) bridge.Checks { return nil }

func (m *memoryTracker) Check(context.Context, bridge.Place, bridge.Wishes) bridge.Checks { return nil }

func (m *memoryTracker) Probe(context.Context) error {
	return m.call("probe", func() error { return nil })
}
