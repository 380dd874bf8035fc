package rpc

import (
	"sort"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// find returns the one that has the name, or fault.NotFound.
func find[M interface{ GetName() string }](all []M, name string) (M, error) {
	for _, m := range all {
		if m.GetName() == name {
			return m, nil
		}
	}
	var none M
	return none, fault.Missing(name)
}

// sortBy sorts stably.
func sortBy[T any](values []T, less func(a, b T) bool) {
	sort.SliceStable(values, func(i, j int) bool { return less(values[i], values[j]) })
}
