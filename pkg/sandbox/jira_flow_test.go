package sandbox_test

import (
	"testing"
)

const flowIssue = api3 + "/issue/FLOW-1"

func TestJiraTransitionThatAsksForAField(t *testing.T) {
	b := start(t)
	b.must(201, "POST", api3+"/issue", bug(object{"project": object{"key": "FLOW"}}))
	if plain := b.must(200, "GET", flowIssue+"/transitions", nil).JSON.(object)["transitions"].([]any); len(plain) != 6 || plain[2].(object)["fields"] != nil {
		t.Errorf("without expand: %v", plain)
	}
	expanded := b.must(200, "GET", flowIssue+"/transitions?expand=transitions.fields", nil).JSON.(object)["transitions"].([]any)
	field, _ := expanded[2].(object)["fields"].(object)["resolution"].(object)
	diff(t, "the resolution", [3]any{true, false, "Resolution"}, [3]any{field["required"], field["hasDefaultValue"], field["name"]})
	diff(t, "the fields of Reject", any(object{}), expanded[4].(object)["fields"])

	move := func(id string, fields object) object { return object{"transition": object{"id": id}, "fields": fields} }
	for _, tt := range []struct {
		name string
		body object
		want string
	}{
		{"without it", move("31", object{}), `{"resolution":"Resolution is required."}`},
		{"with one there is not", move("31", object{"resolution": object{"name": "Lost"}}), `{"resolution":"The resolution selected is invalid."}`},
		{"where there is no screen", move("51", object{"resolution": object{"name": "Done"}}), `{"resolution":"Field 'resolution' cannot be set. It is not on the appropriate screen, or unknown."}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			diff(t, "errors", decoded(t, tt.want), b.must(400, "POST", flowIssue+"/transitions", tt.body).get("errors"))
		})
	}
	b.must(204, "POST", flowIssue+"/transitions", move("31", object{"resolution": object{"name": "Won't Do"}}))
	got := b.must(200, "GET", flowIssue, nil)
	diff(t, "in the end", [2]any{"Done", "Won't Do"}, [2]any{got.get("fields", "status", "name"), got.get("fields", "resolution", "name")})
	if category := got.get("fields", "status", "statusCategory", "name"); category != "Done" {
		t.Errorf("category %v", category)
	}
}

func TestJiraTransitionsAreThoseOfTheStatus(t *testing.T) {
	b := start(t)
	const issue = api3 + "/issue/STEPS-1"
	b.must(201, "POST", api3+"/issue", bug(object{"project": object{"key": "STEPS"}}))
	for _, step := range []struct{ status, name, id string }{
		{"To Do", "Start progress", "11"}, {"In Progress", "Resolve", "21"}, {"Done", "Reopen", "31"}, {"To Do", "Start progress", "11"},
	} {
		ways, _ := b.must(200, "GET", issue+"/transitions", nil).get("transitions").([]any)
		if len(ways) != 1 || ways[0].(object)["name"] != step.name || ways[0].(object)["isGlobal"] != false {
			t.Errorf("from %s: %v, want %s alone", step.status, ways, step.name)
		}
		for _, other := range []string{"11", "21", "31"} {
			if other != step.id {
				b.must(400, "POST", issue+"/transitions", object{"transition": object{"id": other}})
			}
		}
		b.must(204, "POST", issue+"/transitions", object{"transition": object{"id": step.id}})
	}
}

func TestJiraIssueThatCannotBeEdited(t *testing.T) {
	b := start(t)
	b.must(201, "POST", api3+"/issue", bug(object{"project": object{"key": "FLOW"}}))
	if fields := b.must(200, "GET", flowIssue+"/editmeta", nil).get("fields").(object); fields["summary"] == nil || fields["project"] != nil {
		t.Errorf("editable %v", fields)
	}
	b.must(204, "POST", flowIssue+"/transitions", object{"transition": object{"id": "61"}})
	diff(t, "editable", any(object{}), b.must(200, "GET", flowIssue+"/editmeta", nil).get("fields"))
	refused := b.must(400, "PUT", flowIssue, object{"fields": object{"summary": "U"}, "update": object{"labels": []any{object{"add": "x"}}}})
	if errs, _ := refused.get("errors").(object); len(errs) != 2 {
		t.Errorf("errors %v", errs)
	}
	b.must(400, "PUT", flowIssue+"/assignee", object{"accountId": quinn})
	b.must(201, "POST", flowIssue+"/comment", object{"body": doc("C")})
	b.must(204, "POST", flowIssue+"/transitions", object{"transition": object{"id": "11"}})
	b.must(204, "PUT", flowIssue, object{"fields": object{"summary": "U"}})
}
