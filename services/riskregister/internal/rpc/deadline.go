package rpc

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/uppsikt/uppsikt/internal/resource"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/risk"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/sqlstore"
)

// ListDeadlines returns the last days of the rounds and actions of a committee, or of a municipality. All are read in one
// state, by a number of statements that does not grow with what there is, and paged in memory.
func (s *Server) ListDeadlines(ctx context.Context, req *riskv1.ListDeadlinesRequest) (*riskv1.ListDeadlinesResponse, error) {
	if err := checkScope(req.GetParent()); err != nil {
		return nil, err
	}
	var wanted []*riskv1.Deadline
	err := s.store.View(ctx, req.GetParent(), func(ctx context.Context, v *resource.View) error {
		d := &dues{Server: s, view: v, parent: req.GetParent(), all: req.GetIncludeDone()}
		rounds, err := d.rounds(ctx)
		if err != nil {
			return err
		}
		actions, err := d.dueActions(ctx)
		wanted = within(risk.Deadlines(rounds, actions), req)
		return err
	})
	if err != nil {
		return nil, err
	}
	page, next, err := resource.PageOf(wanted, req, req.GetFromDate(), req.GetToDate(), strconv.FormatBool(req.GetIncludeDone()))
	return &riskv1.ListDeadlinesResponse{Deadlines: page, NextPageToken: next}, err
}

// within returns the deadlines that a request asks for.
func within(all []risk.Deadline, req *riskv1.ListDeadlinesRequest) []*riskv1.Deadline {
	var wanted []*riskv1.Deadline
	for _, d := range all {
		early := d.DueDate < req.GetFromDate()
		late := req.GetToDate() != "" && d.DueDate > req.GetToDate()
		if !early && !late && (!d.Done || req.GetIncludeDone()) {
			wanted = append(wanted, deadlineTo(d))
		}
	}
	return wanted
}

// dues reads what deadlines depend on, each kind of resource at most once.
type dues struct {
	*Server
	view   *resource.View
	parent string
	// all asks for what is done as well.
	all bool

	actions  []*riskv1.Action
	versions []*riskv1.PlanVersion
}

// rounds returns the rounds with their follow-ups; closed ones only with what is done.
func (d *dues) rounds(ctx context.Context) ([]risk.DueRound, error) {
	var err error
	if d.actions, err = d.tables.Actions.All(ctx, d.view, d.parent); err != nil {
		return nil, err
	}
	rounds, err := d.tables.Rounds.All(ctx, d.view, d.parent)
	if err != nil {
		return nil, err
	}
	rounds = slices.DeleteFunc(rounds, func(r *riskv1.Round) bool { return roundStateOf(r.GetState()) != risk.RoundOpen && !d.all })
	if len(rounds) == 0 {
		return nil, nil
	}
	due := each(rounds, func(r *riskv1.Round) risk.DueRound { return dueRoundOf(r, d.zone) })
	if err := d.fill(ctx, due); err != nil {
		return nil, err
	}
	controls, err := d.controls(ctx)
	for i, r := range rounds {
		for _, plan := range r.GetPlans() {
			due[i].Controls = append(due[i].Controls, controls[plan]...)
		}
	}
	return due, err
}

// fill adds the follow-ups to rounds.
func (d *dues) fill(ctx context.Context, rounds []risk.DueRound) error {
	asked, err := d.subjects(ctx)
	if err != nil {
		return err
	}
	followUps, err := d.tables.FollowUps.All(ctx, d.view, d.parent)
	if err != nil {
		return err
	}
	byRound := map[string][]risk.DueFollowUp{}
	for _, f := range followUps {
		one := asked[f.GetRiskEntry()+f.GetAction()] // one of the two is empty
		round := resource.Parent(f.GetName())
		byRound[round] = append(byRound[round], risk.DueFollowUp{Name: f.GetName(), Title: one.title, Owners: one.owners,
			Done: f.GetStatus() != "" || one.ended})
	}
	for i, r := range rounds {
		rounds[i].FollowUps = byRound[r.Name]
	}
	return nil
}

// about is what a follow-up asks about.
type about struct {
	title  string
	owners []risk.Owner
	// ended tells that nothing is asked any more.
	ended bool
}

// subjects returns everything that follow-ups ask about, by name: the entries as the caller may see them, and the
// actions.
func (d *dues) subjects(ctx context.Context) (map[string]about, error) {
	asked := map[string]about{}
	for _, a := range d.actions {
		asked[a.GetName()] = about{title: a.GetTitle(), owners: ownersOf(a.GetOwners()), ended: actionStateOf(a.GetState()) == risk.ActionClosed}
	}
	if seesDrafts(ctx, d.parent) {
		return asked, d.liveEntries(ctx, asked)
	}
	return asked, d.decidedEntries(ctx, asked)
}

// liveEntries adds the entries as they stand.
func (d *dues) liveEntries(ctx context.Context, asked map[string]about) error {
	risks, err := d.tables.Risks.All(ctx, d.view, d.parent)
	if err != nil {
		return err
	}
	entries, err := d.tables.RiskEntries.All(ctx, d.view, d.parent)
	addEntries(asked, risks, entries)
	return err
}

// decidedEntries adds the entries as they were last decided.
func (d *dues) decidedEntries(ctx context.Context, asked map[string]about) error {
	versions, err := d.decidedVersions(ctx)
	for _, v := range versions {
		addEntries(asked, v.GetSnapshot().GetRisks(), v.GetSnapshot().GetRiskEntries())
	}
	return err
}

// decidedVersions returns what was last decided of every plan, read once.
func (d *dues) decidedVersions(ctx context.Context) ([]*riskv1.PlanVersion, error) {
	if d.versions != nil {
		return d.versions, nil
	}
	all, err := d.tables.PlanVersions.All(ctx, d.view, d.parent)
	d.versions = slices.DeleteFunc(all, (*riskv1.PlanVersion).GetReplaced)
	return d.versions, err
}

// addEntries adds entries with the titles of their risks.
func addEntries(asked map[string]about, risks []*riskv1.Risk, entries []*riskv1.RiskEntry) {
	byName := make(map[string]*riskv1.Risk, len(risks))
	for _, r := range risks {
		byName[r.GetName()] = r
	}
	for _, e := range entries {
		of := byName[e.GetRisk()]
		asked[e.GetName()] = about{title: of.GetTitle(), owners: ownersOf(e.GetOwners()), ended: of.GetMovedTo() != ""}
	}
}

// dueActions returns the actions with the day each was accepted: an action that came in accepted, the day it came in.
func (d *dues) dueActions(ctx context.Context) ([]risk.DueAction, error) {
	scales, err := d.scales(ctx, d.view, d.parent)
	if err != nil {
		return nil, err
	}
	accepted := map[string]int64{}
	const accept = riskv1.RiskRegisterService_AcceptAction_FullMethodName
	err = d.view.Run(ctx, sqlstore.SelectLastCalls(d.store.DB().Engine(), resource.Tenant(d.parent), accept,
		each(d.actions, (*riskv1.Action).GetName), func(name string, at int64) { accepted[name] = at }))
	return each(d.actions, func(a *riskv1.Action) risk.DueAction {
		status, _ := scales[a.GetMethodVersion()].ActionStatus(a.GetStatus())
		due := risk.DueAction{Action: actionOf(a), Begin: dayOf(a.GetCreateTime(), d.zone), Final: status.Final}
		if at, ok := accepted[a.GetName()]; ok {
			due.Begin = risk.Day(time.UnixMicro(at), d.zone)
		}
		return due
	}), err
}
