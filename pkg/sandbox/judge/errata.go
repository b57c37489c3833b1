package judge

import "github.com/getkin/kin-openapi/openapi3"

// asTheyReallyAre puts right what a vendor's document says otherwise than the vendor does.
func asTheyReallyAre(doc *openapi3.T) {
	if doc.Components == nil {
		return
	}
	asGitHubReallyIs(doc)
	asJiraReallyIs(doc.Components.Schemas)
}

// asGitHubReallyIs adds what GitHub's document leaves out: bad credentials are a 401 everywhere (docs: Troubleshooting the
// REST API), and a body that is null is none, which is what ghinstallation v2 sends for a token and GitHub takes.
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
	if tokens := doc.Paths.Value("/app/installations/{installation_id}/access_tokens"); tokens != nil {
		tokens.Post.RequestBody.Value.Content.Get("application/json").Schema.Value.Nullable = true
	}
}

// asJiraReallyIs: a field that is not set is null, and times have their zone without a colon.
func asJiraReallyIs(schemas openapi3.Schemas) {
	if issue := schemas["IssueBean"]; issue != nil {
		issue.Value.Properties["fields"].Value.AdditionalProperties.Schema.Value.Nullable = true
	}
	for name, times := range map[string][]string{"Comment": {"created", "updated"}, "ServerInformation": {"buildDate", "serverTime"}} {
		for _, at := range times {
			if schema := schemas[name]; schema != nil && schema.Value.Properties[at] != nil {
				schema.Value.Properties[at].Value.Format = ""
			}
		}
	}
}
