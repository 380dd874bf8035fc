package rpc

import (
	"context"
	"strconv"
	"strings"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/risk"
	"github.com/uppsikt/uppsikt/services/riskregister/internal/sqlstore"
)

// checkAction checks an action and what it refers to.
func (s *Server) checkAction(ctx context.Context, r resource.Reader, a *riskv1.Action) ([]fault.Field, error) {
	faults := append(actionOf(a).Check(municipality(a.GetName())), checkUnit(a.GetUnit(), a.GetName())...)
	more, err := s.checkOrigin(ctx, r, a)
	if err != nil {
		return nil, err
	}
	faults = append(faults, more...)
	scale, unknown, err := s.actionScale(ctx, r, a)
	if err != nil || len(unknown) > 0 {
		return append(faults, unknown...), err
	}
	return append(faults, scale.CheckActionStatus("status", a.GetStatus())...), nil
}

// actionScale returns the method whose action scale the action follows: nil, with the built-in scale, where it names none.
func (s *Server) actionScale(ctx context.Context, r resource.Reader, a *riskv1.Action) (*risk.Method, []fault.Field, error) {
	if a.GetMethodVersion() == "" {
		return nil, nil, nil
	}
	return s.method(ctx, r, "method_version", a.GetMethodVersion(), committee(a.GetName()))
}

// checkOrigin finds an origin that is not fit for its kind or does not exist in the committee. Results lie in another
// service, so of them only the name is checked.
func (s *Server) checkOrigin(ctx context.Context, r resource.Reader, a *riskv1.Action) ([]fault.Field, error) {
	origin := originOf(a.GetOrigin())
	faults := origin.Check()
	if origin.Year == 0 && !origin.Assignment {
		faults = append(faults, risk.YearMissing("year"))
	}
	if origin.Resource != "" && !origin.Assignment {
		unknown, err := s.originExists(ctx, r, a)
		if err != nil {
			return nil, err
		}
		if len(unknown) > 0 { // what does not exist has no year
			return risk.Under("origin", unknown), nil
		}
	}
	return risk.Under("origin", faults), nil
}

// originExists finds an origin that is no resource of its kind in the action's committee.
func (s *Server) originExists(ctx context.Context, r resource.Reader, a *riskv1.Action) ([]fault.Field, error) {
	name, within := a.GetOrigin().GetResource(), committee(a.GetName())
	switch a.GetOrigin().GetKind() {
	case riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_PLAN:
		return exists(ctx, r, s.tables.Plans, "resource", name, within, "Planen", "plan")
	case riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_RISK_ENTRY:
		return exists(ctx, r, s.tables.RiskEntries, "resource", name, within, "Planens risk", "risk entry")
	case riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_CONTROL_POINT:
		return exists(ctx, r, s.tables.ControlPoints, "resource", name, within, "Kontrollmomentet", "control point")
	case riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_ROUND:
		return exists(ctx, r, s.tables.Rounds, "resource", name, within, "Uppföljningen", "round")
	case riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_RESULT:
		return exists(ctx, r, resultNames{s.tables.Rounds}, "resource", name, within, "Resultatet", "result")
	default:
		return nil, nil // refused by the rules of the field
	}
}

// resultNames tells names of results apart from others: "…/rounds/{r}/results/{x}".
type resultNames struct {
	rounds *resource.Table[*riskv1.Round]
}

// Exists reports whether a name has the form of a result's.
func (n resultNames) Exists(_ context.Context, _ resource.Reader, name string) (bool, error) {
	round, id, found := strings.Cut(name, "/results/")
	// An id has one form everywhere, so it is checked as that of a round.
	return found && n.rounds.Matches(round) && n.rounds.Matches(resource.Join(committee(name), "rounds", id)), nil
}

// completeAction fills in what an action leaves out: the year that it is counted under and the version of the method
// whose scale it follows, from its origin.
func (s *Server) completeAction(ctx context.Context, r resource.Reader, a *riskv1.Action) error {
	if a.GetOrigin() == nil {
		return nil // refused by the rules of the field
	}
	plan, year, err := s.originPlan(ctx, r, a)
	if err != nil {
		return err
	}
	if a.GetOrigin().GetYear() == 0 && a.GetOrigin().GetKind() != riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_ASSIGNMENT {
		a.Origin.Year = year
	}
	if a.GetMethodVersion() != "" {
		return nil
	}
	if plan == "" {
		if plan, err = s.newestPlan(ctx, r, committee(a.GetName())); err != nil || plan == "" {
			return err
		}
	}
	p, err := s.tables.Plans.Get(ctx, r, plan)
	if missing(err) {
		return nil // the origin does not exist, and is refused
	}
	a.MethodVersion = p.GetMethodVersion()
	return err
}

// originPlan returns the plan that an action's origin belongs to, empty where there is none, and the origin's year, 0
// where it has none.
func (s *Server) originPlan(ctx context.Context, r resource.Reader, a *riskv1.Action) (string, int32, error) {
	name := a.GetOrigin().GetResource()
	switch a.GetOrigin().GetKind() {
	case riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_PLAN, riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_RISK_ENTRY,
		riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_CONTROL_POINT:
		return planNamed(name), yearIn(resource.ID(planNamed(name))), nil
	case riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_ROUND, riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_RESULT:
		round, _, _ := strings.Cut(name, "/results/")
		return s.roundPlan(ctx, r, round, committee(a.GetName()))
	default:
		return "", 0, nil
	}
}

// roundPlan returns the newest plan that a round covers and its year; of a round without plans, the year of its meeting,
// else of its first step. A round that does not exist has neither.
func (s *Server) roundPlan(ctx context.Context, r resource.Reader, name, within string) (string, int32, error) {
	if !resource.Within(name, within) {
		return "", 0, nil
	}
	round, err := s.tables.Rounds.Get(ctx, r, name)
	if missing(err) {
		return "", 0, nil
	}
	newest := ""
	for _, plan := range round.GetPlans() {
		newest = max(newest, plan)
	}
	day := round.GetMeetingDate()
	if day == "" && len(round.GetSteps()) > 0 {
		day = round.GetSteps()[0].GetDueDate()
	}
	if newest != "" {
		day = resource.ID(newest)
	}
	return newest, yearIn(day), err
}

// yearIn reads the year that a day or the id of a plan begins with; 0 for neither.
func yearIn(text string) int32 {
	year, err := strconv.ParseInt(text[:min(len(text), len("2025"))], 10, 32)
	if err != nil || year < 0 {
		return 0
	}
	return int32(year)
}

// newestPlan returns the committee's plan of the latest year; empty without plans.
func (s *Server) newestPlan(ctx context.Context, r resource.Reader, parent string) (string, error) {
	plans, err := s.tables.Plans.All(ctx, r, parent)
	if err != nil || len(plans) == 0 {
		return "", err
	}
	return plans[len(plans)-1].GetName(), nil
}

// refuseOrigin refuses to take away what an action comes from.
func (s *Server) refuseOrigin(ctx context.Context, tx *resource.Tx, name string) error {
	actions, _, err := s.tables.Actions.List(ctx, tx, resource.Query{Parent: committee(name), PageSize: 1,
		Where: []resource.Filter{resource.Equal("origin", name)}})
	if err != nil || len(actions) == 0 {
		return err
	}
	return inUse("Åtgärden ”"+actions[0].GetTitle()+"” kommer härifrån, så det går inte att ta bort.", actions[0].GetName())
}

// countedOf turns a row into what is counted; the scales tell what its status means.
func countedOf(row sqlstore.ActionRow, scales map[string]*risk.Method) risk.Counted {
	c := risk.Counted{Committee: row.Committee, Year: int(yearIn(row.Year)), Status: row.Status, DueDate: row.DueDate, State: risk.ActionAccepted}
	if row.State == sqlstore.ActionStateWord(riskv1.ActionState_ACTION_STATE_CLOSED) {
		c.State = risk.ActionClosed
	}
	if status, ok := scales[row.MethodVersion].ActionStatus(row.Status); ok {
		c.Meaning, c.Final = status.Meaning, status.Final
	}
	return c
}

// checkScope finds a parent that is neither a municipality nor a committee.
func checkScope(parent string) error {
	if parent != "" && (parent == municipality(parent) || parent == committee(parent)) && !strings.HasSuffix(parent, "/") {
		return resource.RefuseWildcard(parent)
	}
	return fault.Fields(field("parent", "RESOURCE_NAME",
		"Ange en kommun eller en nämnd.", "the parent is no municipality and no committee"))
}
