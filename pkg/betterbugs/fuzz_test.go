package betterbugs_test

import (
	"errors"
	"testing"

	"github.com/bugferry/bugferry/pkg/betterbugs"
)

// FuzzDecode holds that any body is a report that the store can give back, or one of the three errors.
func FuzzDecode(f *testing.F) {
	for _, r := range recorded(f) {
		f.Add(r.ContentType, r.ContentEncoding, r.Body)
	}
	f.Add("multipart/form-data; boundary=x", "gzip", []byte("\x1f\x8b--x\r\n"))
	f.Add(form, "deflate", []byte("bugId=1&customFields[a][0][]=1&metadata{}=[]&assignees[][a][][b]=1"))
	f.Add(form, "", []byte(`bugId=1&title=a & b?&c=d%26+%25&customFields[R&D]=x&customFields[a=b]=1&tags.0=y&tags.1.z=1&x[]=&status`))
	f.Add(form+"; charset=latin1", "", []byte("?data[customFields][a]b]=%80&data.bugId=1&data.f.0.g={}&data[tags]{}=[1]&data=%26%2355357%3B%26%2356347%3B"))
	f.Add(form, "", []byte("title=a;bugId=1;metadata.0.title=x;customFields.a%2Eb[0].c=1;customFields.x{}=y"))
	f.Add("", "", []byte("--x\r\nContent-Disposition: form-data; name=\"payload\"\r\nContent-Transfer-Encoding: base64\r\n\r\neyJidWdJZCI6MX0=\r\n"+
		"--x\r\nContent-Disposition: form-data; name=\"a\x1b\"b\"; filename*=x\r\n\r\n\r\n--x--\r\n"))
	f.Add("application/json", "", []byte("\x00{\x00\"\x00b\x00\"\x00:\x001\x00}"))
	f.Fuzz(func(t *testing.T, contentType, contentEncoding string, body []byte) {
		r := betterbugs.Request{ContentType: contentType, ContentEncoding: contentEncoding, Body: body, Limit: 1 << 16}
		_ = betterbugs.Challenge(r)
		report, err := betterbugs.Decode(r)
		if err != nil {
			_, undecodable := errors.AsType[*betterbugs.DecodeError](err)
			if !undecodable && !errors.Is(err, betterbugs.ErrNoReport) && !errors.Is(err, betterbugs.ErrTooLarge) {
				t.Fatalf("another error: %v", err)
			}
			return
		}
		if report.BugID == "" {
			t.Fatal("a report without a bugId")
		}
		checkRoundTrip(t, report)
	})
}
