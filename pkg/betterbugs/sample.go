package betterbugs

import (
	_ "embed"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// sampleJSON is the sample payload of BetterBugs' page on its webhook integration.
//
//go:embed sample.json
var sampleJSON []byte

// Sample returns the vendor's sample document in its own order, a fresh copy each time.
func Sample() bridge.Fields {
	var doc bridge.Fields
	if err := doc.UnmarshalJSON(sampleJSON); err != nil {
		panic("betterbugs: the embedded sample is broken: " + err.Error())
	}
	return doc
}
