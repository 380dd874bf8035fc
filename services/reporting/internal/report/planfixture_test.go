package report

import (
	"fmt"
	"time"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
)

// axisOf makes an axis with the given steps, from 1.
func axisOf(title string, labels ...string) Axis {
	a := Axis{Title: title}
	for i, label := range labels {
		a.Steps = append(a.Steps, Step{Value: i + 1, Label: label, Description: "Så här: " + label + "."})
	}
	return a
}

// fourLevels with their bands: below 4, below 8, below 12, and from there on.
func fourLevels() ([]Level, []Band) {
	return []Level{{ID: "lag", Title: "Låg", Description: "Kan accepteras."}, {ID: "mattlig", Title: "Måttlig"}, {ID: "hog", Title: "Hög"},
			{ID: "kritisk", Title: "Kritisk", Description: "Minskas genast.", Critical: true, Prescribed: []string{"Förbättras"}}},
		[]Band{{Level: "lag", Upper: at(4), UpperOpen: true}, {Level: "mattlig", Lower: at(4), Upper: at(8), UpperOpen: true},
			{Level: "hog", Lower: at(8), Upper: at(12), UpperOpen: true}, {Level: "kritisk", Lower: at(12)}}
}

// methods are those that the documents must read well with.
func methods() map[string]Method {
	levels, bands := fourLevels()
	return map[string]Method{
		"stated": {Note: "Riskvärdet anges av ledningsgruppen.", Levels: levels, Bands: bands},
		"four": {Likelihood: axisOf("Sannolikhet", "Osannolik", "Mindre sannolik", "Möjlig", "Sannolik"),
			Consequence: axisOf("Konsekvens", "Försumbar", "Lindrig", "Kännbar", "Allvarlig"), Rule: RuleProduct, Levels: levels, Bands: bands},
		"five": {Likelihood: axisOf("Sannolikhet", "Osannolikt", "Mindre sannolikt", "Möjlig", "Sannolik", "Mycket sannolik"),
			Consequence: axisOf("Väsentlighet", "Försumbar", "Lindrig", "Kännbar", "Allvarlig", "Mycket allvarlig"), Levels: levels},
		"table": {Likelihood: axisOf("Sannolikhet", "Osannolikt", "Möjligt", "Sannolikt"),
			Consequence: axisOf("Följd", "Obetydliga", "Skadliga", "Allvarliga"), Rule: RuleTable, Levels: levels[:3],
			Bands: []Band{{Level: "lag", Upper: at(2)}, {Level: "mattlig", Lower: at(3), Upper: at(3)}, {Level: "hog", Lower: at(4)}},
			Cells: []TableCell{{1, 1, 1}, {1, 2, 2}, {2, 1, 2}, {2, 2, 3}, {2, 3, 4}, {3, 3, 5}}},
		"twenty": {Likelihood: axisOf("Sannolikhet", twenty("S")...), Consequence: axisOf("Konsekvens", twenty("Stor konsekvens")...), Rule: RuleProduct,
			Levels: levels, Bands: []Band{{Level: "lag", Upper: at(100)}, {Level: "kritisk", Lower: at(100), LowerOpen: true}}},
	}
}

func twenty(word string) []string {
	labels := make([]string, 20)
	for i := range labels {
		labels[i] = fmt.Sprintf("%s %c", word, 'a'+i)
	}
	return labels
}

const planName = committeeName + "/plans/2026"

// samplePlan has the facts of a committee with ten risks, of which the last two are not chosen and one lies between steps.
func samplePlan(m Method) ControlPlan {
	p := ControlPlan{
		Municipality: "Exempelkommun", Committee: Committee{Name: "Socialnämnden"}, Name: planName, Year: "2026", PlanTitle: "Internkontrollplan 2026",
		Version: 1, Standing: Decided, CaseNumber: "SN-2025/301", Decision: &Decision{CaseNumber: "SN-2025/301", MeetingDate: "2025-12-09", Paragraph: "131"},
		HowMade: "Enheterna inventerade sina risker.", Method: m, Date: time.Date(2025, time.December, 10, 0, 0, 0, 0, time.UTC), State: document.Final,
		Sections: []Section{{Title: "Inledning", Text: "Planen gäller all verksamhet."}, {Title: "Särskilt i år", Text: "Lagen är **ny**."},
			{Title: "Kommungemensamma granskningar", Empty: true}},
		Positions: sample().Positions,
	}
	for n := range 10 {
		p.Entries = append(p.Entries, sampleEntry(m, n))
	}
	p.Method.Areas = []Area{{Title: "Riskkategori", Empty: []string{"Oegentligheter", "Otillåten påverkan"}}}
	p.Points = samplePoints()
	p.Actions = []PlanAction{
		{Title: "Inför en rutin.", Source: p.Entries[1].Name, Direct: true, Due: "2026-03-31", Owners: []string{"enhetschefer"}},
		{Title: "Rätta behörigheterna.", Source: planName + "/controlPoints/c1", Proposed: true, Description: "- först\n- sedan"},
	}
	p.Later = []PlanAction{{Title: "Kartlägg hoten.", Note: "Uppdrag från kommunstyrelsen 2026-03-25 § 61.", Year: "2026", Status: "Ej påbörjad",
		Due: "2026-12-15"}, {Title: "Rätta avtalet.", Source: p.Entries[0].Name, Closed: true, Status: "Klar"}}
	p.Earlier = []PlanAction{{Title: "Utbilda alla chefer.", Source: committeeName + "/plans/2025", Year: "2025", Status: "Påbörjad", Due: "2026-06-30"}}
	p.Rounds = []PlanRound{{Title: "Delårsuppföljning 2026", Period: "första halvåret 2026", Takes: "kritiska risker", Meeting: "2026-09-15",
		Steps: []RoundDate{{Title: "Ansvariga svarar", Day: "2026-08-14"}}}}
	return p
}

func sampleEntry(m Method, n int) Entry {
	e := Entry{Name: fmt.Sprintf("%s/riskEntries/e%d", planName, n+1), Title: fmt.Sprintf("Risk att fel nummer %d uppstår.", n+1), Process: "Process **A**",
		Controls: "Kontroll görs.", Handling: "Hanteras:\n\n- genast\n- grundligt", Owners: []string{"enhetschefer", "controller"}, Choice: InPlan,
		Treatments: []Chosen{{Title: "Förbättras"}, {Title: "Accepteras", Reason: "Kostar mer än det smakar."}},
		Answers:    []Answered{{Question: "Finns en rutin?", Given: true, Yes: n%2 == 0}, {Question: "Görs kontroller?"}}}
	if n >= 8 {
		e.Choice, e.NotChosenReason = NotChosen, "Riskvärdet är lågt."
	}
	value := float64(n%4+1) * float64(n%3+1)
	e.Assessment = Assessment{Value: &value}
	if m.HasAxes() {
		likelihood, consequence := float64(n%len(m.Likelihood.Steps)+1), float64(n*3%len(m.Consequence.Steps)+1)
		if n == 4 {
			likelihood = 1.5
		}
		e.Assessment = Assessment{Likelihood: &likelihood, Consequence: &consequence, LikelihoodAxis: m.Likelihood.Title,
			ConsequenceAxis: m.Consequence.Title, Value: m.value(int(likelihood), int(consequence)), Product: m.Rule == RuleProduct && n != 4}
		if n == 5 {
			e.Assessment.Consequence = nil
		}
	}
	if level := m.levelOf(e.Assessment.Value); level != noLevel {
		e.Level, e.Assessment.Level = m.Levels[level].ID, m.Levels[level].Title
	}
	return e
}

func samplePoints() []ControlPoint {
	return []ControlPoint{
		{Name: planName + "/controlPoints/c1", Title: "Granskning av behörigheter", Review: true, Area: "Informationssäkerhet",
			Entries: []string{planName + "/riskEntries/e1", planName + "/riskEntries/e3"}, Purpose: "Att veta.", Scope: "Fem enheter.", Method: "Stickprov.",
			Frequency: "En gång", Sample: "25 ärenden", ReportTo: "nämnden", Owners: []string{"controller"}, Manager: "förvaltningschef"},
		{Name: planName + "/controlPoints/c2", Title: "Kontroll av attest", Value: at(6), Owners: []string{"ekonom"}},
		{Name: planName + "/controlPoints/c3", Title: "Kontroll som har flyttats", MovedTo: "Utbildningsnämnden"},
	}
}
