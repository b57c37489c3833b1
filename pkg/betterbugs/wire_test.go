package betterbugs_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/betterbugs"
	"github.com/bugferry/bugferry/pkg/bridge"
)

// recordings names what each recorded client loses of the document it was given: "-field" silently, because the encoding
// writes nothing for [], "!field" with a warning, because something came that is not the value.
var recordings = map[string]string{
	// Custom fields called "a]b", "R&D", "50%", 2026 or "amp&eq=": escaped, escaped by halves and not at all.
	"names.axios1-multipart":            "",
	"names.object-to-formdata-indices":  "", // fetch writes a name's line end as CRLF
	"names.qs-valuesonly":               "", // names with raw & = + and %41
	"rich.axios1-json":                  "",
	"rich.axios1-multipart":             "",
	"rich.axios1-urlencoded":            "",
	"rich.curl-multipart-base64":        "", // the only one with a Content-Transfer-Encoding
	"rich.curl-multipart-payload":       "",
	"rich.formdata-npm-stringified":     "",
	"rich.needle-multipart":             "", // names in Latin-1 with raw quotes
	"rich.node-querystring":             "!customFields !metadata !assignees",
	"rich.qs-allowdots-in-data":         "", // data.bugId, data.customFields.release.train
	"rich.qs-encodedots":                "", // customFields.release%2Etrain
	"rich.qs-indices":                   "",
	"rich.qs-latin1":                    "", // what Latin-1 lacks as &#26446;
	"rich.qs-noencode":                  "", // raw & + % in values
	"rich.qs-rawsemicolons":             "", // nothing escaped but &
	"rich.superagent-form":              "", // assignees[email] repeated
	"rich.urlsearchparams-stringified":  "",
	"rich.whatwg-formdata-naive":        "!customFields !metadata !assignees",
	"sample.axios021-json-as-multipart": "", "sample.axios021-json-as-urlencoded": "",
	"sample.axios027-json-as-urlencoded": "",
	"sample.axios027-multipart":          "-metadata",
	"sample.axios1-json":                 "",
	"sample.axios1-multipart-indexes":    "-metadata",
	"sample.axios1-multipart-metatokens": "",
	"sample.axios1-multipart":            "-metadata",
	"sample.axios1-urlencoded":           "-metadata",
	"sample.curl-json-chunked":           "",
	"sample.curl-json":                   "",
	"sample.curl-multipart-fields":       "",
	"sample.curl-multipart-payload":      "",
	"sample.fetch-json-text":             "",
	"sample.fetch-json":                  "",
	"sample.formdata-npm-stringified":    "",
	"sample.jquery-param":                "-metadata",
	"sample.needle-urlencoded":           "-metadata",
	"sample.node-querystring":            "!customFields -metadata !assignees",
	"sample.object-to-formdata-default":  "-metadata",
	"sample.object-to-formdata-indices":  "-metadata",
	"sample.qs-allowdots":                "-metadata",
	"sample.qs-brackets":                 "-metadata",
	"sample.qs-indices":                  "-metadata",
	"sample.qs-noencode":                 "-metadata",
	"sample.qs-rawsemicolons":            "-metadata",
	"sample.request-form":                "-metadata",
	"sample.superagent-json":             "",
	"sample.urlsearchparams-naive":       "!customFields !metadata !assignees",
	"sample.urlsearchparams-stringified": "",
	"sample.whatwg-formdata-naive":       "!customFields !metadata !assignees",
	"sample.whatwg-formdata-stringified": "",
}

func TestDecodeRecordings(t *testing.T) {
	files := recorded(t)
	if len(files) != len(recordings) {
		t.Errorf("%d recordings in testdata, %d in the table", len(files), len(recordings))
	}
	for name, losses := range recordings {
		t.Run(name, func(t *testing.T) {
			document, _, _ := strings.Cut(name, ".")
			want := decodeJSON(t, read(t, document+".json"))
			var warned []string
			for loss := range strings.FieldsSeq(losses) {
				lose(t, &want, loss[1:])
				if loss[0] == '!' {
					warned = append(warned, loss[1:])
				}
			}
			got, err := betterbugs.Decode(files[name])
			if err != nil {
				t.Fatal(err)
			}
			if len(got.Warnings) != len(warned) {
				t.Errorf("warnings %q, want one each for %q", got.Warnings, warned)
			}
			for i, field := range warned {
				if i < len(got.Warnings) && !strings.HasPrefix(got.Warnings[i], field+": absent") {
					t.Errorf("warning %q, want one for %s", got.Warnings[i], field)
				}
			}
			got.Warnings = nil
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("report (-want +got):\n%s", diff)
			}
		})
	}
}

// The recordings are compared with the JSON documents; this pins what the documents themselves become.
func TestDecodeSampleJSON(t *testing.T) {
	got := decodeJSON(t, read(t, "sample.json"))
	if got.Status != "OPEN" || got.Priority != "HIGH" || got.Type != "screenshot" || got.Title != "Sample Bug title" {
		t.Errorf("got %s %s %s %q", got.Status, got.Priority, got.Type, got.Title)
	}
	if got.CreatedAt.UnixMilli() != 1747721658814 || got.UpdatedAt.Sub(got.CreatedAt).Milliseconds() != 8677 {
		t.Errorf("times: %v %v", got.CreatedAt, got.UpdatedAt)
	}
	if got.Metadata == nil || len(got.Metadata) != 0 {
		t.Errorf("metadata = %#v, want empty and not nil", got.Metadata)
	}
	people := []bridge.Person{{Email: "quinn@example.com", ID: "66dea4b99fee48c5dcdc1d2c", Name: "quinn"}}
	if diff := cmp.Diff(people, got.Assignees); diff != "" {
		t.Error(diff)
	}
	custom := bridge.Fields{{Name: "field1", Value: "data1"}, {Name: "field2", Value: "data2"}}
	if diff := cmp.Diff(custom, got.CustomFields); diff != "" {
		t.Error(diff)
	}
}

func lose(t *testing.T, r *bridge.Report, field string) {
	t.Helper()
	switch field {
	case "customFields":
		r.CustomFields = nil
	case "metadata":
		r.Metadata = nil
	case "assignees":
		r.Assignees = nil
	default:
		t.Fatalf("no such loss: %s", field)
	}
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "wire", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// recorded returns the recorded requests by the client's name.
func recorded(t testing.TB) map[string]betterbugs.Request {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", "wire", "*.http"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	requests := map[string]betterbugs.Request{}
	for _, path := range paths {
		request, header, err := betterbugs.ReadHTTP(read(t, filepath.Base(path)))
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if header.Get("Host") != "127.0.0.1:18099" {
			t.Errorf("%s: Host %q", path, header.Get("Host"))
		}
		requests[strings.TrimSuffix(filepath.Base(path), ".http")] = request
	}
	return requests
}

func decodeJSON(t testing.TB, body []byte) bridge.Report {
	t.Helper()
	report, err := betterbugs.Decode(betterbugs.Request{ContentType: "application/json", Body: body})
	if err != nil {
		t.Fatal(err)
	}
	return report
}
