package main

import (
	"fmt"

	"github.com/uppsikt/uppsikt/cmd/uppsikt/allinone"
	"github.com/uppsikt/uppsikt/cmd/uppsikt/client"
	"github.com/uppsikt/uppsikt/internal/clock"
)

// rotateKeyCommand makes a new key that access tokens are signed with.
type rotateKeyCommand struct {
	place
	Forget bool `help:"Forget the earlier keys, as when they may be in wrong hands. What they have signed is refused within ten minutes; tokens in use then end with their time, an hour at most, or when the server is restarted."`
}

// Run makes the key. A running installation signs with it at once, and verifies with it within ten seconds.
func (c rotateKeyCommand) Run(a client.App) error {
	rotate, at := allinone.RotateKey, c.Data
	if c.server() {
		rotate, at = allinone.RotateKeyPostgres, c.Database
	}
	if err := rotate(a.Context, at, c.Forget, clock.System{}); err != nil {
		return err
	}
	fmt.Fprintln(a.Stdout, "En ny nyckel signerar från och med nu.")
	return nil
}
