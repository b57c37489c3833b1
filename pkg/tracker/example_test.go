package tracker_test

import (
	"fmt"
	"net/http"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/tracker"
)

// A 404 on the place parks a delivery, with what a person can do.
func ExampleClassify() {
	err := tracker.Classify(tracker.Failure{Op: "create issue in acme/web", Method: http.MethodPost, Status: http.StatusNotFound, Message: "Not Found"},
		tracker.Hints{Place: "check the repository's name"})
	fmt.Println(err)
	fmt.Println(err.Kind == bridge.Permanent, err.Nothing, err.Hint)
	// Output:
	// create issue in acme/web: 404 Not Found: Not Found
	// true true check the repository's name
}
