package jira

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/bugferry/bugferry/pkg/bridge"
)

type project struct {
	Key      string `json:"key"`
	Archived bool   `json:"archived"`
}

func (t *Tracker) project(ctx context.Context, name string) (project, error) {
	key, err := projectKey(name)
	if err != nil {
		return project{}, err
	}
	var p project
	err = t.do(ctx, call{op: "read project " + key, method: http.MethodGet, path: "project/" + url.PathEscape(key)}, &p)
	return p, err
}

// Check asks who the credentials belong to and whether that account may create issues in the project.
func (t *Tracker) Check(ctx context.Context, place bridge.Place) error {
	var who struct {
		Name string `json:"displayName"`
	}
	if err := t.do(ctx, call{op: "check credentials", method: http.MethodGet, api: bothVersions, path: "myself"}, &who); err != nil {
		return err
	}
	p, err := t.project(ctx, place.Name)
	if err != nil {
		return err
	}
	if p.Archived {
		return bridge.Park(fmt.Errorf("project %s is archived", p.Key), "restore it, or choose another project")
	}
	var may struct {
		Permissions map[string]struct {
			Have bool `json:"havePermission"`
		} `json:"permissions"`
	}
	c := call{op: "check permissions in " + p.Key, method: http.MethodGet, path: "mypermissions",
		query: url.Values{"projectKey": {p.Key}, "permissions": {"CREATE_ISSUES"}}}
	if err := t.do(ctx, c, &may); err != nil {
		return err
	}
	if !may.Permissions["CREATE_ISSUES"].Have {
		return bridge.Park(fmt.Errorf("%s may not create issues in %s", who.Name, p.Key),
			fmt.Sprintf("give %s the permission Create Issues in %s", who.Name, p.Key))
	}
	_, err = t.issueTypes(ctx, p.Key)
	return err
}

// Probe asks who the credentials belong to.
func (t *Tracker) Probe(ctx context.Context) error {
	return t.do(ctx, call{op: "probe Jira", method: http.MethodGet, api: bothVersions, path: "myself"}, nil)
}
