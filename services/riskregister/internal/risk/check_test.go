package risk

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// whole is a plan without any finding.
func whole() Plan {
	m := fourByFour()
	e := Entry{
		Name: "e1", Title: "Risk 1", Assessment: Assessment{Likelihood: ref(3.0), Consequence: ref(3.0)}, Headings: []string{"kategori/verksamhet"},
		Treatments: []Chosen{{"forbattra", ""}, {"granska", ""}}, PlannedHandling: "Utbildning", Selection: InPlan, Owners: []Owner{{"chefer", "m/roleAssignments/a"}},
	}
	e.Score, _ = m.Assess(e.Assessment)
	return Plan{
		Name: "p", Method: m, HowMade: "Så här", Sections: []Section{{Title: "Inledning", Text: "text"}, {Title: "Åtgärder", Empty: true}},
		ConfirmedEmpty: []string{"kategori/ekonomi"}, Entries: []Entry{e},
		Points: []Point{{Name: "c1", Title: "Punkt 1", Method: "stickprov", Frequency: "årligen", Scope: "alla", Sample: "25", Purpose: "se", Review: true, Entries: []string{"e1"}, Owners: []Owner{{"controller", ""}, {"granskare", "m/roleAssignments/b"}}}},
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
		{"areas alone are a plan", func(p *Plan) {
			*p = Plan{Name: "p", Method: &Method{}, HowMade: "x", Areas: []Area{{Name: "a", Owners: []Owner{{"chef", "m/roleAssignments/a"}}}}}
		}, nil},
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
		{"a risk nobody is reminded of", func(p *Plan) { p.Entries[0].Owners = []Owner{{Role: "chefer"}} }, []string{"e1.owners"}},
		{"a risk left out reminds nobody", func(p *Plan) {
			p.Entries[0].Owners, p.Entries[0].Selection, p.Entries[0].NotChosenReason = []Owner{{Role: "chefer"}}, NotChosen, "låg"
		}, nil},
		{"a moved risk reminds nobody", func(p *Plan) {
			moved := p.Entries[0]
			moved.Name, moved.Owners, moved.Moved = "e2", []Owner{{Role: "chefer"}}, true
			p.Entries = append(p.Entries, moved)
		}, []string{"e2.risk"}},
		{"a control point nobody is reminded of", func(p *Plan) { p.Points[0].Owners = p.Points[0].Owners[:1] }, []string{"c1.owners"}},
		{"control areas that are reported by themselves", func(p *Plan) {
			p.Points[0].Area = "a1"
			p.Areas = []Area{{Name: "a1", Title: "har ett moment"}, {Name: "a2", Title: "ingen"}, {Name: "a3", Title: "roll", Owners: []Owner{{Role: "chef"}}}, {Name: "a4", Owners: p.Entries[0].Owners}}
		}, []string{"a2.owners", "a3.owners"}},
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

// TestRemarkOfMany: what lacks a person is remarked on once, with how many they are, and stops nothing.
func TestRemarkOfMany(t *testing.T) {
	p := whole()
	words := []Owner{{Role: "chefer"}}
	p.Entries[0].Owners = words
	for i := range 3 {
		p.Points = append(p.Points, p.Points[0])
		p.Points[i].Owners = words
		p.Areas = append(p.Areas, Area{Name: fmt.Sprint("a", i)})
	}
	const rest = " Ingen person är knuten, så påminnelser går till ansvarig chef eller samordnaren. Välj vem som ansvarar."
	want := []Finding{
		{"e1", "owners", "Risken ”Risk 1” har bara roller i ord som ansvariga." + rest, "no person is reminded of it", false},
		{"p", "owners", "4 kontrollmoment har bara roller i ord som kontrollansvariga." + rest, "no person is reminded: 4 control points have owners in words alone", false},
		{"p", "owners", "3 kontrollområden har varken kontrollmoment eller ansvarig." + rest, "no person is reminded: 3 control areas have neither control points nor owners", false},
	}
	if diff := cmp.Diff(want, CheckPlan(p)); diff != "" {
		t.Errorf("findings differ (-want +got):\n%s", diff)
	}
	if err := Proposable(CheckPlan(p)); err != nil {
		t.Errorf("a remark blocks: %v", err)
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
