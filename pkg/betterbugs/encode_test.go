package betterbugs_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/betterbugs"
	"github.com/bugferry/bugferry/pkg/bridge"
)

// Encode is measured by what axios really sent.
func TestEncodeAsRecorded(t *testing.T) {
	files := recorded(t)
	for _, document := range []string{"sample", "rich"} {
		var doc bridge.Fields
		if err := doc.UnmarshalJSON(read(t, document+".json")); err != nil {
			t.Fatal(err)
		}
		for _, as := range []betterbugs.Encoding{betterbugs.JSON, betterbugs.URLEncoded, betterbugs.Multipart} {
			t.Run(document+" "+string(as), func(t *testing.T) {
				want := files[document+".axios1-"+string(as)]
				contentType, body, err := betterbugs.Encode(doc, as)
				if err != nil {
					t.Fatal(err)
				}
				contentType, body = withBoundaryOf(t, want.ContentType, contentType, body)
				if contentType != want.ContentType {
					t.Errorf("Content-Type %q, want %q", contentType, want.ContentType)
				}
				if diff := cmp.Diff(string(want.Body), string(body)); diff != "" {
					t.Errorf("body (-axios +ours):\n%s", diff)
				}
			})
		}
	}
}

func withBoundaryOf(t *testing.T, want, contentType string, body []byte) (string, []byte) {
	t.Helper()
	_, params, err := mime.ParseMediaType(want)
	if err != nil {
		t.Fatal(err)
	}
	_, ours, err := mime.ParseMediaType(contentType)
	if err != nil {
		t.Fatal(err)
	}
	if ours["boundary"] == "" {
		return contentType, body
	}
	replaced := bytes.ReplaceAll(body, []byte(ours["boundary"]), []byte(params["boundary"]))
	return strings.ReplaceAll(contentType, ours["boundary"], params["boundary"]), replaced
}

func TestEncodeOddValues(t *testing.T) {
	var doc bridge.Fields
	if err := json.Unmarshal([]byte(`{"n":1,"b":true,"z":null,"e":[],"o":{},"f":["x",null,"y"],"m":["x",["y"]],"j{}":{"a":1},"c":{"l":["x"]}}`), &doc); err != nil {
		t.Fatal(err)
	}
	_, body, err := betterbugs.Encode(doc, betterbugs.URLEncoded)
	want := "n=1&b=true&f%5B%5D=x&f%5B%5D=y&m%5B0%5D=x&m%5B1%5D%5B0%5D=y&j%7B%7D=%7B%22a%22%3A1%7D&c%5Bl%5D%5B0%5D=x"
	if string(body) != want || err != nil {
		t.Errorf("error %v, body\n%s, want\n%s", err, body, want)
	}
	if _, body, err := betterbugs.Encode(nil, betterbugs.Multipart); len(body) != 0 || err != nil {
		t.Errorf("nothing as multipart: %q, %v", body, err)
	}
	if _, _, err := betterbugs.Encode(doc, "xml"); err == nil {
		t.Error("an unknown encoding is no error")
	}
}

func TestSampleIsFresh(t *testing.T) {
	first := betterbugs.Sample()
	first.Set("bugId", "changed")
	if id, _ := betterbugs.Sample().Get("bugId"); id != "682c1dbb3b574d66f3863324" {
		t.Errorf("bugId %v", id)
	}
}

func TestReadHTTPRefuses(t *testing.T) {
	for name, raw := range map[string]string{
		"no request": "hello",
		"cut body":   "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{}",
		"cut chunk":  "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{}",
	} {
		if _, _, err := betterbugs.ReadHTTP([]byte(raw)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	request, _, err := betterbugs.ReadHTTP([]byte("POST / HTTP/1.1\nHost: x\n\n{}"))
	if err != nil || string(request.Body) != "{}" {
		t.Errorf("without a length: %q, %v", request.Body, err)
	}
}

func ExampleDecode() {
	report, err := betterbugs.Decode(betterbugs.Request{
		ContentType: "application/x-www-form-urlencoded",
		Body:        []byte("bugId=682c1dbb&priority=high&assignees%5B0%5D%5Bemail%5D=quinn%40example.com&metadata=%5Bobject+Object%5D"),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report.BugID, report.Priority, report.Assignees[0].Email)
	fmt.Println(report.Warnings[0])
	// Output:
	// 682c1dbb HIGH quinn@example.com
	// metadata: absent: the sender's encoding made "[object Object]" of it
}
