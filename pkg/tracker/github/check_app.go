package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// checkApp asks about an App what GET /user tells of a token, which an App is refused. A repository's permissions say nothing of
// an App's, those of its installation do. It says whether issues can be filed with it.
func (t *Tracker) checkApp(ctx context.Context, found *bridge.Checks) bool {
	app, resp, err := t.clientOver(t.asApp).Apps.Get(ctx, "")
	if err := (call{op: "check credentials", method: http.MethodGet}).failed(resp, err); err != nil {
		found.Fail("credentials", hinted(err))
		return false
	}
	name := "GitHub App " + app.GetSlug()
	may, err := t.app.mayWriteIssues(ctx)
	if err := (call{op: "check permissions of " + name, method: http.MethodGet}).failed(nil, err); err != nil {
		found.Fail("credentials", err)
		return false
	}
	if !may {
		found.Add(bridge.LevelProblem, "credentials", "give the App the repository permission Issues read and write in its settings, and have "+
			"the owner of the installation accept it", "%s may not write issues", name)
		return false
	}
	found.OK("credentials", "they are those of %s", name)
	return true
}

// checkInstallation asks whether the repository is one of the installation's.
func (t *Tracker) checkInstallation(ctx context.Context, r repo, found *bridge.Checks) bool {
	there, resp, err := t.clientOver(t.asApp).Apps.FindRepositoryInstallation(ctx, r.owner, r.name)
	if err := (call{op: fmt.Sprintf("check that the App is installed on %s", r), method: http.MethodGet}).failed(resp, err); err != nil {
		found.Fail("installation", err)
		return false
	}
	if there.GetID() != t.app.app.Installation {
		found.Add(bridge.LevelProblem, "installation", fmt.Sprintf("set app.installation_id to %d, or file there with a tracker of its own", there.GetID()),
			"installation %d is not the one on %s", t.app.app.Installation, r)
		return false
	}
	return true
}

// hinted says of GitHub's refusal to tell an App about itself what can be done.
func hinted(err error) error {
	e, ok := errors.AsType[*bridge.Error](err)
	if !ok || e.Kind == bridge.Later || e.Status < 400 || e.Status >= 500 {
		return err
	}
	other := *e
	other.Hint = appHint
	return &other
}
