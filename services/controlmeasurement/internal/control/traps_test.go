package control

import (
	"strings"
	"testing"
)

// TestPercentTrap: a share that goes from 96 % to 93 % is 3 percentage points lower. It is neither "3 %" lower nor the
// 3.1 % that a percentage of a percentage would give.
func TestPercentTrap(t *testing.T) {
	c := ChangeOf(share(96), share(93))
	if c.Difference != -3 || c.Kind != ChangePoints || c.Direction != Down {
		t.Errorf("change = %+v, want 3 percentage points down", c)
	}
	i := plans(Target{ID: "oka", Operator: Increase}, Target{ID: "alla", Operator: AtLeast, Value: ref(100.0)})
	before := read(december(2024), derived(share(96)))
	before.Note = "den angivna skillnaden på 3 procentenheter mot 93\u00a0% år 2025"
	e := EvaluateYear(i, "", 2025, yearly(read(december(2025), share(93)), before))
	if e.Fulfilment != NotMet || e.Comparison != Worse {
		t.Errorf("fulfilment, comparison = %v, %v, want not met and worse", e.Fulfilment, e.Comparison)
	}
	got := e.Finding()
	wantText(t, got, "93_% i december 2025, 3 procentenheter lägre än 2024 (96_%). "+
		"Värdet för 2024 är beräknat ur den angivna skillnaden på 3 procentenheter mot 93_% år 2025. "+
		"Målet att andelen ska öka är inte uppfyllt. Målet att andelen ska vara minst 100_% är inte uppfyllt.")
	for _, wrong := range []string{"3\u00a0%,", "3,1", "3 %", "procent "} {
		if strings.Contains(strings.ReplaceAll(got, "93\u00a0%", ""), wrong) {
			t.Errorf("%q says %q", got, wrong)
		}
	}
}

// TestEqualCountTrap: a count that should increase and stays equal has not met its target, though more would be better
// and nothing got worse.
func TestEqualCountTrap(t *testing.T) {
	i := reports(Target{ID: "oka", Operator: Increase})
	e := EvaluateYear(i, "", 2025, yearly(read(wholeYear(2025), Stated(QuantityCount, 13)), read(wholeYear(2024), Stated(QuantityCount, 13))))
	if e.Fulfilment != NotMet || e.Comparison != Same {
		t.Errorf("fulfilment, comparison = %v, %v, want not met and the same", e.Fulfilment, e.Comparison)
	}
	wantText(t, e.Finding(), "13 orosanmälningar, lika många som 2024. Målet att antalet ska öka är inte uppfyllt.")
	if causes := (Result{Execution: Done}).Deviates(nil, e.Outcomes); len(causes) != 1 || causes[0] != CauseTarget {
		t.Errorf("causes = %v, want the target", causes)
	}
}

func TestTrapMissingBaselineIsNotZero(t *testing.T) {
	e := EvaluateYear(plans(Target{ID: "oka", Operator: Increase}), "", 2025, yearly(read(december(2025), share(93))))
	if e.Fulfilment != NotAssessed || e.Outcomes[0].Reason != ReasonBaselineMissing {
		t.Errorf("outcome = %+v, want not assessed for want of a baseline", e.Outcomes[0])
	}
	wantText(t, e.Outcomes[0].NotAssessedWords(2025), "Kan inte bedömas: värde för 2024 saknas.")
	wantText(t, e.Finding(), "93_% i december 2025. Målet att andelen ska öka kan inte bedömas: värde för 2024 saknas.")
}

func TestTrapCountsOfPartOfAYear(t *testing.T) {
	may := Period{"2025-01-01", "2025-05-31"}
	e := EvaluateYear(reports(Target{ID: "oka", Operator: Increase}), "", 2025,
		yearly(read(may, Stated(QuantityCount, 6)), read(wholeYear(2024), Stated(QuantityCount, 13))))
	if e.Outcomes[0].Reason != ReasonPeriodsDiffer || e.Comparison != Unknown {
		t.Errorf("evaluation = %+v, want no comparison of five months with twelve", e)
	}
	wantText(t, e.Finding(), "6 orosanmälningar i januari–maj 2025. "+
		"Målet att antalet ska öka kan inte bedömas: 2024 och 2025 är räknade över olika långa perioder.")
}

func TestTrapNotPerformedIsAResult(t *testing.T) {
	r := Result{Execution: NotPerformed, NotPerformedReason: "Systemet byttes under hösten"}
	wantCodes(t, r.Check(nil))
	if !r.Ended() {
		t.Error("a check that was not performed, with its reason, does not end")
	}
	wantText(t, r.NotPerformedWords(), "Kontrollen har inte genomförts: Systemet byttes under hösten.")
}

func TestTrapSharesAreNotAveraged(t *testing.T) {
	list := []Measurement{
		{Unit: "a", Period: december(2025), Numerator: ref(1.0), Denominator: ref(1.0)},
		{Unit: "b", Period: december(2025), Numerator: ref(50.0), Denominator: ref(99.0)},
	}
	total, reason := Total(QuantityShare, list)
	if reason != "" || total.Float() != 51 {
		t.Errorf("total = %v, %q, want 51 of 100, not the average of 100 and 50.5", total.Float(), reason)
	}
	wantText(t, plans().TotalWords(list), "Totalt 51_% (51 av 100).")
}

func TestTrapSeveralDenominators(t *testing.T) {
	s := Sample{Title: "ärenden", Examined: ref(int64(25)), Deviations: []Deviation{
		{Kind: "Beslut saknas", Count: ref(int64(20))},
		{Kind: "Motivering saknas", Count: ref(int64(15)), Of: ref(int64(20))},
		{Kind: "Uppföljning saknas", CountWords: "några få"},
	}}
	wantCodes(t, s.Check())
	if _, ok := s.Proportion(s.Deviations[2]); ok {
		t.Error("words became a number")
	}
	p, _ := s.Proportion(s.Deviations[1])
	if p.Share.Float() != 75 {
		t.Errorf("share = %v, want 15 of 20", p.Share.Float())
	}
}
