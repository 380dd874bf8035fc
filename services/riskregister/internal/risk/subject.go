package risk

import (
	"slices"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// NotCovered is the fault of a result about something that no plan of its round holds as it was decided.
func NotCovered(subject string) error {
	return fault.State("NOT_COVERED",
		"Uppföljningen omfattar ingen beslutad plan där kontrollen ingår. Välj ett kontrollområde eller kontrollmoment som ingår.",
		"the round covers no decided version with "+subject)
}

// AreaOwners returns who carries out a control area, each once: its own owners, and those of its points in their order.
func AreaOwners(own []Owner, points []Point) []Owner {
	owners := slices.Clone(own)
	for _, p := range points {
		for _, o := range p.Owners {
			if !slices.Contains(owners, o) {
				owners = append(owners, o)
			}
		}
	}
	return owners
}

// AreaManager returns the manager who answers for every point of a control area; false when there is none, or several.
func AreaManager(managers []Owner) (Owner, bool) {
	if len(managers) == 0 {
		return Owner{}, false
	}
	for _, m := range managers[1:] {
		if m != managers[0] {
			return Owner{}, false
		}
	}
	return managers[0], true
}
