package risk

import "testing"

// The traps of risk registers that these rules must not fall into, each by its number.

func TestTrap01ItemsWithoutRisksAndRisksWithoutItems(t *testing.T) {
	p := whole()
	p.Points = append(p.Points, Point{Name: "c2", Title: "Egen", Method: "m", Frequency: "f", Scope: "s", Sample: "n", Owners: []Owner{{Role: "r"}}})
	p.Points[0].Entries = []string{"e1", "e2"}
	second := p.Entries[0]
	second.Name = "e2"
	p.Entries = append(p.Entries, second)
	if err := Proposable(CheckPlan(p)); err != nil {
		t.Errorf("a control point without risk and one with two block: %v", err)
	}
}

func TestTrap02ValueWithoutAxes(t *testing.T) {
	for _, value := range []float64{8, 9, 12} {
		a := Assessment{StatedValue: &value}
		score, faults := stated().Assess(a)
		wantCodes(t, faults)
		if score.ComputedValue != nil || a.Level(score) != "kritisk" {
			t.Errorf("value %v: score = %+v, want no computed value and the level kritisk", value, score)
		}
	}
}

func TestTrap02AxesWithoutValue(t *testing.T) {
	m := fourByFour()
	m.Rule, m.Bands = RuleNone, nil
	wantCodes(t, m.Check())
	a := Assessment{Likelihood: ref(2.0), Consequence: ref(4.0)}
	score, faults := m.Assess(a)
	wantCodes(t, faults)
	if a.Value(score) != nil || !a.Assessed(score) {
		t.Errorf("value = %v, assessed = %v, want an assessed risk without value", a.Value(score), a.Assessed(score))
	}
}

func TestTrap02SameValueDifferentLevelInAnotherMethod(t *testing.T) {
	a := Assessment{StatedValue: ref(8.0)}
	old, _ := fourByFour().Assess(a)
	later, _ := stated().Assess(a)
	if old.ComputedLevel != "medel" || later.ComputedLevel != "kritisk" {
		t.Errorf("8 is %q and %q, want medel and kritisk", old.ComputedLevel, later.ComputedLevel)
	}
}

func TestTrap03SeveralTreatmentsPerRisk(t *testing.T) {
	e := Entry{Assessment: Assessment{StatedValue: ref(8.0)}, Selection: InPlan, Treatments: []Chosen{{"forbattra", ""}, {"granska", ""}}}
	_, faults := stated().CheckEntry(e)
	wantCodes(t, faults)
	e.Treatments = append(e.Treatments, Chosen{Treatment: "acceptera"})
	_, faults = stated().CheckEntry(e)
	wantCodes(t, faults, "treatments[2].reason REASON_REQUIRED")
}

func TestTrap05RoundTakesUpSomeRisksOnly(t *testing.T) {
	critical, _ := SelectCritical.Pick(covered(), nil)
	due, _ := SelectDue.Pick(covered(), []string{"mild"})
	if len(critical) != 1 || len(due) != 1 || critical[0] == due[0] {
		t.Errorf("critical = %v, due = %v, want one risk each", critical, due)
	}
}

func TestTrap06PlanDecidedLateInItsOwnYear(t *testing.T) {
	wantCodes(t, Decision{MeetingDate: "2025-09-16", EffectiveDate: "2025-01-01"}.Check())
}

func TestTrap06RevisionMidYear(t *testing.T) {
	state, err := Decided.Take(Revise)
	if err != nil || state != Draft || state.Writable() != nil {
		t.Errorf("revise = %v, %v, want a writable draft", state, err)
	}
}

func TestTrap08CaseNumbersAreOpaque(t *testing.T) {
	for _, number := range []string{"SN/2025:2", "KS-2014/1214.118", "2024/KS 0038 001", "1.1.-593-2017", "0256/20", ""} {
		wantCodes(t, Decision{CaseNumber: number, MeetingDate: "2025-02-18"}.Check())
	}
}

func TestTrap14BlankIsNotNo(t *testing.T) {
	_, faults := fourByFour().CheckEntry(Entry{})
	wantCodes(t, faults)
	picked, _ := SelectAll.Pick([]Covered{{Method: stated(), Entries: []Entry{{Name: "e"}}}}, nil)
	if len(picked) != 0 {
		t.Errorf("picked %v, want nothing: undecided is not in the plan", picked)
	}
	if (Assessment{}).Assessed(Score{}) {
		t.Error("an empty assessment counts as one")
	}
	zero := Assessment{StatedValue: ref(0.0)}
	if score, faults := stated().Assess(zero); len(faults) > 0 || !zero.Assessed(score) {
		t.Errorf("a stated zero is not an assessment: %v", faults)
	}
}
