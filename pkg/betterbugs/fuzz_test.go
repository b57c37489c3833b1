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
