package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/config/configtest"
)

func TestSecretsNeverPrint(t *testing.T) {
	c := load(t, write(t, good(map[string]string{
		"bugferry.yaml": "store: {url: 'postgres://u:${JIRA_TOKEN}@db/b'}\n" + goodMain,
	})), environment(nil))
	type holder struct{ hidden config.Secret }
	values := map[string]any{
		"secret": c.Trackers[0].Token, "pointer": &c.Trackers[0].Token, "tracker": c.Trackers[0],
		"config": c, "webhooks": c.Webhooks, "unexported field": holder{c.Trackers[0].Token},
	}
	for name, value := range values {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t"} {
				fmt.Fprintf(&out, verb+"\n", value)
			}
			for _, logger := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
				slog.New(logger).Info("loaded", "value", value)
			}
			if err := json.NewEncoder(&out).Encode(value); err != nil {
				t.Fatal(err)
			}
			if err := yaml.NewEncoder(&out).Encode(value); err != nil {
				t.Fatal(err)
			}
			for variable, secret := range configtest.Variables {
				if secret != "" && (strings.Contains(out.String(), secret) || strings.Contains(out.String(), fmt.Sprintf("%x", secret))) {
					t.Errorf("prints %s:\n%s", variable, out.String())
				}
			}
		})
	}
	if got := fmt.Sprint(c.Trackers[0].Token); got != "[redacted]" {
		t.Errorf("prints %q", got)
	}
	if got := c.Trackers[0].Token.Reveal(); got != configtest.Variables["GITHUB_TOKEN"] {
		t.Errorf("reveals %q", got)
	}
	if got := fmt.Sprint(config.Secret{}); got != "" {
		t.Errorf("no secret prints %q", got)
	}
}

func TestFindingsDoNotRepeatSecrets(t *testing.T) {
	const secret = "hunter2-hunter2"
	for name, main := range map[string]string{
		"variable in a wrong place": "delivery: {lease: '${S}', workers: '${S}'}\nserver: {listen: '${S}', public_url: 'x${S}'}\n" + goodMain,
		"store":                     "store: {url: 'mysql:" + secret + "'}\n" + goodMain,
		"variable as a type":        "trackers: {x: {type: '${S}', token: '${S}', base_url: 'https://${S}@x'}}\n",
	} {
		t.Run(name, func(t *testing.T) {
			dir := write(t, good(map[string]string{"bugferry.yaml": main}))
			_, findings := config.Load(filepath.Join(dir, "bugferry.yaml"), environment(map[string]string{"S": secret}))
			if findings.Err() == nil {
				t.Error("no finding")
			}
			if strings.Contains(report(findings, dir), secret) {
				t.Error(report(findings, dir))
			}
		})
	}
}
