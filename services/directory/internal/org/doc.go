// Package org holds the rules of the directory: who may hold which role where and when, how units form a tree, what an
// address and an accent colour must be, and how sign-in slows down. Pure functions over small values; the faults name
// fields of the resource they are about.
package org

import "github.com/uppsikt/uppsikt/internal/fault"

// bad returns one fault of one field.
func bad(path, reason, swedish, english string) fault.Field {
	return fault.Field{Path: path, Reason: reason, Swedish: swedish, English: english}
}

// Under returns the faults with their paths below a prefix, such as "role_assignment".
func Under(prefix string, faults []fault.Field) []fault.Field {
	below := make([]fault.Field, len(faults))
	for i, f := range faults {
		below[i] = f
		below[i].Path = prefix + "." + f.Path
	}
	return below
}
