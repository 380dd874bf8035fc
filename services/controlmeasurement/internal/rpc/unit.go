package rpc

import (
	"context"
	"slices"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	"github.com/uppsikt/uppsikt/services/controlmeasurement/internal/control"
)

// units are the units that a write may name: those that the directory has, and those that were named before.
type units map[string]bool

// unitsOf asks the directory which of the units named anew it has in a committee, with the caller's own token. It comes
// before the transaction, which calls no other service. It asks nothing when there is nothing to ask about: a unit that was
// named before stays, whatever has become of it, and a name that is none of the committee's units is a fault by itself.
func (s *Server) unitsOf(ctx context.Context, committee string, named, before []string) (units, error) {
	known := units{"": true}
	for _, name := range before {
		known[name] = true
	}
	var asked []string
	for _, name := range named {
		if !known[name] && isUnit(name, committee) && !slices.Contains(asked, name) {
			asked = append(asked, name)
		}
	}
	var err error
	switch len(asked) {
	case 0:
	case 1:
		err = s.askUnit(ctx, asked[0], known)
	default:
		err = s.askUnits(ctx, committee, known)
	}
	return known, directoryFault(err)
}

// askUnit asks about one unit.
func (s *Server) askUnit(ctx context.Context, name string, known units) error {
	_, err := s.directory.GetUnit(ctx, &directoryv1.GetUnitRequest{Name: name})
	if f := rpcerr.FromStatus(err); f != nil {
		if f.Kind == fault.NotFound || f.Kind == fault.Invalid {
			return nil
		}
		return err
	}
	known[name] = true
	return nil
}

// askUnits asks for all units of a committee: one call for up to a page of them, however many are named.
func (s *Server) askUnits(ctx context.Context, committee string, known units) error {
	req := &directoryv1.ListUnitsRequest{Parent: committee, PageSize: maxPage}
	for {
		answer, err := s.directory.ListUnits(ctx, req)
		if err != nil {
			return err
		}
		for _, u := range answer.GetUnits() {
			known[u.GetName()] = true
		}
		if req.PageToken = answer.GetNextPageToken(); req.GetPageToken() == "" {
			return nil
		}
	}
}

// directoryFault says what cannot be done when the directory does not answer.
func directoryFault(err error) error {
	f := rpcerr.FromStatus(err)
	if f == nil || f.Kind != fault.Unavailable {
		return err
	}
	return &fault.Error{Kind: fault.Unavailable, Reason: "UNAVAILABLE", English: "the directory is unavailable, so the unit cannot be checked",
		Swedish: "Kommunens organisation går inte att nå just nu, så enheten går inte att kontrollera. Försök igen om en stund."}
}

// also returns the units with some that were named before.
func (u units) also(names ...string) units {
	all := units{}
	for name := range u {
		all[name] = true
	}
	for _, name := range names {
		all[name] = true
	}
	return all
}

// checkMeasurement finds a unit that the directory does not have; checkMeasurement of the package finds what is none by its
// name.
func (u units) checkMeasurement(m *controlv1.Measurement) []fault.Field {
	rule := measurementOf(m)
	return rule.CheckUnit(func(unit string) bool { return u[unit] || !isUnit(unit, committee(m.GetName())) })
}

// checkSamples finds units of samples that the directory does not have.
func (u units) checkSamples(r *controlv1.Result) []fault.Field {
	var faults []fault.Field
	for i, sample := range r.GetSamples() {
		if unit := sample.GetUnit(); !u[unit] && isUnit(unit, committee(r.GetName())) {
			faults = append(faults, control.UnknownUnit(at("samples", i)+".unit", unit))
		}
	}
	return faults
}

// unitsIn returns the units of samples.
func unitsIn(samples []*controlv1.Sample) []string { return each(samples, (*controlv1.Sample).GetUnit) }
