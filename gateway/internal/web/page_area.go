package web

import (
	"slices"
	"strings"

	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// controlArea shows one control area with its points.
func (s *server) controlArea(c *call) (*page, error) {
	g, err := c.snapshot(c.name(3))
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(g.GetControlAreas(), func(a *riskv1.ControlArea) bool { return a.GetName() == c.name(4) })
	if i < 0 {
		return nil, notFound()
	}
	return areaPage(g, g.GetControlAreas()[i], c.user), nil
}

// areaPage shows a control area.
func areaPage(g *register, a *riskv1.ControlArea, u *user) *page {
	v := factsView{Facts: append([]fact{{Label: "Beskrivning", Markdown: a.GetDescription()}}, areaOwners(a)...)}
	for _, k := range g.GetControlPoints() {
		if k.GetControlArea() == a.GetName() {
			v.Facts = append(v.Facts, fact{Label: pointKind(k.GetKind()), Text: k.GetTitle(), Address: address(k.GetName())})
		}
	}
	v.Facts = append(v.Facts, foundFact(g))
	return planPart(g, a.GetName(), a.GetTitle(), v, u)
}

// areaOwners tells who reports a control area; nothing where its control points say so.
func areaOwners(a *riskv1.ControlArea) []fact {
	if len(a.GetOwners()) == 0 {
		return nil
	}
	return []fact{{Label: "Kontrollansvarig", Text: strings.Join(owners(a.GetOwners()), "\n")}}
}

// areaForm asks for a control area.
func areaForm(x *entryContext, a *riskv1.ControlArea) *form {
	f := newForm("Spara", hidden("etag", a.GetEtag()),
		text("rubrik", "Rubrik", a.GetTitle(), "control_area.title").hint("Resultaten redovisas under rubriken.").missing("Skriv en rubrik på området."),
		area("beskrivning", "Beskrivning", a.GetDescription(), "control_area.description").optional())
	f.add("Vem ansvarar?", "Behövs när området redovisas för sig, utan kontrollmoment.", ownersOf(x, a.GetOwners(), "control_area.owners",
		"Personer som svarar för området", "Personen kan redovisa området i uppföljningarna.")...)
	return f
}

// readArea takes what was typed over into a control area.
func readArea(f *form, x *entryContext, a *riskv1.ControlArea) {
	a.Title, a.Description, a.Owners = f.value("rubrik"), f.value("beskrivning"), typedOwners(f, x, a.GetOwners())
}

// createArea adds a control area to a plan.
func (s *server) createArea(c *call) (*page, error) {
	plan, err := s.Risks.GetPlan(c.ctx(), &riskv1.GetPlanRequest{Name: c.name(3)})
	if err != nil {
		return nil, err
	}
	if p := c.locked(plan, "Lägg till kontrollområde"); p != nil {
		return p, nil
	}
	x, a := c.entryContext(nil), &riskv1.ControlArea{}
	f := areaForm(x, a)
	f.Submit, f.Cancel = "Lägg till i planen", address(plan.GetName())
	p := &page{Title: "Lägg till kontrollområde", Section: sectionPlan, Crumbs: planCrumbs(plan)}
	return c.form(p, f, func() (string, error) {
		readArea(f, x, a)
		made, err := s.Risks.CreateControlArea(c.ctx(), &riskv1.CreateControlAreaRequest{Parent: plan.GetName(), ControlArea: a})
		return receipt(address(made.GetName()), "skapad"), err
	})
}

// editArea changes a control area.
func (s *server) editArea(c *call) (*page, error) {
	a, err := s.Risks.GetControlArea(c.ctx(), &riskv1.GetControlAreaRequest{Name: c.name(4)})
	if err != nil {
		return nil, err
	}
	x := c.entryContext(nil)
	f := areaForm(x, a)
	f.Cancel = address(a.GetName())
	p := &page{Title: "Ändra kontrollområde", Over: a.GetTitle(), Section: sectionPlan, Crumbs: []link{{"Plan", address(c.name(3))}, {a.GetTitle(), f.Cancel}}}
	return c.form(p, f, func() (string, error) {
		next := &riskv1.ControlArea{Name: a.GetName(), Etag: f.value("etag"), Owners: a.GetOwners()}
		readArea(f, x, next)
		_, err := s.Risks.UpdateControlArea(c.ctx(), &riskv1.UpdateControlAreaRequest{UpdateMask: mask("title", "description", "owners"), ControlArea: next})
		return receipt(f.Cancel, "sparad"), err
	})
}

// deleteArea takes a control area out of a plan.
func (s *server) deleteArea(c *call) (*page, error) {
	a, err := s.Risks.GetControlArea(c.ctx(), &riskv1.GetControlAreaRequest{Name: c.name(4)})
	if err != nil {
		return nil, err
	}
	f := removeForm(a.GetEtag(), address(a.GetName()))
	p := &page{Title: "Ta bort kontrollområdet", Over: a.GetTitle(), Section: sectionPlan, Crumbs: []link{{"Plan", address(c.name(3))}},
		Lead: "Området försvinner ur årets plan. Det går bara om inget kontrollmoment hör till det. Historiken finns kvar."}
	return c.form(p, f, func() (string, error) {
		_, err := s.Risks.DeleteControlArea(c.ctx(), &riskv1.DeleteControlAreaRequest{Name: a.GetName(), Etag: f.value("etag"), Reason: f.value("skal")})
		return receipt(address(c.name(3)), "borttagen"), err
	})
}
