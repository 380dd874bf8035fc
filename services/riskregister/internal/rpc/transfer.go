package rpc

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/transfer"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/risk"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/sqlstore"
)

// CheckImport checks everything that a file brings in by the same rules as the standard methods, and completes it:
// computed values and levels, a frozen version for a decided plan without one, and the follow-ups of a round without
// any. An import alone may bring in plans that are decided or closed and rounds that are closed, when its caller may bring
// in everything.
func (s *Server) CheckImport(ctx context.Context, i *transfer.Import) error {
	in := &importing{Server: s, Import: i, closed: map[string]bool{}}
	// What others refer to comes first, so that a fault of a plan is not followed by those of its entries.
	for _, pass := range []func(context.Context, transfer.Item) error{
		in.method, in.commonItem, in.risk, in.plan, in.version, in.content, in.work, in.onward, in.action, in.freeze, in.round, in.followUp, in.closedRound,
	} {
		for _, item := range i.Items {
			if err := pass(ctx, item); err != nil {
				return err
			}
		}
	}
	if !in.Full {
		return nil // plans that are not drafts were refused
	}
	return in.fixedPlans(ctx)
}

// importing is one import being checked.
type importing struct {
	*Server
	*transfer.Import
	// closed are the plans of which it was said that they cannot change.
	closed map[string]bool
}

// report notes the faults of an item.
func (in *importing) report(item transfer.Item, faults []fault.Field, err error) error {
	for _, f := range faults {
		in.Fault(item, f)
	}
	return err
}

// state notes what a rule on states found about an item, at a path below it.
func (in *importing) state(item transfer.Item, path string, err error) error {
	if f := fault.As(err); f != nil && len(f.Fields) == 0 && f.Kind == fault.Precondition {
		in.Fault(item, field(path, f.Reason, f.Swedish, f.English))
		return nil
	}
	return in.Faults(item, err)
}

// parent reports a parent that does not exist, and whether it does.
func (in *importing) parent(ctx context.Context, item transfer.Item, t interface {
	Exists(context.Context, resource.Reader, string) (bool, error)
}, what, whatEnglish string) (bool, error) {
	faults, err := exists(ctx, in.Tx, t, "name", resource.Parent(item.Name), resource.Scope(item.Name), what, whatEnglish)
	return len(faults) == 0 && err == nil, in.report(item, faults, err)
}

// method checks versions of methods: numbered, and never changed once stored.
func (in *importing) method(ctx context.Context, item transfer.Item) error {
	v, ok := item.Message.(*riskv1.MethodVersion)
	if !ok {
		return nil
	}
	if _, err := in.parent(ctx, item, in.tables.Methods, "Metoden", "method"); err != nil {
		return err
	}
	if n, err := strconv.Atoi(resource.ID(item.Name)); err != nil || n < 1 || strconv.Itoa(n) != resource.ID(item.Name) {
		in.Fault(item, field("name", "VERSION_NUMBER", "En version heter som sitt nummer: 1, 2, 3 …", "a version is named by its number"))
	}
	existed, changed, err := in.Tx.Changed(item.Name)
	if existed && changed {
		in.Fault(item, field("", "VERSION_IMMUTABLE",
			"Metodversionen finns redan med annat innehåll och kan inte ändras. Lägg ändringen i en ny version.",
			"the method version exists with other content"))
	}
	return in.report(item, checkMethodVersion(v), err)
}

func (in *importing) risk(ctx context.Context, item transfer.Item) error {
	m, ok := item.Message.(*riskv1.Risk)
	if !ok {
		return nil
	}
	faults, err := in.checkRisk(ctx, in.Tx, m)
	return in.report(item, faults, err)
}

// plan checks a plan in whatever state it comes, and fills in that it is a first draft where the file says nothing.
func (in *importing) plan(ctx context.Context, item transfer.Item) error {
	if _, ok := item.Message.(*riskv1.Plan); !ok {
		return nil
	}
	p, err := in.tables.Plans.Get(ctx, in.Tx, item.Name)
	if err != nil {
		return err
	}
	p.State, p.Version = stateTo(stateOf(p.GetState())), max(p.GetVersion(), 1)
	if err := in.tables.Plans.Put(ctx, in.Tx, p); err != nil {
		return err
	}
	faults, err := in.checkPlan(ctx, in.Tx, p)
	faults = slices.Concat(risk.CheckYear("name", resource.ID(item.Name)), faults, checkDecision(p))
	return in.report(item, faults, err)
}

// checkDecision: a decided plan has a decision, and only such a plan.
func checkDecision(p *riskv1.Plan) []fault.Field {
	public := stateOf(p.GetState()).Public()
	switch {
	case public && p.GetDecision() == nil:
		return []fault.Field{field("decision", "DECISION_MISSING",
			"Planen är beslutad men beslutet saknas. Ange sammanträdesdag och paragraf.", "a decided plan needs its decision")}
	case !public && p.GetDecision() != nil:
		return []fault.Field{field("decision", "DECISION_WITHOUT_STATE",
			"Planen har ett beslut men är inte beslutad. Ta bort beslutet eller ändra planens läge.", "only a decided plan has a decision")}
	case public:
		return risk.Under("decision", decisionOf(p.GetDecision()).Check())
	}
	return nil
}

// content checks what plans hold and carries the computed values in.
func (in *importing) content(ctx context.Context, item transfer.Item) error {
	switch m := item.Message.(type) {
	case *riskv1.RiskEntry:
		return in.entry(ctx, item)
	case *riskv1.ControlArea:
		if ok, err := in.parent(ctx, item, in.tables.Plans, "Planen", "plan"); !ok {
			return err
		}
		return in.report(item, checkArea(m), nil)
	case *riskv1.ControlPoint:
		if ok, err := in.parent(ctx, item, in.tables.Plans, "Planen", "plan"); !ok {
			return err
		}
		faults, err := in.checkPoint(ctx, in.Tx, m)
		if err := in.report(item, faults, err); err != nil {
			return err
		}
		return in.instance(ctx, item, m)
	}
	return nil
}

func (in *importing) entry(ctx context.Context, item transfer.Item) error {
	if ok, err := in.parent(ctx, item, in.tables.Plans, "Planen", "plan"); !ok {
		return err
	}
	plan, err := in.tables.Plans.Get(ctx, in.Tx, resource.Parent(item.Name))
	if err != nil {
		return err
	}
	e, err := in.tables.RiskEntries.Get(ctx, in.Tx, item.Name)
	if err != nil {
		return err
	}
	faults, err := in.checkEntry(ctx, in.Tx, e, plan)
	// A method that does not exist is the plan's fault, and was reported there.
	faults = slices.DeleteFunc(faults, func(f fault.Field) bool { return f.Reason == "UNKNOWN_METHOD_VERSION" })
	if err := in.report(item, faults, err); err != nil {
		return err
	}
	return in.tables.RiskEntries.Put(ctx, in.Tx, e)
}

// version checks a frozen version and brings it into the form in which plans are frozen here.
func (in *importing) version(ctx context.Context, item transfer.Item) error {
	if _, ok := item.Message.(*riskv1.PlanVersion); !ok {
		return nil
	}
	if ok, err := in.parent(ctx, item, in.tables.Plans, "Planen", "plan"); !ok {
		return err
	}
	v, err := in.tables.PlanVersions.Get(ctx, in.Tx, item.Name)
	if err != nil {
		return err
	}
	faults := in.checkVersion(v)
	v.Snapshot = freeze(v.GetSnapshot())
	faults = append(faults, risk.Under("snapshot", settle(v.GetSnapshot()))...)
	next, err := in.tables.PlanVersions.Exists(ctx, in.Tx, nextVersionName(item.Name))
	if err != nil {
		return err
	}
	v.Replaced = v.GetReplaced() || next
	if err := in.tables.PlanVersions.Put(ctx, in.Tx, v); err != nil {
		return err
	}
	if err := in.report(item, faults, nil); err != nil {
		return err
	}
	return in.unchanged(ctx, item, v)
}

// checkVersion: a number, the plan's own snapshot, its method, and the decision.
func (in *importing) checkVersion(v *riskv1.PlanVersion) []fault.Field {
	var faults []fault.Field
	if number, err := strconv.Atoi(resource.ID(v.GetName())); err != nil || number < 1 || int32(number) != v.GetSnapshot().GetPlan().GetVersion() {
		faults = append(faults, field("snapshot.plan.version", "VERSION_NUMBER",
			"Versionens namn och planens versionsnummer ska vara samma tal.", "the name and the number of the version differ"))
	}
	if v.GetSnapshot().GetPlan().GetName() != resource.Parent(v.GetName()) {
		faults = append(faults, field("snapshot.plan.name", "OTHER_PLAN",
			"Versionen innehåller en annan plan än den hör till.", "the snapshot is of another plan"))
	}
	if v.GetSnapshot().GetMethodVersion() == nil {
		return append(faults, field("snapshot.method_version", "REQUIRED",
			"Versionen saknar den metod som planen gjordes med.", "the snapshot lacks its method version"))
	}
	return append(faults, risk.Under("decision", decisionOf(v.GetDecision()).Check())...)
}

// settle computes a snapshot's values with its own method, puts its parts in order and returns the faults.
func settle(snapshot *riskv1.PlanSnapshot) []fault.Field {
	if snapshot.GetMethodVersion() == nil {
		return nil
	}
	method := methodOf(snapshot.GetMethodVersion())
	faults := risk.Under("method_version", method.Check())
	for i, e := range snapshot.GetRiskEntries() {
		score, wrong := method.CheckEntry(entryOf(e, ""))
		carry(e, score)
		if e.GetRisk() == "" {
			wrong = append(wrong, field("risk", "REQUIRED", "Ange vilken risk bedömningen gäller.", "the entry names no risk"))
		}
		faults = append(faults, risk.Under(fmt.Sprintf("risk_entries[%d]", i), wrong)...)
	}
	sortBy(snapshot.GetRisks(), func(a, b *riskv1.Risk) bool { return a.GetName() < b.GetName() })
	sortBy(snapshot.GetActions(), func(a, b *riskv1.Action) bool { return a.GetName() < b.GetName() })
	sortHeld(snapshot.GetRiskEntries())
	sortHeld(snapshot.GetControlAreas())
	sortHeld(snapshot.GetControlPoints())
	return faults
}

// sortHeld puts what a plan holds in the order of lists.
func sortHeld[M held](all []M) {
	sortBy(all, func(a, b M) bool {
		if a.GetPosition() != b.GetPosition() {
			return a.GetPosition() < b.GetPosition()
		}
		return a.GetName() < b.GetName()
	})
}

// nextVersionName returns the name of the version after this one.
func nextVersionName(name string) string {
	number, err := strconv.Atoi(resource.ID(name))
	if err != nil {
		return ""
	}
	return versionName(resource.Parent(name), int32(number)+1)
}

// unchanged refuses a version that is stored with other content; only that it was replaced may be new.
func (in *importing) unchanged(ctx context.Context, item transfer.Item, v *riskv1.PlanVersion) error {
	existed, changed, err := in.Tx.Changed(item.Name)
	if err != nil || !existed || !changed {
		return err
	}
	stored := &riskv1.PlanVersion{}
	if _, err := sqlstore.Stored(ctx, in.Tx, in.tables.PlanVersions, item.Name, stored); err != nil {
		return err
	}
	same := proto.CloneOf(v)
	same.Replaced = stored.GetReplaced()
	clearVersions(same.ProtoReflect())
	if !proto.Equal(same, stored) {
		in.Fault(item, field("", "VERSION_IMMUTABLE",
			"Den beslutade versionen finns redan med annat innehåll och kan inte ändras. Revidera planen i stället.",
			"the decided version exists with other content"))
	}
	return nil
}
