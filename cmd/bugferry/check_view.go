package main

import (
	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/pkg/bridge"
)

// checkView is what check found out, as docs/check.md promises it to scripts: members are added to it, and none is taken away or
// given another meaning.
type checkView struct {
	Configuration string         `json:"configuration"`
	Findings      []checkFinding `json:"findings"`
	FailedTests   []string       `json:"failed_tests"`
	Unrouted      []takeable     `json:"unrouted,omitempty"` // events in the store that the configuration would take now
	Live          *bridge.Live   `json:"live,omitempty"`     // with --live, unless the configuration has a mistake
}

// checkFinding is a finding about the configuration.
type checkFinding struct {
	Level   string `json:"level"` // mistake or warning
	File    string `json:"file"`
	Line    int    `json:"line,omitempty"` // from 1
	Column  int    `json:"column,omitempty"`
	Key     string `json:"key,omitempty"`
	Message string `json:"message"`
}

const (
	levelMistake = "mistake"
	levelWarning = "warning"
)

func newCheckView(path string, findings config.Findings) checkView {
	v := checkView{Configuration: path, Findings: []checkFinding{}, FailedTests: []string{}}
	for _, f := range findings {
		level := levelMistake
		if f.Severity == config.Warning {
			level = levelWarning
		}
		v.Findings = append(v.Findings, checkFinding{Level: level, File: f.At.File, Line: f.At.Line, Column: f.At.Column, Key: f.Key, Message: f.Message})
	}
	return v
}

// failed counts what is wrong with a configuration that can be used.
func (v checkView) failed(strict bool) int {
	n := len(v.FailedTests)
	for _, f := range v.Findings {
		if strict && f.Level == levelWarning {
			n++
		}
	}
	if v.Live == nil {
		return n
	}
	for _, c := range v.Live.All() {
		if c.Level == bridge.LevelProblem || strict && c.Level == bridge.LevelWarning {
			n++
		}
	}
	return n
}

func (p *program) showCheck(v checkView) {
	for _, failed := range v.FailedTests {
		p.say("%s", failed)
	}
	if v.Live != nil {
		p.showLive(*v.Live)
	}
	for _, t := range v.Unrouted {
		p.say("%s", t)
	}
}
