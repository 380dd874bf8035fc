package risk

import "github.com/uppsikt/uppsikt/internal/fault"

// KeepMoved refuses changes to something that was moved to another committee; movedTo is empty for what was not. What
// names it in Swedish, in the definite form.
func KeepMoved(what, movedTo string) error {
	if movedTo == "" {
		return nil
	}
	return fault.State("WRONG_STATE", "Det går inte, för "+what+" har flyttats till en annan nämnd. Gör ändringen där.",
		"it was moved to "+movedTo)
}

// Writable refuses changes to a control point that was moved.
func (c Point) Writable() error { return KeepMoved("kontrollmomentet", c.MovedTo) }

// Movable refuses to move a control point that was moved before, and one that carries out a common item: the committee
// that takes over has one of its own.
func (c Point) Movable() error {
	if c.CommonItem == "" {
		return c.Writable()
	}
	return fault.State("WRONG_STATE", "En gemensam granskning kan inte flyttas, för varje nämnd har sin egen.",
		"the control point carries out "+c.CommonItem)
}
