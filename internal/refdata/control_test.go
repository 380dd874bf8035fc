package refdata_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	exchangev1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/exchange/v1"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"

	"github.com/uppsikt/uppsikt/internal/refdata"
)

const omsorgsnamnden = refdata.Municipality + "/committees/omsorgsnamnden"

// of picks the resources of a committee, in their order.
func of[M interface{ GetName() string }](all []M, committee string) []M {
	return slices.DeleteFunc(slices.Clone(all), func(m M) bool { return !strings.HasPrefix(m.GetName(), committee+"/") })
}

// TestPlanWithoutRisks: a plan may hold control areas alone, three for each of two service areas, in their order.
func TestPlanWithoutRisks(t *testing.T) {
	bundle := load(t)
	if n := len(of(bundle.GetRisks(), omsorgsnamnden)) + len(of(bundle.GetRiskEntries(), omsorgsnamnden)) + len(of(bundle.GetControlPoints(), omsorgsnamnden)); n != 0 {
		t.Errorf("the plan holds %d risks, entries and points, want none", n)
	}
	areas := of(bundle.GetControlAreas(), omsorgsnamnden)
	slices.SortFunc(areas, func(a, b *riskv1.ControlArea) int { return int(a.GetPosition() - b.GetPosition()) })
	var got []string
	for _, a := range areas {
		got = append(got, last(a.GetUnit())+" "+last(a.GetName()))
	}
	want := []string{"vard-och-stod genomforandeplaner", "vard-och-stod externa-placeringar", "vard-och-stod hsl-insatser",
		"individ-och-familj bestallningar", "individ-och-familj orosanmalningar", "individ-och-familj placeringar-hvb"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	plan := of(bundle.GetPlans(), omsorgsnamnden)[0]
	if d := plan.GetDecision(); d.GetMeetingDate() != "2025-02-11" || d.GetParagraph() != "23" {
		t.Errorf("the plan is decided %s § %s", d.GetMeetingDate(), d.GetParagraph())
	}
	units := of(bundle.GetUnits(), omsorgsnamnden)
	slices.Reverse(units) // by name the other way round
	if len(units) != 2 || units[0].GetDisplayName() != "Vård och stöd" || units[1].GetDisplayName() != "Individ- och familjeomsorgen" ||
		units[0].GetPosition() > units[1].GetPosition() {
		t.Errorf("the service areas are %v", units)
	}
}

func last(name string) string { return name[strings.LastIndex(name, "/")+1:] }

// TestMeasuredFigures: each figure is one that somebody stated or derived, and says so; where none was stated there is none.
func TestMeasuredFigures(t *testing.T) {
	bundle := load(t)
	type figure struct {
		Year    string
		Value   float64
		Derived bool
	}
	got := map[string][]figure{}
	for _, m := range of(bundle.GetMeasurements(), omsorgsnamnden) {
		id := last(m.GetIndicator())
		if m.Value == nil {
			got[id] = nil
			if m.GetNote() == "" {
				t.Errorf("%s has neither a value nor a note", m.GetName())
			}
			continue
		}
		got[id] = append(got[id], figure{m.GetEndDate()[:4], m.GetValue(), m.GetDerived()})
		if m.GetDerived() != (m.GetNote() != "") {
			t.Errorf("%s: derived %t, note %q", m.GetName(), m.GetDerived(), m.GetNote())
		}
	}
	want := map[string][]figure{
		"genomforandeplaner": {{"2024", 96, true}, {"2025", 93, false}}, "orosanmalningar": {{"2024", 13, false}, {"2025", 13, false}},
		"externa-placeringar": {{"2025", 100, true}}, "hsl-insatser": nil,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestDerivedShareIsReadAsPercentagePoints: the note of the derived value says how the stated difference was read.
func TestDerivedShareIsReadAsPercentagePoints(t *testing.T) {
	for _, m := range of(load(t).GetMeasurements(), omsorgsnamnden) {
		if last(m.GetName()) == "genomforandeplaner-2024" && !strings.Contains(m.GetNote(), "procentenheter") {
			t.Errorf("the note is %q", m.GetNote())
		}
	}
}

// TestTargets: one indicator has two, one has one, and two are followed without any.
func TestTargets(t *testing.T) {
	got := map[string][]string{}
	for _, i := range of(load(t).GetIndicators(), omsorgsnamnden) {
		got[last(i.GetName())] = nil
		for _, target := range i.GetTargets() {
			text := strings.TrimPrefix(target.GetOperator().String(), "TARGET_OPERATOR_")
			if target.Value != nil && target.GetValue() == 100 {
				text += " 100"
			}
			got[last(i.GetName())] = append(got[last(i.GetName())], text)
		}
	}
	want := map[string][]string{"genomforandeplaner": {"INCREASE", "AT_LEAST 100"}, "orosanmalningar": {"INCREASE"}, "externa-placeringar": nil, "hsl-insatser": nil}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestResultsOfEveryArea: each control area has a result, done and told of, with a grade of the method's own scale where there
// was something to grade.
func TestResultsOfEveryArea(t *testing.T) {
	bundle := load(t)
	grades := map[string]bool{"": true}
	for _, g := range of(bundle.GetMethodVersions(), omsorgsnamnden)[0].GetGradeScale() {
		grades[g.GetId()] = true
	}
	told, graded := map[string]bool{}, 0
	for _, r := range of(bundle.GetResults(), omsorgsnamnden) {
		told[r.GetSubject()] = true
		if r.GetExecution() != controlv1.Execution_EXECUTION_DONE || r.GetText() == "" || !grades[r.GetGrade()] {
			t.Errorf("%s: %s, grade %q", r.GetName(), r.GetExecution(), r.GetGrade())
		}
		if r.GetGrade() != "" {
			graded++
		}
	}
	for _, a := range of(bundle.GetControlAreas(), omsorgsnamnden) {
		if !told[a.GetName()] {
			t.Errorf("%s has no result", a.GetName())
		}
	}
	if graded != 5 {
		t.Errorf("%d results are graded, want 5", graded)
	}
}

// TestSchoolResults show samples with different denominators, deviations in words, what was not performed, and a survey.
func TestSchoolResults(t *testing.T) {
	results := of(load(t).GetResults(), utbildningsnamnden)
	var several, words, notPerformed, asked int
	for _, r := range results {
		several += denominators(r)
		if r.GetExecution() == controlv1.Execution_EXECUTION_NOT_PERFORMED && r.GetNotPerformedReason() != "" {
			notPerformed++
		}
		asked += len(r.GetSurveys())
		for _, s := range r.GetSamples() {
			for _, d := range s.GetDeviations() {
				if d.GetCountWords() == "några få" && d.Count == nil {
					words++
				}
			}
		}
	}
	if several == 0 || words == 0 || notPerformed == 0 || asked == 0 {
		t.Errorf("%d denominators of their own, %d deviations in words, %d not performed, %d surveys", several, words, notPerformed, asked)
	}
}

// denominators counts the deviations of a result that have a denominator of their own.
func denominators(r *controlv1.Result) int {
	n := 0
	for _, s := range r.GetSamples() {
		for _, d := range s.GetDeviations() {
			if d.Of != nil && d.GetOf() != s.GetExamined() {
				n++
			}
		}
	}
	return n
}

// TestProposalAndDecisionDiffer, and the rest of the frame of the yearly report's memorandum and extract.
func TestProposalAndDecisionDiffer(t *testing.T) {
	c := of(load(t).GetCases(), omsorgsnamnden)[0]
	p := c.GetDecisionPoints()[0]
	if p.GetProposed() == p.GetDecided() || p.GetProposed() == "" || p.GetDecided() == "" {
		t.Errorf("proposed %q, decided %q", p.GetProposed(), p.GetDecided())
	}
	if c.GetMeetingDate() != "2026-01-13" || c.GetParagraph() != "3" || c.GetMemorandumDate() != "2025-12-22" || c.GetBasis()[0].GetDate() != "2025-12-22" {
		t.Errorf("the case is %v", c)
	}
	for _, s := range slices.Concat(c.GetManagers(), c.GetOfficials()) {
		if !s.GetActing() || s.GetHolder() != "" {
			t.Errorf("%s: acting %t, holder %q, want an acting role without a name", s.GetRole(), s.GetActing(), s.GetHolder())
		}
	}
	purposes := map[reportv1.RecipientPurpose]int{}
	for _, r := range c.GetRecipients() {
		purposes[r.GetPurpose()]++
	}
	if diff := cmp.Diff(map[reportv1.RecipientPurpose]int{reportv1.RecipientPurpose_RECIPIENT_PURPOSE_INFORMATION: 2}, purposes); diff != "" {
		t.Errorf("recipients (-want +got)\n%s", diff)
	}
	if len(c.GetManagers()) != 2 || len(c.GetOfficials()) != 2 {
		t.Errorf("%d managers and %d officials, want two each", len(c.GetManagers()), len(c.GetOfficials()))
	}
}

// TestInterimStepOfMay: the interim round is open, and its owners answer by 12 May.
func TestInterimStepOfMay(t *testing.T) {
	r := roundNamed(t, load(t), omsorgsnamnden+"/rounds/delar-2025")
	if s := r.GetSteps()[0]; r.GetState() != riskv1.RoundState_ROUND_STATE_OPEN || s.GetRole() != riskv1.StepRole_STEP_ROLE_OWNER || s.GetDueDate() != "2025-05-12" {
		t.Errorf("%s: %s is due on %s", r.GetState(), s.GetRole(), s.GetDueDate())
	}
}

func roundNamed(t *testing.T, bundle *exchangev1.Bundle, name string) *riskv1.Round {
	t.Helper()
	for _, r := range bundle.GetRounds() {
		if r.GetName() == name {
			return r
		}
	}
	t.Fatalf("there is no round %s", name)
	return nil
}
