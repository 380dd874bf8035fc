package controlmeasurement_test

import (
	"context"
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"pgregory.net/rapid"

	"github.com/uppsikt/uppsikt/internal/fault"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	transferv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/transfer/v1"
)

// whole stores something of everything and returns it as a file has it.
func (w *world) whole(t testing.TB) []proto.Message {
	t.Helper()
	planer, oro := w.share(t, increase(), least(100)), w.count(t, increase())
	derived := december(planer, "2024", 96)
	derived.Derived, derived.Note = true, "den angivna skillnaden"
	w.measure(t, derived)
	w.measure(t, december(planer, "2025", 93))
	w.measure(t, ofYear(oro, "2024", 13))
	unit := ofYear(oro, "2025", 13)
	unit.Unit = north
	w.measure(t, unit)
	w.result(t, "planer", done("planer"))
	r := deviating("oro")
	r.Samples = []*controlv1.Sample{{Title: "ärenden", Examined: proto.Int64(20), Deviations: []*controlv1.Deviation{{Kind: "Beslut saknas", CountWords: "några få"}}}}
	r.Surveys = []*controlv1.Survey{{Question: "Fungerar rutinen?", Answer: "Ja", Respondents: proto.Int64(4), Invited: proto.Int64(9)}}
	w.result(t, "oro", r)
	return w.exported(t)
}

// faultsOf lists the faults of an answer.
func faultsOf(answer *transferv1.ImportResponse) []string {
	var got []string
	for _, f := range answer.GetFaults() {
		got = append(got, f.GetPath()+" "+f.GetReason())
	}
	return got
}

// TestRoundTripChangesNothing: what is exported, imported into an empty service and exported again is the same, and the
// same file again writes nothing.
func TestRoundTripChangesNothing(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		whole := w.whole(t)
		w.register.close(yearly)
		empty := start(t)
		empty.register = w.register
		empty.line.conn = w.line.conn
		items := file(t, whole...)
		answer := must[*transferv1.ImportResponse](t)(empty.importing(t, true, items...))
		if len(answer.GetFaults()) > 0 || int(answer.GetCreated()) != len(whole) || len(empty.exported(t)) != 0 {
			t.Fatalf("dry run = %v, want %d to be created and nothing stored", answer, len(whole))
		}
		must[*transferv1.ImportResponse](t)(empty.importing(t, false, items...))
		for range 2 {
			answer = must[*transferv1.ImportResponse](t)(empty.importing(t, false, items...))
			if int(answer.GetUnchanged()) != len(whole) {
				t.Errorf("the same file again: %v, want %d unchanged", answer, len(whole))
			}
		}
		again := empty.exported(t)
		if !slices.EqualFunc(whole, again, func(a, b proto.Message) bool { return proto.Equal(cleaned(a), cleaned(b)) }) {
			t.Errorf("the round trip changed\n%v\ninto\n%v", whole, again)
		}
	})
}

// cleaned returns a resource as files have it: without what is only ever answered.
func cleaned(m proto.Message) proto.Message {
	switch r := proto.Clone(m).(type) {
	case *controlv1.Result:
		r.Deviates, r.ProposedActions = false, nil
		return r
	default:
		return m
	}
}

// TestAnImportIsBroughtUpToDate: once it is stored the grades and the actions of the register are taken up, results of closed
// rounds included, and results of open rounds follow imported measurements. Imported results propose nothing.
func TestAnImportIsBroughtUpToDate(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		indicator := w.share(t, least(90))
		w.result(t, "planer", done("planer"))
		w.register.close(interim)
		imported := deviating("oro")
		imported.Name = interim + "/results/oro"
		w.register.change(func() {
			name := on + "/actions/utbilda"
			w.register.actions[name] = &riskv1.Action{Name: name, Title: "Utbilda", Origin: &riskv1.ActionOrigin{
				Kind: riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_RESULT, Resource: imported.GetName()}}
		})
		m := december(indicator, "2025", 50)
		m.Name = on + "/measurements/m1"
		answer := must[*transferv1.ImportResponse](t)(w.importing(t, false, file(t, imported, m)...))
		if len(answer.GetFaults()) > 0 {
			t.Fatalf("faults = %v", answer.GetFaults())
		}
		got := must[*controlv1.Result](t)(w.GetResult(w.coordinator, &controlv1.GetResultRequest{Name: imported.GetName()}))
		if p := got.GetProposedActions(); !got.GetDeviates() || len(p) != 1 || p[0].GetState() != delivered || p[0].GetTitle() != "Utbilda" {
			t.Errorf("imported = %v, want it deviating with the register's action", got)
		}
		if r := w.read(t, "planer"); r.GetComputedFulfilment() != notMet || !r.GetDeviates() || len(r.GetProposedActions()) != 1 {
			t.Errorf("result = %v, want it computed again and an action proposed", r)
		}
	})
}

func TestAnImportWithoutTheRegister(t *testing.T) {
	w := start(t)
	w.line.cut.Store(true)
	r := done("planer")
	r.Name = yearly + "/results/planer"
	answer := must[*transferv1.ImportResponse](t)(w.importing(t, false, file(t, r)...))
	if answer.GetCreated() != 1 {
		t.Errorf("answer = %v, want the result stored", answer)
	}
}

func TestFaultyFiles(t *testing.T) {
	w := start(t)
	indicator := w.share(t)
	stored := w.measure(t, december(indicator, "2025", 93))
	named := func(id string, m *controlv1.Measurement) *controlv1.Measurement {
		m.Name = on + "/measurements/" + id
		return m
	}
	twice := named("a", december(indicator, "2025", 1))
	if stored.GetName() > twice.GetName() {
		twice.Name = on + "/measurements/zzz"
	}
	other := done("planer")
	other.Name, other.Subject = yearly+"/results/x", ume+"/committees/un/plans/2025/controlPoints/x"
	reversed := named("b", december(indicator, "2024", 1))
	reversed.BeginDate = "2024-12-32"
	tests := map[string]struct {
		m    proto.Message
		want string
	}{
		"same period as a stored one": {twice, "Measurement.begin_date SAME_PERIOD_TWICE"},
		"no such date":                {reversed, "Measurement.begin_date DATE"},
		"unknown indicator":           {named("c", december(on+"/indicators/x", "2023", 1)), "Measurement.indicator UNKNOWN_REFERENCE"},
		"subject of another":          {other, "Result.subject UNKNOWN_SUBJECT"},
		"another kind of number": {&controlv1.Indicator{Name: indicator, Title: "Antal", Quantity: controlv1.Quantity_QUANTITY_COUNT},
			"Indicator.quantity QUANTITY_FIXED"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			answer := must[*transferv1.ImportResponse](t)(w.importing(t, false, file(t, tt.m)...))
			if got := faultsOf(answer); !slices.Equal(got, []string{tt.want}) {
				t.Errorf("faults = %v, want %s", got, tt.want)
			}
		})
	}
	for _, at := range []struct {
		caller context.Context
		parent string
	}{{w.coordinator, ume}, {w.coordinator, ume + "/committees/un"}, {w.owner, on}, {w.head, on}} {
		_, err := w.importingAs(t, at.caller, at.parent, false)
		wantFault(t, err, fault.Denied, "PERMISSION_DENIED")
	}
}

// TestPropertyMutilatedFilesAreAnswered takes fields out of a whole file and puts nonsense into others: the import names
// faults or accepts what is left, and never breaks.
func TestPropertyMutilatedFilesAreAnswered(t *testing.T) {
	w := start(t)
	whole := w.whole(t)
	empty := start(t)
	rapid.Check(t, func(rt *rapid.T) {
		var all []proto.Message
		for _, m := range whole {
			all = append(all, proto.Clone(m))
		}
		for range rapid.IntRange(1, 4).Draw(rt, "wounds") {
			wound(rt, all[rapid.IntRange(0, len(all)-1).Draw(rt, "item")].ProtoReflect())
		}
		for _, service := range []*world{empty, w} {
			if _, err := service.importing(t, true, file(t, all...)...); err != nil {
				rt.Fatalf("the import broke: %v", err)
			}
		}
	})
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
		m.Set(f, protoreflect.ValueOfString(rapid.SampledFrom([]string{"x", ume, plan2025, "2025-02-31", "/", "-", area}).Draw(t, "text")))
	default:
		m.Clear(f)
	}
}

// TestStrangeMessagesAreAnswered: what no client sends gets a fault, not a broken service.
func TestStrangeMessagesAreAnswered(t *testing.T) {
	w := start(t)
	odd := file(t, &riskv1.Risk{Name: on + "/risks/r", Title: "x"}, &controlv1.Result{Name: "x"})
	odd[1].Resource.Value = []byte{0xff}
	answer := must[*transferv1.ImportResponse](t)(w.importing(t, false, odd...))
	if got := faultsOf(answer); !slices.Equal(got, []string{"Risk UNKNOWN_TYPE", "Result UNREADABLE"}) {
		t.Errorf("faults = %v", got)
	}
	for _, name := range []string{"", "x", on, ume + "/committees/-/indicators/x", "municipalities//committees//rounds//results/"} {
		if _, err := w.GetResult(w.coordinator, &controlv1.GetResultRequest{Name: name}); err == nil {
			t.Errorf("no fault for %q", name)
		}
		if _, err := w.UpdateMeasurement(w.coordinator, &controlv1.UpdateMeasurementRequest{Measurement: &controlv1.Measurement{Name: name}}); err == nil {
			t.Errorf("no fault for %q", name)
		}
	}
	for _, parent := range []string{"", "x", ume + "/committees/-", on + "/rounds/-"} {
		if _, err := w.CreateMeasurement(w.coordinator, &controlv1.CreateMeasurementRequest{Parent: parent, Measurement: december("x", "2025", 1)}); err == nil {
			t.Errorf("no fault for a measurement in %q", parent)
		}
		if _, err := w.CreateResult(w.coordinator, &controlv1.CreateResultRequest{Parent: parent, Result: done("planer")}); err == nil {
			t.Errorf("no fault for a result in %q", parent)
		}
		if _, err := w.CreateIndicator(w.coordinator, &controlv1.CreateIndicatorRequest{Parent: parent,
			Indicator: &controlv1.Indicator{Title: "x", Quantity: controlv1.Quantity_QUANTITY_COUNT}}); err == nil {
			t.Errorf("no fault for an indicator in %q", parent)
		}
	}
}
