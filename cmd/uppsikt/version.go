package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/uppsikt/uppsikt/cmd/uppsikt/client"
)

// versionCommand prints what this binary is.
type versionCommand struct{}

// Run prints the version, the commit and the Go version.
func (versionCommand) Run(a client.App) error {
	version, commit := buildVersion()
	_, err := fmt.Fprintf(a.Stdout, "uppsikt %s (%s, %s)\n", version, commit, runtime.Version())
	return err
}

// buildVersion returns what the Go toolchain recorded in the binary.
func buildVersion() (version, commit string) {
	version, commit = "(devel)", "unknown commit"
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return version, commit
	}
	if info.Main.Version != "" {
		version = info.Main.Version
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			commit = s.Value
		}
	}
	return version, commit
}
