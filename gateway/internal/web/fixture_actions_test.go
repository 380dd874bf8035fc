package web

import (
	"fmt"
	"time"

	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

const fixAction = fixCommittee + "/actions/"

// fixZone is where the municipality lies.
func fixZone() *time.Location {
	zone, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		return time.UTC
	}
	return zone
}

// fixBook knows the built-in scale.
func fixBook() *actionBook { return &actionBook{now: fixNow, zone: fixZone()} }

// fixActionOf is an accepted action of the plan.
func fixActionOf() *riskv1.Action {
	return &riskv1.Action{Name: fixAction + "a1", Title: "Inför kontroll av inkomstuppgifter mot register", State: riskv1.ActionState_ACTION_STATE_ACCEPTED,
		Description: "Rutinen skrivs om.\n\n- Handläggarna utbildas\n- Systemet ändras", DueDate: "2025-06-30", Status: "paborjad", Comment: "Utbildningen är gjord, systemet ändras i juni.",
		Owners: []*riskv1.Owner{{Role: "enhetschef ekonomiskt bistånd", RoleAssignment: fixMunicipality + "/roleAssignments/owner"}}, Etag: "a1",
		Origin: &riskv1.ActionOrigin{Kind: riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_RISK_ENTRY, Resource: fixEntry + "r1", Year: 2025}}
}

// fixActions are actions in every state: late, proposed, declined, closed with and without being done.
func fixActions() []*riskv1.Action {
	late := fixActionOf()
	late.Name, late.Title, late.DueDate, late.Status = fixAction+"a2", "Gallra dokument i gemensamma mappar", "2025-04-30", ""
	late.Origin = &riskv1.ActionOrigin{Kind: riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_PLAN, Resource: fixCommittee + "/plans/2024", Year: 2024}
	late.Renewals = []*riskv1.ActionRenewal{{PreviousDueDate: "2024-12-31", DueDate: "2025-04-30", Reason: "Arkivet hann inte med.",
		Decision: &riskv1.Decision{MeetingDate: "2024-12-10", Paragraph: "118"}}}
	proposed := fixActionOf()
	proposed.Name, proposed.Title, proposed.State, proposed.DueDate, proposed.Owners, proposed.Status = fixAction+"a3", "Se över avtalen med utförare", riskv1.ActionState_ACTION_STATE_PROPOSED, "", nil, ""
	declined := fixActionOf()
	declined.Name, declined.Title, declined.State, declined.DeclineReason = fixAction+"a4", "Köp ett nytt system", riskv1.ActionState_ACTION_STATE_DECLINED, "Ryms inte i budgeten."
	done := fixActionOf()
	done.Name, done.Title, done.State, done.Status = fixAction+"a5", "Utbilda i sekretess", riskv1.ActionState_ACTION_STATE_CLOSED, "klar"
	done.Closing = &riskv1.ActionClosing{Date: "2025-03-01", Done: true, Reason: "Alla har gått utbildningen.", Decision: &riskv1.Decision{MeetingDate: "2025-03-18", Paragraph: "31"}}
	dropped := fixActionOf()
	dropped.Name, dropped.Title, dropped.State = fixAction+"a6", "Uppdrag: "+longWord, riskv1.ActionState_ACTION_STATE_CLOSED
	dropped.Closing = &riskv1.ActionClosing{Date: "2025-03-01", Reason: "Verksamheten har upphört."}
	dropped.Origin = &riskv1.ActionOrigin{Kind: riskv1.ActionOriginKind_ACTION_ORIGIN_KIND_ASSIGNMENT, Year: 2024, Note: "Kommunstyrelsen 2024-03-05 § 40"}
	dropped.Owners = []*riskv1.Owner{{Role: longWord}}
	return []*riskv1.Action{fixActionOf(), late, proposed, declined, done, dropped}
}

// fixCounts counts fixActions as the register does.
func fixCounts() []*riskv1.ActionCount {
	accepted, closed := riskv1.ActionState_ACTION_STATE_ACCEPTED, riskv1.ActionState_ACTION_STATE_CLOSED
	return []*riskv1.ActionCount{
		{Committee: fixCommittee, Year: 2024, State: accepted, Count: 1, Overdue: 1},
		{Committee: fixCommittee, Year: 2024, State: closed, Count: 1},
		{Committee: fixCommittee, Year: 2025, State: accepted, Status: "paborjad", Meaning: riskv1.StatusMeaning_STATUS_MEANING_PARTLY, Count: 1},
		{Committee: fixCommittee, Year: 2025, State: closed, Status: "klar", Count: 1},
	}
}

// fixReports is what the round asks about the accepted actions, of which answers are answered.
func fixReports(actions int) *roundReports {
	x := &roundReports{actionBook: fixBook()}
	var fs []*riskv1.FollowUp
	for i := range actions {
		f := &riskv1.FollowUp{Name: fmt.Sprintf("%s/followUps/a%d", fixRound, i+1), Action: fmt.Sprintf("%sa%d", fixAction, i+1), Position: int32(i), Etag: "f"}
		if i == 1 {
			f.Status, f.AnsweredRole, f.Comment = "paborjad", "enhetschef", "Mapparna är gallrade till hälften."
		}
		fs = append(fs, f)
	}
	x.take(fs, fixActions())
	return x
}

// fixDeadlines are last days, one of them late.
func fixDeadlines() []*riskv1.Deadline {
	follow := func(n int) *riskv1.Deadline {
		return &riskv1.Deadline{Kind: riskv1.DeadlineKind_DEADLINE_KIND_FOLLOW_UP, Resource: fmt.Sprintf("%s/followUps/f%d", fixRound, n), Round: fixRound,
			Title: "Ansvariga svarar", RoundTitle: "Delårsuppföljning 2025", DueDate: "2025-05-12", Role: riskv1.StepRole_STEP_ROLE_OWNER}
	}
	control := func(name, area, due string) *riskv1.Deadline {
		return &riskv1.Deadline{Kind: riskv1.DeadlineKind_DEADLINE_KIND_CONTROL, Resource: fixPlan + name, ControlArea: area, Round: fixRound,
			Title: "Ansvariga redovisar: Stickprov på rutinen", RoundTitle: "Delårsuppföljning 2025", DueDate: due, Role: riskv1.StepRole_STEP_ROLE_OWNER,
			Owners: []*riskv1.Owner{{Role: "controller"}}}
	}
	return []*riskv1.Deadline{
		{Kind: riskv1.DeadlineKind_DEADLINE_KIND_ACTION, Resource: fixAction + "a2", Title: "Gallra dokument i gemensamma mappar", DueDate: "2025-04-30", Owners: []*riskv1.Owner{{Role: "arkivarie"}}},
		{Kind: riskv1.DeadlineKind_DEADLINE_KIND_STEP, Resource: fixRound, Round: fixRound, Title: "Förberedelse", DueDate: "2025-05-01", Done: true},
		follow(1), control("/controlPoints/k1", fixPlan+"/controlAreas/skydd", "2025-05-12"), follow(2), control("/controlAreas/tillstand", "", "2025-05-12"),
		control("/controlPoints/k2", "", "2025-05-20"),
		{Kind: riskv1.DeadlineKind_DEADLINE_KIND_STEP, Resource: fixRound, Round: fixRound, Role: riskv1.StepRole_STEP_ROLE_COORDINATOR, Title: "Samordnaren sammanställer", RoundTitle: "Delårsuppföljning 2025", DueDate: "2025-05-28"},
		{Kind: riskv1.DeadlineKind_DEADLINE_KIND_MEETING, Resource: fixRound, Round: fixRound, Role: riskv1.StepRole_STEP_ROLE_COMMITTEE, Title: "Sammanträde", RoundTitle: "Delårsuppföljning 2025", DueDate: "2025-09-16"},
	}
}

// fixItem is a common item.
func fixItem(state riskv1.CommonItemState) *riskv1.CommonItem {
	i := &riskv1.CommonItem{Name: fixMunicipality + "/commonItems/jav", Year: 2025, Title: "Följs reglerna om jäv?", Kind: riskv1.ControlPointKind_CONTROL_POINT_KIND_REVIEW,
		Purpose: "Se att beslut fattas av den som får.", Method: "Stickprov i 20 ärenden och intervju.", Frequency: "Under hösten", State: state, Etag: "i1"}
	if state != riskv1.CommonItemState_COMMON_ITEM_STATE_DRAFT {
		i.Decision = &riskv1.Decision{MeetingDate: "2024-11-05", Paragraph: "201", CaseNumber: "KS-2024/77"}
	}
	if state == riskv1.CommonItemState_COMMON_ITEM_STATE_WITHDRAWN {
		i.WithdrawReason = "Ersätts av en extern granskning."
	}
	return i
}

// fixPlaces are two committees, of which one has a plan with the common item.
func fixPlaces() []*townPlace {
	return []*townPlace{
		{committee: fixCommitteeOf(), plan: fixRegister(0).GetPlan(), rounds: []*riskv1.Round{fixRoundOf()},
			points: []*riskv1.ControlPoint{{Name: fixPlan + "/controlPoints/jav", CommonItem: fixMunicipality + "/commonItems/jav"}}},
		{committee: fixSchoolOf()},
	}
}

// fixAccount is the account of another system.
func fixAccount() *directoryv1.ServiceAccount {
	return &directoryv1.ServiceAccount{Name: fixMunicipality + "/serviceAccounts/arenden", Title: "Ärendesystemet, IT-enheten", Etag: "s1",
		Roles: []*directoryv1.ServiceAccountRole{{Role: "auditor", Scope: fixMunicipality}, {Role: "secretary", Scope: fixCommittee}}}
}
