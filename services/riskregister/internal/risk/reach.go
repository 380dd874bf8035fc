package risk

import (
	"slices"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// Reach is how far a caller's right to write goes within a committee.
type Reach int

// The reaches, each holding the ones before it.
const (
	// ReachNone writes nothing.
	ReachNone Reach = iota
	// ReachOwn writes what names one of the caller's role assignments as its owner: owners and managers.
	ReachOwn
	// ReachAll writes everything: coordinators and heads.
	ReachAll
)

// Writer is a caller as the rules on rows see it.
type Writer struct {
	Reach Reach
	// Assignments are the names of the caller's role assignments.
	Assignments []string
}

// MayWrite refuses a caller who neither writes everything nor owns the row. An owner in words alone names nobody.
func (w Writer) MayWrite(owners []Owner) error {
	if w.Reach == ReachAll {
		return nil
	}
	if w.Reach == ReachOwn && slices.ContainsFunc(owners, w.is) {
		return nil
	}
	return fault.Deny("an owner or manager may only write what names one of the caller's role assignments as its owner")
}

// is reports whether the owner is one of the caller's role assignments.
func (w Writer) is(o Owner) bool {
	return o.Assignment != "" && slices.Contains(w.Assignments, o.Assignment)
}

// MayWriteAll refuses a caller who may only write what it owns.
func (w Writer) MayWriteAll() error {
	if w.Reach == ReachAll {
		return nil
	}
	return fault.Deny("this is for the coordinator or the head of administration")
}
