package client

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
)

// Exit codes.
const (
	ExitOK = iota
	// ExitFailed: it was refused, is wrong, or could not be done.
	ExitFailed
	// ExitMisuse: the command line itself is wrong.
	ExitMisuse
)

// ErrReported ends a command that has told already what is wrong.
var ErrReported = errors.New("reported")

// Fail prints what went wrong, in Swedish with the paths of its fields, and returns the exit code.
func Fail(w io.Writer, err error) int {
	if err == nil {
		return ExitOK
	}
	if !errors.Is(err, ErrReported) {
		printError(w, err)
	}
	return ExitFailed
}

// Misuse prints what is wrong with the command line.
func Misuse(w io.Writer, err error) int {
	fmt.Fprintf(w, "uppsikt: %v\nSee uppsikt --help.\n", err)
	return ExitMisuse
}

// printError prints a fault with its fields; anything else as it is.
func printError(w io.Writer, err error) {
	f := fault.As(err)
	if f == nil {
		f = fromService(err)
	}
	if f == nil {
		fmt.Fprintf(w, "uppsikt: %v\n", err)
		return
	}
	fmt.Fprintf(w, "uppsikt: %s\n", swedish(f))
	if len(f.Fields) == 0 {
		// The Swedish text says what to do; which resource, rule or address it was stands in the error itself.
		fmt.Fprintf(w, "  (%v)\n", err)
	}
	if hint := encryptionHint(err); hint != "" {
		fmt.Fprintf(w, "  %s\n", hint)
	}
	printFields(w, f.Fields)
	if id := rpcerr.RequestID(err); id != "" {
		fmt.Fprintf(w, "  Felsökningsnummer: %s\n", id)
	}
}

// encryptionHint says what to do when a server and its client do not agree on TLS; empty for anything else.
func encryptionHint(err error) string {
	switch text := err.Error(); {
	case strings.Contains(text, "error reading server preface"):
		return "Servern väntar sig troligen TLS. Ange --tls, eller --ca FILE om certifikatet inte är utfärdat av en allmänt betrodd utfärdare."
	case strings.Contains(text, "first record does not look like a TLS handshake"):
		return "Servern svarar utan TLS. Utelämna --tls och --ca, eller ange en annan adress."
	default:
		return ""
	}
}

// swedish returns the text of a fault. Whoever is at a command line has a token and no place to sign in.
func swedish(f *fault.Error) string {
	if f.Kind == fault.Unauthenticated {
		return "Åtkomsttoken gäller inte, eller så har den gått ut. Skapa en ny med uppsikt token."
	}
	return f.Swedish
}

// fromService returns what a called service answered, or nil when err comes from somewhere else.
func fromService(err error) *fault.Error {
	if s, ok := status.FromError(err); !ok || s.Code() == codes.OK {
		return nil
	}
	return rpcerr.FromStatus(err)
}

// printFields prints one line for each thing that is wrong.
func printFields(w io.Writer, fields []fault.Field) {
	for _, f := range fields {
		text := f.Swedish
		if text == "" {
			text = f.English
		}
		fmt.Fprintf(w, "  %s: %s\n", f.Path, text)
	}
}
