package rpc

import (
	"context"
	"slices"

	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/resource"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/risk"
)

// copying carries what an earlier plan holds into a new one.
type copying struct {
	*Server
	tx *resource.Tx
	// plan is the name of the new plan, method what it is made with.
	plan   string
	method *risk.Method
	// copied holds the names of the entries in the new plan.
	copied map[string]bool
}

// fill completes a new plan: with what another plan of the committee holds, where one is named, and with the common items
// of its year.
func (s *Server) fill(ctx context.Context, tx *resource.Tx, p *riskv1.Plan, from string) error {
	if err := tx.Learn(ctx, p.GetName()); err != nil { // nothing is there, which saves a trip for each resource
		return err
	}
	if from != "" {
		faults, err := exists(ctx, tx, s.tables.Plans, "copy_from", from, committee(p.GetName()), "Planen", "plan")
		if err := refuse("", faults, err); err != nil {
			return err
		}
		if err := s.copyPlan(ctx, tx, p, from); err != nil {
			return err
		}
	}
	_, err := s.addCommon(ctx, tx, p.GetName())
	return err
}

// copyPlan stages what another plan holds, as it stands, under the new plan. Risks and points that were moved away are
// left behind, and so are the other year's common items.
func (s *Server) copyPlan(ctx context.Context, tx *resource.Tx, p *riskv1.Plan, from string) error {
	source, err := s.tables.Plans.Get(ctx, tx, from)
	if err != nil {
		return err
	}
	snapshot, err := s.live(ctx, tx, source)
	if err != nil {
		return err
	}
	risks, err := s.liveRisks(ctx, tx, snapshot)
	if err != nil {
		return err
	}
	method, _, err := s.method(ctx, tx, "plan.method_version", p.GetMethodVersion(), committee(p.GetName()))
	if err != nil {
		return err
	}
	p.Sections = sectionsTo(risk.Continue(sectionsOf(source.GetSections()), sectionsOf(p.GetSections())))
	c := copying{Server: s, tx: tx, plan: p.GetName(), method: method, copied: map[string]bool{}}
	if err := c.entries(ctx, snapshot.GetRiskEntries(), byName(risks)); err != nil {
		return err
	}
	if err := c.areas(ctx, snapshot.GetControlAreas()); err != nil {
		return err
	}
	return c.points(ctx, snapshot.GetControlPoints())
}

// renamed returns the name that something in a plan has in the new one.
func (c copying) renamed(name string) string { return c.plan + name[len(planNamed(name)):] }

// copyOf returns a resource without what the store fills, under its new name.
func copyOf[M proto.Message](m M) M {
	copied := proto.CloneOf(m)
	clearVersions(copied.ProtoReflect())
	return copied
}

func (c copying) entries(ctx context.Context, entries []*riskv1.RiskEntry, risks map[string]*riskv1.Risk) error {
	for _, e := range entries {
		if risks[e.GetRisk()].GetMovedTo() != "" {
			continue
		}
		e = copyOf(e)
		e.Name = c.renamed(e.GetName())
		c.adapt(e)
		if err := c.tables.RiskEntries.Insert(ctx, c.tx, e); err != nil {
			return err
		}
		c.copied[e.GetName()] = true
	}
	return nil
}

// adapt fits an entry to the new plan's method, and leaves open whether the risk is in the plan.
func (c copying) adapt(e *riskv1.RiskEntry) {
	e.Selection, e.NotChosenReason = riskv1.Selection_SELECTION_UNSPECIFIED, ""
	a := c.method.Adapt(entryOf(e, "").Assessment)
	e.Likelihood, e.Consequence, e.StatedValue, e.StatedLevel = a.Likelihood, a.Consequence, a.StatedValue, a.StatedLevel
	e.Classifications = slices.DeleteFunc(e.GetClassifications(), func(h string) bool { return !c.method.HasHeading(h) })
	e.Answers = slices.DeleteFunc(e.GetAnswers(), func(a *riskv1.Answer) bool { return !c.method.HasQuestion(a.GetQuestion()) })
	e.Treatments = slices.DeleteFunc(e.GetTreatments(), func(t *riskv1.ChosenTreatment) bool {
		return !c.method.Admits(risk.Chosen{Treatment: t.GetTreatment(), Reason: t.GetReason()})
	})
	score, _ := c.method.Assess(entryOf(e, "").Assessment)
	carry(e, score)
}

func (c copying) areas(ctx context.Context, areas []*riskv1.ControlArea) error {
	for _, a := range areas {
		a = copyOf(a)
		a.Name = c.renamed(a.GetName())
		if err := c.tables.ControlAreas.Insert(ctx, c.tx, a); err != nil {
			return err
		}
	}
	return nil
}

// points copies the committee's own. Where one came from another committee is the earlier year's history.
func (c copying) points(ctx context.Context, points []*riskv1.ControlPoint) error {
	for _, p := range points {
		if p.GetCommonItem() != "" || p.GetMovedTo() != "" {
			continue
		}
		p = copyOf(p)
		p.Name, p.MovedFrom = c.renamed(p.GetName()), ""
		if p.GetControlArea() != "" {
			p.ControlArea = c.renamed(p.GetControlArea())
		}
		p.RiskEntries = slices.DeleteFunc(each(p.GetRiskEntries(), c.renamed), func(name string) bool { return !c.copied[name] })
		if err := c.tables.ControlPoints.Insert(ctx, c.tx, p); err != nil {
			return err
		}
	}
	return nil
}

// sectionsTo turns sections back into those of a plan.
func sectionsTo(sections []risk.Section) []*riskv1.PlanSection {
	return each(sections, func(s risk.Section) *riskv1.PlanSection {
		return &riskv1.PlanSection{Title: s.Title, Text: s.Text, ExplicitlyEmpty: s.Empty}
	})
}
