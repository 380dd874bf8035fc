package web

import (
	"fmt"
	"strings"

	"google.golang.org/protobuf/proto"

	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

const (
	fixIndicator = fixCommittee + "/indicators/"
	fixArea      = fixPlan + "/controlAreas/skydd"
	fixPoint     = fixPlan + "/controlPoints/k1"
	fixResult    = fixRound + "/results/r1"
)

// fixUnits are the units of the committee.
func fixUnits() []*directoryv1.Unit {
	return []*directoryv1.Unit{{Name: fixCommittee + "/units/norr", DisplayName: "Hemtjänst norr"}, {Name: fixCommittee + "/units/soder", DisplayName: "Hemtjänst söder"}}
}

// fixIndicators are a share with two targets, a count and a number without a target.
func fixIndicators() []*controlv1.Indicator {
	return []*controlv1.Indicator{
		{Name: fixIndicator + "planer", Title: "Andel genomförandeplaner som är aktuella", Quantity: controlv1.Quantity_QUANTITY_SHARE, Subjects: []string{fixPoint}, Etag: "i1",
			Description: "Planen ska vara uppdaterad inom ett år.", Targets: []*controlv1.Target{
				{Id: "mal-1", Operator: controlv1.TargetOperator_TARGET_OPERATOR_AT_LEAST, Value: proto.Float64(100)},
				{Id: "mal-2", Operator: controlv1.TargetOperator_TARGET_OPERATOR_INCREASE, Text: "Andelen ska öka."}}},
		{Name: fixIndicator + "oro", Title: "Antal orosanmälningar utan förhandsbedömning", Quantity: controlv1.Quantity_QUANTITY_COUNT, UnitLabel: "orosanmälningar", UnitLabelOne: "orosanmälan", Subjects: []string{fixArea}, Etag: "i2",
			Targets: []*controlv1.Target{{Id: "mal-1", Operator: controlv1.TargetOperator_TARGET_OPERATOR_DECREASE, BaselineYear: 2023}}},
		{Name: fixIndicator + "dagar", Title: longWord, Quantity: controlv1.Quantity_QUANTITY_NUMBER, UnitLabel: "dagar", Decimals: 1, Etag: "i3"},
	}
}

// fixMeasurement is one measurement of the share.
func fixMeasurement(year int, value float64, change func(*controlv1.Measurement)) *controlv1.Measurement {
	m := &controlv1.Measurement{Name: fmt.Sprintf("%s/measurements/m%d", fixCommittee, year), Indicator: fixIndicator + "planer", Etag: "m1",
		BeginDate: fmt.Sprintf("%d-01-01", year), EndDate: fmt.Sprintf("%d-12-31", year), Value: proto.Float64(value), EffectiveValue: proto.Float64(value)}
	if change != nil {
		change(m)
	}
	return m
}

// fixMeasurements are three years, the last with two units, the first derived.
func fixMeasurements() []*controlv1.Measurement {
	unit := func(i int, numerator float64) func(*controlv1.Measurement) {
		return func(m *controlv1.Measurement) {
			m.Unit, m.Name, m.Value = fixUnits()[i].GetName(), m.GetName()+"-"+last(fixUnits()[i].GetName()), nil
			m.Numerator, m.Denominator = proto.Float64(numerator), proto.Float64(40)
		}
	}
	return []*controlv1.Measurement{
		fixMeasurement(2023, 96, func(m *controlv1.Measurement) {
			m.Derived, m.Note = true, "den skillnad på tre procentenheter som anges i rapporten för 2024."
		}),
		fixMeasurement(2024, 93, nil),
		fixMeasurement(2025, 93.5, func(m *controlv1.Measurement) { m.Approximate = true }),
		fixMeasurement(2025, 97.5, unit(0, 39)), fixMeasurement(2025, 87.5, unit(1, 35)),
	}
}

// fixEvaluation is the share's year.
func fixEvaluation() *controlv1.Evaluation {
	t := fixIndicators()[0].GetTargets()
	return &controlv1.Evaluation{Indicator: fixIndicator + "planer", Year: 2025, Value: proto.Float64(93.5), BaselineValue: proto.Float64(93), BaselineYear: 2024, Difference: proto.Float64(0.5),
		Approximate: true, Fulfilment: controlv1.Fulfilment_FULFILMENT_PARTLY, Sentence: "Resultatet är cirka 93,5 procent, en ökning med 0,5 procentenheter sedan 2024. Ett av två mål är uppfyllt.",
		Targets: []*controlv1.TargetOutcome{{Target: t[0], Fulfilment: controlv1.Fulfilment_FULFILMENT_NOT_MET, Reason: "93,5 procent är mindre än 100 procent."},
			{Target: t[1], Fulfilment: controlv1.Fulfilment_FULFILMENT_MET, Reason: "93,5 procent är mer än 93 procent 2024."}}}
}

// fixResultOf is a result that deviates, with samples in numbers and in words, and a survey.
func fixResultOf() *controlv1.Result {
	return &controlv1.Result{Name: fixResult, Subject: fixPoint, Execution: controlv1.Execution_EXECUTION_DONE, Grade: "mindre-avvikelse", Deviates: true, Etag: "r1",
		ComputedFulfilment: controlv1.Fulfilment_FULFILMENT_PARTLY, StatedFulfilment: controlv1.Fulfilment_FULFILMENT_NOT_MET, OverrideReason: "Målet om alla planer väger tyngst.",
		Text: "Rutinen är känd men följs inte i alla enheter.\n\n- Två enheter saknar checklista\n- En enhet har ingen ansvarig", ReportedRole: "controller",
		Samples: []*controlv1.Sample{{Title: "Ärenden om bistånd", Examined: proto.Int64(25), Population: proto.Int64(310), Approximate: true, Unit: fixUnits()[0].GetName(),
			Deviations: []*controlv1.Deviation{{Kind: "Beslutet saknar motivering", Count: proto.Int64(3)}, {Kind: "Fel handläggare", CountWords: "några få", Of: proto.Int64(12)}}},
			{Title: "Avtal med utförare", ExaminedWords: "ett tjugotal"}},
		Surveys:    []*controlv1.Survey{{Question: "Är du nöjd med bemötandet?", Answer: "De flesta är nöjda.", Respondents: proto.Int64(112), Invited: proto.Int64(200)}},
		Comparison: controlv1.Comparison_COMPARISON_WORSE, ComparisonComment: "Färre enheter använder checklistan.",
		ProposedActions: []*controlv1.ProposedAction{{Action: fixAction + "a1", Title: "Inför checklista i alla enheter", State: controlv1.ProposedActionState_PROPOSED_ACTION_STATE_PENDING}}}
}

// fixControls is the plan with what was found about it.
func fixControls(results ...*controlv1.Result) *controlBook {
	g := fixRegister(2)
	g.ControlPoints = append(g.ControlPoints, &riskv1.ControlPoint{Name: fixPlan + "/controlPoints/k2", Title: "Kontrollera att avtal följs upp", Owners: []*riskv1.Owner{{Role: "inköpschef"}}})
	g.ControlAreas = append(g.ControlAreas, &riskv1.ControlArea{Name: fixPlan + "/controlAreas/tillstand", Title: "Tillstånd för servering", Unit: fixUnits()[1].GetName(),
		Owners: []*riskv1.Owner{{Role: "tillståndschef", RoleAssignment: fixMunicipality + "/roleAssignments/tillstandschef"}}})
	return &controlBook{register: g, units: unitsByName(fixUnits()), found: &controlv1.GetControlSnapshotResponse{Indicators: fixIndicators(), Measurements: fixMeasurements(),
		Results: results, Evaluations: []*controlv1.Evaluation{fixEvaluation(), {Indicator: fixIndicator + "oro", Year: 2025, Fulfilment: controlv1.Fulfilment_FULFILMENT_NOT_ASSESSED, Sentence: "Inget värde för 2025."}}}}
}

// fixFound is a result with what it stands beside.
func fixFound(result *controlv1.Result) *resultData {
	before := fixRoundOf()
	before.Name, before.Title = fixCommittee+"/rounds/hel-2024", "Helårsuppföljning 2024"
	earlier := &controlv1.Result{Name: before.GetName() + "/results/r0", Subject: strings.Replace(fixPoint, "2025", "2024", 1), Execution: controlv1.Execution_EXECUTION_DONE,
		Grade: "ingen-avvikelse", ComputedFulfilment: controlv1.Fulfilment_FULFILMENT_MET, Text: "Rutinen följs."}
	d := &resultData{round: fixRoundOf(), book: fixControls(), subject: fixPoint, result: result, all: []*controlv1.Result{earlier}, rounds: []*riskv1.Round{before, fixRoundOf()}}
	if result != nil {
		d.all = append(d.all, result)
	}
	return d
}

// fixBuiltIn is the built-in form of the memorandum.
func fixBuiltIn() *reportv1.ListTemplatePartsResponse {
	return &reportv1.ListTemplatePartsResponse{Title: "Tjänsteskrivelse: internkontrollrapport {year}", Labels: []*reportv1.TemplateLabel{{Key: "for_execution", Text: "För åtgärd"}, {Key: "for_information", Text: "För kännedom"}},
		Parts: []*reportv1.TemplatePart{{Key: "proposal", Title: "Förslag till beslut"}, {Key: "summary", Title: "Sammanfattning", Text: "Nämnden följer upp sin interna kontroll varje år."}, {Key: "background", Title: "Bakgrund"}}}
}

// fixTemplate is a template that has another order, a heading of its own, a hidden part and one more part.
func fixTemplate() *reportv1.Template {
	return &reportv1.Template{Name: fixMunicipality + "/templates/memorandum", Etag: "t1", Title: "Tjänsteskrivelse {year}", Labels: []*reportv1.TemplateLabel{{Key: "for_execution", Text: "För verkställighet"}},
		Parts: []*reportv1.TemplatePart{{Key: "summary", Title: "Sammanfattning av ärendet"}, {Key: "egen_barn", Title: "Barnkonsekvensanalys", Text: "Beslutet påverkar inte barn."}, {Key: "background", Hidden: true}}}
}

// fixKinds are the kinds of workbooks.
func fixKinds() []WorkbookKind {
	return []WorkbookKind{{"risks", "Risker", []WorkbookField{{"title", "Risk", "En mening.", true}, {"likelihood", "Sannolikhet", "", false}}}, {"controls", "Kontroller", nil}, {"measurements", "Mätningar", nil}}
}
