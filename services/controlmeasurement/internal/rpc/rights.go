package rpc

import (
	"context"
	"slices"
	"time"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/authz"
	"github.com/uppsikt/uppsikt/internal/fault"
	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/controlmeasurement/internal/control"
	"github.com/uppsikt/uppsikt/services/controlmeasurement/internal/sqlstore"
)

// maxPage is the largest page that the risk register gives.
const maxPage = 1000

// seesDrafts reports whether the caller may see what no closed round has reported.
func seesDrafts(ctx context.Context, name string) bool {
	id, ok := authn.From(ctx)
	return ok && authz.Can(id, authzv1.Permission_PERMISSION_DRAFT_READ, name)
}

// writer is the caller as the rules on rows see it.
type writer struct {
	// all is true for a caller who writes everything.
	all bool
	// assignments are the role assignments of one who writes what names them as its owner.
	assignments []string
}

// resultWriter returns the caller as a writer of results and measurements: a caller whose roles as owner or manager alone
// grant the permission reaches what names their role assignments; any other role that grants it reaches everything.
func resultWriter(ctx context.Context, name string) writer {
	id, ok := authn.From(ctx)
	if !ok {
		return writer{}
	}
	w := writer{}
	for _, role := range id.Roles {
		if !authz.Can(&authn.Identity{Roles: []authn.Role{role}}, authzv1.Permission_PERMISSION_RESULT_WRITE, name) {
			continue
		}
		if role.Role != "owner" && role.Role != "manager" {
			return writer{all: true}
		}
		if role.Assignment != "" {
			w.assignments = append(w.assignments, role.Assignment)
		}
	}
	return w
}

// mayWrite refuses a caller who neither writes everything nor is one of the owners. An owner in words alone names nobody.
func (w writer) mayWrite(owners ...*riskv1.Owner) error {
	if w.all || slices.ContainsFunc(owners, func(o *riskv1.Owner) bool {
		return o.GetRoleAssignment() != "" && slices.Contains(w.assignments, o.GetRoleAssignment())
	}) {
		return nil
	}
	return fault.Deny("an owner or manager may only write what names one of the caller's role assignments as its owner")
}

// mayMeasure refuses a caller who may write no measurement of an indicator: an owner must own one of its subjects, in the
// newest plan that it names. The risk register says who owns them.
func (s *Server) mayMeasure(ctx context.Context, i *controlv1.Indicator) error {
	w := resultWriter(ctx, i.GetName())
	if w.all || len(w.assignments) == 0 {
		return w.mayWrite()
	}
	plan := newestPlan(i.GetSubjects())
	if plan == "" {
		return w.mayWrite()
	}
	owners, err := s.areaOwners(ctx, plan, i)
	if err != nil {
		return err
	}
	answer, err := s.risk.ListControlPoints(ctx, &riskv1.ListControlPointsRequest{Parent: plan, PageSize: maxPage})
	if err != nil {
		return err
	}
	for _, p := range answer.GetControlPoints() {
		if slices.Contains(i.GetSubjects(), p.GetName()) || slices.Contains(i.GetSubjects(), p.GetControlArea()) {
			owners = append(owners, append(p.GetOwners(), p.GetResponsibleManager())...)
		}
	}
	return w.mayWrite(owners...)
}

// areaOwners returns who reports those control areas of a plan that an indicator is about.
func (s *Server) areaOwners(ctx context.Context, plan string, i *controlv1.Indicator) ([]*riskv1.Owner, error) {
	answer, err := s.risk.ListControlAreas(ctx, &riskv1.ListControlAreasRequest{Parent: plan, PageSize: maxPage})
	var owners []*riskv1.Owner
	for _, a := range answer.GetControlAreas() {
		if slices.Contains(i.GetSubjects(), a.GetName()) {
			owners = append(owners, a.GetOwners()...)
		}
	}
	return owners, err
}

// newestPlan returns the newest plan that subjects lie in; empty without any.
func newestPlan(subjects []string) string {
	newest := ""
	for _, subject := range subjects {
		newest = max(newest, sqlstore.PlanOf(subject))
	}
	return newest
}

// shown is what a caller sees who may not see drafts.
type shown struct {
	// rounds and plans are the closed rounds and what they covered.
	rounds, plans map[string]bool
	// newest is the newest year of these plans; 0 without any.
	newest int
	// until is the last day of which measurements are shown: that which the latest of the rounds has reported on.
	until string
}

// closed asks the risk register what closed rounds of a committee have reported.
func (s *Server) closed(ctx context.Context, committee string) (*shown, error) {
	rounds, err := s.rounds(ctx, committee, riskv1.RoundState_ROUND_STATE_CLOSED)
	if err != nil {
		return nil, err
	}
	v := &shown{rounds: map[string]bool{}, plans: map[string]bool{}}
	for _, r := range rounds {
		v.rounds[r.GetName()] = true
		for _, plan := range r.GetPlans() {
			v.plans[plan] = true
			v.newest = max(v.newest, planYear(plan))
			v.until = max(v.until, s.reported(r, planYear(plan)))
		}
	}
	return v, nil
}

// reported returns the last day that a closed round has reported on: for a follow-up during the year the day of its meeting,
// else that of its closing; for others the last of the year.
func (s *Server) reported(r *riskv1.Round, year int) string {
	last := control.YearBounds(year).End
	if r.GetKind() != riskv1.RoundKind_ROUND_KIND_INTERIM {
		return last
	}
	if r.GetMeetingDate() != "" {
		return min(r.GetMeetingDate(), last)
	}
	return min(r.GetCloseTime().AsTime().In(s.zone).Format(time.DateOnly), last)
}

// rounds returns the rounds of a committee in a state.
func (s *Server) rounds(ctx context.Context, committee string, state riskv1.RoundState) ([]*riskv1.Round, error) {
	var all []*riskv1.Round
	req := &riskv1.ListRoundsRequest{Parent: committee, State: state, PageSize: maxPage}
	for {
		answer, err := s.risk.ListRounds(ctx, req)
		if err != nil {
			return nil, err
		}
		all = append(all, answer.GetRounds()...)
		if req.PageToken = answer.GetNextPageToken(); req.GetPageToken() == "" {
			return all, nil
		}
	}
}

// indicator returns an indicator as it is shown, without what is said of plans that no closed round has covered; nil when
// nothing of it is.
func (v *shown) indicator(i *controlv1.Indicator) *controlv1.Indicator {
	if v == nil {
		return i
	}
	i.Subjects = slices.DeleteFunc(i.GetSubjects(), func(subject string) bool { return !v.plans[sqlstore.PlanOf(subject)] })
	i.Targets = slices.DeleteFunc(i.GetTargets(), func(t *controlv1.Target) bool { return int(t.GetYear()) > v.newest })
	if len(i.GetSubjects()) == 0 {
		return nil
	}
	return i
}

// indicators returns those of a list that are shown.
func (v *shown) indicators(all []*controlv1.Indicator) []*controlv1.Indicator {
	var some []*controlv1.Indicator
	for _, i := range all {
		if i = v.indicator(i); i != nil {
			some = append(some, i)
		}
	}
	return some
}

// measured reports whether a measurement of a shown indicator is shown.
func (v *shown) measured(m *controlv1.Measurement) bool {
	return v == nil || m.GetEndDate() <= v.until
}

// round reports whether the results of a round are shown.
func (v *shown) round(name string) bool { return v == nil || v.rounds[name] }
