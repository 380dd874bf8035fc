package web

import (
	"slices"
	"strconv"

	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// entryContext is what the form of a risk needs to know beside the risk.
type entryContext struct {
	method *riskv1.MethodVersion
	units  []*directoryv1.Unit
	// holders can be chosen as owners, managers as responsible managers; others and inactive were perhaps chosen once.
	holders, managers, others, inactive []*directoryv1.RoleAssignment
	// people are names in words by resource name.
	people map[string]string
	// free are risks of the committee that are not in the plan yet.
	free []*riskv1.Risk
}

// entryContext fetches what the form needs. Units and holders are help: a form works without them.
func (c *call) entryContext(method *riskv1.MethodVersion) *entryContext {
	x := &entryContext{method: method, people: map[string]string{}, units: c.entryUnits()}
	c.addHolders(x)
	return x
}

// entryUnits are the units of the committee; none when the directory cannot say.
func (c *call) entryUnits() []*directoryv1.Unit {
	r, err := c.Directory.ListUnits(c.ctx(), &directoryv1.ListUnitsRequest{Parent: c.name(2), PageSize: 1000})
	if err != nil {
		return nil
	}
	return r.GetUnits()
}

// createEntry adds a risk to a plan.
func (s *server) createEntry(c *call) (*page, error) {
	g, err := c.snapshot(c.name(3))
	if err != nil {
		return nil, err
	}
	if p := c.locked(g.GetPlan(), "Lägg till risk"); p != nil {
		return p, nil
	}
	x := c.entryContext(g.GetMethodVersion())
	if x.free, err = c.freeRisks(g); err != nil {
		return nil, err
	}
	e := &riskv1.RiskEntry{Position: int32(len(g.GetRiskEntries()) + 1), Selection: riskv1.Selection_SELECTION_IN_PLAN}
	f := entryForm(x, "", e)
	f.Submit, f.Cancel = "Lägg till i planen", address(c.name(3))
	p := &page{Title: "Lägg till risk", Over: planTitle(g.GetPlan()), Section: sectionPlan, Crumbs: planCrumbs(g.GetPlan())}
	return c.form(p, f, func() (string, error) {
		if err := readEntry(f, x, e); err != nil {
			return "", err
		}
		r := &riskv1.CreateRiskEntryRequest{Parent: c.name(3), RiskEntry: e}
		if err := chosenRisk(f, r); err != nil {
			return "", err
		}
		made, err := s.Risks.CreateRiskEntry(c.ctx(), r)
		return receipt(address(made.GetName()), "skapad"), err
	})
}

// chosenRisk says which risk a new entry assesses: one that the committee knows, or a new one that is made with it.
func chosenRisk(f *form, r *riskv1.CreateRiskEntryRequest) error {
	if r.RiskEntry.Risk = f.value("tidigare"); r.GetRiskEntry().GetRisk() != "" {
		r.RiskEntryId = last(r.GetRiskEntry().GetRisk())
		return nil
	}
	title := f.value("risk")
	if title == "" {
		return fault.Fields(fault.Field{Path: "risk.title", Swedish: "Beskriv risken i en mening, eller välj en tidigare risk."})
	}
	r.Risk = &riskv1.Risk{Title: title}
	return nil
}

// freeRisks lists the risks that the committee knows and the plan does not hold, but for those that were moved away.
func (c *call) freeRisks(g *register) ([]*riskv1.Risk, error) {
	r, err := c.Risks.ListRisks(c.ctx(), &riskv1.ListRisksRequest{Parent: c.name(2), PageSize: 1000})
	if err != nil {
		return nil, err
	}
	free := slices.DeleteFunc(r.GetRisks(), func(k *riskv1.Risk) bool {
		return k.GetMovedTo() != "" || slices.ContainsFunc(g.GetRiskEntries(), func(e *riskv1.RiskEntry) bool { return e.GetRisk() == k.GetName() })
	})
	sortSwedish(free, (*riskv1.Risk).GetTitle)
	return free, nil
}

// editEntry changes a risk in a plan.
func (s *server) editEntry(c *call) (*page, error) {
	g, err := c.snapshot(c.name(3))
	if err != nil {
		return nil, err
	}
	e := g.entries[c.name(4)]
	if e == nil {
		return nil, notFound()
	}
	if p := c.locked(g.GetPlan(), "Ändra risk"); p != nil {
		return p, nil
	}
	x := c.entryContext(g.GetMethodVersion())
	f := entryForm(x, g.title(e), e)
	f.Groups[0].Fields = append(f.Groups[0].Fields, hidden("etag", e.GetEtag()), hidden("risk-etag", g.risks[e.GetRisk()].GetEtag()))
	f.Cancel = address(e.GetName())
	p := &page{Title: "Ändra risk", Over: planTitle(g.GetPlan()), Section: sectionPlan, Crumbs: append(planCrumbs(g.GetPlan()), link{"Risk", f.Cancel})}
	return c.form(p, f, func() (string, error) {
		next := &riskv1.RiskEntry{Name: e.GetName(), Risk: e.GetRisk(), Position: e.GetPosition(), Owners: e.GetOwners(), Etag: f.value("etag")}
		if err := readEntry(f, x, next); err != nil {
			return "", err
		}
		return receipt(f.Cancel, "sparad"), c.saveEntry(f, g, e, next)
	})
}

// saveEntry stores a changed entry, and its risk first when the sentence changed.
func (c *call) saveEntry(f *form, g *register, old, next *riskv1.RiskEntry) error {
	if title := f.value("risk"); title != g.title(old) {
		r, err := c.Risks.UpdateRisk(c.ctx(), &riskv1.UpdateRiskRequest{
			Risk: &riskv1.Risk{Name: old.GetRisk(), Title: title, Etag: f.value("risk-etag")}, UpdateMask: mask("title"), Reason: f.value("skal")})
		if err != nil {
			return err
		}
		f.field("risk-etag").Value = r.GetEtag()
	}
	_, err := c.Risks.UpdateRiskEntry(c.ctx(), &riskv1.UpdateRiskEntryRequest{RiskEntry: next, UpdateMask: mask(entryPaths...), Reason: f.value("skal")})
	return err
}

// entryPaths are the fields that the form of a risk sets.
var entryPaths = []string{"process", "classifications", "unit", "likelihood", "consequence", "stated_value", "stated_level",
	"existing_controls", "treatments", "planned_handling", "selection", "not_chosen_reason", "answers", "owners", "source_note"}

// deleteEntry takes a risk out of a plan.
func (s *server) deleteEntry(c *call) (*page, error) {
	e, err := s.Risks.GetRiskEntry(c.ctx(), &riskv1.GetRiskEntryRequest{Name: c.name(4)})
	if err != nil {
		return nil, err
	}
	f := removeForm(e.GetEtag(), address(e.GetName()))
	p := &page{Title: "Ta bort risken ur planen", Section: sectionPlan, Crumbs: []link{{"Plan", address(c.name(3))}, {"Risk", f.Cancel}},
		Lead: "Risken försvinner ur årets plan. Den och historiken finns kvar och risken kan läggas till igen. Vill du behålla den med ett skäl kan du i stället ändra den och välja att den inte tas med."}
	return c.form(p, f, func() (string, error) {
		_, err := s.Risks.DeleteRiskEntry(c.ctx(), &riskv1.DeleteRiskEntryRequest{Name: e.GetName(), Etag: f.value("etag"), Reason: f.value("skal")})
		return receipt(address(c.name(3)), "borttagen"), err
	})
}

// removeForm confirms that something is taken away.
func removeForm(etag, cancel string) *form {
	f := newForm("Ta bort ur planen", hidden("etag", etag), area("skal", "Varför?", "", "reason").optional().rows(3).hint("Syns i historiken."))
	f.Cancel, f.Danger = cancel, true
	return f
}

// readEntry takes what was typed over into an entry.
func readEntry(f *form, x *entryContext, e *riskv1.RiskEntry) error {
	var faults []fault.Field
	e.Process, e.Unit, e.SourceNote = f.value("process"), f.value("enhet"), f.value("kalla")
	e.ExistingControls, e.PlannedHandling = f.value("befintliga"), f.value("planerad")
	e.Likelihood, e.Consequence = typedNumber(f, "sannolikhet", &faults), typedNumber(f, "konsekvens", &faults)
	e.StatedValue, e.StatedLevel = typedNumber(f, "varde", &faults), f.value("niva")
	e.Classifications = nil
	for _, k := range x.method.GetClassifications() {
		e.Classifications = append(e.Classifications, f.field("rubrik-"+k.GetId()).Values...)
	}
	e.Treatments = typedTreatments(f)
	e.Selection = riskv1.Selection_SELECTION_UNSPECIFIED
	if n, err := strconv.Atoi(f.value("i-planen")); err == nil && n >= 0 && n <= 2 {
		e.Selection = riskv1.Selection(int32(n))
	}
	e.NotChosenReason = ""
	if e.GetSelection() == riskv1.Selection_SELECTION_NOT_CHOSEN {
		e.NotChosenReason = f.value("inte-skal")
	}
	e.Answers = typedAnswers(f, x.method)
	e.Owners = typedOwners(f, x, e.GetOwners())
	return fault.Fields(faults...)
}

// typedNumber reads an optional number; what is none becomes a fault.
func typedNumber(f *form, name string, faults *[]fault.Field) *float64 {
	q := f.field(name)
	if q.Value == "" {
		return nil
	}
	v, ok := parseNumber(q.Value)
	if !ok {
		*faults = append(*faults, fault.Field{Path: q.paths[0], Swedish: "Skriv " + definite(q.Label) + " som ett tal, till exempel 12 eller 2,5."})
		return nil
	}
	return &v
}

// typedTreatments reads the chosen treatments with their reasons.
func typedTreatments(f *form) []*riskv1.ChosenTreatment {
	var out []*riskv1.ChosenTreatment
	for _, id := range f.field("hantering").Values {
		out = append(out, &riskv1.ChosenTreatment{Treatment: id, Reason: f.value("skal-" + id)})
	}
	return out
}

// typedAnswers reads the answers to the method's questions; blank stays blank.
func typedAnswers(f *form, m *riskv1.MethodVersion) []*riskv1.Answer {
	var out []*riskv1.Answer
	for _, q := range m.GetQuestions() {
		if a := f.value("fraga-" + q.GetId()); a != "" {
			out = append(out, &riskv1.Answer{Question: q.GetId(), Yes: a == "ja"})
		}
	}
	return out
}
