package github

import (
	"slices"
	"strings"

	gogithub "github.com/google/go-github/v60/github"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// The statuses of an issue, in the one form in which they are planned, written and read: GitHub's state, or the reason
// where it was closed for another one than that the work is done.
const (
	statusOpen       = "open"
	statusClosed     = "closed"
	statusNotPlanned = "not_planned"
	statusDuplicate  = "duplicate"
)

// reasons are GitHub's state_reason for each status (docs.github.com, Update an issue).
var reasons = map[string]string{
	statusOpen: "reopened", statusClosed: "completed", statusNotPlanned: statusNotPlanned, statusDuplicate: statusDuplicate,
}

const statusWords = `GitHub knows "open", "closed" or "completed", "not_planned" and "duplicate"`

// canonicalStatus is the one form of a status that a person wrote, whose closed may be called completed.
func canonicalStatus(written string) (status string, ok bool) {
	status = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(written)), " ", "_")
	if status == reasons[statusClosed] {
		status = statusClosed
	}
	return status, reasons[status] != ""
}

// statusOf is the status of an issue. A reason that is not known here closes it as well as the usual one.
func statusOf(issue *gogithub.Issue) string {
	reason := issue.GetStateReason()
	if issue.GetState() == statusClosed && slices.Contains([]string{statusNotPlanned, statusDuplicate}, reason) {
		return reason
	}
	return issue.GetState()
}

// setStatus has an edit bring the issue to status; it returns false where GitHub has none of that name.
func setStatus(request *gogithub.IssueRequest, written string) bool {
	status, ok := canonicalStatus(written)
	if !ok {
		return false
	}
	state := statusClosed
	if status == statusOpen {
		state = statusOpen
	}
	request.State, request.StateReason = &state, new(reasons[status])
	return true
}

func planStatus(d *bridge.Draft, written string) {
	if strings.TrimSpace(written) == "" {
		return
	}
	status, ok := canonicalStatus(written)
	if !ok {
		drop(d, bridge.FieldStatus, written, statusWords)
		return
	}
	d.Fields[bridge.FieldStatus] = status
	d.Later = append(d.Later, bridge.FieldStatus)
}
