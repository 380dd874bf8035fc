package org

import "github.com/uppsikt/uppsikt/internal/fault"

// CheckTree takes the units of one committee, each with the unit it is part of ("" at the top), and returns a fault for
// each that is part of a unit that does not exist or of itself, directly or through others.
func CheckTree(parents map[string]string) map[string]fault.Field {
	faults := map[string]fault.Field{}
	for unit, parent := range parents {
		_, known := parents[parent]
		switch {
		case parent == "":
		case !known:
			faults[unit] = bad("parent_unit", "NOT_FOUND", "Den överordnade enheten finns inte i nämnden.",
				"the parent unit does not exist in this committee")
		case inCycle(unit, parents):
			faults[unit] = bad("parent_unit", "CYCLE",
				"En enhet kan inte ligga under sig själv eller under en av sina underenheter. Välj en annan överordnad enhet.",
				"the unit would be part of itself")
		}
	}
	return faults
}

// inCycle walks up from a unit; it takes as many steps as there are units at most.
func inCycle(unit string, parents map[string]string) bool {
	at := parents[unit]
	for range len(parents) {
		if at == unit {
			return true
		}
		if at == "" {
			return false
		}
		at = parents[at]
	}
	return false // below a cycle, but not in it
}
