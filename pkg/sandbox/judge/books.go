package judge

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// book is what describes one of the sandbox's trackers: documents, of which the first that knows an operation speaks.
type book struct {
	base string // path of the tracker's API in the sandbox
	docs []*openapi3.T

	refused *openapi3.Schema // the body of an error
}

// operation is what a description says about one request.
type operation struct {
	name   string
	route  routers.Route
	params map[string]string
}

func (o operation) input(r *http.Request) *openapi3filter.RequestValidationInput {
	return &openapi3filter.RequestValidationInput{Request: r, PathParams: o.params, Route: &o.route}
}

// queried says which members of r's query the description does not name; kin-openapi lets them pass.
func (o operation) queried(r *http.Request) error {
	for name := range r.URL.Query() {
		if o.route.Operation.Parameters.GetByInAndName("query", name) == nil && o.route.PathItem.Parameters.GetByInAndName("query", name) == nil {
			return fmt.Errorf("there is no query parameter %q", name)
		}
	}
	return nil
}

// named says which members of a body the description does not name, and which it must not have anywhere. The vendors'
// documents leave their objects open; a client library that sends all of a struct would pass (go-jira's User has a Password
// and avatarUrls, and sends them empty).
func (o operation) named(body []byte) error {
	if !json.Valid(body) { // an attachment, or what the description has refused already
		return nil
	}
	var sent any
	if err := json.Unmarshal(body, &sent); err != nil {
		return err
	}
	if name, found := private(sent); found {
		return fmt.Errorf("it holds %q", name)
	}
	request := o.route.Operation.RequestBody
	members, isObject := sent.(map[string]any)
	if request == nil || !isObject || request.Value.Content.Get("application/json") == nil {
		return nil
	}
	schema := request.Value.Content.Get("application/json").Schema.Value
	for name := range members {
		if len(schema.Properties) > 0 && schema.Properties[name] == nil {
			return fmt.Errorf("there is no member %q", name)
		}
	}
	return nil
}

// private finds a member that no request may have.
func private(v any) (string, bool) {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			if strings.EqualFold(name, "password") || strings.EqualFold(name, "avatarUrls") {
				return name, true
			}
			if found, has := private(member); has {
				return found, true
			}
		}
	case []any:
		for _, member := range v {
			if found, has := private(member); has {
				return found, true
			}
		}
	}
	return "", false
}

// library reads all descriptions, once for all tests of a package.
var library = sync.OnceValues(func() ([]book, *jsonschema.Schema) {
	for _, plain := range []string{"image/png", "text/html"} { // parts of an attachment, and a refusal that is no JSON
		openapi3filter.RegisterBodyDecoder(plain, openapi3filter.FileBodyDecoder)
	}
	adf, err := jsonschema.NewCompiler().Compile(inModule("pkg/markup/testdata/adf-v1.schema.json"))
	if err != nil {
		panic(fmt.Sprintf("judge: ADF schema: %v", err))
	}
	github, cloud, center := document("github-issues.openapi.json"), supplement("jira-cloud.supplement.yaml"), supplement("jira-dc.supplement.yaml")
	return []book{
		{"/github/api/v3", []*openapi3.T{github, supplement("github.supplement.yaml")}, github.Components.Schemas["basic-error"].Value},
		{"/jira-cloud", []*openapi3.T{document("jira-v2.openapi.json"), cloud}, cloud.Components.Schemas["Errors"].Value},
		{"/jira-dc", []*openapi3.T{center}, center.Components.Schemas["Errors"].Value},
	}, adf
})

// Within is a folder of this module, from which the descriptions are found: where a test runs, unless it has another
// process judge.
var Within = "."

// inModule is the path of a file of this module.
func inModule(name string) string {
	for dir := Within; ; dir = filepath.Join(dir, "..") {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, filepath.FromSlash(name))
		}
		if len(dir) > len(Within)+64 {
			panic("judge: no go.mod above the test")
		}
	}
}

// document loads a description.
func document(name string) *openapi3.T {
	loader := openapi3.NewLoader()
	loader.IsExternalRefsAllowed = true // a supplement takes over what the vendor's document beside it has already said
	doc, err := loader.LoadFromFile(inModule("pkg/sandbox/testdata/" + name))
	if err != nil {
		panic(fmt.Sprintf("judge: %s: %v", name, err))
	}
	asTheyReallyAre(doc)
	return doc
}

// supplement loads a description of ours, each operation of which names its source.
func supplement(name string) *openapi3.T {
	doc := document(name)
	if err := Sourced(doc); err != nil {
		panic(fmt.Sprintf("judge: %s: %v", name, err))
	}
	return doc
}

// Sourced says which operations of a supplement name no source.
func Sourced(doc *openapi3.T) error {
	var missing []error
	for path, item := range doc.Paths.Map() {
		for method, o := range item.Operations() {
			if source, _ := o.Extensions["x-source"].(string); source == "" {
				missing = append(missing, fmt.Errorf("%s %s has no x-source", method, path))
			}
		}
	}
	return errors.Join(missing...)
}

// pages are the sandbox's own, beside what is below /_sandbox/.
var pages = []string{"/", "/github/{owner}/{repo}/issues/{number}", "/{jira}/browse/{key}", "/{jira}/secure/attachment/{id}/{name}"}

func page(path string) bool {
	return strings.HasPrefix(path, "/_sandbox/") || slices.ContainsFunc(pages, func(pattern string) bool {
		_, fits := match(pattern, path)
		return fits
	})
}

// find returns the book for an escaped path and the path below its base. Where there is no tracker the book is empty.
func (j *Judge) find(path string) (book, string) {
	for _, b := range j.books {
		rest, below := strings.CutPrefix(path, b.base)
		if below && (strings.HasPrefix(b.base, "/github/") || strings.HasPrefix(rest, "/rest/")) {
			return b, rest
		}
	}
	return book{}, path
}

// look finds the operation that r is. Paths are matched here, segment by segment as they are escaped, for a label may
// hold a slash; of two that fit the one with fewer parameters is meant.
func (b book) look(r *http.Request, path string) (operation, bool) {
	for _, doc := range b.docs {
		best, found := operation{}, false
		for pattern, item := range doc.Paths.Map() {
			o := item.GetOperation(r.Method)
			params, fits := match(pattern, path)
			if o == nil || !fits || found && len(params) >= len(best.params) {
				continue
			}
			found = true
			best = operation{
				name: r.Method + " " + b.base + pattern, params: params,
				route: routers.Route{Spec: doc, Path: pattern, PathItem: item, Method: r.Method, Operation: o},
			}
		}
		if found {
			return best, true
		}
	}
	return operation{}, false
}

// refusal says why this is not how the vendor refuses what it does not know.
func (b book) refusal(status int, body []byte) error {
	if status < 400 || status > 499 {
		return errors.New("what no description knows must be refused")
	}
	if b.refused == nil {
		return nil
	}
	var said any
	if err := json.Unmarshal(body, &said); err != nil {
		return err
	}
	return b.refused.VisitJSON(said, openapi3.MultiErrors())
}

func match(pattern, path string) (map[string]string, bool) {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return nil, false
	}
	params := map[string]string{}
	for i, segment := range want {
		value, err := url.PathUnescape(got[i])
		if err != nil {
			return nil, false
		}
		if name, is := strings.CutPrefix(segment, "{"); is && value != "" {
			params[strings.TrimSuffix(name, "}")] = value
		} else if segment != value {
			return nil, false
		}
	}
	return params, true
}
