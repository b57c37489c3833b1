package sandbox_test

import (
	"slices"
	"testing"
)

// Every kind of field takes what Jira documents for it, shows it in full, and refuses the rest with a word.
func TestJiraKindsOfFields(t *testing.T) {
	b := start(t)
	b.must(201, "POST", api3+"/issue", bug(nil))
	for _, c := range []struct {
		name, field string
		value       any
		path        []string // below the field, where the answer has want
		want        any
		wrong       any
		why         string
	}{
		{"versions", "versions", []object{{"name": "1.1"}}, []string{"0", "name"}, "1.1", []object{{"name": "9"}}, "Version name '9' is not valid"},
		{"fix versions", "fixVersions", []object{{"name": "2.0"}}, []string{"0", "name"}, "2.0", "2.0", "data was not an array"},
		{"parent", "parent", object{"key": "WEB-1"}, []string{"key"}, "WEB-1", object{"key": "WEB-99"}, "Could not find issue by id or key."},
		{"security level", "security", object{"name": "Staff"}, []string{"id"}, "10301", object{"id": "1"}, "The security level is invalid."},
		{"due date", "duedate", "2026-03-26", nil, "2026-03-26", "26.3.2026", "Error parsing date string: 26.3.2026"},
		{"options", "customfield_10015", []object{{"value": "Chrome"}}, []string{"0", "id"}, "10211", []object{{"value": "Lynx"}}, "Option value 'Lynx' is not valid"},
		{"user", "customfield_10016", object{"accountId": quinn}, []string{"displayName"}, "Quinn", object{"accountId": "nobody"}, "Specify a valid value for assignee"},
		{"users", "customfield_10017", []object{{"accountId": quinn}}, []string{"0", "accountId"}, quinn, object{"accountId": quinn}, "data was not an array"},
		{"date", "customfield_10018", "2026-03-26", nil, "2026-03-26", "soon", "Error parsing date string: soon"},
		{"time", "customfield_10019", "2026-03-26T10:00:00.000+0000", nil, "2026-03-26T10:00:00.000+0000", "2026-03-26T10:00:00Z", "Operation value must be a string in the format yyyy-MM-dd'T'HH:mm:ss.SSSZ"},
		{"cascading", "customfield_10020", object{"id": "10221", "child": object{"id": "10232"}}, []string{"child", "value"}, "Checkout",
			object{"id": "10222", "child": object{"value": "Cart"}}, "Option 'map[value:Cart]' is not valid for parent 'Account'"},
		{"labels", "customfield_10021", []string{"a"}, []string{"0"}, "a", []string{"a b"}, "The label 'a b' contains spaces which is invalid."},
		{"URL", "customfield_10022", "https://x.example/", nil, "https://x.example/", "x.example", "Not a valid URL"},
		{"group", "customfield_10024", nil, nil, nil, object{"name": "staff"}, "Could not find group"},
		{"epic", "customfield_10025", "WEB-1", nil, "WEB-1", "WEB-99", "Issue 'WEB-99' does not exist or you do not have permission to see it."},
	} {
		t.Run(c.name, func(t *testing.T) {
			if slices.Contains([]string{"fix versions", "labels", "group"}, c.name) {
				b.breaks("PUT", api3+"/issue/WEB-1")
			}
			refused := b.must(400, "PUT", api3+"/issue/WEB-1", object{"fields": object{c.field: c.wrong}})
			diff(t, "refusal", any(c.why), refused.get("errors", c.field))
			b.must(204, "PUT", api3+"/issue/WEB-1", object{"fields": object{c.field: c.value}})
			shown := b.must(200, "GET", api3+"/issue/WEB-1", nil).get("fields", c.field)
			for _, name := range c.path {
				switch v := shown.(type) {
				case []any:
					shown = v[0]
				case object:
					shown = v[name]
				}
			}
			diff(t, "answer", c.want, shown)
		})
	}
}
