package sqldb

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// ErrClosed is the cause of the fault that a closed DB returns.
var ErrClosed = errors.New("database is closed")

// ErrReadOnly is returned by Write on a database opened read-only.
var ErrReadOnly = errors.New("database is open for reading only")

// Violation is the cause of a fault.Exists: which unique constraint was violated. Name unique indexes in the
// migrations ("create unique index NAME") and the name is the same on both engines; a primary key is TABLE_pkey.
type Violation struct {
	Constraint string

	cause error
}

// Error names the constraint and says what the engine said.
func (v *Violation) Error() string {
	return "unique constraint " + v.Constraint + ": " + v.cause.Error()
}

// Unwrap returns the error of the driver.
func (v *Violation) Unwrap() error { return v.cause }

// Violated returns the name of the unique constraint that err is about, or "".
func Violated(err error) string {
	var v *Violation
	if errors.As(err, &v) {
		return v.Constraint
	}
	return ""
}

// conflict marks an error after which the same transaction may succeed.
type conflict struct{ cause error }

func (c *conflict) Error() string { return c.cause.Error() }
func (c *conflict) Unwrap() error { return c.cause }

func retryable(err error) bool {
	var c *conflict
	return errors.As(err, &c)
}

func exists(constraint string, cause error) error {
	return fault.Taken(constraint).Because(&Violation{Constraint: constraint, cause: cause})
}

func full(cause error) error {
	e := &fault.Error{Kind: fault.Exhausted, Reason: "LIMIT_EXCEEDED",
		Swedish: "Det finns inte plats för mer i databasen. Kontakta den som driver systemet.",
		English: "the database is full"}
	return e.Because(cause)
}

// failing is what the disk answers when it is broken, when a quota is used up, and when files may not grow further.
func failing(cause error) error {
	e := &fault.Error{Kind: fault.Unavailable, Reason: "UNAVAILABLE",
		Swedish: "Databasens disk är full eller trasig. Kontakta den som driver systemet.",
		English: "the disk of the database is full or broken"}
	return e.Because(cause)
}

func unreachable(cause error) error { return fault.Unreachable("database", cause) }

func busy(cause error) error { return unreachable(&conflict{cause}) }

func conflicting(cause error) error {
	e := &fault.Error{Kind: fault.Conflict, Reason: "STALE_ETAG",
		Swedish: "Någon annan ändrade samma sak samtidigt. Försök igen.",
		English: "conflicting transactions"}
	return e.Because(&conflict{cause})
}

// NewerError says that a database was written by a newer program.
type NewerError struct {
	// Have is the version of the database's schema, Known the newest that this program knows.
	Have, Known int64
}

// Error says what to do.
func (e *NewerError) Error() string {
	return fmt.Sprintf("the database has schema version %d, newer than this program knows (%d): run a newer program", e.Have, e.Known)
}

func newer(have, want int64) error {
	return fault.State("WRONG_STATE",
		"Uppgifterna är skrivna av en nyare version av programmet. Det behövs en nyare version av programmet för att öppna dem.",
		"written by a newer program").Because(&NewerError{Have: have, Known: want})
}

func older(have, want int64) error {
	return fmt.Errorf("the database has schema version %d, this program needs %d: run the migrations", have, want)
}

// errNoTable is in the chain of the error about a table that does not exist.
var errNoTable = errors.New("no such table")

// callerError carries what the caller's own function returned past the translation of the driver's errors.
type callerError struct{ error }

func (e *callerError) Unwrap() error { return e.error }

// checkArgs refuses the one character that PostgreSQL cannot store in a text, so that both engines do.
func checkArgs(args []any) error {
	for _, arg := range args {
		if text, ok := arg.(string); ok && strings.IndexByte(text, 0) >= 0 {
			return fault.Fields(fault.Field{Path: "text", Reason: "NUL_CHARACTER",
				Swedish: "Texten innehåller ett otillåtet tecken (NUL). Ta bort det.",
				English: "the text contains a NUL character"})
		}
	}
	return nil
}

// ended returns the end of ctx as an error that holds both it and err, or nil while ctx lives.
func ended(ctx context.Context, err error) error {
	end := ctx.Err()
	switch {
	case end == nil:
		return nil
	case errors.Is(err, end):
		return err
	default:
		return fmt.Errorf("%w: %w", end, err)
	}
}
