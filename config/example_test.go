package config_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/bugferry/bugferry/config"
)

func ExampleLoad() {
	dir, err := os.MkdirTemp("", "bugferry")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	for name, content := range config.Starter() {
		path := filepath.Join(dir, name)
		_ = os.MkdirAll(filepath.Dir(path), 0o700)
		_ = os.WriteFile(path, []byte(content), 0o600)
	}

	secrets := map[string]string{"BUGFERRY_TOKEN": "long and random", "GITHUB_TOKEN": "github_pat_…"}
	c, findings := config.Load(filepath.Join(dir, "bugferry.yaml"), config.Options{
		Lookup: func(name string) (string, bool) { return secrets[name], secrets[name] != "" },
	})
	if err := findings.Err(); err != nil {
		fmt.Println(err)
		return
	}
	for _, project := range c.Projects {
		for _, destination := range project.Destinations {
			fmt.Println(project.Name, "files at", destination.Place(), "with", c.Trackers[0].Token)
		}
	}
	// Output: default files at acme/web with [redacted]
}
