package web

import (
	"slices"

	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// closePlan ends a plan year.
func (s *server) closePlan(c *call) (*page, error) {
	plan, err := s.Risks.GetPlan(c.ctx(), &riskv1.GetPlanRequest{Name: c.name(3)})
	if err != nil {
		return nil, err
	}
	p, f := closePlanPage(plan)
	return c.form(p, f, func() (string, error) {
		_, err := s.Risks.ClosePlan(c.ctx(), &riskv1.ClosePlanRequest{Name: plan.GetName(), Etag: f.value("etag"), Reason: f.value("skal")})
		return receipt(address(plan.GetName()), "planslut"), err
	})
}

// closePlanPage confirms that a plan year ends.
func closePlanPage(plan *riskv1.Plan) (*page, *form) {
	f := newForm("Avsluta planåret", hidden("etag", plan.GetEtag()), area("skal", "Anteckning", "", "reason").optional().rows(3).hint("Syns i historiken."))
	f.Cancel, f.Danger = address(plan.GetName()), true
	return &page{Title: "Avsluta planåret", Over: planTitle(plan), Section: sectionPlan, Crumbs: planCrumbs(plan), Form: f,
		Lead: "Det går inte att ångra. Planen kan läsas men inte få nya versioner. Alla uppföljningar av den behöver vara stängda. Åtgärder som inte är avslutade följs upp vidare."}, f
}

// addCommon fetches the decided common items that the draft of a plan lacks.
func (s *server) addCommon(c *call) (*page, error) {
	plan, err := s.Risks.GetPlan(c.ctx(), &riskv1.GetPlanRequest{Name: c.name(3)})
	if err != nil {
		return nil, err
	}
	if p := c.locked(plan, "Hämta kommungemensamma granskningar"); p != nil {
		return p, nil
	}
	f := newForm("Hämta granskningarna")
	f.Cancel = address(plan.GetName())
	p := &page{Title: "Hämta kommungemensamma granskningar", Over: planTitle(plan), Section: sectionPlan, Crumbs: planCrumbs(plan),
		Lead: "De granskningar som kommunstyrelsen har beslutat om för året läggs till i planen, om de saknas. Ni utser sedan vem som utför dem."}
	return c.form(p, f, func() (string, error) {
		added, err := s.Risks.AddCommonItems(c.ctx(), &riskv1.AddCommonItemsRequest{Name: plan.GetName()})
		code := "hamtade"
		if len(added.GetControlPoints()) == 0 {
			code = "inga-nya"
		}
		return receipt(f.Cancel+"#gemensamma", code), err
	})
}

// otherCommittees lists the committees that something can be moved to: those where the user keeps the plan.
func (c *call) otherCommittees(own string) ([]option, error) {
	all, err := c.committeesOf(upTo(own, 1))
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(committeeOptions(all), func(o option) bool { return o.Value == own || !c.user.has(o.Value, "coordinator") }), nil
}

// moveRisk gives a risk to another committee.
func (s *server) moveRisk(c *call) (*page, error) {
	r, err := s.Risks.GetRisk(c.ctx(), &riskv1.GetRiskRequest{Name: c.name(3)})
	if err != nil {
		return nil, err
	}
	committees, err := c.otherCommittees(c.name(2))
	if err != nil {
		return nil, err
	}
	p, f := movePage("Flytta risken till en annan nämnd", r.GetTitle(), r.GetEtag(), address(r.GetName()), committees)
	if f == nil {
		return p, nil
	}
	p.Lead = "Den andra nämnden får en kopia av risken och bedömer den själv. Här finns risken kvar med uppgift om vart den flyttades. Det går inte att ångra."
	return c.form(p, f, func() (string, error) {
		_, err := s.Risks.MoveRisk(c.ctx(), &riskv1.MoveRiskRequest{Name: r.GetName(), Etag: f.value("etag"), Destination: f.value("till"), Reason: f.value("skal")})
		return receipt(f.Cancel, "flyttad"), err
	})
}

// movePoint gives a control point to the draft of another committee's plan.
func (s *server) movePoint(c *call) (*page, error) {
	k, err := s.Risks.GetControlPoint(c.ctx(), &riskv1.GetControlPointRequest{Name: c.name(4)})
	if err != nil {
		return nil, err
	}
	committees, err := c.otherCommittees(c.name(2))
	if err != nil {
		return nil, err
	}
	p, f := movePage("Flytta till en annan nämnd", k.GetTitle(), k.GetEtag(), address(k.GetName()), committees)
	if f == nil {
		return p, nil
	}
	p.Lead = "Den andra nämnden får den i sitt utkast för samma år. Här finns den kvar med uppgift om vart den flyttades. Det går inte att ångra."
	return c.form(p, f, func() (string, error) {
		_, err := s.Risks.MoveControlPoint(c.ctx(), &riskv1.MoveControlPointRequest{Name: k.GetName(), Etag: f.value("etag"),
			Destination: f.value("till") + "/plans/" + last(c.name(3)), Reason: f.value("skal")})
		if fault.Is(toFaultOrNil(err), fault.NotFound) {
			return "", fault.Fields(fault.Field{Path: "destination", Swedish: "Nämnden har ingen plan för " + last(c.name(3)) + " att flytta till. Skapa den först."})
		}
		return receipt(f.Cancel, "flyttad"), err
	})
}

// movePage asks where something goes; the form is nil when there is nowhere.
func movePage(title, of, etag, cancel string, committees []option) (*page, *form) {
	p := &page{Title: title, Over: of, Section: sectionPlan, Crumbs: []link{{"Tillbaka", cancel}}}
	if len(committees) == 0 {
		p.Template, p.Data = "cards", cardsView{Empty: &emptyView{Title: "Det finns ingen nämnd att flytta till", Action: link{"Tillbaka", cancel},
			Text: "Du kan flytta till nämnder där du är internkontrollsamordnare. Be annars samordnaren i den andra nämnden om hjälp."}}
		return p, nil
	}
	f := newForm("Flytta", hidden("etag", etag),
		&field{Name: "till", Kind: kindSelect, Label: "Vilken nämnd tar över?", Options: append([]option{{Label: "Välj nämnd"}}, committees...), paths: []string{"destination"}},
		area("skal", "Varför?", "", "reason").rows(3).missing("Skriv varför den flyttas. Det syns i historiken i båda nämnderna."))
	f.Cancel, f.Danger = cancel, true
	p.Form = f
	return p, f
}
