package sandbox

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// searchIsGone is what Cloud answers at the old path, CHANGE-2046.
func searchIsGone(*call) answer {
	return jiraError(http.StatusGone, "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046")
}

// jiraSearch is what /search/jql is asked; as at Cloud there is no startAt and no total.
type jiraSearch struct {
	JQL           string      `json:"jql"`
	Fields        []string    `json:"fields"`
	Properties    []string    `json:"properties"`
	MaxResults    json.Number `json:"maxResults"`
	NextPageToken string      `json:"nextPageToken"`
}

func (j *jira) searchGet(c *call) answer {
	return j.search(c, jiraSearch{
		JQL: c.query.Get("jql"), Fields: wanted(c.query["fields"]), Properties: wanted(c.query["properties"]),
		MaxResults: json.Number(c.query.Get("maxResults")), NextPageToken: c.query.Get("nextPageToken"),
	})
}

func (j *jira) searchPost(c *call) answer {
	var in jiraSearch
	if refused := jiraDecode(c, &in); refused != nil {
		return *refused
	}
	return j.search(c, in)
}

func (j *jira) search(c *call, in jiraSearch) answer {
	q, why := parseJQL(in.JQL)
	if why == "" {
		why = j.known(q)
	}
	if why != "" {
		return jiraError(http.StatusBadRequest, why)
	}
	from, valid := readPageToken(in.NextPageToken)
	if !valid {
		return jiraError(http.StatusBadRequest, "The provided next page token is invalid or expired.")
	}
	found := j.find(q, c)
	size := min(max(number(in.MaxResults.String(), 50), 1), 5000)
	from = min(from, len(found))
	to := min(from+size, len(found))
	issues := []object{}
	for _, i := range found[from:to] {
		issues = append(issues, j.view(c, i, orElse(in.Fields, "id"), in.Properties))
	}
	page := object{"issues": issues, "isLast": to == len(found)}
	if to < len(found) {
		page["nextPageToken"] = pageToken(to)
	}
	return ok(page)
}

func pageToken(from int) string {
	return base64.RawURLEncoding.EncodeToString([]byte("from:" + strconv.Itoa(from)))
}

func readPageToken(token string) (from int, valid bool) {
	if token == "" {
		return 0, true
	}
	data, err := base64.RawURLEncoding.DecodeString(token)
	text, ours := strings.CutPrefix(string(data), "from:")
	from, convErr := strconv.Atoi(text)
	return from, err == nil && ours && convErr == nil && from >= 0
}

// known refuses, as Jira does, a project or an issue that does not exist; a label may.
func (j *jira) known(q query) string {
	for _, t := range q.terms {
		for _, v := range t.values {
			switch t.field {
			case "project":
				if j.project(v) == nil {
					return fmt.Sprintf("The value '%s' does not exist for the field 'project'.", v)
				}
			case "key", "issuekey", "issue", "id":
				if j.issue(v) == nil {
					return fmt.Sprintf("An issue with key '%s' does not exist for field '%s'.", v, t.field)
				}
			}
		}
	}
	return ""
}

// find returns what the index has; an issue that is new may lag behind.
func (j *jira) find(q query, c *call) []*jiraIssue {
	var found []*jiraIssue
	for _, i := range j.issues {
		if c.indexed(i.created) && !slices.ContainsFunc(q.terms, func(t term) bool { return !t.holds(i, c.now) }) {
			found = append(found, i)
		}
	}
	slices.SortStableFunc(found, func(a, b *jiraIssue) int {
		first := 0
		switch q.by {
		case "created":
			first = a.created.Compare(b.created)
		case "updated":
			first = a.updated.Compare(b.updated)
		case "key":
			first = strings.Compare(a.project.key, b.project.key)
		}
		return cmp.Or(first, cmp.Compare(a.id, b.id))
	})
	if !q.asc {
		slices.Reverse(found)
	}
	return found
}

func (t term) holds(i *jiraIssue, now time.Time) bool {
	if t.field == "created" || t.field == "updated" {
		at := i.created
		if t.field == "updated" {
			at = i.updated
		}
		limit, _ := jqlTime(t.values[0], now)
		order := at.Compare(limit)
		return map[string]bool{"=": order == 0, "!=": order != 0, ">": order > 0, ">=": order >= 0, "<": order < 0, "<=": order <= 0}[t.op]
	}
	has := i.jqlValues(t.field)
	in := slices.ContainsFunc(t.values, func(v string) bool {
		return slices.ContainsFunc(has, func(h string) bool {
			return strings.EqualFold(h, v) || t.op == "~" && strings.Contains(strings.ToLower(h), strings.ToLower(v))
		})
	})
	return in != (t.op == "!=" || t.op == "not in")
}

// jqlValues are the words by which an issue is found under a field.
func (i *jiraIssue) jqlValues(field string) []string {
	switch field {
	case "project":
		return []string{i.project.key, fmt.Sprint(i.project.id)}
	case "key", "issuekey", "issue", "id":
		return []string{i.key(), fmt.Sprint(i.id)}
	case "labels":
		return i.labels
	case "status":
		return []string{i.status.name, i.status.id}
	case "statuscategory":
		return []string{i.status.name, statusCategories[i.status.name].id}
	case "summary":
		return []string{i.summary}
	case "priority":
		return []string{i.priority.name, i.priority.id}
	}
	return []string{i.issueType.name, i.issueType.id}
}
