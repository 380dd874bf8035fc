package risk

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// ref returns a pointer to a value.
func ref[T any](v T) *T { return &v }

// codes writes faults as "path REASON", and fails when one lacks a text.
func codes(t interface {
	Helper()
	Errorf(string, ...any)
}, faults []fault.Field) []string {
	t.Helper()
	var got []string
	for _, f := range faults {
		if f.Swedish == "" || f.English == "" || f.Path == "" || f.Reason == "" {
			t.Errorf("fault %+v is incomplete", f)
		}
		got = append(got, f.Path+" "+f.Reason)
	}
	return got
}

// wantCodes compares faults with the wanted codes.
func wantCodes(t *testing.T, faults []fault.Field, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, codes(t, faults)); diff != "" {
		t.Errorf("faults differ (-want +got):\n%s", diff)
	}
}

// wantState checks that the error is a precondition with the reason.
func wantState(t *testing.T, err error, reason string) {
	t.Helper()
	f := fault.As(err)
	if f == nil || f.Kind != fault.Precondition || f.Reason != reason || f.Swedish == "" || f.English == "" {
		t.Errorf("error = %v, want a precondition %s with texts", err, reason)
	}
}

// fourByFour is the common method with two axes of four steps and a product.
func fourByFour() *Method {
	return &Method{
		Likelihood:  &Axis{Title: "Sannolikhet", Steps: []int{1, 2, 3, 4}},
		Consequence: &Axis{Title: "Konsekvens", Steps: []int{1, 2, 3, 4}},
		Rule:        RuleProduct,
		Levels: []Level{
			{ID: "lag", Title: "Låg"}, {ID: "medel", Title: "Medel"},
			{ID: "kritisk", Title: "Kritisk", Critical: true, Prescribed: []string{"forbattra"}},
		},
		Bands: []Band{
			{Level: "lag", Lower: ref(1.0), Upper: ref(3.0)},
			{Level: "medel", Lower: ref(4.0), Upper: ref(8.0)},
			{Level: "kritisk", Lower: ref(9.0), Upper: ref(16.0)},
		},
		Classifications: []Classification{{ID: "kategori", Title: "Riskkategori", Items: []Item{
			{ID: "verksamhet", Title: "Verksamhet", Mandatory: true},
			{ID: "ekonomi", Title: "Ekonomi", Mandatory: true},
			{ID: "inkop", Title: "Inköp", Parent: "ekonomi"},
		}}},
		Treatments: []Treatment{
			{ID: "acceptera", Title: "Acceptera", Kind: TreatAccept, ReasonRequired: true},
			{ID: "granska", Title: "Granska", Kind: TreatReview},
			{ID: "forbattra", Title: "Systematiskt förbättringsarbete"},
		},
		Questions:      []string{"rutin", "kontroll"},
		SelectedLevels: []string{"kritisk"},
		Scale:          []Status{{ID: "ja", Title: "Ja"}, {ID: "delvis", Title: "Delvis"}, {ID: "nej", Title: "Nej"}},
	}
}

// stated is a method without axes: people state values, and 8 is critical.
func stated() *Method {
	m := fourByFour()
	m.Likelihood, m.Consequence, m.Rule = nil, nil, RuleNone
	m.Levels = []Level{{ID: "ovrig", Title: "Övrig"}, {ID: "kritisk", Title: "Kritisk", Critical: true, Prescribed: []string{"forbattra"}}}
	m.Bands = []Band{{Level: "ovrig", Upper: ref(8.0), UpperExclusive: true}, {Level: "kritisk", Lower: ref(8.0)}}
	return m
}

// table is a 3×3 method whose values are read from a table.
func table() *Method {
	m := fourByFour()
	m.Likelihood.Steps, m.Consequence.Steps, m.Rule = []int{1, 2, 3}, []int{1, 2, 3}, RuleTable
	for l := 1; l <= 3; l++ {
		for c := 1; c <= 3; c++ {
			m.Cells = append(m.Cells, Cell{Likelihood: l, Consequence: c, Value: float64(l + c - 1)})
		}
	}
	m.Bands = []Band{
		{Level: "lag", Upper: ref(2.0)}, {Level: "medel", Lower: ref(3.0), Upper: ref(3.0)}, {Level: "kritisk", Lower: ref(4.0)},
	}
	return m
}
