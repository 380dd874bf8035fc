package controlmeasurement_test

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"google.golang.org/grpc"

	"github.com/uppsikt/uppsikt/internal/fault"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
)

// organisation serves the part of the directory that control measurement asks, over gRPC. It is safe for concurrent use.
type organisation struct {
	directoryv1.UnimplementedDirectoryServiceServer

	mu    sync.Mutex
	names []string
	// got and listed count what was asked; page, when above zero, is the most that a list gives.
	got, listed, page int
}

// newOrganisation returns a committee's three units, and one of another committee.
func newOrganisation() *organisation {
	return &organisation{names: []string{north, on + "/units/ostra", south, foreign}}
}

// foreign is a unit of another committee.
const foreign = ume + "/committees/un/units/norra"

// Register adds the service to a server.
func (o *organisation) Register(server grpc.ServiceRegistrar) {
	directoryv1.RegisterDirectoryServiceServer(server, o)
}

// add adds units "u0", "u1" and so on.
func (o *organisation) add(n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i := range n {
		o.names = append(o.names, fmt.Sprintf("%s/units/u%d", on, i))
	}
}

// close takes a unit away.
func (o *organisation) close(unit string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i, name := range o.names {
		if name == unit {
			o.names[i] = unit + "-stangd"
		}
	}
}

// asked returns what was asked since the last time: units one by one, and lists.
func (o *organisation) asked() (got, listed int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	got, listed = o.got, o.listed
	o.got, o.listed = 0, 0
	return got, listed
}

// GetUnit returns a unit.
func (o *organisation) GetUnit(_ context.Context, req *directoryv1.GetUnitRequest) (*directoryv1.Unit, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.got++
	for _, name := range o.names {
		if name == req.GetName() {
			return &directoryv1.Unit{Name: name, DisplayName: "Enhet"}, nil
		}
	}
	return nil, fault.Missing(req.GetName())
}

// ListUnits returns the units of a committee, a page at a time.
func (o *organisation) ListUnits(_ context.Context, req *directoryv1.ListUnitsRequest) (*directoryv1.ListUnitsResponse, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.listed++
	answer, from := &directoryv1.ListUnitsResponse{}, 0
	if _, err := fmt.Sscan(req.GetPageToken(), &from); err != nil {
		from = 0
	}
	for i := from; i < len(o.names); i++ {
		if o.page > 0 && i-from == o.page {
			answer.NextPageToken = fmt.Sprint(i)
			break
		}
		if strings.HasPrefix(o.names[i], req.GetParent()+"/units/") {
			answer.Units = append(answer.Units, &directoryv1.Unit{Name: o.names[i], DisplayName: "Enhet"})
		}
	}
	return answer, nil
}
