package rpc

import (
	"context"
	"fmt"
	"slices"

	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/transfer"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	"github.com/uppsikt/uppsikt/services/controlmeasurement/internal/control"
	"github.com/uppsikt/uppsikt/services/controlmeasurement/internal/sqlstore"
)

// CheckImport checks everything that a file brings in by the same rules as the standard methods, as far as that can be told
// without the risk register, which a transaction does not call: subjects by their form, grades not at all. It completes
// values and what follows from the indicators. An import alone writes results of closed rounds, when its caller may bring in
// everything; it proposes nothing.
func (s *Server) CheckImport(ctx context.Context, i *transfer.Import) error {
	in := &importing{Server: s, Import: i}
	if err := in.read(ctx); err != nil {
		return err
	}
	for _, pass := range []func(context.Context, transfer.Item) error{in.indicator, in.measurement, in.result} {
		for _, item := range i.Items {
			if err := pass(ctx, item); err != nil {
				return err
			}
		}
	}
	return in.note(ctx)
}

// importing is one import being checked: the scope as it would become.
type importing struct {
	*Server
	*transfer.Import
	indicators map[string]*controlv1.Indicator
	// periods and subjects hold, for each thing that there may be one of, the name that comes first.
	periods  map[period]string
	subjects map[[2]string]string
	// measurements and results are by name; stored are the results as they were.
	measurements map[string]*controlv1.Measurement
	results      map[string]*controlv1.Result
	stored       map[string]*controlv1.Result
	// computed are the committees' findings, read when first needed.
	computed map[string]*found
}

// period is what there may be one measurement of.
type period struct{ parent, indicator, unit, begin, end string }

func periodKey(m *controlv1.Measurement) period {
	return period{resource.Parent(m.GetName()), m.GetIndicator(), m.GetUnit(), m.GetBeginDate(), m.GetEndDate()}
}

// subjectKey is what there may be one result of: a round and a subject.
func subjectKey(r *controlv1.Result) [2]string {
	return [2]string{resource.Parent(r.GetName()), r.GetSubject()}
}

// read reads the scope as it would become, each type once.
func (in *importing) read(ctx context.Context) error {
	in.indicators, in.periods, in.subjects = map[string]*controlv1.Indicator{}, map[period]string{}, map[[2]string]string{}
	in.measurements, in.results = map[string]*controlv1.Measurement{}, map[string]*controlv1.Result{}
	in.stored, in.computed = map[string]*controlv1.Result{}, map[string]*found{}
	indicators, err := in.tables.Indicators.All(ctx, in.Tx, in.Parent)
	if err != nil {
		return err
	}
	measurements, err := in.tables.Measurements.All(ctx, in.Tx, in.Parent)
	if err != nil {
		return err
	}
	results, err := in.tables.Results.All(ctx, in.Tx, in.Parent)
	if err != nil {
		return err
	}
	for _, i := range indicators {
		in.indicators[i.GetName()] = i
	}
	for _, m := range measurements {
		in.measurements[m.GetName()] = m
		first(in.periods, periodKey(m), m.GetName())
	}
	for _, r := range results {
		in.results[r.GetName()] = r
		first(in.subjects, subjectKey(r), r.GetName())
	}
	return in.readStored(ctx)
}

// first notes a name unless one that comes before it has the key.
func first[K comparable](names map[K]string, key K, name string) {
	if had, ok := names[key]; !ok || name < had {
		names[key] = name
	}
}

// readStored reads the results as they lie in the database.
func (in *importing) readStored(ctx context.Context) error {
	return in.Tx.Run(ctx, sqlstore.SelectBodies(in.Parent, func(round, id string, body []byte) error {
		r := &controlv1.Result{}
		if err := proto.Unmarshal(body, r); err != nil {
			return fmt.Errorf("decode result %s of %s: %w", id, round, err)
		}
		in.stored[resource.Join(round, "results", id)] = r
		return nil
	}))
}

// report notes the faults of an item.
func (in *importing) report(item transfer.Item, faults ...fault.Field) {
	for _, f := range faults {
		in.Fault(item, f)
	}
}

// indicator checks an indicator.
func (in *importing) indicator(_ context.Context, item transfer.Item) error {
	if i, ok := item.Message.(*controlv1.Indicator); ok {
		in.report(item, checkIndicator(i)...)
	}
	return nil
}

// measurement checks a measurement and computes the value that counts. Stored measurements of an indicator that the file
// makes another kind of number are checked with it.
func (in *importing) measurement(ctx context.Context, item transfer.Item) error {
	switch given := item.Message.(type) {
	case *controlv1.Measurement:
		m := in.measurements[item.Name]
		i := in.indicators[given.GetIndicator()]
		if i == nil || resource.Parent(given.GetIndicator()) != resource.Parent(item.Name) {
			in.report(item, unknownIndicator(given))
			return nil
		}
		in.report(item, checkMeasurement(i, m)...)
		if other := in.periods[periodKey(m)]; other != item.Name {
			in.report(item, takenPeriod(m, other))
		}
		if err := in.sameIndicator(item, m); err != nil {
			return err
		}
		complete(i, m)
		return in.tables.Measurements.Put(ctx, in.Tx, m)
	case *controlv1.Indicator:
		return in.stays(ctx, item, given)
	}
	return nil
}

// stays refuses another kind of number for an indicator that has stored measurements.
func (in *importing) stays(ctx context.Context, item transfer.Item, given *controlv1.Indicator) error {
	existed, changed, err := in.Tx.Changed(item.Name)
	if err != nil || !existed || !changed {
		return err
	}
	quantity := ""
	if err := in.Tx.Run(ctx, sqlstore.SelectMeasuredQuantity(item.Name, &quantity)); err != nil {
		return err
	}
	if quantity != "" && quantity != sqlstore.QuantityWord(given.GetQuantity()) {
		in.report(item, field("quantity", "QUANTITY_FIXED",
			"Mätningen har redan värden, så slaget av tal kan inte ändras. Lägg upp en ny mätning.", "the indicator has measurements"))
	}
	return nil
}

// result checks a result and completes it. What is computed stays as it is stored; of a new one it is computed from the
// indicators, and once the import is stored from the grades too.
func (in *importing) result(ctx context.Context, item transfer.Item) error {
	given, ok := item.Message.(*controlv1.Result)
	if !ok {
		return nil
	}
	r := in.results[item.Name]
	if !isSubject(given.GetSubject(), committee(item.Name)) {
		in.report(item, unknownSubject("subject", given.GetSubject()))
		return nil
	}
	if other := in.subjects[subjectKey(r)]; other != item.Name {
		in.report(item, takenSubject(other))
	}
	f, err := in.findings(committee(item.Name))
	if err != nil || f == nil {
		return err
	}
	grades := []control.Grade{{ID: r.GetGrade(), Title: r.GetGrade()}}
	in.report(item, append(f.settle(r, grades).Check(grades), checkNames(r)...)...)
	r.ProposedActions = nil
	if was := in.stored[item.Name]; was != nil {
		r.ComputedFulfilment, r.Deviates, r.ProposedActions = was.GetComputedFulfilment(), was.GetDeviates(), was.GetProposedActions()
		if was.GetSubject() != r.GetSubject() {
			in.report(item, field("subject", "SUBJECT_FIXED",
				"Resultatet finns redan och gäller något annat. Rätta filen, eller lägg in ett nytt resultat.", "what a result is about never changes"))
		}
	}
	return in.tables.Results.Put(ctx, in.Tx, r)
}

// findings returns what the results of a committee are computed from; nil when a measurement's date was reported.
func (in *importing) findings(parent string) (*found, error) {
	if f, ok := in.computed[parent]; ok {
		return f, nil
	}
	var indicators []*controlv1.Indicator
	for _, i := range in.indicators {
		if resource.Parent(i.GetName()) == parent {
			indicators = append(indicators, i)
		}
	}
	slices.SortFunc(indicators, sqlstore.CompareIndicators)
	var measurements []*controlv1.Measurement
	for _, m := range in.measurements {
		if resource.Parent(m.GetName()) == parent && len(periodOf(m).Check()) == 0 {
			measurements = append(measurements, m)
		}
	}
	f, err := newFound(indicators, measurements)
	in.computed[parent] = f
	return f, err
}

// note remembers what the import changes that results rest on, for what follows it.
func (in *importing) note(ctx context.Context) error {
	done, ok := ctx.Value(importedKey{}).(*imported)
	if !ok {
		return nil
	}
	done.reset()
	for _, item := range in.Items {
		_, changed, err := in.Tx.Changed(item.Name)
		if err != nil {
			return err
		}
		if !changed {
			continue
		}
		switch m := item.Message.(type) {
		case *controlv1.Result:
			done.results = append(done.results, item.Name)
		case *controlv1.Indicator:
			done.subjects[committee(item.Name)] = append(done.subjects[committee(item.Name)], m.GetSubjects()...)
		case *controlv1.Measurement:
			i := in.indicators[m.GetIndicator()]
			done.subjects[committee(item.Name)] = append(done.subjects[committee(item.Name)], i.GetSubjects()...)
		}
	}
	return nil
}
