package judge

import "github.com/getkin/kin-openapi/openapi3"

// asTheyReallyAre puts right what a vendor's document says otherwise than the vendor does.
func asTheyReallyAre(doc *openapi3.T) {
	if doc.Components == nil {
		return
	}
	asGitHubReallyIs(doc)
	asJiraReallyIs(doc)
}

// asGitHubReallyIs adds what GitHub's document leaves out: bad credentials are a 401 everywhere (docs: Troubleshooting the
// REST API); assignees that cannot be added are a 422 (recorded in github.com/openshift/release issue 7138); and a body
// that is null is none, which is what ghinstallation v2 sends for a token and GitHub takes.
func asGitHubReallyIs(doc *openapi3.T) {
	unauthorized := doc.Components.Responses["requires_authentication"]
	if unauthorized == nil {
		return
	}
	for _, item := range doc.Paths.Map() {
		for _, o := range item.Operations() {
			if o.Responses.Value("401") == nil {
				o.Responses.Set("401", unauthorized)
			}
		}
	}
	if assign := doc.Paths.Value("/repos/{owner}/{repo}/issues/{issue_number}/assignees"); assign != nil {
		assign.Post.Responses.Set("422", doc.Components.Responses["validation_failed"])
	}
	if tokens := doc.Paths.Value("/app/installations/{installation_id}/access_tokens"); tokens != nil {
		tokens.Post.RequestBody.Value.Content.Get("application/json").Schema.Value.Nullable = true
	}
}

// asJiraReallyIs: a field that is not set is null; times have their zone without a colon; who is assigned is named by the
// accountId alone, nobody by null; what sets a property is answered without a body, where the document has any; and remote
// links are a list unless one is asked for by its globalId, as the operation's page says beside the schema.
func asJiraReallyIs(doc *openapi3.T) {
	schemas := doc.Components.Schemas
	if schemas["IssueBean"] == nil { // a supplement of ours
		return
	}
	schemas["IssueBean"].Value.Properties["fields"].Value.AdditionalProperties.Schema.Value.Nullable = true
	for name, times := range map[string][]string{"Attachment": {"created"}, "Comment": {"created", "updated"}, "ServerInformation": {"buildDate", "serverTime"}} {
		for _, at := range times {
			if schema := schemas[name]; schema != nil && schema.Value.Properties[at] != nil {
				schema.Value.Properties[at].Value.Format = ""
			}
		}
	}
	if assign := doc.Paths.Value("/rest/api/2/issue/{issueIdOrKey}/assignee"); assign != nil {
		account := openapi3.NewObjectSchema().WithProperty("accountId", openapi3.NewStringSchema().WithNullable())
		assign.Put.RequestBody.Value.Content.Get("application/json").Schema = account.WithRequired([]string{"accountId"}).WithoutAdditionalProperties().NewRef()
	}
	if property := doc.Paths.Value("/rest/api/2/issue/{issueIdOrKey}/properties/{propertyKey}"); property != nil {
		for _, status := range []string{"200", "201"} {
			property.Put.Responses.Value(status).Value.Content = nil
		}
	}
	if links := doc.Paths.Value("/rest/api/2/issue/{issueIdOrKey}/remotelink"); links != nil {
		link := schemas["RemoteIssueLink"].Value
		links.Get.Responses.Value("200").Value.Content.Get("application/json").Schema = openapi3.NewAnyOfSchema(link, openapi3.NewArraySchema().WithItems(link)).NewRef()
	}
}
