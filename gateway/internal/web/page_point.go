package web

import (
	"slices"
	"strconv"
	"strings"

	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// pointKinds are the kinds of control points.
var pointKinds = []option{
	{Value: "1", Label: "Kontrollmoment", Hint: "En planerad kontroll."},
	{Value: "2", Label: "Granskning", Hint: "En djupare, tidsbegränsad kontroll med syfte, omfattning och slutsatser."},
}

// factsView is what a page of facts alone shows.
type factsView struct {
	Facts []fact
	Note  noteView
}

// point shows one control point.
func (s *server) point(c *call) (*page, error) {
	g, err := c.snapshot(c.name(3))
	if err != nil {
		return nil, err
	}
	for _, p := range g.GetControlPoints() {
		if p.GetName() == c.name(4) {
			return c.placed(pointPage(g, p, c.user), p), nil
		}
	}
	return nil, notFound()
}

// placed adds to the page of a control point where it was moved, or came from.
func (c *call) placed(p *page, k *riskv1.ControlPoint) *page {
	v := p.Data.(factsView)
	switch {
	case k.GetMovedTo() != "":
		v.Note = noteView{Kind: "info", Text: "Flyttad till " + c.placeOf(k.GetMovedTo()) + ", som svarar för den nu."}
	case k.GetMovedFrom() != "":
		v.Facts = append(v.Facts, fact{Label: "Flyttad från", Text: c.placeOf(k.GetMovedFrom())})
	}
	p.Data = v
	return p
}

// pointPage shows a control point.
func pointPage(g *register, k *riskv1.ControlPoint, u *user) *page {
	v := factsView{Facts: []fact{{Label: "Slag", Text: pointKind(k.GetKind())}}}
	for _, a := range g.GetControlAreas() {
		if a.GetName() == k.GetControlArea() {
			v.Facts = append(v.Facts, fact{Label: "Kontrollområde", Text: a.GetTitle(), Address: address(a.GetName())})
		}
	}
	for _, name := range k.GetRiskEntries() {
		if e := g.entries[name]; e != nil {
			v.Facts = append(v.Facts, fact{Label: "Risk", Text: g.title(e), Address: address(name)})
		}
	}
	v.Facts = append(v.Facts, fact{Label: "Syfte", Markdown: k.GetPurpose()}, fact{Label: "Omfattning och avgränsning", Markdown: k.GetScope()},
		fact{Label: "Metod", Markdown: k.GetMethod()}, fact{Label: "När", Text: k.GetFrequency()}, fact{Label: "Stickprov", Text: k.GetPlannedSample()},
		fact{Label: "Kontrollansvarig", Text: strings.Join(owners(k.GetOwners()), "\n")}, fact{Label: "Ansvarig chef", Text: k.GetResponsibleManager().GetRole()},
		fact{Label: "Rapporteras till", Text: k.GetReportTo()})
	if k.StatedValue != nil {
		v.Facts = append(v.Facts, fact{Label: "Riskvärde", Text: number(k.GetStatedValue())})
	}
	if k.GetCommonItem() != "" {
		v.Facts = append(v.Facts, fact{Label: "Kommungemensam", Text: "Beslutad av kommunstyrelsen för alla nämnder", Address: address(k.GetCommonItem())})
	}
	for _, a := range actionsOf(g.actions, k.GetName()) {
		v.Facts = append(v.Facts, fact{Label: "Åtgärd", Text: a.GetTitle(), Address: address(a.GetName())})
	}
	v.Facts = append(v.Facts, foundFact(g))
	p := planPart(g, k.GetName(), k.GetTitle(), v, u)
	switch {
	case k.GetMovedTo() != "":
		p.Actions = nil
	case len(p.Actions) > 0 && k.GetCommonItem() == "" && u.has(k.GetName(), "coordinator"):
		p.Actions = append(p.Actions, link{"Flytta till annan nämnd", address(k.GetName()) + "/flytta"})
	}
	return p
}

// foundFact leads to what was found about the controls of the plan.
func foundFact(g *register) fact {
	at := address(committeeOf(g.GetPlan().GetName())) + "/controls?ar=" + last(g.GetPlan().GetName())
	return fact{Label: "Resultat och mätningar", Text: "Visa under Kontroller", Address: at}
}

// planPart is the page of a part of a plan, with what can be done with it.
func planPart(g *register, name, title string, v factsView, u *user) *page {
	p := &page{Title: title, Over: planTitle(g.GetPlan()), Section: sectionPlan, Crumbs: planCrumbs(g.GetPlan()), Template: "facts"}
	if u.may(authzv1.Permission_PERMISSION_PLAN_WRITE, name) {
		if g.GetPlan().GetState() == riskv1.PlanState_PLAN_STATE_DRAFT {
			p.Actions = []link{{"Ändra", address(name) + "/andra"}, {"Ta bort ur planen", address(name) + "/ta-bort"}}
		} else {
			v.Note = planNote(g.GetPlan(), u)
		}
	}
	if u.may(authzv1.Permission_PERMISSION_JOURNAL_READ, name) {
		p.History = "/historik/" + name
	}
	p.Data = v
	return p
}

// createPoint adds a control point to a plan.
func (s *server) createPoint(c *call) (*page, error) {
	g, err := c.snapshot(c.name(3))
	if err != nil {
		return nil, err
	}
	if p := c.locked(g.GetPlan(), "Lägg till kontrollmoment eller granskning"); p != nil {
		return p, nil
	}
	k := &riskv1.ControlPoint{Kind: riskv1.ControlPointKind_CONTROL_POINT_KIND_CHECK, Position: int32(len(g.GetControlPoints()) + 1)}
	x := c.entryContext(nil)
	f := pointForm(g, x, k)
	f.Submit, f.Cancel = "Lägg till i planen", address(c.name(3))
	p := &page{Title: "Lägg till kontrollmoment eller granskning", Section: sectionPlan, Crumbs: planCrumbs(g.GetPlan())}
	return c.form(p, f, func() (string, error) {
		if err := readPoint(f, x, k); err != nil {
			return "", err
		}
		made, err := s.Risks.CreateControlPoint(c.ctx(), &riskv1.CreateControlPointRequest{Parent: c.name(3), ControlPoint: k})
		return receipt(address(made.GetName()), "skapad"), err
	})
}

// editPoint changes a control point.
func (s *server) editPoint(c *call) (*page, error) {
	g, err := c.snapshot(c.name(3))
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(g.GetControlPoints(), func(p *riskv1.ControlPoint) bool { return p.GetName() == c.name(4) })
	if i < 0 {
		return nil, notFound()
	}
	k := g.GetControlPoints()[i]
	if p := c.locked(g.GetPlan(), "Ändra "+strings.ToLower(pointKind(k.GetKind()))); p != nil {
		return p, nil
	}
	x := c.entryContext(nil)
	f := pointForm(g, x, k)
	if k.GetCommonItem() != "" {
		item, err := s.Risks.GetCommonItem(c.ctx(), &riskv1.GetCommonItemRequest{Name: k.GetCommonItem()})
		if err != nil {
			return nil, err
		}
		fixCommon(f, item)
	}
	f.Groups[0].Fields = append(f.Groups[0].Fields, hidden("etag", k.GetEtag()))
	f.Cancel = address(k.GetName())
	p := &page{Title: "Ändra " + strings.ToLower(pointKind(k.GetKind())), Over: k.GetTitle(), Section: sectionPlan, Crumbs: planCrumbs(g.GetPlan())}
	return c.form(p, f, func() (string, error) {
		next := &riskv1.ControlPoint{Name: k.GetName(), Etag: f.value("etag"), Owners: k.GetOwners(), ResponsibleManager: k.GetResponsibleManager()}
		if err := readPoint(f, x, next); err != nil {
			return "", err
		}
		_, err := s.Risks.UpdateControlPoint(c.ctx(), &riskv1.UpdateControlPointRequest{ControlPoint: next,
			UpdateMask: mask("title", "kind", "control_area", "risk_entries", "purpose", "scope", "method", "frequency", "planned_sample", "owners", "responsible_manager", "report_to")})
		return receipt(f.Cancel, "sparad"), err
	})
}

// pointForm asks for a control point.
func pointForm(g *register, x *entryContext, k *riskv1.ControlPoint) *form {
	areas := []option{{Label: "Inget kontrollområde"}}
	for _, a := range g.GetControlAreas() {
		areas = append(areas, option{Value: a.GetName(), Label: a.GetTitle()})
	}
	var entries []option
	for _, e := range g.GetRiskEntries() {
		entries = append(entries, option{Value: e.GetName(), Label: g.title(e)})
	}
	f := newForm("Spara",
		area("rubrik", "Vad ska kontrolleras?", k.GetTitle(), "control_point.title").rows(2).missing("Skriv vad som ska kontrolleras."),
		radios("slag", "Kontrollmoment eller granskning?", strconv.Itoa(int(k.GetKind())), pointKinds, "control_point.kind"),
		&field{Name: "omrade", Kind: kindSelect, Label: "Kontrollområde", Value: k.GetControlArea(), Options: areas, Optional: true, paths: []string{"control_point.control_area"}})
	if len(entries) > 0 {
		f.Groups[0].Fields = append(f.Groups[0].Fields, checks("risker", "Vilka risker gäller det?", k.GetRiskEntries(), entries, "control_point.risk_entries").hint("En, flera eller ingen."))
	}
	f.add("Hur ska det göras?", "",
		area("syfte", "Syfte", k.GetPurpose(), "control_point.purpose").optional().rows(3),
		area("omfattning", "Omfattning och avgränsning", k.GetScope(), "control_point.scope").optional().rows(3),
		area("metod", "Metod", k.GetMethod(), "control_point.method").optional().rows(3).hint("Till exempel stickprov, intervju eller loggkontroll."),
		text("nar", "När eller hur ofta?", k.GetFrequency(), "control_point.frequency").optional().hint("Till exempel varje halvår, eller en vecka i september."),
		text("stickprov", "Planerat stickprov", k.GetPlannedSample(), "control_point.planned_sample").optional().width("medium").hint("Till exempel 25 ärenden."))
	who := ownersOf(x, k.GetOwners(), "control_point.owners", "Personer som gör kontrollen", "Personen kan skriva resultatet och registrera mätningar.")
	who = append(who, managerFields(x, k.GetResponsibleManager(), "control_point.responsible_manager")...)
	f.add("Vem ansvarar?", "", append(who,
		text("till", "Rapporteras till", k.GetReportTo(), "control_point.report_to").optional().hint("Till exempel nämnden vid helår."))...)
	return f
}

// fixCommon shows as text what the executive committee has decided; the rest is the committee's own to say.
func fixCommon(f *form, item *riskv1.CommonItem) {
	fixed := []string{"rubrik", "slag", "syfte", "omfattning", "metod"}
	for name, text := range map[string]string{"nar": item.GetFrequency(), "stickprov": item.GetPlannedSample(), "till": item.GetReportTo()} {
		if text != "" {
			fixed = append(fixed, name)
		}
	}
	for _, name := range fixed {
		f.field(name).Kind = kindShown
	}
	f.Notice = "Granskningen är kommungemensam. Det kommunstyrelsen har beslutat visas som text och kan inte ändras här."
}

// readPoint takes what was typed over into a control point.
func readPoint(f *form, x *entryContext, k *riskv1.ControlPoint) error {
	kind, err := strconv.Atoi(f.value("slag"))
	if err != nil {
		return err
	}
	k.Title, k.Kind, k.ControlArea = f.value("rubrik"), riskv1.ControlPointKind(int32(kind)), f.value("omrade")
	k.RiskEntries, k.Purpose, k.Scope, k.Method = f.field("risker").Values, f.value("syfte"), f.value("omfattning"), f.value("metod")
	k.Frequency, k.PlannedSample, k.ReportTo = f.value("nar"), f.value("stickprov"), f.value("till")
	k.Owners, k.ResponsibleManager = typedOwners(f, x, k.GetOwners()), typedManager(f, x, k.GetResponsibleManager())
	return nil
}

// deletePoint takes a control point out of a plan.
func (s *server) deletePoint(c *call) (*page, error) {
	k, err := s.Risks.GetControlPoint(c.ctx(), &riskv1.GetControlPointRequest{Name: c.name(4)})
	if err != nil {
		return nil, err
	}
	f := removeForm(k.GetEtag(), address(k.GetName()))
	p := &page{Title: "Ta bort ur planen", Over: k.GetTitle(), Section: sectionPlan, Crumbs: []link{{"Plan", address(c.name(3))}},
		Lead: "Kontrollen försvinner ur årets plan. Historiken finns kvar."}
	return c.form(p, f, func() (string, error) {
		_, err := s.Risks.DeleteControlPoint(c.ctx(), &riskv1.DeleteControlPointRequest{Name: k.GetName(), Etag: f.value("etag"), Reason: f.value("skal")})
		return receipt(address(c.name(3)), "borttagen"), err
	})
}
