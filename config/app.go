package config

import (
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
)

// App is a GitHub App with one of its installations, as the account of a tracker.
type App struct {
	At Pos `yaml:"-"`
	// The App ID on the App's settings page.
	ID int `yaml:"id" check:"app" min:"1" max:"999999999999" example:"123456"`
	// The number that the address of the installation's page ends with.
	InstallationID int `yaml:"installation_id" check:"installation_id" min:"1" max:"999999999999" example:"12345678"`
	// The private key's file, as downloaded from the App's settings page.
	PrivateKeyFile Text `yaml:"private_key_file" example:"/run/secrets/github-app.pem"`
	// Instead of `private_key_file`: what stands in it, in PEM form.
	PrivateKey Secret `yaml:"private_key" example:"${GITHUB_APP_KEY}"` // that of PrivateKeyFile included
}

// IsZero says that the tracker has a token instead.
func (a App) IsZero() bool { return a == App{} }

// keyFile reads the file with an App's private key.
func (l *loader) keyFile(app *App) {
	file := app.PrivateKeyFile
	if file.Value == "" {
		return
	}
	path := resolve(file.Value, filepath.Dir(l.path))
	data, err := l.file(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		l.findings = append(l.findings, file.Finding(path+" does not exist; the private key that the App's settings page lets you download was meant"))
	case err != nil:
		l.findings = append(l.findings, file.Finding(fmt.Sprintf("%s cannot be read: %v", path, err)))
	case !isPrivateKey(string(data)):
		l.findings = append(l.findings, file.Finding(path+" "+noPrivateKey))
	case app.PrivateKey.IsZero():
		app.PrivateKey = NewSecret(string(data))
	}
}

const noPrivateKey = "holds no private key in PEM form; expected -----BEGIN RSA PRIVATE KEY----- and what follows, without a passphrase"

// isPrivateKey says whether text looks like a key; the tracker judges whether it is a good one.
func isPrivateKey(text string) bool {
	block, _ := pem.Decode([]byte(text))
	return block != nil && (block.Type == "RSA PRIVATE KEY" || block.Type == "PRIVATE KEY") && block.Headers["Proc-Type"] == ""
}

// withLines puts the line ends back into a key that went through an environment variable as one line with \n in it.
func withLines(key Secret) Secret {
	if text := key.Reveal(); !strings.Contains(strings.TrimSpace(text), "\n") {
		return NewSecret(strings.ReplaceAll(text, `\n`, "\n"))
	}
	return key
}

// credentials looks whether a tracker has them, of one kind.
func (c *checker) credentials(tracker Tracker) {
	name, has := tracker.Name, func(key string) bool { return c.has(c.path, tracker.Name.Key+"."+key) }
	at := func(key string) Text { return c.key(c.path, name.Key+"."+key, name.At) }
	token := has("token") || has("token_file")
	switch {
	case !has("app") && !token && tracker.Type == GitHub:
		c.mistake(name, "has no token; expected token: ${NAME}, token_file, or app with a GitHub App")
	case !has("app") && !token:
		c.mistake(name, "has no token; expected token: ${NAME}, or token_file")
	case has("app") && tracker.Type != GitHub:
		c.mistake(at("app"), "belongs to GitHub; Jira takes a token")
	case has("app") && token:
		c.mistake(at("app"), "stands beside a token; one of the two was meant")
	case has("app"):
		c.app(tracker, has, at)
	}
}

func (c *checker) app(tracker Tracker, has func(string) bool, at func(string) Text) {
	if !has("app.id") {
		c.mistake(at("app"), "has no id; expected the App ID on the App's settings page")
	}
	if !has("app.installation_id") {
		c.mistake(at("app"), "has no installation_id; expected the number that the address of the installation's page ends with")
	}
	switch {
	case !has("app.private_key") && !has("app.private_key_file"):
		c.mistake(at("app"), "has no private key; expected private_key_file, or private_key: ${NAME}")
	case has("app.private_key") && has("app.private_key_file"):
		c.mistake(at("app.private_key_file"), "stands beside private_key; one of the two was meant")
	case has("app.private_key") && !tracker.App.PrivateKey.IsZero() && !isPrivateKey(tracker.App.PrivateKey.Reveal()):
		c.mistake(at("app.private_key"), noPrivateKey)
	}
}
