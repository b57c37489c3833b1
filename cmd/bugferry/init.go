package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bugferry/bugferry/config"
)

func (p *program) initCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "init [FOLDER]",
		Short: "Write a starter configuration, or a project file for an unrouted event",
		Long: "init writes bugferry.yaml and a project file that takes every BetterBugs project, with comments that say what to\n" +
			"fill in. --github and --jira fill it in with where issues are to be filed: there, or at both. It asks nobody.\n" +
			"\n" +
			"With --from it writes a file for the BetterBugs project of an event that is unrouted, beside the project files of --config.\n" +
			"Without --github and --jira the file leads where the project files lead that are there; where a person has to look at\n" +
			"that first, it is off until then.\n" +
			"\n" +
			"With --reference it writes a folder reference instead, with files that have every key and its default, and the JSON\n" +
			"Schemas that let an editor complete and check what you write. It never overwrites a file.",
		Example: "  bugferry init --github acme/web\n" +
			"  bugferry init --github https://github.acme.example/acme/web\n" +
			"  bugferry init --jira https://acme.atlassian.net --project WEB --email bot@acme.example\n" +
			"  bugferry init --from " + exampleEvent + " --github acme/shop",
		Args: usageArgs(cobra.MaximumNArgs(1)),
	}
	flags := cmd.Flags()
	reference := flags.Bool("reference", false, "write what every key means, and the JSON Schemas")
	from := flags.String("from", "", "write a project file for the project of this unrouted EVENT")
	var given startFlags
	flags.StringVar(&given.github, "github", "", "file at this GitHub repository: owner/name, or its address at an Enterprise Server")
	flags.StringVar(&given.jira, "jira", "", "file in this Jira, Cloud or Data Center: its address; goes with --project")
	flags.StringVar(&given.project, "project", "", "the key of the Jira project")
	flags.StringVar(&given.email, "email", "", "whose token is used at Jira Cloud")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		given.changed = flags.Changed
		start, err := given.start()
		switch alone := len(args) == 0 && *from != ""; {
		case err != nil:
			return err
		case *reference && (*from != "" || start != config.Start{}):
			return hint(fmt.Errorf("%w: --reference writes the references and nothing else", errUsage), "leave the other flags out")
		case alone:
			return p.initFrom(cmd.Context(), *from, start)
		case flags.Changed("from"):
			return hint(fmt.Errorf("%w: --from wants an event and no FOLDER", errUsage), "it writes beside the project files of --config; events are in: bugferry events list --state unrouted")
		}
		folder := "."
		if len(args) > 0 {
			folder = args[0]
		}
		if *reference {
			return p.writeReference(folder)
		}
		return p.writeStarter(folder, start)
	}
	return cmd
}

// startFlags are the flags that say where issues are to be filed.
type startFlags struct {
	github, jira, project, email string

	changed func(flag string) bool
}

// start judges the flags.
func (f startFlags) start() (s config.Start, err error) {
	judge := func(flag, value string, err error) error {
		if err == nil {
			return nil
		}
		return hint(fmt.Errorf("%w: --%s %q %w", errUsage, flag, printable(value), err), "bugferry init --help has examples; nothing was written")
	}
	if f.changed("github") {
		r, err := config.ParseRepository(f.github)
		if err != nil {
			return s, judge("github", f.github, err)
		}
		s.GitHub = &r
	}
	for _, flag := range []string{"project", "email"} {
		if f.changed(flag) && !f.changed("jira") {
			return s, hint(fmt.Errorf("%w: --%s belongs to a Jira, and there is no --jira", errUsage, flag), "name it: --jira https://acme.atlassian.net --project WEB")
		}
	}
	if !f.changed("jira") {
		return s, nil
	}
	site, err := config.ParseSite(f.jira)
	if err != nil {
		return s, judge("jira", f.jira, err)
	}
	if !f.changed("project") {
		return s, hint(fmt.Errorf("%w: --jira does not say in which project issues are filed", errUsage), "name its key, what stands before the number of its issues: --project WEB")
	}
	if err := config.CheckProjectKey(f.project); err != nil {
		return s, judge("project", f.project, err)
	}
	site.Project, site.Email = f.project, f.email
	s.Jira = &site
	switch {
	case !f.changed("email"):
		return s, nil
	case !site.Cloud():
		return s, hint(fmt.Errorf("%w: --email goes with a token of Jira Cloud, and %s is a Data Center", errUsage, site.BaseURL), "leave it out: a personal access token stands alone")
	}
	return s, judge("email", f.email, config.CheckEmail(f.email))
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

// variable is an environment variable in a line that is no comment.
var variable = regexp.MustCompile(`(?m)^[^#\n]*\$\{([A-Z_]+)\}`)

func (p *program) writeStarter(folder string, start config.Start) error {
	files := start.Files()
	if err := p.writeNew(folder, files); err != nil {
		return err
	}
	var names []string
	for _, found := range variable.FindAllStringSubmatch(files[config.DefaultPath], -1) {
		names = append(names, found[1])
	}
	fill := ""
	if start == (config.Start{}) {
		fill = " and fill in what the comments ask for"
	}
	p.say("\nSet %s in the environment%s, then: bugferry check --config %s", strings.Join(names, ", "), fill, filepath.Join(folder, config.DefaultPath))
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
