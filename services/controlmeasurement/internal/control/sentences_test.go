package control

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestFinding(t *testing.T) {
	count := func(v float64) Value { return Stated(QuantityCount, v) }
	number := func(v float64) Value { return Stated(QuantityNumber, v) }
	increase, all := Target{ID: "a", Operator: Increase}, Target{ID: "b", Operator: AtLeast, Value: ref(100.0)}
	one := plans(increase)
	one.Decimals = 1
	singular := reports()
	singular.UnitLabelOne = "orosanmälan"
	bare := Indicator{Quantity: QuantityNumber}
	tests := []struct {
		name     string
		i        Indicator
		now, was Reading
		want     string
	}{
		{"one point", plans(), read(december(2025), share(97)), read(december(2024), share(96)), "97_% i december 2025, 1 procentenhet högre än 2024 (96_%)."},
		{"decimals", one, read(december(2025), share(93.5)), read(december(2024), share(96)), "93,5_% i december 2025, 2,5 procentenheter lägre än 2024 (96,0_%). Målet att andelen ska öka är inte uppfyllt."},
		{"more decimals tell apart", plans(), read(december(2025), share(93.4)), read(december(2024), share(92.6)), "93,4_% i december 2025, 0,8 procentenheter högre än 2024 (92,6_%)."},
		{"the difference is what is printed", plans(), read(december(2025), share(93.4)), read(december(2024), share(95.6)), "93_% i december 2025, 3 procentenheter lägre än 2024 (96_%)."},
		{"almost at the target", plans(all), read(wholeYear(2025), share(99.6)), Reading{Year: 2024}, "99,6_%. Målet att andelen ska vara minst 100_% är inte uppfyllt."},
		{"a hair below the target", plans(all), read(wholeYear(2025), counted(9999999, 10000000)), Reading{Year: 2024}, "Knappt 100_%. Målet att andelen ska vara minst 100_% är inte uppfyllt."},
		{"a hair between two", plans(), read(wholeYear(2025), counted(50000001, 100000000)), read(wholeYear(2024), share(50)), "Drygt 50_%, något högre än 2024 (50_%)."},
		{"derived and known to its decimals", one, read(december(2025), share(96.3)), read(december(2024), derived(share(96))), "96,3_% i december 2025, ungefär samma andel som 2024 (96_%). Värdet för 2024 är beräknat och inte uppmätt. Målet att andelen ska öka är inte uppfyllt."},
		{"same share", plans(), read(december(2025), share(93)), read(december(2024), share(93)), "93_% i december 2025, samma andel som 2024."},
		{"approximate", plans(), read(december(2025), about(share(93))), read(december(2024), share(96)), "Cirka 93_% i december 2025, cirka 3 procentenheter lägre än 2024 (96_%)."},
		{"approximately the same", reports(), read(wholeYear(2025), about(count(13))), read(wholeYear(2024), count(13)), "Cirka 13 orosanmälningar, ungefär lika många som 2024 (13)."},
		{"more", reports(), read(wholeYear(2025), count(1300)), read(wholeYear(2024), count(11)), "1_300 orosanmälningar, 1_289 fler än 2024 (11)."},
		{"fewer", reports(), read(wholeYear(2025), count(9)), read(wholeYear(2024), count(11)), "9 orosanmälningar, 2 färre än 2024 (11)."},
		{"one thing without singular", reports(), read(wholeYear(2025), count(1)), read(wholeYear(2024), count(2)), "Antal orosanmälningar: 1, 1 färre än 2024 (2)."},
		{"one thing", singular, read(wholeYear(2025), count(1)), Reading{}, "1 orosanmälan."},
		{"days", days(), read(wholeYear(2025), number(12)), read(wholeYear(2024), number(10.5)), "12,0 dagar, 1,5 dagar mer än 2024 (10,5)."},
		{"fewer days", days(), read(wholeYear(2025), number(-1)), read(wholeYear(2024), number(10.5)), "−1,0 dagar, 11,5 dagar mindre än 2024 (10,5)."},
		{"as many days", days(), read(wholeYear(2025), number(1)), read(wholeYear(2024), number(1)), "1,0 dagar, samma värde som 2024."},
		{"number without unit", bare, read(wholeYear(2025), number(3)), read(wholeYear(2024), number(2)), "3, 1 högre än 2024 (2)."},
		{"nothing", plans(), Reading{}, Reading{}, "Värde för 2025 saknas."},
		{"nothing but a target", plans(all), Reading{}, Reading{}, "Målet att andelen ska vara minst 100_% kan inte bedömas: värde för 2025 saknas."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			wantText(t, EvaluateYear(tt.i, "", 2025, yearly(tt.now, tt.was)).Finding(), tt.want)
		})
	}
}

func TestFindingAgainstSeveralYears(t *testing.T) {
	i := plans(Target{ID: "a", Operator: Increase}, Target{ID: "b", Operator: Decrease, BaselineYear: 2020})
	e := EvaluateYear(i, "", 2025, yearly(read(wholeYear(2025), share(93)), read(wholeYear(2024), share(90)), read(wholeYear(2020), share(92))))
	wantText(t, e.Finding(), "93_%, 3 procentenheter högre än 2024 (90_%). 1 procentenhet högre än 2020 (92_%). "+
		"Målet att andelen ska öka är uppfyllt. Målet att andelen ska minska jämfört med 2020 är inte uppfyllt.")
	wantText(t, e.ChangeWords(), "3 procentenheter högre")
	wantText(t, Evaluation{}.ChangeWords(), "–")
}

func TestDerivation(t *testing.T) {
	for note, want := range map[string]string{
		"Beräknat ur den angivna skillnaden.": "Värdet för 2024 är beräknat ur den angivna skillnaden.",
		"två andra tal":                       "Värdet för 2024 är beräknat ur två andra tal.",
	} {
		r := read(december(2024), derived(share(96)))
		r.Note = note
		wantText(t, r.derivation(), want)
	}
}

func TestTargetWords(t *testing.T) {
	tests := []struct {
		i    Indicator
		t    Target
		want string
	}{
		{plans(), Target{Operator: AtMost, Value: ref(2.5)}, "att andelen ska vara högst 2,5_%"},
		{plans(), Target{Operator: Unchanged}, "att andelen ska vara oförändrad"},
		{reports(), Target{Operator: Unchanged}, "att antalet ska vara oförändrat"},
		{reports(), Target{Operator: Equals, Value: ref(0.0)}, "att antalet ska vara 0"},
		{days(), Target{Operator: AtMost, Value: ref(1.0)}, "att värdet ska vara högst 1 dag"},
		{days(), Target{Operator: Decrease, BaselineYear: 2020}, "att värdet ska minska jämfört med 2020"},
		{days(), Target{Operator: AtLeast}, "att värdet ska vara minst –"},
		{days(), Target{Operator: NoTarget}, "att värdet ska följas"},
		{plans(), Target{Operator: Increase, Text: "Alla ska ha en plan. "}, "”Alla ska ha en plan”"},
	}
	for _, tt := range tests {
		wantText(t, tt.t.Words(tt.i), tt.want)
	}
}

func TestNotAssessedWords(t *testing.T) {
	tests := map[Reason]string{
		ReasonValueMissing: "värde för 2025 saknas", ReasonTargetValueMissing: "målet saknar värde", ReasonNoTarget: "inget mål är satt",
		ReasonBaselineNotBefore: "jämförelseåret 2024 är inte före 2025", ReasonPeriodsDiffer: "2024 och 2025 är räknade över olika långa perioder",
	}
	for reason, want := range tests {
		o := Outcome{Fulfilment: NotAssessed, Reason: reason, Baseline: Reading{Year: 2024}}
		wantText(t, o.NotAssessedWords(2025), "Kan inte bedömas: "+want+".")
	}
	wantText(t, Outcome{Fulfilment: Met}.NotAssessedWords(2025), "")
}

func TestAmount(t *testing.T) {
	wantText(t, plans().Amount(nil), "–")
	wantText(t, plans().Amount(ref(about(counted(2, 3)))), "cirka 67_%")
	wantText(t, days().Amount(ref(Stated(QuantityNumber, 1234.56))), "1_234,6 dagar")
}

func TestSampleWords(t *testing.T) {
	n := func(v int64) *int64 { return &v }
	tests := []struct {
		s    Sample
		want string
	}{
		{Sample{Title: "Ärenden", Examined: n(25), Deviations: []Deviation{{Kind: "Beslut saknas", Count: n(4)}}},
			"I 4 av 25 granskade ärenden (16_%) finns avvikelsen ”Beslut saknas”. Stickprovet är litet: med 95_% säkerhet ligger andelen av alla ärenden mellan 6_% och 35_%."},
		{Sample{Title: "ärenden", Examined: n(200), Approximate: true, Deviations: []Deviation{{Kind: "a", Count: n(1)}, {Kind: "b", CountWords: "några få"}}},
			"I cirka 1 av 200 granskade ärenden (cirka 1_%) finns avvikelsen ”a”. I några få av 200 granskade ärenden finns avvikelsen ”b”."},
		{Sample{Title: "ärenden", Examined: n(1000), Deviations: []Deviation{{Kind: "a", Count: n(1)}, {Kind: "b", Count: n(999), Of: n(1000)}}},
			"I 1 av 1_000 granskade ärenden (0,1_%) finns avvikelsen ”a”. I 999 av 1_000 granskade ärenden (99,9_%) finns avvikelsen ”b”."},
		{Sample{Title: "ärenden", ExaminedWords: "ett tjugotal", Deviations: []Deviation{{Kind: "a", Count: n(4)}}}, "I 4 av ett tjugotal granskade ärenden finns avvikelsen ”a”."},
		{Sample{Title: "ärenden", Deviations: []Deviation{{Kind: "a", Count: n(4)}}}, "I 4 granskade ärenden finns avvikelsen ”a”."},
		{Sample{Title: "Ärenden", Examined: n(25), Population: n(400), Approximate: true}, "Antal granskade ärenden: cirka 25 av 400."},
		{Sample{Title: "ärenden"}, ""},
	}
	for _, tt := range tests {
		wantText(t, tt.s.Words(), tt.want)
	}
	low, high := Interval{0.11, 0.42}.words()
	wantText(t, low+" "+high, "0,1_% 0,4_%")
}

func TestSurveyWords(t *testing.T) {
	n := func(v int64) *int64 { return &v }
	tests := []struct {
		s    Survey
		want string
	}{
		{Survey{Respondents: n(42), Invited: n(60)}, "42 av 60 tillfrågade svarade (70_%)."},
		{Survey{Respondents: n(1), Invited: n(1)}, "1 av 1 tillfrågad svarade (100_%)."},
		{Survey{Respondents: n(0), Invited: n(0)}, "0 av 0 tillfrågade svarade."},
		{Survey{Respondents: n(42)}, "Antal svar: 42. Hur många som tillfrågades är inte känt."},
		{Survey{Invited: n(60)}, "Antal tillfrågade: 60. Hur många som svarade är inte känt."},
		{Survey{}, ""},
	}
	for _, tt := range tests {
		wantText(t, tt.s.Words(), tt.want)
	}
}

func TestResultWords(t *testing.T) {
	wantText(t, Result{Execution: NotPerformed}.NotPerformedWords(), "Kontrollen har inte genomförts.")
	wantText(t, Result{Execution: Done}.NotPerformedWords(), "")
	wantText(t, Result{Computed: NotMet, Stated: Partly, OverrideReason: "stort bortfall"}.OverrideWords(),
		"Måluppfyllelsen är ändrad från ”inte uppfyllt” till ”delvis uppfyllt”: stort bortfall.")
	wantText(t, Result{Stated: Met}.OverrideWords(), "Måluppfyllelsen är ändrad från ”inte angivet” till ”uppfyllt”.")
	wantText(t, Result{}.OverrideWords(), "")
	wantText(t, NotPerformed.Swedish()+" "+Better.Swedish()+" "+Fulfilment(9).Swedish(), "Inte genomförd Bättre Inte angivet")
}

func TestUnitWords(t *testing.T) {
	title := func(unit string) string { return "Enhet " + strings.ToUpper(unit) }
	list := []Measurement{{Unit: "a", Value: ref(71.0)}, {Unit: "b", Value: ref(98.0)}, {Unit: "c", Value: ref(71.0)}, {Unit: "d", Note: "n"}}
	wantText(t, plans().ExtremesWords(list, title), "Störst andel har Enhet B (98_%) och minst Enhet A och Enhet C (71_%).")
	wantText(t, reports().ExtremesWords(list[:2], title), "Störst antal har Enhet B (98) och minst Enhet A (71).")
	wantText(t, days().ExtremesWords(list[:2], title), "Högst värde har Enhet B (98,0) och lägst Enhet A (71,0).")
	wantText(t, plans().ExtremesWords([]Measurement{list[0], list[2]}, title), "Alla enheter med ett värde har samma: 71_%.")
	wantText(t, plans().ExtremesWords(list[:1], title), "")
	wantText(t, reports().TotalWords(list[:2]), "Totalt 169 orosanmälningar.")
	wantText(t, reports().TotalWords(list), "Någon enhet saknar värde, så enheterna räknas inte ihop.")
	wantText(t, days().TotalWords([]Measurement{{Unit: "a", Numerator: ref(3.0), Denominator: ref(2.0)}}), "Sammantaget 1,5 dagar.")
	wantText(t, NoTotal("").Swedish(), "")
}

// anyReading draws a reading of a quantity, or none.
func anyReading(t *rapid.T, q Quantity, year int, label string) Reading {
	r := Reading{Year: year, Period: rapid.SampledFrom([]Period{december(year), wholeYear(year), {}}).Draw(t, label+" period")}
	if rapid.IntRange(0, 9).Draw(t, label+" there") > 0 {
		v := anyValue(t, q, label)
		r.Value = &v
	}
	return r
}

// anyTarget draws a target that passes its check.
func anyTarget(t *rapid.T) Target {
	target := Target{ID: rapid.StringMatching("[a-z]").Draw(t, "id"), Operator: Operator(rapid.IntRange(1, int(NoTarget)).Draw(t, "operator"))}
	if target.Operator.level() {
		target.Value = ref(float64(rapid.IntRange(0, 100).Draw(t, "goal")))
	}
	if target.Operator.directional() && rapid.Bool().Draw(t, "older") {
		target.BaselineYear = 2022
	}
	return target
}

// TestPropertySentences holds every sentence to the writing rules, whatever the numbers are.
func TestPropertySentences(t *testing.T) {
	wrong := regexp.MustCompile(`NaN|Inf|%!|\d\.\d|\d %|\d%|-\d|procent |^\s|\s$|  |\.\.| 1 procentenheter| 0(,0+)? (procentenhet|fler|färre|dagar m)|nil`)
	rapid.Check(t, func(t *rapid.T) {
		q := anyQuantity(t)
		i := map[Quantity]Indicator{QuantityShare: plans(), QuantityCount: reports(), QuantityNumber: days()}[q]
		if q != QuantityCount {
			i.Decimals = rapid.IntRange(0, 4).Draw(t, "decimals")
		}
		i.Targets = rapid.SliceOfN(rapid.Custom(anyTarget), 0, 3).Draw(t, "targets")
		now, was, old := anyReading(t, q, 2025, "now"), anyReading(t, q, 2024, "was"), anyReading(t, q, 2022, "old")
		e := EvaluateYear(i, "", 2025, yearly(now, was, old))
		text := e.Finding()
		if !strings.HasSuffix(text, ".") || wrong.MatchString(text) {
			t.Fatalf("%q breaks the writing rules: %q", text, wrong.FindString(text))
		}
		if q == QuantityShare && now.Value != nil && len(e.baselines()) > 0 && !regexp.MustCompile(`procentenhet|samma andel|något`).MatchString(text) {
			t.Fatalf("%q compares shares without percentage points", text)
		}
		if strings.Count(text, "Målet") != len(e.Outcomes) {
			t.Fatalf("%q does not say how each of %d targets stands", text, len(e.Outcomes))
		}
	})
}

func TestPropertyWhatIsPrintedSubtracts(t *testing.T) {
	numbers := regexp.MustCompile("^(?:Cirka )?([0-9,]+)\u00a0%, (?:cirka )?([0-9,]+) procentenhet(?:er)? (lägre|högre) än 2024 \\((?:cirka )?([0-9,]+)\u00a0%\\)")
	read := func(t *rapid.T, text string) float64 {
		typed, faults := ParseNumber("value", text)
		if len(faults) > 0 {
			t.Fatalf("%q is printed but cannot be read", text)
		}
		return *typed.Value
	}
	rapid.Check(t, func(t *rapid.T) {
		now, was := anyValue(t, QuantityShare, "now"), anyValue(t, QuantityShare, "was")
		e := Evaluation{Indicator: plans(), Year: 2025, Now: Reading{Year: 2025, Value: &now}, Earlier: Reading{Year: 2024, Value: &was}}
		parts := numbers.FindStringSubmatch(e.Finding())
		if parts == nil {
			return
		}
		difference := read(t, parts[2])
		if parts[3] == "lägre" {
			difference = -difference
		}
		if got := read(t, parts[1]) - read(t, parts[4]); got-difference > 1e-6 || difference-got > 1e-6 {
			t.Fatalf("%q does not subtract", e.Finding())
		}
	})
}
