package rpc

import (
	"context"
	"fmt"
	"slices"

	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/transfer"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/risk"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/sqlstore"
)

// freeze stages the version of a decided plan that has none, and finds a plan under revision without the version that
// is being revised.
func (in *importing) freeze(ctx context.Context, item transfer.Item) error {
	if _, ok := item.Message.(*riskv1.Plan); !ok {
		return nil
	}
	p, err := in.tables.Plans.Get(ctx, in.Tx, item.Name)
	if err != nil {
		return err
	}
	before := true
	if p.GetVersion() > 1 {
		if before, err = in.tables.PlanVersions.Exists(ctx, in.Tx, versionName(p.GetName(), p.GetVersion()-1)); err != nil {
			return err
		}
	}
	if !before {
		in.Fault(item, field("version", "VERSION_MISSING",
			"Planen är en senare version, men den version som beslutades före den saknas. Lägg till den.",
			"the decided version before this one is missing"))
		return nil
	}
	if !stateOf(p.GetState()).Public() {
		return nil
	}
	frozen, err := in.tables.PlanVersions.Exists(ctx, in.Tx, versionName(p.GetName(), p.GetVersion()))
	if frozen || err != nil {
		return err
	}
	if err := in.freezePlan(ctx, in.Tx, p); err != nil {
		return err
	}
	return in.replaceVersion(ctx, in.Tx, p)
}

// onward refuses a file that takes a plan back: to an earlier version, out of its decision, or out of a closed year.
func (in *importing) onward(ctx context.Context, item transfer.Item) error {
	if _, ok := item.Message.(*riskv1.Plan); !ok {
		return nil
	}
	p, err := in.tables.Plans.Get(ctx, in.Tx, item.Name)
	if err != nil {
		return err
	}
	decided, err := in.tables.PlanVersions.Exists(ctx, in.Tx, versionName(p.GetName(), p.GetVersion()))
	if err != nil {
		return err
	}
	stored := &riskv1.Plan{}
	if _, err := sqlstore.Stored(ctx, in.Tx, in.tables.Plans, item.Name, stored); err != nil {
		return err
	}
	switch state := stateOf(p.GetState()); {
	case stored.GetVersion() > p.GetVersion():
		in.Fault(item, field("version", "VERSION_BEHIND",
			fmt.Sprintf("Planen har kommit till version %d, men filen har version %d. Hämta en ny fil.", stored.GetVersion(), p.GetVersion()),
			fmt.Sprintf("the plan is at version %d, the file has version %d", stored.GetVersion(), p.GetVersion())))
	case decided && !state.Public():
		in.Fault(item, field("state", "PLAN_DECIDED",
			"Den här versionen av planen är beslutad och kan inte bli utkast igen. Revidera planen i systemet, eller rätta filen.",
			"this version of the plan is decided and cannot become a draft again"))
	case stateOf(stored.GetState()) == risk.Closed && state != risk.Closed && stored.GetVersion() == p.GetVersion():
		in.Fault(item, field("state", "WRONG_STATE",
			"Planen är avslutad och kan inte öppnas igen. Rätta filen.", "the plan is closed and cannot be opened again"))
	}
	return nil
}

// fixedPlans refuses a file that changes what a decided plan holds, or that leaves a proposed one incomplete: each plan
// that the file touches is looked at as it would become.
func (in *importing) fixedPlans(ctx context.Context) error {
	done := map[string]bool{}
	for _, item := range in.Items {
		if !inPlan(item.Message) || done[planNamed(item.Name)] {
			continue
		}
		done[planNamed(item.Name)] = true
		plan, err := in.tables.Plans.Get(ctx, in.Tx, planNamed(item.Name))
		if missing(err) {
			continue // reported
		}
		if err != nil {
			return err
		}
		if err := in.fixed(ctx, item, plan); err != nil {
			return err
		}
	}
	return nil
}

// fixed looks at one plan; item is the first of the file that touches it.
func (in *importing) fixed(ctx context.Context, item transfer.Item, plan *riskv1.Plan) error {
	state := stateOf(plan.GetState())
	if state == risk.Draft {
		return nil
	}
	live, err := in.live(ctx, in.Tx, plan)
	if err != nil {
		return err
	}
	if state == risk.Proposed {
		return in.complete(ctx, item, live)
	}
	return in.asDecided(ctx, item, live)
}

// complete reports what a proposed plan lacks, each on the item that lacks it where the file has it.
func (in *importing) complete(ctx context.Context, item transfer.Item, live *riskv1.PlanSnapshot) error {
	content, err := in.toCheck(ctx, in.Tx, live)
	if err != nil {
		return err
	}
	for _, f := range risk.CheckPlan(content) {
		if !f.Blocking {
			continue
		}
		at := slices.IndexFunc(in.Items, func(i transfer.Item) bool { return i.Name == f.Resource })
		if at < 0 {
			in.Fault(item, field("", "INCOMPLETE", f.Swedish, f.English))
			continue
		}
		in.Fault(in.Items[at], field(f.Field, "INCOMPLETE", f.Swedish, f.English))
	}
	return nil
}

// inPlan reports whether a message is a plan or something a plan holds.
func inPlan(m proto.Message) bool {
	switch m.(type) {
	case *riskv1.Plan, *riskv1.PlanVersion, *riskv1.RiskEntry, *riskv1.ControlArea, *riskv1.ControlPoint:
		return true
	}
	return false
}

// asDecided compares a decided plan with its frozen version.
func (in *importing) asDecided(ctx context.Context, item transfer.Item, live *riskv1.PlanSnapshot) error {
	version, err := in.tables.PlanVersions.Get(ctx, in.Tx, versionName(live.GetPlan().GetName(), live.GetPlan().GetVersion()))
	if missing(err) || err == nil && version.GetSnapshot() == nil {
		return nil // reported with the version
	}
	if err != nil {
		return err
	}
	if !sameAsDecided(freeze(live), version.GetSnapshot()) {
		in.Fault(item, field("", "PLAN_DECIDED",
			"Planen är beslutad, och filens innehåll skiljer sig från det som beslutades. Revidera planen i systemet, eller rätta filen.",
			"the plan is decided and its content differs from the decided version"))
	}
	return nil
}

// sameAsDecided compares what the decision fixed: not the risks and actions, which live on, and not that the year was closed.
func sameAsDecided(live, frozen *riskv1.PlanSnapshot) bool {
	a, b := proto.CloneOf(live), proto.CloneOf(frozen)
	a.Risks, b.Risks = nil, nil
	a.Actions, b.Actions = nil, nil
	a.MethodVersion, b.MethodVersion = nil, nil
	if a.GetPlan() != nil && b.GetPlan() != nil {
		a.Plan.State = b.GetPlan().GetState()
	}
	return proto.Equal(a, b)
}
