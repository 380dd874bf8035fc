package web

import (
	"strconv"
	"strings"

	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// entryForm asks for a risk: one decision per group.
func entryForm(x *entryContext, title string, e *riskv1.RiskEntry) *form {
	f := newForm("Spara", riskFields(x, title)...)
	f.add("Var finns risken?", "", placeFields(x, e)...)
	f.add("Hur stor är risken?", "", valueFields(x.method, e)...)
	f.add("Vad görs i dag och vad ska göras?", "", handlingFields(x.method, e)...)
	f.add("Ska risken tas med i planen?", "", selectionField(e))
	if questions := questionFields(x.method, e); len(questions) > 0 {
		f.add("Frågor om risken", "Lämna en fråga obesvarad om ni inte vet.", questions...)
	}
	f.add("Vem ansvarar?", "", ownerFields(x, e)...)
	if e.GetName() != "" {
		f.add("Om ändringen", "", text("skal", "Varför ändrar du?", "", "reason").optional().hint("Syns i historiken."))
	}
	return f
}

// riskFields ask for the risk in a sentence, or for one from an earlier year.
func riskFields(x *entryContext, title string) []*field {
	sentence := area("risk", "Vad är risken?", title, "risk.title").rows(3).
		hint("En mening som börjar ”Risk att …”.").missing("Beskriv risken i en mening.")
	if len(x.free) == 0 {
		return []*field{sentence}
	}
	options := []option{{Label: "Nej, det är en ny risk"}}
	for _, r := range x.free {
		options = append(options, option{Value: r.GetName(), Label: r.GetTitle()})
	}
	earlier := &field{Name: "tidigare", Kind: kindSelect, Label: "Finns risken sedan tidigare?", Options: options, Optional: true,
		paths: []string{"risk_entry.risk"}, Hint: "Välj den då, så hänger åren ihop. Lämna sedan rutan nedan tom."}
	return []*field{earlier, sentence.optional()}
}

// placeFields ask where the risk lies.
func placeFields(x *entryContext, e *riskv1.RiskEntry) []*field {
	fields := []*field{area("process", "Ansvarsområde/process", e.GetProcess(), "risk_entry.process").optional().rows(2)}
	for _, k := range x.method.GetClassifications() {
		var options []option
		for _, i := range k.GetItems() {
			options = append(options, option{Value: k.GetId() + "/" + i.GetId(), Label: i.GetTitle()})
		}
		var chosen []string
		for _, c := range e.GetClassifications() {
			if strings.HasPrefix(c, k.GetId()+"/") {
				chosen = append(chosen, c)
			}
		}
		fields = append(fields, checks("rubrik-"+k.GetId(), k.GetTitle(), chosen, options, "risk_entry.classifications"))
	}
	if u := unitField(x, e.GetUnit(), "risk_entry.unit"); u != nil {
		fields = append(fields, u)
	}
	return fields
}

// valueFields ask for the steps of the axes, where the method has any, and for a value or level stated directly.
func valueFields(m *riskv1.MethodVersion, e *riskv1.RiskEntry) []*field {
	var fields []*field
	if m.GetLikelihood() != nil {
		fields = append(fields,
			axisField("sannolikhet", m.GetLikelihood(), e.Likelihood, "risk_entry.likelihood"),
			axisField("konsekvens", m.GetConsequence(), e.Consequence, "risk_entry.consequence"))
	}
	stated := ""
	if e.StatedValue != nil {
		stated = number(e.GetStatedValue())
	}
	direct := text("varde", "Riskvärde", stated, "risk_entry.stated_value").optional().width("short").hint("Värdet som ni har kommit fram till.")
	if m.GetLikelihood() != nil {
		direct.Label, direct.Hint = "Angivet riskvärde", "Fyll bara i om ni har bestämt ett annat värde än det som räknas fram."
	}
	levels := []option{{Label: "Låt metoden avgöra"}}
	for _, l := range m.GetLevels() {
		levels = append(levels, option{Value: l.GetId(), Label: l.GetTitle(), Hint: l.GetDescription()})
	}
	return append(fields, direct,
		radios("niva", "Nivå", e.GetStatedLevel(), levels, "risk_entry.stated_level").optional())
}

// axisField asks for a step of an axis. A stated average between two steps stays as an answer of its own.
func axisField(name string, a *riskv1.Axis, stated *float64, path string) *field {
	options := []option{{Label: "Inte bedömt"}}
	chosen := ""
	if stated != nil {
		chosen = strconv.FormatFloat(*stated, 'g', -1, 64)
	}
	known := chosen == ""
	for _, s := range a.GetSteps() {
		v := strconv.Itoa(int(s.GetValue()))
		known = known || v == chosen
		options = append(options, option{Value: v, Label: v + " – " + s.GetLabel(), Hint: s.GetDescription()})
	}
	if !known {
		options = append(options, option{Value: chosen, Label: number(*stated) + " – medelvärde av flera bedömningar"})
	}
	return radios(name, a.GetTitle(), chosen, options, path).optional()
}

// handlingFields ask for what is done, the treatments and the planned handling.
func handlingFields(m *riskv1.MethodVersion, e *riskv1.RiskEntry) []*field {
	var options []option
	var chosen []string
	reasons := map[string]string{}
	index := map[string]int{}
	for i, t := range e.GetTreatments() {
		chosen = append(chosen, t.GetTreatment())
		reasons[t.GetTreatment()], index[t.GetTreatment()] = t.GetReason(), i
	}
	for _, t := range m.GetTreatments() {
		why := text("skal-"+t.GetId(), "Skäl till ”"+t.GetTitle()+"”", reasons[t.GetId()]).missing("Skriv ett skäl till ”" + t.GetTitle() + "”.")
		if i, ok := index[t.GetId()]; ok {
			why.paths = []string{"risk_entry.treatments[" + strconv.Itoa(i) + "].reason"}
		}
		if !t.GetReasonRequired() {
			why = nil
			if reasons[t.GetId()] != "" {
				why = text("skal-"+t.GetId(), "Skäl till ”"+t.GetTitle()+"”", reasons[t.GetId()]).optional()
			}
		}
		options = append(options, option{Value: t.GetId(), Label: t.GetTitle(), Extra: why})
	}
	return []*field{
		area("befintliga", "Befintliga aktiviteter och egenkontroller", e.GetExistingControls(), "risk_entry.existing_controls").optional().rows(5).
			hint("Vad görs redan i dag?"),
		checks("hantering", "Hur ska risken hanteras?", chosen, options, "risk_entry.treatments").hint("Välj en eller flera."),
		area("planerad", "Planerad hantering", e.GetPlannedHandling(), "risk_entry.planned_handling").optional().rows(5).
			hint("Vad ska göras, av vem och när? Tom rad ger nytt stycke, bindestreck först på raden ger punktlista."),
	}
}

// selectionField asks whether the risk is taken up in the plan.
func selectionField(e *riskv1.RiskEntry) *field {
	why := area("inte-skal", "Skäl till att risken inte tas med", e.GetNotChosenReason(), "risk_entry.not_chosen_reason").rows(3).
		missing("Skriv varför risken inte tas med i planen.")
	return radios("i-planen", "Tas risken med?", strconv.Itoa(int(e.GetSelection())), []option{
		{Value: "1", Label: "Ja, den tas med i planen"},
		{Value: "2", Label: "Nej, den tas inte med", Hint: "Risken finns kvar i riskanalysen med skälet.", Extra: why},
		{Value: "0", Label: "Inte bestämt än"},
	}, "risk_entry.selection")
}

// questionFields ask the method's own questions.
func questionFields(m *riskv1.MethodVersion, e *riskv1.RiskEntry) []*field {
	var fields []*field
	for _, q := range m.GetQuestions() {
		answer := map[string]string{"Ja": "ja", "Nej": "nej"}[answerText(e, q.GetId())]
		fields = append(fields, radios("fraga-"+q.GetId(), q.GetText(), answer,
			[]option{{Value: "ja", Label: "Ja"}, {Value: "nej", Label: "Nej"}, {Label: "Inte besvarad"}}, "risk_entry.answers").optional())
	}
	return fields
}

// ownerFields ask who answers for the risk.
func ownerFields(x *entryContext, e *riskv1.RiskEntry) []*field {
	return ownersOf(x, e.GetOwners(), "risk_entry.owners", "Personer som svarar för risken",
		"Personen kan ändra risken i ett utkast och svara i uppföljningarna.")
}

// unitField asks which unit something belongs to; nil when the committee has none.
func unitField(x *entryContext, chosen, path string) *field {
	if len(x.units) == 0 {
		return nil
	}
	options := []option{{Label: "Ingen särskild enhet"}}
	for _, u := range x.units {
		options = append(options, option{Value: u.GetName(), Label: u.GetDisplayName()})
	}
	return &field{Name: "enhet", Kind: kindSelect, Label: "Enhet", Value: chosen, Options: options, Optional: true, paths: []string{path}}
}
