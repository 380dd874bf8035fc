package web

import (
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"

	"github.com/uppsikt/uppsikt/internal/fault"
)

func TestParseMeasured(t *testing.T) {
	for typed, want := range map[string]struct {
		value       float64
		approximate bool
	}{"93": {93, false}, "93,5": {93.5, false}, "93 %": {93, false}, "93,5%": {93.5, false}, "cirka 93": {93, true}, "Cirka 93,5 %": {93.5, true},
		"ca 1 200": {1200, true}, "c:a 7": {7, true}, "0": {0, false}, "93 procent": {93, false}} {
		m, ok := parseMeasured(typed)
		if !ok || m.value == nil || *m.value != want.value || m.approximate != want.approximate {
			t.Errorf("%q: got %v %v, want %v", typed, m, ok, want)
		}
	}
	for _, typed := range []string{"9,3,5", "1.000,5", "många", "cirka", "%", "1e400", "0x1p3", "--3"} {
		if m, ok := parseMeasured(typed); ok {
			t.Errorf("%q is read as %v", typed, m.value)
		}
	}
	if m, ok := parseMeasured(" "); !ok || m.value != nil {
		t.Error("nothing typed is a value or a fault")
	}
}

func TestMeasuredText(t *testing.T) {
	all := fixIndicators()
	for _, c := range []struct {
		of   *controlv1.Indicator
		v    float64
		want string
	}{{all[0], 93, "93 %"}, {all[0], 93.5, "93,5 %"}, {all[1], 13, "13 orosanmälningar"}, {all[1], 1, "1 orosanmälan"}, {all[2], 4, "4,0 dagar"}, {all[2], 1234.25, "1 234,25 dagar"}} {
		if got := strings.ReplaceAll(measured(c.of, c.v), nbsp, " "); got != c.want {
			t.Errorf("measured(%v) = %q, want %q", c.v, got, c.want)
		}
	}
}

func TestTargetText(t *testing.T) {
	i := fixIndicators()[0]
	for want, target := range map[string]*controlv1.Target{
		"Minst 93,5 %":                {Operator: controlv1.TargetOperator_TARGET_OPERATOR_AT_LEAST, Value: proto.Float64(93.5)},
		"Öka jämfört med året före":   {Operator: controlv1.TargetOperator_TARGET_OPERATOR_INCREASE},
		"Minska jämfört med 2023":     {Operator: controlv1.TargetOperator_TARGET_OPERATOR_DECREASE, BaselineYear: 2023},
		"Andelen ska öka.":            {Operator: controlv1.TargetOperator_TARGET_OPERATOR_INCREASE, Text: "Andelen ska öka."},
		"Inget mål, bara följa":       {Operator: controlv1.TargetOperator_TARGET_OPERATOR_NONE},
		"Oförändrat jämfört med 2020": {Operator: controlv1.TargetOperator_TARGET_OPERATOR_UNCHANGED, BaselineYear: 2020},
	} {
		if got := strings.ReplaceAll(targetText(i, target), nbsp, " "); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestTargetsOfAYear(t *testing.T) {
	all := []*controlv1.Target{{Id: "a"}, {Id: "b", Year: 2024}, {Id: "c", Year: 2024}, {Id: "d", Year: 2026}}
	for year, want := range map[int]string{2023: "a", 2024: "bc", 2025: "bc", 2026: "d"} {
		got := ""
		for _, target := range applicable(all, year) {
			got += target.GetId()
		}
		if got != want {
			t.Errorf("%d: got %q, want %q", year, got, want)
		}
	}
}

func TestPeriods(t *testing.T) {
	for want, m := range map[string]*controlv1.Measurement{
		"2025":                        {BeginDate: "2025-01-01", EndDate: "2025-12-31"},
		"15 oktober 2025":             {BeginDate: "2025-10-15", EndDate: "2025-10-15"},
		"1 juli 2024 – 30 juni 2025":  {BeginDate: "2024-07-01", EndDate: "2025-06-30"},
		"1 januari 2024 – 1 maj 2024": {BeginDate: "2024-01-01", EndDate: "2024-05-01"},
	} {
		if got := strings.ReplaceAll(periodText(m), nbsp, " "); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// measurementTyped fills in the form of a measurement and reads it.
func measurementTyped(values url.Values) (*form, *controlv1.Measurement, error) {
	i := fixIndicators()[0]
	f := measurementForm(i, &controlv1.Measurement{BeginDate: "2025-01-01", EndDate: "2025-12-31"}, fixUnits())
	f.fill(values)
	m, err := typedMeasurement(f, i)
	return f, m, err
}

func TestTypedMeasurement(t *testing.T) {
	_, m, err := measurementTyped(url.Values{"nar": {wholeYear}, "ar": {"2024"}, "hur": {byCounting}, "taljare": {"39"}, "namnare": {"40"}, "varde": {"ska inte läsas"}})
	if err != nil || m.GetBeginDate() != "2024-01-01" || m.GetEndDate() != "2024-12-31" || m.GetNumerator() != 39 || m.GetDenominator() != 40 || m.Value != nil {
		t.Errorf("got %v, %v", m, err)
	}
	_, m, err = measurementTyped(url.Values{"nar": {oneDay}, "dag": {"2025-10-15"}, "hur": {byValue}, "varde": {"cirka 93,5 %"}, "harlett": {"ja"}, "anmarkning": {"skillnaden"}})
	if err != nil || m.GetBeginDate() != m.GetEndDate() || m.GetValue() != 93.5 || !m.GetApproximate() || !m.GetDerived() || m.Numerator != nil {
		t.Errorf("got %v, %v", m, err)
	}
	f, _, err := measurementTyped(url.Values{"nar": {wholeYear}, "ar": {"i fjol"}, "hur": {byValue}, "varde": {"9,3,5"}})
	f.reject(toFault(err))
	if f.field("ar").Error == "" || f.field("varde").Error == "" || f.value("varde") != "9,3,5" {
		t.Errorf("the faults are not at their fields: %v", f.Problems)
	}
	f, _, err = measurementTyped(url.Values{"nar": {fromTo}, "fran": {"2025-13-01"}, "till": {"2025-12-31"}, "hur": {byValue}, "varde": {"93"}})
	if err != nil {
		t.Fatal(err)
	}
	f.reject(toFault(fault.Fields(fault.Field{Path: "measurement.begin_date", Swedish: "Skriv ett datum."}, fault.Field{Path: "measurement.end_date", Swedish: "Skriv ett datum."})))
	if f.field("fran").Error == "" || f.field("till").Error == "" || f.field("ar").Error != "" {
		t.Errorf("the service's faults are not at the fields that were used: %v", f.Problems)
	}
}

// TestSamplesInWords: words never become a number, and numbers never words.
func TestSamplesInWords(t *testing.T) {
	f := resultForm(fixFound(nil), &controlv1.Result{}, &entryContext{units: fixUnits()}, func(_ string, have int) int { return have + 1 })
	f.fill(url.Values{"genomforande": {"2"}, "maluppfyllelse": {"0"}, "prov1": {"Ärenden"}, "prov-antal1": {"cirka 25"}, "avv1-0": {"Saknar motivering"}, "avv-antal1-0": {"några få"},
		"avv1-1": {"Fel handläggare"}, "avv-antal1-1": {"3"}, "avv-av1-1": {"12"}, "enkat0": {"Nöjd?"}, "enkat-antal0": {"112"}})
	r, proposal, err := typedResult(f, &entryContext{})
	if err != nil || proposal == nil || len(r.GetSamples()) != 1 || len(r.GetSurveys()) != 1 {
		t.Fatalf("got %v, %v", r, err)
	}
	s := r.GetSamples()[0]
	if s.GetExamined() != 25 || !s.GetApproximate() || s.GetExaminedWords() != "" || len(s.GetDeviations()) != 2 {
		t.Errorf("got %v", s)
	}
	if d := s.GetDeviations(); d[0].Count != nil || d[0].GetCountWords() != "några få" || d[1].GetCount() != 3 || d[1].GetOf() != 12 {
		t.Errorf("got %v", d)
	}
	f.reject(toFault(fault.Fields(fault.Field{Path: "result.samples[0].deviations[1].count", Swedish: "Fler än granskade."})))
	if f.field("avv-antal1-1").Error == "" {
		t.Errorf("the fault is not at its row: %v", f.Problems)
	}
	f.fill(url.Values{"genomforande": {"2"}, "maluppfyllelse": {"1"}, "prov-antal0": {"25,5"}})
	_, _, err = typedResult(f, &entryContext{})
	f.reject(toFault(err))
	for _, name := range []string{"prov0", "prov-antal0", "annat-skal"} {
		if f.field(name).Error == "" {
			t.Errorf("%s has no fault: %v", name, f.Problems)
		}
	}
}

// TestResultRoundTrip: what a result holds comes back from its form unchanged.
func TestResultRoundTrip(t *testing.T) {
	want := fixResultOf()
	f := resultForm(fixFound(want), want, &entryContext{units: fixUnits()}, asStored)
	got, _, err := typedResult(f, &entryContext{})
	if err != nil {
		t.Fatal(err)
	}
	got.Name, got.Subject, got.Etag, got.Deviates, got.ComputedFulfilment, got.ProposedActions = want.GetName(), want.GetSubject(), want.GetEtag(), true, want.GetComputedFulfilment(), want.GetProposedActions()
	if !proto.Equal(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
}

// TestIndicatorRoundTrip: an indicator comes back unchanged, with what it belongs to in other years.
func TestIndicatorRoundTrip(t *testing.T) {
	for _, want := range fixIndicators() {
		want.Subjects = append([]string{fixCommittee + "/plans/2024/controlPoints/k1"}, want.GetSubjects()...)
		f := indicatorForm(want, subjectOptions(fixControls().register), asStored)
		got, err := typedIndicator(f, want)
		if err != nil {
			t.Fatal(err)
		}
		got.Name, got.Etag = want.GetName(), want.GetEtag()
		if !proto.Equal(got, want) {
			t.Errorf("got %v\nwant %v", got, want)
		}
	}
}

func TestTypedTemplate(t *testing.T) {
	f := templateForm(fixBuiltIn(), nil, nil, func(_ string, have int) int { return have + 1 })
	f.fill(url.Values{"rubrik": {""}, "del0": {"proposal"}, "del-plats0": {"3"}, "del-rubrik0": {"Förslag till beslut"}, "del1": {"summary"}, "del-plats1": {"1"}, "del-rubrik1": {"Kort"},
		"del2": {"background"}, "del-plats2": {"4"}, "del-rubrik2": {"Bakgrund"}, "del-dold2": {"ja"}, "del-plats3": {"2"}, "del-rubrik3": {"Barn och unga"}, "ord-for_execution": {"För verkställighet"}})
	got := typedTemplate(f, fixBuiltIn())
	var parts []string
	for _, p := range got.GetParts() {
		parts = append(parts, p.GetKey()+"="+p.GetTitle())
	}
	if want := []string{"summary=Kort", "egen_barn_och_unga=Barn och unga", "proposal=", "background="}; !slices.Equal(parts, want) {
		t.Errorf("got %q, want %q", parts, want)
	}
	if !got.GetParts()[3].GetHidden() || len(got.GetLabels()) != 1 || got.GetLabels()[0].GetText() != "För verkställighet" {
		t.Errorf("got %v", got)
	}
}

// TestRowsAreAdded: the button adds one row, what was typed stays, and the next press adds another.
func TestRowsAreAdded(t *testing.T) {
	sent := url.Values{}
	for want := 2; want < 5; want++ {
		sent.Set(doField, addRow+"mal")
		r := httptest.NewRequest("POST", "/x", nil)
		r.PostForm = sent
		c := &call{r: r}
		f := indicatorForm(&controlv1.Indicator{}, nil, c.rows)
		sent.Set("mal-text0", "Andelen ska öka.")
		p, err := c.form(&page{}, f, func() (string, error) { t.Error("a row was stored"); return "", nil })
		if err != nil || p.Form.value("mal-text0") != "Andelen ska öka." || p.Status != 0 {
			t.Fatalf("got %+v, %v", p, err)
		}
		if got := f.value(rowsField("mal")); f.field("mal-slag"+yearText(int32(want-1))).Name == "" || got != yearText(int32(want)) {
			t.Errorf("got %s rows, want %d", got, want)
		}
		sent = url.Values{rowsField("mal"): {f.value(rowsField("mal"))}}
	}
}

// TestRowsAreBounded: nobody makes the page huge by sending a number.
func TestRowsAreBounded(t *testing.T) {
	r := httptest.NewRequest("POST", "/x", nil)
	r.PostForm = url.Values{rowsField("mal"): {"1000000"}, doField: {addRow + "mal"}}
	if got := (&call{r: r}).rows("mal", 1); got != maxFormRows {
		t.Errorf("got %d rows", got)
	}
}

func TestWhoWritesResults(t *testing.T) {
	g := fixControls().register
	g.GetControlPoints()[0].Owners = []*riskv1.Owner{{Role: "enhetschef", RoleAssignment: fixMunicipality + "/roleAssignments/owner"}}
	for _, c := range []struct {
		subject string
		user    *user
		want    bool
	}{{fixPoint, coordinatorUser(), true}, {fixPoint, ownerUser(), true}, {fixArea, ownerUser(), true}, {fixPlan + "/controlPoints/k2", ownerUser(), false},
		{fixPoint, memberUser(), false}, {fixPoint, testUser("Rut Ek", role("auditor", fixCommittee)), false}, {fixPoint, testUser("Hans Ek", role("head", fixCommittee)), true}} {
		if got := g.mayRecord(c.subject, c.user); got != c.want {
			t.Errorf("%s, %s: got %v", c.user.name, c.subject, got)
		}
	}
}

// TestMenuHoldsSeven: no more entries than people can take in, and the administration stays in reach.
func TestMenuHoldsSeven(t *testing.T) {
	s := newTestServer(t)
	p := &page{Title: "x"}
	(&call{server: s, r: httptest.NewRequest("GET", "/"+fixPlan, nil), user: coordinatorUser()}).furnish(p)
	if len(p.Shell.Menu) != 7 || p.Shell.Admin.Address == "" {
		t.Errorf("got %d entries, administration at %q", len(p.Shell.Menu), p.Shell.Admin.Address)
	}
}

// TestEveryControlIsReached: every row and indicator of a long list stands on one of its parts, under its own area.
func TestEveryControlIsReached(t *testing.T) {
	var groups []controlGroup
	want := 0
	for g := range 7 {
		group := controlGroup{Title: yearText(int32(g))}
		for i := range 10 {
			group.Rows = append(group.Rows, controlRow{Title: yearText(int32(g*100 + i))})
		}
		group.Indicators = []indicatorRow{{Title: yearText(int32(g))}}
		groups, want = append(groups, group), want+11
	}
	got, q := 0, url.Values{}
	for range 9 {
		part, w := windowGroups(groups, "/x", q, "y")
		for _, group := range part {
			got += len(group.Rows) + len(group.Indicators)
			for _, r := range group.Rows {
				if !strings.HasPrefix(r.Title, group.Title) && group.Title != "0" {
					t.Errorf("%s stands under %s", r.Title, group.Title)
				}
			}
		}
		if w.More == "" {
			break
		}
		next, err := url.Parse(w.More)
		if err != nil {
			t.Fatal(err)
		}
		q = next.Query()
	}
	if got != want {
		t.Errorf("got %d of %d", got, want)
	}
}

func TestTypedMap(t *testing.T) {
	got := typedMap([]string{"Riskens beskrivning", "", "S", "Extra"}, []string{"title", "likelihood", ""})
	if len(got) != 2 || got["Riskens beskrivning"] != "title" || got["S"] != "" {
		t.Errorf("got %v", got)
	}
}

// TestTypedBeside: what was typed is said only when the year is judged by another value.
func TestTypedBeside(t *testing.T) {
	share := &controlv1.Indicator{Quantity: controlv1.Quantity_QUANTITY_SHARE}
	e := &controlv1.Evaluation{Value: proto.Float64(93)}
	units := map[string]string{"u": "Hemtjänsten"}
	for _, test := range []struct {
		m    *controlv1.Measurement
		e    *controlv1.Evaluation
		want string
	}{
		{&controlv1.Measurement{Value: proto.Float64(93), BeginDate: "2025-01-01", EndDate: "2025-12-31"}, e, ""},
		{&controlv1.Measurement{Numerator: proto.Float64(186), Denominator: proto.Float64(200), BeginDate: "2025-01-01", EndDate: "2025-12-31"}, e, ""},
		{&controlv1.Measurement{Numerator: proto.Float64(97), Denominator: proto.Float64(100), BeginDate: "2025-05-30", EndDate: "2025-05-30"}, e, "97 % (30 maj 2025)"},
		{&controlv1.Measurement{Value: proto.Float64(80), Approximate: true, Unit: "u", BeginDate: "2025-01-01", EndDate: "2025-12-31"}, nil, "cirka 80 % (2025, Hemtjänsten)"},
		{&controlv1.Measurement{Note: "Bara text.", BeginDate: "2025-01-01", EndDate: "2025-12-31"}, e, ""},
		{&controlv1.Measurement{Numerator: proto.Float64(0), Denominator: proto.Float64(0)}, e, ""},
	} {
		if got := strings.ReplaceAll(typedBeside(share, test.m, test.e, units), nbsp, " "); got != test.want {
			t.Errorf("%v: got %q, want %q", test.m, got, test.want)
		}
	}
}

// TestNoteOfADerivedValue: the words that the page puts before the note do not stand there twice.
func TestNoteOfADerivedValue(t *testing.T) {
	for _, test := range []struct {
		note    string
		derived bool
		want    string
	}{
		{"Beräknat ur den uppgivna skillnaden.", true, "den uppgivna skillnaden."},
		{"den uppgivna skillnaden.", true, "den uppgivna skillnaden."},
		{"Beräknat ur den uppgivna skillnaden.", false, "Beräknat ur den uppgivna skillnaden."},
		{"Beräknat ur ", true, "Beräknat ur "},
	} {
		if got := noteText(&controlv1.Measurement{Note: test.note, Derived: test.derived}); got != test.want {
			t.Errorf("%q: got %q, want %q", test.note, got, test.want)
		}
	}
}
