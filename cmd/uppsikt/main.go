// Command uppsikt is the whole suite in one process, and the operator's client of any installation.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // images without a file system of their own know no time zones

	"github.com/alecthomas/kong"

	"github.com/uppsikt/uppsikt/cmd/uppsikt/client"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// isTerminal reports whether somebody watches what is written.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// run executes one command line and returns the exit code.
func run(ctx context.Context, args []string, env func(string) string, stdout, errors io.Writer) int {
	var commands cli
	stderr := &lines{w: errors}
	helped := false
	parser, err := kong.New(&commands, kong.Name("uppsikt"), kong.Description(description), kong.Writers(stdout, stderr),
		kong.Exit(func(int) { helped = true }),
		kong.Bind(client.App{Context: ctx, Getenv: env, Stdout: stdout, Stderr: stderr, Terminal: isTerminal(errors)}))
	if err != nil {
		return client.Fail(stderr, err)
	}
	parsed, err := parser.Parse(args)
	switch {
	case helped:
		return client.ExitOK
	case err != nil:
		return client.Misuse(stderr, err)
	default:
		return client.Fail(stderr, parsed.Run())
	}
}
