// Package client holds the commands that speak to an installation over gRPC, with the rights of the token they are given.
package client

import (
	"context"
	"io"
)

// App is what every command is given.
type App struct {
	// Context ends when the command is to be broken off.
	Context context.Context
	// Getenv reads an environment variable; "" when it is not set.
	Getenv func(string) string
	// Stdout takes results, Stderr progress and errors.
	Stdout, Stderr io.Writer
	// Terminal is true when somebody watches Stderr.
	Terminal bool
}
