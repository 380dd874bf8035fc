package exchangetest

import (
	"context"
	"maps"
	"slices"
	"strings"

	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
)

// ListUnits returns the units of a committee, in order of name and on one page.
func (d memoryDirectory) ListUnits(_ context.Context, r *directoryv1.ListUnitsRequest) (*directoryv1.ListUnitsResponse, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	answer := &directoryv1.ListUnitsResponse{}
	for _, name := range slices.Sorted(maps.Keys(d.Kept)) {
		if u, ok := d.Kept[name].(*directoryv1.Unit); ok && strings.HasPrefix(name, r.GetParent()+"/units/") {
			answer.Units = append(answer.Units, u)
		}
	}
	return answer, nil
}
