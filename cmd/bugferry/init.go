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
	cmd := &cobra.Command{
		Use:   "init [FOLDER]",
		Short: "Write a starter configuration",
		Long: "init writes bugferry.yaml and a project file that takes every BetterBugs project, with comments that say what to\n" +
			"fill in. With --reference it writes a folder reference instead, with files that have every key and its default, and\n" +
			"the JSON Schemas that let an editor complete and check what you write. It never overwrites a file.",
		Args: usageArgs(cobra.MaximumNArgs(1)),
	}
	reference := cmd.Flags().Bool("reference", false, "write what every key means, and the JSON Schemas")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		folder := "."
		if len(args) > 0 {
			folder = args[0]
		}
		if *reference {
			return p.writeReference(folder)
		}
		return p.writeStarter(folder, config.Starter())
	}
	return cmd
}

// writeReference writes the references beside the schemas that they name, where no configuration looks for its files.
func (p *program) writeReference(folder string) error {
	files := map[string]string{}
	for name, content := range config.Reference() {
		files["reference/"+filepath.Base(name)] = content
	}
	for name, content := range config.Schemas() {
		files["reference/"+name] = content
	}
	if err := p.writeNew(folder, files); err != nil {
		return err
	}
	p.say("\nAn editor with the YAML language server follows a first line such as\n# yaml-language-server: $schema=reference/schema.json")
	return nil
}

func (p *program) writeStarter(folder string, files map[string]string) error {
	if err := p.writeNew(folder, files); err != nil {
		return err
	}
	p.say("\nFill in what the comments ask for, then: bugferry check --config %s", filepath.Join(folder, config.DefaultPath))
	return nil
}

// writeNew writes files into folder, all or, where one is there already, none.
func (p *program) writeNew(folder string, files map[string]string) error {
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
	return nil
}
