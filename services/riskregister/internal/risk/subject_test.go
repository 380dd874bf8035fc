package risk

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestGradeScale(t *testing.T) {
	var none *Method
	want := []Grade{{"ingen-avvikelse", "Ingen avvikelse", false}, {"mindre-avvikelse", "Mindre avvikelse", true},
		{"storre-avvikelse", "Större avvikelse", true}}
	for _, m := range []*Method{none, {}} {
		if diff := cmp.Diff(want, m.GradeScale()); diff != "" {
			t.Errorf("the built-in grades differ (-want +got):\n%s", diff)
		}
	}
	own := &Method{Grades: []Grade{{ID: "godkand", Title: "Godkänd"}}}
	if diff := cmp.Diff(own.Grades, own.GradeScale()); diff != "" {
		t.Errorf("the method's own grades differ (-want +got):\n%s", diff)
	}
}

func TestAreaOwnersAndManager(t *testing.T) {
	chief, deputy := Owner{Role: "enhetschef"}, Owner{Role: "biträdande chef", Assignment: "a"}
	points := []Point{{Owners: []Owner{chief, deputy}}, {Owners: []Owner{chief}}, {}}
	controller := Owner{Role: "controller"}
	for _, tt := range []struct{ own, want []Owner }{
		{nil, []Owner{chief, deputy}}, {[]Owner{controller, deputy}, []Owner{controller, deputy, chief}},
	} {
		if diff := cmp.Diff(tt.want, AreaOwners(tt.own, points)); diff != "" {
			t.Errorf("owners differ (-want +got):\n%s", diff)
		}
	}
	tests := []struct {
		name     string
		managers []Owner
		want     Owner
		ok       bool
	}{
		{"none", nil, Owner{}, false},
		{"the same for all", []Owner{chief, chief}, chief, true},
		{"several", []Owner{chief, deputy}, Owner{}, false},
	}
	for _, tt := range tests {
		if got, ok := AreaManager(tt.managers); got != tt.want || ok != tt.ok {
			t.Errorf("%s: got %v, %t, want %v, %t", tt.name, got, ok, tt.want, tt.ok)
		}
	}
	wantState(t, NotCovered("x"), "NOT_COVERED")
}
