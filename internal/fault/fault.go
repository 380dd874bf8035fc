// Package fault holds the typed errors of the domain: few kinds, each with a text in Swedish for people and in English
// for developers, and a private cause that never leaves the process. It knows nothing of gRPC or SQL; package rpcerr
// turns a fault into what crosses the wire and back.
package fault

import (
	"errors"
	"strings"
)

// Kind says what sort of fault it is. Package rpcerr maps each to one gRPC code.
type Kind int

// The kinds.
const (
	// Internal is an unexpected fault; its texts are not shown.
	Internal Kind = iota
	// NotFound: the resource does not exist, or the caller may not know that it does.
	NotFound
	// Exists: a resource of this name exists.
	Exists
	// Invalid: fields are wrong; Fields lists each.
	Invalid
	// Precondition: the state does not allow it; Fields may list what is missing.
	Precondition
	// Conflict: somebody changed it meanwhile, or the sources moved; try again with the new state.
	Conflict
	// Denied: the caller's roles do not allow it.
	Denied
	// Unauthenticated: the credential is absent, wrong or expired.
	Unauthenticated
	// Exhausted: a limit was reached.
	Exhausted
	// Unavailable: something this needs cannot be reached; a repeat may succeed.
	Unavailable
	// Unsupported: this does not exist (yet).
	Unsupported
)

// Field is one thing wrong with one field, or one thing missing.
type Field struct {
	// Path of the field, such as "risk_entry.treatments[1].reason"; for a missing thing the resource and field.
	Path string
	// Reason is machine-readable, such as "string.min_len" or "OUTSIDE_SCALE".
	Reason string
	// Swedish says what is wrong and how to mend it.
	Swedish string
	// English says the same.
	English string
}

// Error is a fault.
type Error struct {
	Kind Kind
	// Reason is the name of an uppsikt.errors.v1.Reason without its prefix, such as "PLAN_DECIDED".
	Reason string
	// Swedish says what happened and what to do.
	Swedish string
	// English says the same.
	English string
	// Fields holds the details of Invalid and Precondition.
	Fields []Field
	// Facts are for a program that handles the reason, such as the number that is to be confirmed; nil without any.
	Facts map[string]string

	cause error
}

// Error returns the English text with its fields and its cause, for logs.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.English)
	for _, f := range e.Fields {
		b.WriteString("; " + f.Path + ": " + f.English)
	}
	if e.cause != nil {
		b.WriteString(": " + e.cause.Error())
	}
	return b.String()
}

// Unwrap returns the cause, or nil.
func (e *Error) Unwrap() error { return e.cause }

// Because returns a copy of e with a cause, which is logged but never sent.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// As returns the fault in err's chain, or nil.
func As(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// Is reports whether err is a fault of the kind.
func Is(err error, kind Kind) bool {
	e := As(err)
	return e != nil && e.Kind == kind
}

// Missing returns a NotFound for a resource name.
func Missing(name string) *Error {
	return &Error{Kind: NotFound, Reason: "NOT_FOUND",
		Swedish: "Det du söker finns inte, eller så har du inte tillgång till det.", English: "not found: " + name}
}

// Taken returns an Exists for a resource name.
func Taken(name string) *Error {
	return &Error{Kind: Exists, Reason: "ALREADY_EXISTS",
		Swedish: "Det finns redan något med det namnet.", English: "already exists: " + name}
}

// Stale returns the Conflict of an etag that is not the stored one.
func Stale(name string) *Error {
	return &Error{Kind: Conflict, Reason: "STALE_ETAG",
		Swedish: "Någon annan har ändrat detta sedan du öppnade det. Jämför versionerna och spara igen.",
		English: "stale etag: " + name}
}

// Fields returns an Invalid that lists fields, or nil when there are none.
func Fields(fields ...Field) error {
	if len(fields) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Reason: "INVALID_FIELDS",
		Swedish: "Något behöver rättas.", English: "invalid fields", Fields: fields}
}

// State returns a Precondition with the given reason and texts.
func State(reason, swedish, english string, missing ...Field) *Error {
	return &Error{Kind: Precondition, Reason: reason, Swedish: swedish, English: english, Fields: missing}
}

// Deny returns a Denied; english says which rule refused, for the log and the client.
func Deny(english string) *Error {
	return &Error{Kind: Denied, Reason: "PERMISSION_DENIED",
		Swedish: "Du har inte behörighet att göra detta. Kontakta den som sköter internkontrollen i din nämnd.", English: english}
}

// Unreachable returns an Unavailable for a dependency, with its cause.
func Unreachable(what string, cause error) *Error {
	return &Error{Kind: Unavailable, Reason: "UNAVAILABLE", cause: cause,
		Swedish: "Tjänsten går inte att nå just nu. Försök igen om en stund.", English: what + " is unavailable"}
}
