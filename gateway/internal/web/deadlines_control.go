package web

import (
	"slices"

	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// unreported leaves out the controls that have a result, as control measurement knows. Who may not see what is not yet
// reported is shown no control at all. When nobody can tell, the controls stay.
func (c *call) unreported(all []*riskv1.Deadline) []*riskv1.Deadline {
	if !c.user.may(authzv1.Permission_PERMISSION_DRAFT_READ, c.name(2)) {
		return slices.DeleteFunc(all, func(d *riskv1.Deadline) bool { return d.GetKind() == riskv1.DeadlineKind_DEADLINE_KIND_CONTROL })
	}
	reported := map[string]bool{}
	for _, round := range controlRounds(all) {
		r, err := c.Controls.ListResults(c.ctx(), &controlv1.ListResultsRequest{Parent: round, PageSize: 1000})
		if err != nil {
			return all
		}
		for _, one := range r.GetResults() {
			reported[round+" "+one.GetSubject()] = true
		}
	}
	return withoutResult(all, reported)
}

// controlRounds returns the rounds that wait for results about controls, each once.
func controlRounds(all []*riskv1.Deadline) []string {
	var rounds []string
	for _, d := range all {
		if d.GetKind() == riskv1.DeadlineKind_DEADLINE_KIND_CONTROL && !d.GetDone() && !slices.Contains(rounds, d.GetRound()) {
			rounds = append(rounds, d.GetRound())
		}
	}
	return rounds
}

// withoutResult leaves out the controls that were reported in their round, by themselves or with their control area.
func withoutResult(all []*riskv1.Deadline, reported map[string]bool) []*riskv1.Deadline {
	return slices.DeleteFunc(all, func(d *riskv1.Deadline) bool {
		return d.GetKind() == riskv1.DeadlineKind_DEADLINE_KIND_CONTROL &&
			(reported[d.GetRound()+" "+d.GetResource()] || d.GetControlArea() != "" && reported[d.GetRound()+" "+d.GetControlArea()])
	})
}
