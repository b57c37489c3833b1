package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"
)

// DefaultPath is where the configuration is looked for when nobody says otherwise.
const DefaultPath = "bugferry.yaml"

// maxFile bounds one file of the configuration, in bytes.
const maxFile = 4 << 20

// Options are where settings come from beside the files.
type Options struct {
	// Lookup finds environment variables, those named in ${NAME} and the BUGFERRY_ ones; nil means os.LookupEnv.
	Lookup func(name string) (value string, ok bool)
	// Flags are command line flags by the key they set ("server.listen"); only changed ones count.
	Flags map[string]*pflag.Flag
	// Secretless is for who talks to nobody. A secret whose environment variable is not set is no mistake: a stand-in takes its
	// place, and the places of the trackers' credentials and of what stands in files of its own.
	Secretless bool
}

func (o Options) lookup(name string) (string, bool) {
	if o.Lookup == nil {
		return os.LookupEnv(name)
	}
	return o.Lookup(name)
}

// Load reads the configuration at path (empty: [DefaultPath]) and the project files it names.
//
// The Config is never nil. If Findings.Err is not nil it holds what could be understood, which is good for looking for
// more mistakes and for nothing else. The findings are sorted.
func Load(path string, opts Options) (*Config, Findings) {
	if path == "" {
		path = DefaultPath
	}
	l := &loader{path: path, opts: opts, config: &Config{Read: Snapshot{}}, given: map[string]map[string]Pos{}}
	if l.main() {
		l.projects()
		check := checker{Config: l.config, findings: &l.findings, path: path, given: l.given}
		check.accounts()
		check.projects()
	}
	return l.config, l.findings.Sorted()
}

type loader struct {
	path     string
	opts     Options
	config   *Config
	findings Findings

	given        map[string]map[string]Pos // by file: the keys it has
	projectsPath string                    // ProjectsDir, resolved
	source       []string                  // the lines of the file that was read last
}

// main reads bugferry.yaml, and says whether looking further makes sense.
func (l *loader) main() bool {
	root, ok := l.read(l.path, "write a first one with: bugferry init")
	if !ok {
		return false
	}
	d := newDecoder(l.path, l.source, l.opts.lookup, &l.findings)
	d.secretless = l.opts.Secretless
	d.root(root, l.config)
	l.given[l.path] = d.given
	process(l.config, d.given, l.opts, &l.findings)
	l.config.Store.URL = resolveStore(l.config.Store.URL, l.base("store.url"))
	l.projectsPath = resolve(l.config.ProjectsDir.Value, l.base("projects_dir"))
	l.defaults(d.given)
	l.secretFiles()
	l.caFiles()
	l.usersFile()
	return true
}

// base is the directory that a relative path in a process setting starts from.
func (l *loader) base(key string) string {
	if at, given := l.given[l.path][key]; given && at.File != l.path {
		return "." // from the environment or a flag
	}
	return filepath.Dir(l.path)
}

// read parses one file; hint is what to do if it does not exist.
func (l *loader) read(path, hint string) (*yaml.Node, bool) {
	at := Pos{File: path}
	data, err := l.file(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		l.findings.mistake(at, "", "no such file; %s", hint)
		return nil, false
	case err != nil:
		l.findings.mistake(at, "", "cannot be read: %v; expected a YAML file", err)
		return nil, false
	}
	l.source = strings.Split(string(data), "\n")
	return parse(path, data, &l.findings)
}

// file reads one file of the configuration and remembers what it held.
func (l *loader) file(path string) ([]byte, error) {
	data, err := readFile(path)
	l.config.Files = append(l.config.Files, path)
	l.config.Read[path] = held(data, err)
	return data, err
}

// readFile reads a file of at most maxFile bytes. Its errors do not repeat the path.
func readFile(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, cause(err)
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = fmt.Errorf("larger than %v", Size(maxFile))
	}
	return data, cause(err)
}

// cause returns err without the operation and the path.
func cause(err error) error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err
	}
	return err
}

// projects reads the project files, in the order of their names.
func (l *loader) projects() {
	dir := l.config.ProjectsDir
	path, at := l.projectsPath, dir.At
	if at.File == "" {
		at.File = l.path
	}
	l.config.Files = append(l.config.Files, path)
	names, err := projectFiles(path)
	l.config.Read[path] = held([]byte(strings.Join(names, "\n")), err)
	if err != nil {
		l.findings.mistake(at, "projects_dir", "directory %s cannot be read: %v; it holds one file for each BetterBugs project, bugferry init writes a first one", path, err)
		return
	}
	for _, name := range names {
		l.project(filepath.Join(path, name))
	}
	if len(l.config.Projects) == 0 && l.findings.Err() == nil {
		l.findings.mistake(at, "projects_dir", "directory %s has no .yaml file; it holds one file for each BetterBugs project, bugferry init writes a first one", path)
	}
}

// projectFiles lists the names of the project files in a directory.
func projectFiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, cause(err)
	}
	var names []string
	for _, entry := range entries {
		if isProjectFile(entry.Name()) && !entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	return names, nil
}

// isProjectFile leaves out hidden files, such as an editor's and those behind Kubernetes' symbolic links.
func isProjectFile(name string) bool {
	extension := filepath.Ext(name)
	return !strings.HasPrefix(name, ".") && (extension == ".yaml" || extension == ".yml")
}

func (l *loader) project(path string) {
	root, ok := l.read(path, "it was there a moment ago")
	if !ok {
		return
	}
	project := Project{File: path}
	d := newDecoder(path, l.source, nil, &l.findings)
	d.root(root, &project)
	l.given[path] = d.given
	for i := range project.Destinations {
		l.inherit(&project.Destinations[i], project)
	}
	fillProject(&project)
	l.config.Projects = append(l.config.Projects, project)
}

// resolve makes a relative path relative to dir.
func resolve(path, dir string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

func resolveStore(url Secret, dir string) Secret {
	path, ok := strings.CutPrefix(url.Reveal(), "sqlite:")
	if !ok || path == "" {
		return url
	}
	return NewSecret("sqlite:" + resolve(strings.TrimPrefix(path, "//"), dir))
}
