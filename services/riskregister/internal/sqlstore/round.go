package sqlstore

import (
	"github.com/uppsikt/uppsikt/internal/resource"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

func rounds() *resource.Table[*riskv1.Round] {
	return resource.Define(resource.Spec[*riskv1.Round]{
		Table: "rounds",
		Columns: []resource.Column[*riskv1.Round]{
			{Name: "title", Value: func(r *riskv1.Round) any { return r.GetTitle() }},
			{Name: "kind", Value: func(r *riskv1.Round) any { return word(r.GetKind(), "ROUND_KIND_") }},
			{Name: "state", Value: func(r *riskv1.Round) any { return RoundStateWord(r.GetState()) }},
			{Name: "meeting_date", Value: func(r *riskv1.Round) any { return r.GetMeetingDate() }},
		},
	})
}

// RoundStateWord returns a state as it lies in the column of rounds; empty when unspecified.
func RoundStateWord(s riskv1.RoundState) string {
	if s == riskv1.RoundState_ROUND_STATE_UNSPECIFIED {
		return ""
	}
	return word(s, "ROUND_STATE_")
}

func followUps() *resource.Table[*riskv1.FollowUp] {
	return resource.Define(resource.Spec[*riskv1.FollowUp]{
		Table: "follow_ups",
		Columns: []resource.Column[*riskv1.FollowUp]{
			{Name: "risk_entry", Value: func(f *riskv1.FollowUp) any { return f.GetRiskEntry() }},
			{Name: "action", Value: func(f *riskv1.FollowUp) any { return f.GetAction() }},
			{Name: "status", Value: func(f *riskv1.FollowUp) any { return f.GetStatus() }},
			{Name: "position", Value: func(f *riskv1.FollowUp) any { return int64(f.GetPosition()) }},
		},
		Order: []string{"position"},
	})
}
