package riskregister_test

import (
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"pgregory.net/rapid"

	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// TestPropertyMutilatedFilesAreAnswered takes fields out of a whole file and puts nonsense into others: the import names
// faults or accepts what is left, and never breaks.
func TestPropertyMutilatedFilesAreAnswered(t *testing.T) {
	w := start(t)
	w.decided(t)
	w.revise(t)
	w.change(t)
	w.propose(t)
	w.decide(t, "2025-04-08")
	w.round(t, "delar")
	w.assessed(t)
	w.someActions(t)
	w.rounded(t, "atgarder", feedback(riskv1.ActionSelection_ACTION_SELECTION_ALL))
	must[*riskv1.Action](t)(w.RenewAction(w.head, &riskv1.RenewActionRequest{Name: sn + "/actions/sen", DueDate: "2025-12-31", Reason: "x"}))
	w.reorganised(t)
	whole := w.exported(t)
	empty := start(t)
	rapid.Check(t, func(rt *rapid.T) {
		var all []proto.Message
		for _, m := range whole {
			all = append(all, proto.CloneOf(m))
		}
		for range rapid.IntRange(1, 4).Draw(rt, "wounds") {
			wound(rt, all[rapid.IntRange(0, len(all)-1).Draw(rt, "item")].ProtoReflect())
		}
		for _, register := range []*world{empty, w} {
			if _, err := register.importing(t, register.operator, ume, true, file(t, all...)...); err != nil {
				rt.Fatalf("the import broke: %v", err)
			}
		}
	})
}

// assessed stores a plan for 2026 with axes.
func (w *world) assessed(t *testing.T) {
	t.Helper()
	name := sn + "/plans/2026"
	must[*riskv1.Plan](t)(w.CreatePlan(w.coordinator, &riskv1.CreatePlanRequest{Parent: sn, PlanId: "2026", Plan: &riskv1.Plan{MethodVersion: product1}}))
	must[*riskv1.RiskEntry](t)(w.CreateRiskEntry(w.coordinator, &riskv1.CreateRiskEntryRequest{Parent: name,
		RiskEntry: &riskv1.RiskEntry{Risk: riskFraud, Likelihood: proto.Float64(2), Consequence: proto.Float64(3)}}))
}

// wound clears or spoils one field of a message or of a message in it.
func wound(t *rapid.T, m protoreflect.Message) {
	var fields []protoreflect.FieldDescriptor
	m.Range(func(f protoreflect.FieldDescriptor, _ protoreflect.Value) bool {
		fields = append(fields, f)
		return true
	})
	if len(fields) == 0 {
		return
	}
	slices.SortFunc(fields, func(a, b protoreflect.FieldDescriptor) int { return int(a.Number()) - int(b.Number()) })
	f := fields[rapid.IntRange(0, len(fields)-1).Draw(t, "field")]
	switch deeper := rapid.Bool().Draw(t, "deeper"); {
	case deeper && f.Message() != nil && f.IsList():
		list := m.Mutable(f).List()
		wound(t, list.Get(rapid.IntRange(0, list.Len()-1).Draw(t, "element")).Message())
	case deeper && f.Message() != nil:
		wound(t, m.Mutable(f).Message())
	case deeper && f.Kind() == protoreflect.StringKind && !f.IsList():
		m.Set(f, protoreflect.ValueOfString(rapid.SampledFrom([]string{"x", ume, plan2025, "2025-02-31", "/"}).Draw(t, "text")))
	default:
		m.Clear(f)
	}
}
