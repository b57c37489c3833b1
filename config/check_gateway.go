package config

import (
	"net/url"
	"regexp"
	"strings"
)

// gatewayHost is where scoped tokens and service accounts are taken, and nowhere else (support.atlassian.com, manage API
// tokens for your Atlassian account, and for service accounts).
const gatewayHost = "api.atlassian.com"

var gatewayPath = regexp.MustCompile(`^/ex/jira/[A-Za-z0-9-]+/?$`)

// gateway looks at the addresses of a Jira tracker that is asked through Atlassian's gateway, which has no pages for people.
func (c *checker) gateway(tracker Tracker, host string, browsed bool) {
	if browse, err := url.Parse(tracker.BrowseURL.Value); browsed && err == nil && strings.EqualFold(browse.Hostname(), gatewayHost) {
		c.mistake(tracker.BrowseURL, "is where programs ask; the site that people open was meant, such as https://acme.atlassian.net")
	}
	base, err := url.Parse(tracker.BaseURL.Value)
	if err != nil || !strings.EqualFold(host, gatewayHost) {
		return
	}
	if !gatewayPath.MatchString(base.Path) {
		c.mistake(tracker.BaseURL, "names no site; expected https://%s/ex/jira/<cloudId>, with the cloudId that https://<site>.atlassian.net/_edge/tenant_info tells", gatewayHost)
	}
	if !browsed {
		c.mistake(tracker.Name, "has no browse_url; links for people need the site's own address, such as https://acme.atlassian.net, as base_url is the gateway's")
	}
}
