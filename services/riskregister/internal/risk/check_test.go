package risk

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// whole is a plan without any finding.
func whole() Plan {
	m := fourByFour()
	e := Entry{
		Name: "e1", Title: "Risk 1", Assessment: Assessment{Likelihood: ref(3.0), Consequence: ref(3.0)}, Headings: []string{"kategori/verksamhet"},
		Treatments: []Chosen{{"forbattra", ""}, {"granska", ""}}, PlannedHandling: "Utbildning", Selection: InPlan, Owners: []Owner{{Role: "chefer"}},
	}
	e.Score, _ = m.Assess(e.Assessment)
	return Plan{
		Name: "p", Method: m, HowMade: "Så här", Sections: []Section{{Title: "Inledning", Text: "text"}, {Title: "Åtgärder", Empty: true}},
		ConfirmedEmpty: []string{"kategori/ekonomi"}, Entries: []Entry{e},
		Points: []Point{{Name: "c1", Title: "Punkt 1", Method: "stickprov", Frequency: "årligen", Scope: "alla", Sample: "25", Purpose: "se", Review: true, Entries: []string{"e1"}, Owners: []Owner{{Role: "controller"}}}},
	}
}

func TestCheckPlan(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Plan)
		want   []string
	}{
		{"nothing missing", func(*Plan) {}, nil},
		{"an empty plan", func(p *Plan) { *p = Plan{Name: "p"} }, []string{"p.method_version!", "p.risk_entries!", "p.how_made"}},
		{"areas alone are a plan", func(p *Plan) { *p = Plan{Name: "p", Method: &Method{}, HowMade: "x", Areas: []string{"a"}} }, nil},
		{"a section with nothing to say", func(p *Plan) { p.Sections[0].Text = " \n" }, []string{"p.sections[0].text!"}},
		{"a mandatory heading without risk", func(p *Plan) { p.ConfirmedEmpty = nil }, []string{"p.confirmed_empty!"}},
		{"a risk below a mandatory heading counts", func(p *Plan) {
			p.ConfirmedEmpty = nil
			p.Entries[0].Headings = []string{"kategori/verksamhet", "kategori/inkop"}
		}, nil},
		{"a heading confirmed empty that is not", func(p *Plan) { p.ConfirmedEmpty = []string{"kategori/ekonomi", "kategori/verksamhet"} }, []string{"p.confirmed_empty!"}},
		{"an entry without assessment", func(p *Plan) { p.Entries[0].Assessment, p.Entries[0].Score = Assessment{}, Score{} }, []string{"e1.stated_value!"}},
		{"a value without level", func(p *Plan) { p.Entries[0].ComputedLevel = "" }, []string{"e1.stated_level"}},
		{"no stand taken", func(p *Plan) { p.Entries[0].Selection = Undecided }, []string{"e1.selection!"}},
		{"a risk left out needs no more", func(p *Plan) {
			p.Entries[0] = Entry{Name: "e1", Assessment: Assessment{StatedLevel: "lag"}, Headings: p.Entries[0].Headings, Selection: NotChosen, NotChosenReason: "låg"}
		}, nil},
		{"a chosen risk without anything", func(p *Plan) {
			p.Entries[0].Treatments, p.Entries[0].PlannedHandling, p.Entries[0].Owners = nil, "", nil
		}, []string{"e1.treatments!", "e1.planned_handling!", "e1.owners!"}},
		{"a mild risk without treatment", func(p *Plan) {
			p.Entries[0].Treatments, p.Entries[0].StatedLevel, p.Entries[0].SourceNote = nil, "lag", "Ledningsgruppen"
		}, []string{"e1.treatments!"}},
		{"an accepted risk needs no handling", func(p *Plan) {
			p.Entries[0].Treatments, p.Entries[0].StatedLevel, p.Entries[0].PlannedHandling = []Chosen{{"acceptera", "liten"}}, "lag", ""
			p.Entries[0].SourceNote = "Ledningsgruppen"
		}, nil},
		{"a risk to be reviewed that nothing reviews", func(p *Plan) { p.Points[0].Entries = []string{"e2"} }, []string{"e1.treatments"}},
		{"a bare control point", func(p *Plan) { p.Points = append(p.Points, Point{Name: "c2"}) }, []string{"c2.method!", "c2.frequency!", "c2.owners!", "c2.scope", "c2.planned_sample", "c2.risk_entries"}},
		{"a review without purpose", func(p *Plan) { p.Points[0].Purpose = "" }, []string{"c1.purpose"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := whole()
			tt.change(&p)
			findings := CheckPlan(p)
			if diff := cmp.Diff(tt.want, findingCodes(t, findings)); diff != "" {
				t.Errorf("findings differ (-want +got):\n%s", diff)
			}
		})
	}
}

// findingCodes writes findings as "resource.field", with "!" when they block.
func findingCodes(t *testing.T, findings []Finding) []string {
	t.Helper()
	var got []string
	for _, f := range findings {
		if f.Swedish == "" || f.English == "" {
			t.Errorf("finding %+v lacks a text", f)
		}
		got = append(got, f.Resource+"."+f.Field+pick(f.Blocking, "!", ""))
	}
	return got
}

func TestProposable(t *testing.T) {
	p := whole()
	p.HowMade = ""
	if err := Proposable(CheckPlan(p)); err != nil {
		t.Errorf("a remark blocks: %v", err)
	}
	p.Entries[0].Owners = nil
	err := Proposable(CheckPlan(p))
	wantState(t, err, "INCOMPLETE")
	wantCodes(t, fault.As(err).Fields, "e1.owners MISSING")
}
