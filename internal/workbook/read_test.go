package workbook_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/workbook"
)

// messySheet is a sheet as people keep them: titles above, headings broken over lines, formulas, merged cells.
func messySheet(t testing.TB) []byte {
	return book(t, "Riskanalys 2025", [][]any{
		{"Internkontroll 2025"},
		{},
		{"Nr", "Ansvars-\nområde/process", "Risk", "Sanno\u00adlikhet\u00a0(1–4)", "Konse-kvens", "Risk-\nvärde", "Hantering", "Ansvarig", "Diarienr"},
		{1, "Inköp", "Risk att avtal inte följs", "3,0", "4 – Allvarlig", nil, "Granskning; Acceptera", "enhetschefer\nekonomer", "KS 1"},
		{2, nil, "Risk att fakturor betalas två gånger", "Möjlig", "Kännbar (3)", 9, "granskning", "enhetschefer"},
		{3, "Lön", "Risk att fel lön betalas ut", 1, 3, nil, nil, nil},
	}, func(f *excelize.File) {
		must(t, f.MergeCell("Riskanalys 2025", "B4", "B5"))
		must(t, f.SetCellFormula("Riskanalys 2025", "F4", "3*4"))
		must(t, f.SetRowVisible("Riskanalys 2025", 6, false))
	})
}

func TestMessySheetIsReadRight(t *testing.T) {
	b := clean(t, messySheet(t), options())
	if b.Kind != workbook.Risks || b.HeaderRow != 3 || b.Rows != 3 {
		t.Fatalf("got %s, headings in row %d, %d rows", b.Kind, b.HeaderRow, b.Rows)
	}
	want := []*riskv1.RiskEntry{
		{Name: plan + "/riskEntries/1", Process: "Inköp", Likelihood: proto.Float64(3), Consequence: proto.Float64(4), StatedValue: proto.Float64(12), Position: 1,
			Treatments: []*riskv1.ChosenTreatment{{Treatment: "granska"}, {Treatment: "acceptera"}}, Owners: []*riskv1.Owner{{Role: "enhetschefer"}, {Role: "ekonomer"}}},
		{Name: plan + "/riskEntries/2", Process: "Inköp", Likelihood: proto.Float64(3), Consequence: proto.Float64(3), StatedValue: proto.Float64(9), Position: 2,
			Treatments: []*riskv1.ChosenTreatment{{Treatment: "granska"}}, Owners: []*riskv1.Owner{{Role: "enhetschefer"}}},
		{Name: plan + "/riskEntries/3", Process: "Lön", Likelihood: proto.Float64(1), Consequence: proto.Float64(3), Position: 3},
	}
	if diff := cmp.Diff(want, b.Bundle.GetRiskEntries(), protocmp.Transform(), protocmp.IgnoreFields(&riskv1.RiskEntry{}, "risk")); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
	if got := b.Bundle.GetRisks()[1].GetTitle(); got != "Risk att fakturor betalas två gånger" {
		t.Errorf("got %q", got)
	}
	var remarks []string
	for _, r := range b.Remarks {
		remarks = append(remarks, r.Reason+" "+r.Place())
	}
	if got, want := strings.Join(remarks, "; "), "HIDDEN_ROWS Riskanalys 2025; FORMULAS Riskanalys 2025; NOT_READ Riskanalys 2025, I3 (Diarienr)"; got != want {
		t.Errorf("got remarks %q, want %q", got, want)
	}
}

func TestMeasurementsAreReadRight(t *testing.T) {
	data := book(t, "Blad1", [][]any{
		{"Indikator", "Enhet", "Period", "Värde", "Täljare", "Nämnare", "Kommentar"},
		{"Följsamhet till hygien\u00adrutiner", "Vård och stöd", 2024, "cirka 93,5 %", nil, nil, "Enligt bilaga"},
		{"hygien", "funktion", "december 2025", nil, 93, 100, nil},
		{"Orosanmälningar", nil, "2025-01-01 – 2025-06-30", "1 234", nil, nil, nil},
		{"Orosanmälningar", nil, 45657, 13, nil, nil, nil},
		{"hygien", nil, "kvartal 4 2025", 0.07, nil, nil, nil},
	}, func(f *excelize.File) {
		percent, err := f.NewStyle(&excelize.Style{NumFmt: 9})
		must(t, err)
		date, err := f.NewStyle(&excelize.Style{NumFmt: 14})
		must(t, err)
		must(t, f.SetCellStyle("Blad1", "D6", "D6", percent))
		must(t, f.SetCellStyle("Blad1", "C5", "C5", date))
	})
	b := clean(t, data, options())
	hygiene, concern, value := committee+"/indicators/hygien", committee+"/indicators/oro", proto.Float64
	want := []*controlv1.Measurement{
		{Indicator: hygiene, Unit: committee + "/units/vard", BeginDate: "2024-01-01", EndDate: "2024-12-31", Value: value(93.5), Approximate: true, Note: "Enligt bilaga"},
		{Indicator: hygiene, Unit: committee + "/units/funktion", BeginDate: "2025-12-01", EndDate: "2025-12-31", Numerator: value(93), Denominator: value(100)},
		{Indicator: concern, BeginDate: "2025-01-01", EndDate: "2025-06-30", Value: value(1234)},
		{Indicator: concern, BeginDate: "2024-12-31", EndDate: "2024-12-31", Value: value(13)},
		{Indicator: hygiene, BeginDate: "2025-10-01", EndDate: "2025-12-31", Value: value(7)},
	}
	if diff := cmp.Diff(want, b.Bundle.GetMeasurements(), protocmp.Transform(), protocmp.IgnoreFields(&controlv1.Measurement{}, "name")); diff != "" {
		t.Errorf("measurements (-want +got):\n%s", diff)
	}
}

func controlSheet(t testing.TB) []byte {
	return book(t, "Kontroller", [][]any{
		{"Kontrollmoment", "Typ", "Kontrollområde", "Tillhör risk", "Syfte", "Frekvens", "Kontrollansvarig", "Ansvarig chef", "Stickprov"},
		{"Attest av fakturor", "Granskning", "Ekonomi", "1", "Rätt attest", "Två gånger per år", "controller", "ekonomichef", "25 fakturor"},
		{"Basal hygien", nil, "Ekonomi", "Risk att fel lön betalas ut", nil, "Årligen", nil, nil, 30},
	})
}

func TestControlsFindTheirRisksAndAddAreas(t *testing.T) {
	o := options()
	o.Known = stored(clean(t, messySheet(t), options()))
	b := clean(t, controlSheet(t), o)
	areas, points := b.Bundle.GetControlAreas(), b.Bundle.GetControlPoints()
	if len(areas) != 1 || areas[0].GetTitle() != "Ekonomi" || len(points) != 2 {
		t.Fatalf("got %d areas, %d points", len(areas), len(points))
	}
	for i, id := range []string{"1", "3"} {
		if got := points[i].GetRiskEntries(); len(got) != 1 || got[0] != plan+"/riskEntries/"+id {
			t.Errorf("point %d is of %v", i, got)
		}
		if points[i].GetControlArea() != areas[0].GetName() {
			t.Errorf("point %d is not in the area", i)
		}
	}
	if points[0].GetKind() != riskv1.ControlPointKind_CONTROL_POINT_KIND_REVIEW || points[0].GetResponsibleManager().GetRole() != "ekonomichef" || points[1].GetPlannedSample() != "30" {
		t.Errorf("got %v", points)
	}
}

// TestSameFileAgainChangesNothing reads every kind a second time with what the first brought in.
func TestSameFileAgainChangesNothing(t *testing.T) {
	withoutKeys := book(t, "Blad1", [][]any{{"Risk", "Process", "Sannolikhet"}, {"En risk", "Lön", 2}, {"En risk", "Inköp", 3}, {"En annan", nil, nil}})
	measured := book(t, "Blad1", [][]any{{"Indikator", "År", "Värde"}, {"oro", 2024, 13}, {"oro", 2025, 13}})
	for name, data := range map[string][]byte{"keys": messySheet(t), "content": withoutKeys, "measurements": measured} {
		first := clean(t, data, options())
		o := options()
		o.Known = stored(first)
		second := clean(t, data, o)
		want := proto.CloneOf(first.Bundle)
		for _, m := range want.GetMeasurements() {
			m.Etag = "1"
		}
		if diff := cmp.Diff(want, second.Bundle, protocmp.Transform()); diff != "" {
			t.Errorf("%s (-first +second):\n%s", name, diff)
		}
		if _, err := second.File(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhatTheSheetDoesNotSayStays(t *testing.T) {
	o := options()
	o.Known.Risks = []*riskv1.Risk{{Name: committee + "/risks/r7", Title: "Gammal risk", Causes: "Brist på tid"}}
	o.Known.Plan.RiskEntries = []*riskv1.RiskEntry{{Name: plan + "/riskEntries/a", Risk: committee + "/risks/r7", Process: "Lön", Unit: committee + "/units/vard", Position: 4,
		Owners: []*riskv1.Owner{{Role: "chef", RoleAssignment: "municipalities/exempelkommun/roleAssignments/x"}}}}
	b := clean(t, book(t, "Risker", [][]any{{"Risk", "Sannolikhet", "Ansvarig", "Enhet"}, {"Gammal risk", 2, "Chef; ekonom", nil}, {"Ny risk", 1, nil, nil}}), o)
	got := b.Bundle.GetRiskEntries()
	want := proto.CloneOf(o.Known.Plan.GetRiskEntries()[0])
	want.Likelihood, want.Owners = proto.Float64(2), append(want.GetOwners(), &riskv1.Owner{Role: "ekonom"})
	if diff := cmp.Diff(want, got[0], protocmp.Transform()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got[1].GetPosition() != 5 || b.Bundle.GetRisks()[0].GetCauses() != "Brist på tid" {
		t.Errorf("got %v", b.Bundle)
	}
}

// TestFaultsHaveTheirPlace holds one sheet with everything wrong.
func TestFaultsHaveTheirPlace(t *testing.T) {
	data := book(t, "Mätningar", [][]any{
		{"Indikator", "Enhet", "Period", "Värde", "Täljare", "Nämnare", "Cirka"},
		{"Okänd", "Vård och stöd", 2025, 1},
		{"oro", "Skola X", 2025, 2},
		{"oro", nil, "31/12-25", 3},
		{"oro", nil, nil, 4},
		{"oro", nil, 2025, "1.234,5"},
		{"oro", nil, 2025, 6, nil, nil, "kanske"},
		{nil, nil, 2025, "93 %"},
		{"oro", nil, 2024, "93 %"},
		{"oro", nil, 2023, "många"},
		{"oro", nil, "2022-13-45", 1},
		{"oro", nil, 2021, nil},
	}, func(f *excelize.File) { must(t, f.SetCellFormula("Mätningar", "D12", "VLOOKUP(1,A:B,2)")) })
	var got []string
	for _, f := range read(t, data, options()).Faults {
		got = append(got, f.Place()+": "+f.Reason)
		if f.Swedish == "" || f.English == "" {
			t.Errorf("%s says nothing", f.Place())
		}
	}
	want := []string{
		"Mätningar, A2 (Indikator): UNKNOWN", "Mätningar, B3 (Enhet): UNKNOWN", "Mätningar, C4 (Period): PERIOD", "Mätningar, C5 (Period): MISSING",
		"Mätningar, D6 (Värde): DECIMAL_MARKS", "Mätningar, A7 (Indikator): TWICE", "Mätningar, A8 (Indikator): MISSING", "Mätningar, D9 (Värde): NOT_A_SHARE",
		"Mätningar, D10 (Värde): NUMBER", "Mätningar, C11 (Period): DATE", "Mätningar, D12 (Värde): FORMULA",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestOwnersFaultsAreLocated(t *testing.T) {
	b := clean(t, messySheet(t), options())
	got := b.Locate([]fault.Field{
		{Path: "risk_entries[1].likelihood", Reason: "OUTSIDE_SCALE"}, {Path: "risks[2].title"}, {Path: "risk_entries[0].treatments[1].reason"},
		{Path: "risk_entries[0].answers"}, {Path: "plans"},
	})
	var places []string
	for _, f := range got {
		places = append(places, f.Place())
	}
	want := []string{"Riskanalys 2025, D5 (Sanno\u00adlikhet (1–4))", "Riskanalys 2025, C6 (Risk)", "Riskanalys 2025, G4 (Hantering)", "Riskanalys 2025, rad 4", "Riskanalys 2025"}
	for i := range want {
		want[i] = strings.ReplaceAll(want[i], "\u00ad", "")
	}
	if diff := cmp.Diff(want, places); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestColumnsAreMapped(t *testing.T) {
	data := book(t, "Blad1", [][]any{{"Vad kan gå fel?", "Allvar", "Risk"}, {"Att det brinner", "4", "hög"}})
	o := options()
	o.Map = map[string]string{"vad kan gå fel": "title", "Allvar": "Konsekvens", "Risk": ""}
	o.Kind = workbook.Risks
	b := clean(t, data, o)
	if b.Bundle.GetRisks()[0].GetTitle() != "Att det brinner" || b.Bundle.GetRiskEntries()[0].GetConsequence() != 4 {
		t.Errorf("got %v", b.Bundle)
	}
	o.Map = map[string]string{"Allvar": "allvarlighet"}
	if _, err := workbook.Read(t.Context(), strings.NewReader(string(data)), o); !fault.Is(err, fault.Invalid) {
		t.Errorf("got %v", err)
	}
}

func TestTemplatesAreReadBack(t *testing.T) {
	for _, kind := range workbook.Kinds() {
		data, err := workbook.Template(kind, known())
		must(t, err)
		again, err := workbook.Template(kind, known())
		must(t, err)
		if string(data) != string(again) {
			t.Errorf("%s: not the same bytes again", kind)
		}
		b := read(t, data, options())
		if b.Kind != kind || len(b.Faults) != 1 || b.Faults[0].Reason != "EMPTY_SHEET" {
			t.Errorf("%s: got %s, %v", kind, b.Kind, b.Faults)
		}
		for i, c := range b.Columns {
			if c.Field != kind.Fields()[i].Key {
				t.Errorf("%s: heading %q is read as %q", kind, c.Heading, c.Field)
			}
		}
	}
}

func TestEveryFieldIsExplainedOnce(t *testing.T) {
	for _, kind := range workbook.Kinds() {
		seen := map[string]bool{}
		for _, f := range kind.Fields() {
			if seen[f.Key] || f.Help == "" {
				t.Errorf("%s: %s", kind, f.Key)
			}
			seen[f.Key] = true
		}
	}
}
