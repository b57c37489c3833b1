package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/bugferry/bugferry/config"
)

func (p *program) initCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "init [FOLDER]",
		Short: "Write a starter configuration",
		Long: "init writes bugferry.yaml and a project file that takes every BetterBugs project, with comments that say what to\n" +
			"fill in. It never overwrites a file.",
		Args: usageArgs(cobra.MaximumNArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			folder := "."
			if len(args) > 0 {
				folder = args[0]
			}
			return p.writeStarter(folder, config.Starter())
		},
	}
}

func (p *program) writeStarter(folder string, files map[string]string) error {
	names := slices.Sorted(maps.Keys(files))
	for _, name := range names {
		path := filepath.Join(folder, name)
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			return hint(fmt.Errorf("%s is there already and nothing was written", path), "name another folder: bugferry init FOLDER")
		}
	}
	for _, name := range names {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(files[name]), 0o600); err != nil {
			return err
		}
		p.say("wrote %s", path)
	}
	p.say("\nFill in what the comments ask for, then: bugferry check --config %s", filepath.Join(folder, config.DefaultPath))
	return nil
}
