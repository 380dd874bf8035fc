package report

import (
	"time"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
)

const (
	careName = "municipalities/m/committees/omsorgsnamnden"
	carePlan = careName + "/plans/2025"
	careCare = careName + "/units/vard-och-stod"
	careHome = careName + "/units/individ-och-familj"
)

// careControls are the facts of a committee that steers by six control areas under two service areas.
func careControls() []Control {
	area := func(id, title, unit, text string, i ...Indicator) Control {
		return Control{Name: carePlan + "/controlAreas/" + id, Title: title, Unit: unit, Indicators: i,
			Result: &Result{Name: careName + "/rounds/helar/results/" + id, Execution: Done, Text: text}}
	}
	plans := Indicator{Title: "Andel med genomförandeplan", Goals: []string{"Andelen ska öka under 2025.", "Alla ska ha en genomförandeplan."}, Measured: true,
		Sentence: "93\u00a0% i december 2025, 3\u00a0procentenheter lägre än 2024 (96\u00a0%). Målet ”Andelen ska öka under 2025” är inte uppfyllt.",
		Years: &Series{Title: "Andel med genomförandeplan", Share: true, Year: 2025, Points: []Point{{Label: "2024", Value: at(96), Derived: true,
			Note: "Härledd ur den uppgivna skillnaden."}, {Label: "2025", Value: at(93)}}, Goals: []SeriesGoal{{Text: "Andelen ska öka under 2025.", Words: "ska öka", Fulfilment: NotMet},
			{Value: at(100), Text: "Alla ska ha en genomförandeplan.", Words: "minst 100\u00a0%", Fulfilment: NotMet}}}}
	reports := Indicator{Title: "Orosanmälningar från förskolan", Goals: []string{"Antalet ska öka."}, Measured: true,
		Sentence: "13\u00a0orosanmälningar, lika många som 2024. Målet ”Antalet ska öka” är inte uppfyllt."}
	controls := []Control{
		area("planer", "Fler genomförandeplaner, med målet 100 %", careCare, "Målet är svårt att nå, särskilt i hemtjänsten.", plans),
		area("placeringar", "Externa placeringar LSS", careCare, "Alla placeringar är uppföljda:\n\n- barn och unga\n- vuxna\n\nKostnaderna är lägre."),
		area("hsl", "HSL-insatser på särskilt boende", careCare, "Mängden insatser har ökat totalt."),
		area("bestallningar", "Kvalitet på beställningar", careHome, "Kvaliteten är ojämn."),
		area("oro", "Orosanmälningar från förskolan", careHome, "En handlingsplan föreslås.", reports),
		area("hvb", "Placeringar i familjehem och HVB", careHome, "Tillstånd kontrolleras hos IVO."),
	}
	controls[0].Result.Computed, controls[0].Result.Grade, controls[0].Result.Standpoint = NotMet, "Mindre avvikelse", Worse
	controls[3].Result.Surveys = []Survey{{Question: "Går beställningen att förstå?", Answer: "Oftast, men ibland krävs tolkning."}}
	controls[4].Result.Computed, controls[4].Result.Standpoint, controls[4].Result.Comment = NotMet, Same, "13 båda åren."
	controls[4].Result.Actions = []ResultAction{{Title: "Ta fram en handlingsplan.", State: "föreslagen", Due: "2026-06-30", Owners: []string{"verksamhetschef"}}}
	return controls
}

func careUnits() []Unit {
	return []Unit{{Name: careHome, Title: "Individ- och familjeomsorgen", Position: 2}, {Name: careCare, Title: "Vård och stöd", Position: 1}}
}

// sampleAnnual is the yearly report of that committee.
func sampleAnnual() Annual {
	return Annual{Municipality: "Exempelkommun", Committee: Committee{Name: "Omsorgsnämnden"}, Name: carePlan, Year: "2025", CaseNumber: "ON/2025:2",
		Decision: &Decision{CaseNumber: "ON/2025:2", MeetingDate: "2025-02-11", Paragraph: "23"},
		Round:    Round{Name: careName + "/rounds/helar", Title: "Helårsuppföljning 2025", Period: "helåret 2025", Closed: true},
		Interims: []PlanRound{{Title: "Delårsuppföljning", Period: "maj 2025"}}, Controls: careControls(), Units: careUnits(),
		Case: Case{Name: careName + "/cases/rapport"}, Date: time.Date(2026, time.January, 13, 0, 0, 0, 0, time.UTC), State: document.Final,
		Positions: []Position{sample().Positions[0], {Service: "controlmeasurement", Scope: careName, Sequence: 87, Hash: "b81d33e4b81d33e4b81d"}}}
}

// fullAnnual adds what other committees have: risks, control points with samples, what was not performed, common items and
// actions of earlier years.
func fullAnnual() Annual {
	a := sampleAnnual()
	a.Municipality, a.PlanRisks, a.Risks = "Annan kommun", 4, sampleRisks()[:2]
	point := func(id, title string, r *Result) Control {
		return Control{Name: carePlan + "/controlPoints/" + id, Title: title, Point: true, Result: r}
	}
	inArea := point("akter", "Stickprov i akter", &Result{Execution: Done, Grade: "Större avvikelse", Computed: PartlyMet, Stated: NotMet, OverrideReason: "Få akter.",
		Standpoint: NotComparable, Samples: []Sample{
			{Title: "akter", Extent: "Antal granskade akter: 40 av 1\u00a0312.", Deviations: []string{
				"I 4 av 40 granskade akter (10\u00a0%) finns avvikelsen ”Beslutet saknar motivering”. Stickprovet är litet: med 95\u00a0% säkerhet ligger andelen av alla akter mellan 4\u00a0% och 23\u00a0%.",
				"I några få av 40 granskade akter finns avvikelsen ”Uppgifter saknas”."}},
			{Title: "fakturor", Unit: "Ekonomi", Extent: "Antal granskade fakturor: ett tjugotal."}, {Title: "loggar"}},
		Surveys: []Survey{{Question: "Är rutinen känd?", Answered: "42 av 60 tillfrågade svarade (70\u00a0%)."}}})
	inArea.Area, inArea.Review = a.Controls[1].Name, true
	common := point("gemensam", "Behörigheter", &Result{Execution: Ongoing, Text: "Pågår."})
	common.Common = true
	away := point("flyttad", "Flyttad kontroll", nil)
	away.MovedTo = "Socialnämnden"
	a.Controls = append(a.Controls, inArea, common, point("ej", "Kontroll av delegation", &Result{Execution: NotPerformed, NotPerformedReason: "Vakans"}),
		point("saknas", "Kontroll av attest", nil), away)
	a.Earlier = []FollowedAction{{Title: "Utbilda chefer", Year: "2024", Status: "Genomförd"}, {Title: "Inför rutin", Year: "2023", Comment: "Försenad:\n\n- upphandling",
		Due: "2026-03-31", Owners: []string{"enhetschef"}}, {Title: "Gå igenom avtal", Year: "2024", Status: "Genomförd"}}
	a.Case.Texts = map[string]string{KeyAssessment: "Den interna kontrollen är **tillräcklig**."}
	return a
}

// sampleMatter is the memorandum of the same year, or the extract of the minutes.
func sampleMatter(extract bool) *Matter {
	m := &Matter{Annual: sampleAnnual(), Yearly: true, Extract: extract, CaseTitle: "Internkontrollrapport 2025", MeetingDate: "2026-01-13",
		MemorandumDate: "2025-12-22", Paragraph: "3", UnitText: "Vård och stöd",
		Points: []DecisionPoint{{Proposed: "Omsorgsnämnden godkänner rapporten.", Decided: "Omsorgsnämnden godkänner rapporten. Den lämnas till kommunstyrelsen för kännedom."}},
		Managers: []Signatory{{Role: "verksamhetschef vård och stöd", Holder: "Kim Exempel", Acting: true},
			{Role: "verksamhetschef individ- och familjeomsorgen", Holder: "Robin Exempel", Acting: true}},
		Officials:   []Signatory{{Role: "utredare"}, {Role: "verksamhetschef", Acting: true}},
		Basis:       []BasisDocument{{Title: "Förvaltningens tjänsteskrivelse", Date: "2025-12-22"}},
		Information: []string{"Verksamhetschef för vård och stöd", "Tf. verksamhetschef för individ- och familjeomsorgen"}}
	m.Case.Numbers = []string{"ON/2025:2"}
	return m
}
