package config_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/config/configtest"
)

// withApp is a bugferry.yaml whose tracker is the GitHub App with that key.
func withApp(key string) map[string]string {
	return good(map[string]string{
		"bugferry.yaml": `webhooks: [{path: /hook, token: "${HOOK_TOKEN}"}]
trackers:
  github: {type: github, app: {id: 42, installation_id: 77, ` + key + `}}
`,
		"keys/app.pem": configtest.Variables["GITHUB_APP_KEY"],
	})
}

func TestAppsKeyComesFromAFileOrAVariable(t *testing.T) {
	key := configtest.Variables["GITHUB_APP_KEY"]
	for _, c := range []struct{ name, key, variable string }{
		{"a file beside bugferry.yaml", "private_key_file: keys/app.pem", ""},
		{"a variable", `private_key: "${GITHUB_APP_KEY}"`, key},
		{"a variable on one line", `private_key: "${GITHUB_APP_KEY}"`, strings.ReplaceAll(key, "\n", `\n`)},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := write(t, withApp(c.key))
			loaded := load(t, dir, environment(map[string]string{"GITHUB_APP_KEY": c.variable}))
			app := loaded.Trackers[0].App
			if app.ID != 42 || app.InstallationID != 77 || app.PrivateKey.Reveal() != key || app.IsZero() {
				t.Errorf("got %+v with the key %q", app, app.PrivateKey.Reveal())
			}
			inFile := c.variable == ""
			if slices.Contains(loaded.Files, filepath.Join(dir, "keys/app.pem")) != inFile {
				t.Errorf("files %v", loaded.Files)
			}
			if text := fmt.Sprintf("%+v %#v %x", loaded, loaded.Trackers, app); strings.Contains(text, "YXBw") || strings.Contains(text, fmt.Sprintf("%x", "YXBw")) {
				t.Error("the key prints")
			}
		})
	}
}

func TestWithoutAnAppThereIsNone(t *testing.T) {
	if app := load(t, write(t, good(nil)), environment(nil)).Trackers[0].App; app != (config.App{}) || !app.IsZero() {
		t.Errorf("got %+v", app)
	}
}
