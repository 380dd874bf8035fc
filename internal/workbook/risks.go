package workbook

import (
	"slices"

	"google.golang.org/protobuf/proto"

	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// riskIdentity is what tells one risk of a plan from another when there is no key.
func riskIdentity(title, process string) string { return same(title) + "\x00" + same(process) }

// risk reads the current row as a risk entry with its risk.
func (w *work) risk() {
	title, ok := w.required("title", "Skriv risken i en mening.")
	process := ""
	w.text("process", &process)
	stored := w.c.entryOf.only(riskIdentity(title, process))
	if _, has := w.header.of["process"]; !has && ok {
		stored, _ = w.c.entryWords.one(title)
	}
	id, fine := w.id(stored, title, process)
	if !ok || !fine {
		return
	}
	name := w.plan + "/riskEntries/" + id
	if !w.once("title", name, "Raden handlar om samma risk som rad %d. Ge raderna olika nycklar eller ta bort den ena.") {
		return
	}
	entry := w.entry(name)
	risk := w.riskOf(entry, title, process)
	w.text("process", &entry.Process)
	w.assess(entry)
	w.handle(entry)
	w.line("source_note", &entry.SourceNote)
	w.bundle.Risks = append(w.bundle.Risks, risk)
	w.place("risks", len(w.bundle.GetRisks()))
	w.bundle.RiskEntries = append(w.bundle.RiskEntries, entry)
	w.place("risk_entries", len(w.bundle.GetRiskEntries()))
}

// entry returns what is stored under a name, or a new entry last in the plan.
func (w *work) entry(name string) *riskv1.RiskEntry {
	if stored := w.c.entries[name]; stored != nil {
		return proto.CloneOf(stored)
	}
	w.c.lastEntry++
	return &riskv1.RiskEntry{Name: name, Position: w.c.lastEntry}
}

// riskOf returns the entry's risk with what the row says of it. A new entry about a risk of earlier years continues it.
func (w *work) riskOf(entry *riskv1.RiskEntry, title, process string) *riskv1.Risk {
	if entry.GetRisk() == "" {
		entry.Risk, _ = w.c.risks.one(title)
	}
	if entry.GetRisk() == "" || w.seen[entry.GetRisk()] > 0 {
		entry.Risk = w.o.Committee + "/risks/" + contentID(title, process, lastPart(entry.GetName()))
	}
	w.seen[entry.GetRisk()] = w.current.number
	risk := &riskv1.Risk{Name: entry.GetRisk()}
	if stored := w.c.riskByName[risk.GetName()]; stored != nil {
		risk = proto.CloneOf(stored)
	}
	risk.Title = title
	w.text("description", &risk.Description)
	w.text("causes", &risk.Causes)
	w.text("effects", &risk.Effects)
	return risk
}

// assess reads the assessment.
func (w *work) assess(e *riskv1.RiskEntry) {
	w.step("likelihood", w.c.likelihood, &e.Likelihood)
	w.step("consequence", w.c.consequence, &e.Consequence)
	w.step("stated_value", nil, &e.StatedValue)
	w.named("stated_level", w.c.levels, "metodens nivåer", &e.StatedLevel)
	w.named("unit", w.c.units, "nämndens enheter", &e.Unit)
	if parts, ok := w.list("classifications"); ok {
		e.Classifications = w.all("classifications", parts, w.c.headings, "metodens rubriker")
	}
}

// all looks up every part of a list.
func (w *work) all(field string, parts []string, known names, what string) []string {
	var found []string
	for _, part := range parts {
		if name := w.lookUp(field, part, known, what); name != "" && !slices.Contains(found, name) {
			found = append(found, name)
		}
	}
	return found
}

// handle reads what is done about the risk.
func (w *work) handle(e *riskv1.RiskEntry) {
	w.text("existing_controls", &e.ExistingControls)
	w.text("planned_handling", &e.PlannedHandling)
	w.treatments(e)
	if yes, ok := w.yes("selection"); ok {
		e.Selection = riskv1.Selection_SELECTION_NOT_CHOSEN
		if yes {
			e.Selection = riskv1.Selection_SELECTION_IN_PLAN
		}
	}
	w.text("not_chosen_reason", &e.NotChosenReason)
	if roles, ok := w.list("owners"); ok {
		e.Owners = owners(roles, e.GetOwners())
	}
}

// treatments reads the treatments; the reason belongs to those that the method asks a reason for, or else to all.
func (w *work) treatments(e *riskv1.RiskEntry) {
	parts, ok := w.list("treatments")
	if ok {
		before := e.GetTreatments()
		e.Treatments = nil
		for _, id := range w.all("treatments", parts, w.c.treatments, "metodens sätt att hantera risker") {
			chosen := &riskv1.ChosenTreatment{Treatment: id}
			if i := slices.IndexFunc(before, func(t *riskv1.ChosenTreatment) bool { return t.GetTreatment() == id }); i >= 0 {
				chosen.Reason = before[i].GetReason()
			}
			e.Treatments = append(e.Treatments, chosen)
		}
	}
	reason := ""
	if w.text("treatment_reason", &reason); reason == "" {
		return
	}
	asked := func(id string) bool {
		return slices.ContainsFunc(w.c.method.GetTreatments(), func(t *riskv1.Treatment) bool { return t.GetId() == id && t.GetReasonRequired() })
	}
	some := slices.ContainsFunc(e.GetTreatments(), func(t *riskv1.ChosenTreatment) bool { return asked(t.GetTreatment()) })
	for _, t := range e.GetTreatments() {
		if !some || asked(t.GetTreatment()) {
			t.Reason = reason
		}
	}
}

// owners makes owners of roles. A role that was there already keeps the assignment that it is tied to.
func owners(roles []string, before []*riskv1.Owner) []*riskv1.Owner {
	list := make([]*riskv1.Owner, len(roles))
	for i, role := range roles {
		list[i] = &riskv1.Owner{Role: role}
		for _, old := range before {
			if same(old.GetRole()) == same(role) {
				list[i] = old
			}
		}
	}
	return list
}
