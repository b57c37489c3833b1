package main

import (
	"runtime"

	"github.com/spf13/cobra"
)

func (p *program) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  usageArgs(cobra.NoArgs),
		Run: func(*cobra.Command, []string) {
			p.say("bugferry %s (%s, %s/%s)", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
		},
	}
}
