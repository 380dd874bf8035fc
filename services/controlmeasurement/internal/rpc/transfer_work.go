package rpc

import (
	"context"

	"github.com/uppsikt/uppsikt/internal/authz"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/transfer"
	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
)

// askAboutWork finds, of a caller who may not bring in everything, what it may not write, and what the directory and the
// risk register do not have. It comes before the transaction, which calls no other service.
func (s *Server) askAboutWork(ctx context.Context, i *transfer.Import) error {
	places := map[string]*workplace{}
	for _, item := range i.Items {
		c := committee(item.Name)
		if places[c] == nil {
			places[c] = &workplace{server: s}
		}
		places[c].add(item)
	}
	for name, p := range places {
		if err := p.check(ctx, i, name); err != nil {
			return err
		}
	}
	return nil
}

// workplace is what an import brings into one committee.
type workplace struct {
	server       *Server
	indicators   []transfer.Item
	measurements []transfer.Item
}

func (p *workplace) add(item transfer.Item) {
	switch item.Message.(type) {
	case *controlv1.Indicator:
		p.indicators = append(p.indicators, item)
	case *controlv1.Measurement:
		p.measurements = append(p.measurements, item)
	}
}

func (p *workplace) check(ctx context.Context, i *transfer.Import, name string) error {
	if len(p.indicators) > 0 {
		if err := authz.Require(ctx, authzv1.Permission_PERMISSION_INDICATOR_WRITE, name); err != nil {
			return err
		}
	}
	if len(p.measurements) > 0 {
		if err := resultWriter(ctx, name).mayWrite(); err != nil {
			return err
		}
	}
	if err := p.subjects(ctx, i, name); err != nil {
		return err
	}
	return p.units(ctx, i, name)
}

// subjects asks the register about subjects that an indicator did not have before.
func (p *workplace) subjects(ctx context.Context, i *transfer.Import, name string) error {
	for _, item := range p.indicators {
		stored, err := p.server.tables.Indicators.Get(ctx, p.server.store, item.Name)
		if err != nil && !missing(err) {
			return err
		}
		given, _ := item.Message.(*controlv1.Indicator)
		faults, err := p.server.unknownSubjects(ctx, name, given.GetSubjects(), stored.GetSubjects())
		if err != nil {
			return err
		}
		for _, f := range faults {
			i.Fault(item, f)
		}
	}
	return nil
}

// units asks the directory about the units, all at once. One that a stored measurement names stays.
func (p *workplace) units(ctx context.Context, i *transfer.Import, name string) error {
	named := each(p.measurements, func(item transfer.Item) string {
		m, _ := item.Message.(*controlv1.Measurement)
		return m.GetUnit()
	})
	known, err := p.server.unitsOf(ctx, name, named, nil)
	if err != nil {
		return err
	}
	for _, item := range p.measurements {
		m, _ := item.Message.(*controlv1.Measurement)
		faults := known.checkMeasurement(m)
		if len(faults) == 0 {
			continue
		}
		stored, err := p.server.tables.Measurements.Get(ctx, p.server.store, item.Name)
		if err != nil && !missing(err) {
			return err
		}
		if stored.GetUnit() == m.GetUnit() {
			continue
		}
		for _, f := range faults {
			i.Fault(item, f)
		}
	}
	return nil
}

// sameIndicator refuses, of a caller who may not bring in everything, to let a stored measurement measure something else.
func (in *importing) sameIndicator(item transfer.Item, m *controlv1.Measurement) error {
	if in.Full {
		return nil
	}
	before, err := in.Tx.Before(item.Name)
	if stored, ok := before.(*controlv1.Measurement); ok && stored.GetIndicator() != m.GetIndicator() {
		in.report(item, fault.Field{Path: "indicator", Reason: "INDICATOR_FIXED",
			Swedish: "Mätvärdet finns redan och gäller en annan indikator. Använd en annan nyckel, eller rätta indikatorn.",
			English: "what a measurement measures never changes"})
	}
	return err
}
