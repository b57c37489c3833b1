package sandbox_test

import (
	"bytes"
	"mime/multipart"
	"slices"
	"strings"
	"testing"

	"github.com/bugferry/bugferry/pkg/sandbox"
)

const (
	quinn  = "5b10ac8d82e05b22cc7d4ef5"
	ana    = "5b10a2844c20165700ede21g"
	former = "5b109f2e9729b51b54dc274d"
)

// badField is a value of a field that Jira does not take.
type badField struct {
	name  string
	api   string
	field string
	value any // nil: not sent
	want  string
}

func badFields() []badField {
	const notADF = "Operation value must be an Atlassian Document (see the Atlassian Document Format)"
	const tooLong = "The entered text is too long. It exceeds the allowed limit of 32,767 characters."
	odd := doc("x")
	odd["content"] = []any{object{"type": "marquee"}}
	bare := doc("x")
	bare["content"] = []any{object{"type": "text", "text": "x"}}
	return []badField{
		{"no project", api3, "project", nil, "valid project is required"},
		{"unknown project", api3, "project", object{"key": "NONE"}, "valid project is required"},
		{"no type", api3, "issuetype", nil, "Specify an issue type"},
		{"unknown type", api3, "issuetype", object{"name": "Epidemic"}, "Specify a valid issue type"},
		{"no summary", api3, "summary", nil, "You must specify a summary of the issue."},
		{"blank summary", api3, "summary", "  ", "You must specify a summary of the issue."},
		{"summary with a newline", api3, "summary", "a\nb", "The summary is invalid because it contains newline characters."},
		{"summary too long", api3, "summary", strings.Repeat("x", 256), "Summary can't exceed 255 characters."},
		{"summary too long as Java counts", api3, "summary", strings.Repeat("😀", 128), "Summary can't exceed 255 characters."},
		{"summary no string", api3, "summary", 5, "Operation value must be a string"},
		{"description as text in v3", api3, "description", "text", notADF},
		{"description without version", api3, "description", object{"type": "doc", "content": []any{}}, notADF},
		{"description as document in v2", api2, "description", doc("D"), "Operation value must be a string"},
		{"description with an unknown node", api3, "description", odd, "INVALID_INPUT"},
		{"description with text at the top", api3, "description", bare, "INVALID_INPUT"},
		{"description with empty text", api3, "description", doc(""), "INVALID_INPUT"},
		{"description too long", api3, "description", doc(strings.Repeat("x", 32768)), tooLong},
		{"description too long in v2", api2, "description", strings.Repeat("x", 32768), tooLong},
		{"unknown priority", api3, "priority", object{"name": "Blocker"}, "The priority selected is invalid."},
		{"unknown priority id", api3, "priority", object{"id": "99"}, "The priority selected is invalid."},
		{"label with a space", api3, "labels", []string{"fine", "x y"}, "The label 'x y' contains spaces which is invalid."},
		{"label too long", api3, "labels", []string{strings.Repeat("x", 256)}, "The label '" + strings.Repeat("x", 256) + "' is too long. It exceeds the allowed limit of 255 characters."},
		{"labels no list", api3, "labels", "fine", "data was not an array"},
		{"unknown component", api3, "components", []object{{"name": "Nowhere"}}, "Component name 'Nowhere' is not valid"},
		{"unknown assignee", api3, "assignee", object{"accountId": "nobody"}, "Specify a valid value for assignee"},
		{"unassignable", api3, "assignee", object{"accountId": former}, "User '" + former + "' cannot be assigned issues."},
		{"assignee by name", api3, "assignee", object{"name": "quinn"}, "'name' is not supported in GDPR strict mode, use 'accountId'"},
		{"go-jira's user", api3, "assignee", object{"accountId": quinn, "Password": ""}, `Unrecognized field "Password"`},
		{"go-jira's other user", api3, "assignee", object{"accountId": quinn, "avatarUrls": object{}}, `Unrecognized field "avatarUrls"`},
		{"unknown field", api3, "customfield_99999", "x", "Field 'customfield_99999' cannot be set. It is not on the appropriate screen, or unknown."},
		{"status", api3, "status", object{"name": "Done"}, "Field 'status' cannot be set. It is not on the appropriate screen, or unknown."},
		{"option as text", api3, "customfield_10010", "2026.10", "Specify a valid 'id' or 'name' for Release train"},
		{"unknown option", api3, "customfield_10010", object{"value": "1999.1"}, "Option value '1999.1' is not valid"},
		{"number as text", api3, "customfield_10012", "5", "Operation value must be a number"},
		{"text as number", api3, "customfield_10014", 5, "Operation value must be a string"},
		{"line too long", api3, "customfield_10014", strings.Repeat("x", 256), "The entered text is too long. It exceeds the allowed limit of 255 characters."},
		{"textarea as text in v3", api3, "customfield_10013", "steps", notADF},
	}
}

// These values break the description of a create too, and of an edit where they are in it; the others break what it has no
// words for.
var brokenFields = []string{
	"no project", "no type", "no summary", "summary with a newline", "summary too long", "summary no string", "description as text in v3", "description without version",
	"description as document in v2", "description with an unknown node", "description with text at the top", "description with empty text", "description too long in v2",
	"label with a space", "label too long", "labels no list", "assignee by name", "go-jira's user", "go-jira's other user", "status",
}

func TestJiraRefusesFields(t *testing.T) {
	for _, tt := range badFields() {
		t.Run(tt.name, func(t *testing.T) {
			b := start(t)
			broken := slices.Contains(brokenFields, tt.name)
			if broken {
				b.breaks("POST", tt.api+"/issue")
			}
			got := b.must(400, "POST", tt.api+"/issue", bug(object{tt.field: tt.value}))
			want := object{"errorMessages": []any{}, "errors": object{tt.field: tt.want}}
			diff(t, "create", any(want), got.JSON)
			if n := len(b.State().Jira); n != 0 {
				t.Fatalf("%d issues after a refused create", n)
			}
			if tt.value == nil || tt.field == "project" {
				return
			}
			b.must(201, "POST", tt.api+"/issue", bug(nil))
			before := b.State().Jira
			changes := object{"reporter": object{"accountId": ana}, "customfield_10011": "staging"} // good ones, beside the bad one
			changes[tt.field] = tt.value
			if broken {
				b.breaks("PUT", tt.api+"/issue/WEB-1")
			}
			diff(t, "edit", any(want), b.must(400, "PUT", tt.api+"/issue/WEB-1", object{"fields": changes}).JSON)
			diff(t, "state after a refused edit", before, b.State().Jira)
		})
	}
}

// refusal is a call that a tracker refuses.
type refusal struct {
	name, method, path string
	body               any
	header             []string
	status             int
	want               string
}

func jiraRefusals() []refusal {
	const gone = "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046"
	const missing = "Issue does not exist or you do not have permission to see it."
	message := func(s string) string { return `{"errorMessages":["` + s + `"],"errors":{}}` }
	field := func(name, s string) string { return `{"errorMessages":[],"errors":{"` + name + `":"` + s + `"}}` }
	const locked = `{"message":"Client must be authenticated to access this resource.","status-code":401}`
	return []refusal{
		{"no authorisation", "GET", "/myself", nil, []string{"Authorization", ""}, 401, locked},
		{"revoked token", "GET", "/myself", nil, []string{"Authorization", "Bearer bad"}, 401, locked},
		{"revoked password", "GET", "/myself", nil, []string{"Authorization", "Basic Ym90QGV4YW1wbGUuY29tOmJhZA=="}, 401, locked}, // bot@example.com:bad
		{"no JSON", "POST", "/issue", "{", nil, 400, message("There was an error parsing JSON. Check that your request body is valid.")},
		{"unknown issue", "GET", "/issue/WEB-99", nil, nil, 404, message(missing)},
		{"edit of an unknown issue", "PUT", "/issue/WEB-99", object{}, nil, 404, message(missing)},
		{"the old createmeta is read as an issue", "GET", "/issue/createmeta?projectKeys=WEB", nil, nil, 404, message(missing)},
		{"createmeta of an unknown project", "GET", "/issue/createmeta/NONE/issuetypes", nil, nil, 404, message("No project could be found with key 'NONE'.")},
		{"createmeta of an unknown type", "GET", "/issue/createmeta/WEB/issuetypes/9", nil, nil, 404, message("The issue type with id '9' does not exist.")},
		{"unknown project", "GET", "/project/NONE", nil, nil, 404, message("No project could be found with key 'NONE'.")},
		{"nothing to edit", "PUT", "/issue/WEB-1", object{}, nil, 400, message("one of 'fields' or 'update' required")},
		{"another project", "PUT", "/issue/WEB-1", object{"fields": object{"project": object{"key": "API"}}}, nil, 400,
			field("project", "Field 'project' cannot be set. It is not on the appropriate screen, or unknown.")},
		{"update with a label with a space", "PUT", "/issue/WEB-1", object{"update": object{"labels": []object{{"add": "x y"}}}}, nil, 400, field("labels", "The label 'x y' contains spaces which is invalid.")},
		{"assign to nobody known", "PUT", "/issue/WEB-1/assignee", object{"accountId": "nobody"}, nil, 400, field("assignee", "Specify a valid value for assignee")},
		{"assign as go-jira does", "PUT", "/issue/WEB-1/assignee", object{"accountId": quinn, "avatarUrls": object{}}, nil, 400, field("assignee", `Unrecognized field \"avatarUrls\"`)},
		{"old search", "GET", "/search?jql=project=WEB", nil, nil, 410, message(gone)},
		{"old search by POST", "POST", "/search", object{"jql": "project = WEB"}, nil, 410, message(gone)},
		{"unknown transition", "POST", "/issue/WEB-1/transitions", object{"transition": object{"id": "99"}}, nil, 400, message("Transition id '99' is not valid for this issue.")},
		{"transition with a field", "POST", "/issue/WEB-1/transitions", object{"transition": object{"id": "31"}, "fields": object{"resolution": object{"name": "Done"}}}, nil, 400,
			field("resolution", "Field 'resolution' cannot be set. It is not on the appropriate screen, or unknown.")},
		{"link without title", "POST", "/issue/WEB-1/remotelink", object{"object": object{"url": "https://x.example/"}}, nil, 400, field("title", "'title' is required.")},
		{"unknown link", "GET", "/issue/WEB-1/remotelink?globalId=none", nil, nil, 404, message("A remote link with global id 'none' does not exist.")},
		{"comment as text in v3", "POST", "/issue/WEB-1/comment", object{"body": "text"}, nil, 400, field("comment", "Operation value must be an Atlassian Document (see the Atlassian Document Format)")},
		{"empty comment", "POST", "/issue/WEB-1/comment", object{}, nil, 400, field("comment", "Comment body can not be empty!")},
		{"comment with an author", "POST", "/issue/WEB-1/comment", object{"body": doc("C"), "author": object{}}, nil, 400, field("comment", `Unrecognized field \"author\"`)},
		{"property too long", "PUT", "/issue/WEB-1/properties/p", `"` + strings.Repeat("x", 32768) + `"`, nil, 400, message("The property value can't exceed 32768 characters.")},
		{"property no JSON", "PUT", "/issue/WEB-1/properties/p", "{", nil, 400, message("The property value must be valid JSON.")},
		{"unknown property", "GET", "/issue/WEB-1/properties/none", nil, nil, 404, message("The property with key 'none' does not exist.")},
		{"permissions not named", "GET", "/mypermissions", nil, nil, 400, message("The 'permissions' query parameter is required.")},
		{"users of nothing", "GET", "/user/search", nil, nil, 400, message("Either 'query', 'accountId' or 'property' must be set in the request")},
		{"assignable where", "GET", "/user/assignable/search?query=q", nil, nil, 400, message("Either the 'project' or the 'issueKey' query parameter must be provided")},
		{"attachment without the header", "POST", "/issue/WEB-1/attachments", "x", []string{"Content-Type", "multipart/form-data; boundary=x"}, 403, ""},
		{"attachment without a file", "POST", "/issue/WEB-1/attachments", "--x--\r\n", []string{"Content-Type", "multipart/form-data; boundary=x", "X-Atlassian-Token", "no-check"}, 400,
			message("No file in the part named 'file'.")},
		{"unknown attachment", "GET", "/attachment/content/1", nil, nil, 404, message("The attachment with id '1' does not exist")},
	}
}

// These requests break Jira's description too.
var brokenOnJira = []string{
	"no JSON", "edit of an unknown issue", "the old createmeta is read as an issue", "nothing to edit", "assign as go-jira does", "old search", "old search by POST", "link without title",
	"comment as text in v3", "empty comment", "comment with an author", "property no JSON", "permissions not named", "attachment without the header", "attachment without a file",
}

func TestJiraRefuses(t *testing.T) {
	for _, tt := range jiraRefusals() {
		t.Run(tt.name, func(t *testing.T) {
			b := start(t)
			b.must(201, "POST", api3+"/issue", bug(nil))
			before := b.State().Jira
			if slices.Contains(brokenOnJira, tt.name) {
				b.breaks(tt.method, api3+tt.path)
			}
			got := b.do(tt.method, api3+tt.path, tt.body, tt.header...)
			if tt.want != "" {
				diff(t, "body", decoded(t, tt.want), got.JSON)
			}
			if got.Status != tt.status {
				t.Errorf("status %d, want %d", got.Status, tt.status)
			}
			diff(t, "state after a refused call", before, b.State().Jira)
		})
	}
}

func TestJiraAllMistakesAtOnce(t *testing.T) {
	b := start(t)
	r := b.wrong(400, "POST", api3+"/issue", bug(object{"summary": nil, "labels": []string{"x y"}, "priority": object{"name": "None"}}))
	if errs := r.get("errors").(object); len(errs) != 3 {
		t.Errorf("errors are %v, want three", errs)
	}
}

func TestJiraTakesWhatIsJustShortEnough(t *testing.T) {
	b := start(t)
	b.must(201, "POST", api3+"/issue", bug(object{
		"summary": strings.Repeat("ü", 255), "description": doc(strings.Repeat("ü", 32767)), "labels": []string{strings.Repeat("ü", 255)},
	}))
}

func TestJiraLife(t *testing.T) {
	b := start(t)
	sample := decoded(t, file(t, "jira-sample.adf.json"))
	in := bug(object{
		"description": sample, "priority": object{"name": "High"}, "labels": []string{"betterbugs", "betterbugs", "bb-1"}, "components": []object{{"name": "Frontend"}},
		"assignee": object{"accountId": quinn}, "customfield_10010": object{"value": "2026.11"}, "customfield_10012": 3.5, "customfield_10013": doc("Steps"),
	})
	in["properties"] = []object{{"key": "bugferry", "value": object{"bug": "1"}}}
	made := b.must(201, "POST", api3+"/issue", in)
	id, _ := made.get("id").(string)
	diff(t, "create", any(object{"id": id, "key": "WEB-1", "self": b.url + api3 + "/issue/" + id}), made.JSON)

	got := b.must(200, "GET", api3+"/issue/"+id+"?properties=bugferry,none&expand=names", nil)
	diff(t, "description", sample, got.get("fields", "description"))
	diff(t, "properties", any(object{"bugferry": object{"bug": "1"}}), got.get("properties"))
	diff(t, "labels", any([]any{"betterbugs", "bb-1"}), got.get("fields", "labels"))
	diff(t, "assignee", any(quinn), got.get("fields", "assignee", "accountId"))
	diff(t, "option", any("2026.11"), got.get("fields", "customfield_10010", "value"))
	diff(t, "status category", any("new"), got.get("fields", "status", "statusCategory", "key"))
	few := b.must(200, "GET", api3+"/issue/web-1?fields=summary,labels&fields=status", nil)
	if fields := few.get("fields").(object); len(fields) != 3 {
		t.Errorf("three fields asked for, answered %v", fields)
	}

	b.must(204, "PUT", api3+"/issue/WEB-1", object{
		"fields": object{"summary": "It still breaks", "customfield_10012": nil},
		"update": object{"labels": []object{{"add": "x"}, {"remove": "bb-1"}}, "components": []object{{"set": []object{{"name": "Backend"}}}}, "comment": []object{{"add": object{"body": doc("C1")}}}},
	})
	b.must(204, "PUT", api3+"/issue/WEB-1/assignee", object{"accountId": ana})
	b.must(201, "POST", api3+"/issue/WEB-1/comment", object{"body": doc("C2")})
	b.must(204, "POST", api3+"/issue/WEB-1/transitions", object{"transition": object{"id": "31"}})
	b.must(201, "PUT", api3+"/issue/WEB-1/properties/p", "[1]")
	b.must(200, "PUT", api3+"/issue/WEB-1/properties/p", "[2]")
	diff(t, "property", any([]any{2.0}), b.must(200, "GET", api3+"/issue/WEB-1/properties/p", nil).get("value"))
	if n := b.must(200, "GET", api3+"/issue/WEB-1/comment", nil).get("total"); n != 2.0 {
		t.Errorf("%v comments, want 2", n)
	}
	st := b.State().Jira[0]
	st.Description, st.Comments = nil, nil
	diff(t, "state", sandbox.JiraIssue{
		Tracker: "jira-cloud", Key: "WEB-1", Project: "WEB", Summary: "It still breaks", IssueType: "Bug", Priority: "High", Labels: []string{"betterbugs", "x"}, Components: []string{"Backend"},
		Fields:   map[string]any{"customfield_10010": object{"value": "2026.11"}, "customfield_10013": st.Fields["customfield_10013"]},
		Assignee: ana, Status: "Done", Attachments: []sandbox.Attachment{}, RemoteLinks: []sandbox.RemoteLink{}, URL: "/jira-cloud/browse/WEB-1",
	}, st)
}

func TestJiraRemoteLinkIsIdempotent(t *testing.T) {
	b := start(t)
	b.must(201, "POST", api3+"/issue", bug(nil))
	link := func(title string) object {
		return object{"globalId": "bug-1", "object": object{"url": "https://x.example/1", "title": title}}
	}
	first := b.must(201, "POST", api3+"/issue/WEB-1/remotelink", link("one"))
	again := b.must(200, "POST", api3+"/issue/WEB-1/remotelink", link("two"))
	diff(t, "id", first.get("id"), again.get("id"))
	b.must(201, "POST", api3+"/issue/WEB-1/remotelink", object{"object": object{"url": "https://x.example/2", "title": "without id"}})
	got := b.must(200, "GET", api3+"/issue/WEB-1/remotelink?globalId=bug-1", nil)
	diff(t, "title", any("two"), got.get("object", "title"))
	if n := len(b.State().Jira[0].RemoteLinks); n != 2 {
		t.Errorf("%d links, want 2", n)
	}
}

func TestJiraAttachment(t *testing.T) {
	b := start(t)
	b.must(201, "POST", api3+"/issue", bug(nil))
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "../shot 1.png")
	check(t, err)
	_, err = part.Write(sandbox.Screenshot())
	check(t, err)
	check(t, form.Close())
	r := b.must(200, "POST", api3+"/issue/WEB-1/attachments", body.String(), "Content-Type", form.FormDataContentType(), "X-Atlassian-Token", "no-check")
	meta := r.JSON.([]any)[0].(object)
	if meta["filename"] != "shot 1.png" || meta["mimeType"] != "image/png" || meta["size"] != float64(len(sandbox.Screenshot())) {
		t.Errorf("attachment is %v", meta)
	}
	at := strings.TrimPrefix(meta["content"].(string), b.url)
	if got := b.must(200, "GET", at, nil); got.Body != string(sandbox.Screenshot()) {
		t.Errorf("the content is not what was attached: %d bytes", len(got.Body))
	}
	b.must(401, "GET", at, nil, "Authorization", "")
	shown := b.must(200, "GET", b.State().Jira[0].Attachments[0].Content, nil, "Authorization", "")
	if shown.Header.Get("Content-Type") != "image/png" || !strings.Contains(shown.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("for a browser: %v", shown.Header)
	}
}
