package main

import (
	"context"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/store"
)

// deliveryOf sets a variable to the id of the newest delivery of a bug in bugferry.db.
func deliveryOf(ts *testscript.TestScript, _ bool, args []string) {
	s, err := store.Open(context.Background(), store.Config{URL: "sqlite:" + ts.MkAbs("bugferry.db"), ReadOnly: true})
	ts.Check(err)
	defer func() { ts.Check(s.Close()) }()
	list, err := s.Deliveries(context.Background(), bridge.Search{Bug: args[1], Limit: 1})
	ts.Check(err)
	if len(list) == 0 {
		ts.Fatalf("no delivery of %s", args[1])
	}
	ts.Setenv(args[0], list[0].ID)
}
