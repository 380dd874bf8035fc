package riskregister_test

import (
	"fmt"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/riskregister"
)

func TestRiskEntryNamesEveryFault(t *testing.T) {
	w := start(t)
	w.draft(t)
	_, err := w.CreateRiskEntry(w.coordinator, &riskv1.CreateRiskEntryRequest{Parent: plan2025, RiskEntry: &riskv1.RiskEntry{
		Risk: un + "/risks/fusk", Unit: "municipalities/lund/units/x", Likelihood: proto.Float64(3), StatedLevel: "extrem",
		Treatments:      []*riskv1.ChosenTreatment{{Treatment: "acceptera"}, {Treatment: "acceptera", Reason: "liten"}},
		Classifications: []string{"kategori/annat"}, Selection: riskv1.Selection_SELECTION_NOT_CHOSEN,
		Owners: []*riskv1.Owner{{Role: "chef", RoleAssignment: "municipalities/lund/roleAssignments/a"}},
	}})
	wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "risk_entry.risk UNKNOWN_REFERENCE", "risk_entry.unit UNIT_NAME",
		"risk_entry.owners[0].role_assignment ROLE_ASSIGNMENT_NAME", "risk_entry.likelihood NO_AXES", "risk_entry.stated_level UNKNOWN_LEVEL",
		"risk_entry.treatments[1].treatment DUPLICATE", "risk_entry.treatments[0].reason REASON_REQUIRED",
		"risk_entry.classifications[0] UNKNOWN_HEADING", "risk_entry.not_chosen_reason REASON_REQUIRED")
	_, err = w.CreateRiskEntry(w.coordinator, &riskv1.CreateRiskEntryRequest{Parent: sn + "/plans/2030", RiskEntry: mild()})
	wantFault(t, err, fault.NotFound, "NOT_FOUND")
	_, err = w.CreateRiskEntry(w.coordinator, &riskv1.CreateRiskEntryRequest{Parent: sn + "/plans/-", RiskEntry: mild()})
	wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "parent RESOURCE_NAME")
	e := mild()
	e.SourceNote = "Uppgift från 19811218-9876"
	_, err = w.CreateRiskEntry(w.coordinator, &riskv1.CreateRiskEntryRequest{Parent: plan2025, RiskEntry: e})
	wantFault(t, err, fault.Invalid, "PERSONAL_IDENTITY_NUMBER")
}

func TestRiskEntryKeepsWhatOthersCompute(t *testing.T) {
	w := start(t)
	w.draft(t)
	name := plan2025 + "/riskEntries/fusk"
	before := must[*riskv1.RiskEntry](t)(w.GetRiskEntry(w.coordinator, &riskv1.GetRiskEntryRequest{Name: name}))
	if before.GetComputedLevel() != "kritisk" || before.ComputedValue != nil {
		t.Errorf("computed = %v %q, want no value and kritisk", before.ComputedValue, before.GetComputedLevel())
	}
	sent := critical()
	sent.Name, sent.ComputedLevel, sent.ComputedValue, sent.StatedValue = name, "ovrig", proto.Float64(1), proto.Float64(8)
	after := must[*riskv1.RiskEntry](t)(w.UpdateRiskEntry(w.coordinator, &riskv1.UpdateRiskEntryRequest{RiskEntry: sent}))
	if after.GetComputedLevel() != "kritisk" || after.ComputedValue != nil || after.GetStatedValue() != 8 {
		t.Errorf("updated = %v", after)
	}
	_, err := w.UpdateRiskEntry(w.coordinator, &riskv1.UpdateRiskEntryRequest{RiskEntry: sent, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"computed_level"}}})
	wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "update_mask READ_ONLY_FIELD")
	sent.Etag = before.GetEtag()
	_, err = w.UpdateRiskEntry(w.coordinator, &riskv1.UpdateRiskEntryRequest{RiskEntry: sent})
	wantFault(t, err, fault.Conflict, "STALE_ETAG")
}

// TestRiskEntryLists filters and pages on both engines, as those see it who see drafts and those who do not.
func TestRiskEntryLists(t *testing.T) {
	sqldbtest.Run(t, riskregister.Migrations(), func(t *testing.T, db sqldb.DB) {
		w := serve(t, db)
		w.draft(t)
		for i := range int32(5) {
			e := mild()
			e.Position = 10 - i
			w.entry(t, fmt.Sprintf("mer-%d", i), e)
		}
		w.lists(t, "live")
		w.propose(t)
		w.decide(t, "2024-12-10")
		w.lists(t, "decided")
		w.revise(t)
		w.entry(t, "nytt", mild())
		for _, name := range []string{"fusk", "personal"} {
			e := must[*riskv1.RiskEntry](t)(w.GetRiskEntry(w.member, &riskv1.GetRiskEntryRequest{Name: plan2025 + "/riskEntries/" + name}))
			if e.GetEtag() != "" {
				t.Errorf("a member sees the live entry %s of a plan under revision", name)
			}
		}
		_, err := w.GetRiskEntry(w.member, &riskv1.GetRiskEntryRequest{Name: plan2025 + "/riskEntries/nytt"})
		wantFault(t, err, fault.NotFound, "NOT_FOUND")
		w.coordinator = w.member // whatever a member sees is as it was decided
		w.lists(t, "under revision")
	})
}

// lists checks the entries that draft made and five more, with two filters and with pages.
func (w *world) lists(t *testing.T, state string) {
	t.Helper()
	t.Run(state, func(t *testing.T) {
		list := func(req *riskv1.ListRiskEntriesRequest) *riskv1.ListRiskEntriesResponse {
			if req.GetParent() == "" {
				req.Parent = plan2025
			}
			return must[*riskv1.ListRiskEntriesResponse](t)(w.ListRiskEntries(w.coordinator, req))
		}
		wantIDs(t, list(&riskv1.ListRiskEntriesRequest{}).GetRiskEntries(), "fusk", "personal", "mer-4", "mer-3", "mer-2", "mer-1", "mer-0")
		wantIDs(t, list(&riskv1.ListRiskEntriesRequest{Level: "kritisk"}).GetRiskEntries(), "fusk")
		wantIDs(t, list(&riskv1.ListRiskEntriesRequest{Selection: riskv1.Selection_SELECTION_NOT_CHOSEN}).GetRiskEntries())
		wantIDs(t, list(&riskv1.ListRiskEntriesRequest{Parent: sn + "/plans/-", Risk: riskFraud}).GetRiskEntries(), "fusk")
		first := list(&riskv1.ListRiskEntriesRequest{PageSize: 3})
		wantIDs(t, first.GetRiskEntries(), "fusk", "personal", "mer-4")
		second := list(&riskv1.ListRiskEntriesRequest{PageSize: 3, PageToken: first.GetNextPageToken()})
		wantIDs(t, second.GetRiskEntries(), "mer-3", "mer-2", "mer-1")
		third := list(&riskv1.ListRiskEntriesRequest{PageSize: 3, PageToken: second.GetNextPageToken()})
		wantIDs(t, third.GetRiskEntries(), "mer-0")
		if third.GetNextPageToken() != "" {
			t.Errorf("the last page has a token")
		}
		_, err := w.ListRiskEntries(w.coordinator, &riskv1.ListRiskEntriesRequest{Parent: plan2025, Level: "ovrig", PageToken: first.GetNextPageToken()})
		wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "page_token PAGE_TOKEN")
		_, err = w.ListRiskEntries(w.coordinator, &riskv1.ListRiskEntriesRequest{Parent: plan2025, PageToken: "skräp"})
		wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "page_token PAGE_TOKEN")
	})
}

func TestOwnersWriteWhatTheyOwn(t *testing.T) {
	w := start(t)
	w.draft(t)
	e := critical()
	e.Name, e.PlannedHandling = plan2025+"/riskEntries/fusk", "Ägarens text"
	if got := must[*riskv1.RiskEntry](t)(w.UpdateRiskEntry(w.owner, &riskv1.UpdateRiskEntryRequest{RiskEntry: e})); got.GetPlannedHandling() != "Ägarens text" {
		t.Errorf("handling = %q", got.GetPlannedHandling())
	}
	for name, err := range map[string]error{
		"another's entry":   second(w.UpdateRiskEntry(w.manager, &riskv1.UpdateRiskEntryRequest{RiskEntry: e})),
		"an entry in words": second(w.DeleteRiskEntry(w.owner, &riskv1.DeleteRiskEntryRequest{Name: plan2025 + "/riskEntries/personal"})),
		"a new one for another": second(w.CreateRiskEntry(w.owner, &riskv1.CreateRiskEntryRequest{Parent: plan2025,
			RiskEntry: &riskv1.RiskEntry{Risk: riskFraud, Owners: []*riskv1.Owner{{Role: "andra", RoleAssignment: others}}}})),
		"a taken-over one": second(w.UpdateRiskEntry(w.manager, &riskv1.UpdateRiskEntryRequest{RiskEntry: &riskv1.RiskEntry{Name: e.GetName(), Risk: riskFraud,
			Owners: []*riskv1.Owner{{Role: "andra", RoleAssignment: others}}}})),
		"an area":        second(w.CreateControlArea(w.owner, &riskv1.CreateControlAreaRequest{Parent: plan2025, ControlArea: &riskv1.ControlArea{Title: "X"}})),
		"a new risk":     second(w.CreateRisk(w.owner, &riskv1.CreateRiskRequest{Parent: sn, Risk: &riskv1.Risk{Title: "X"}})),
		"another's risk": second(w.UpdateRisk(w.owner, &riskv1.UpdateRiskRequest{Risk: &riskv1.Risk{Name: riskStaff, Title: "X"}})),
		"a head's write": second(w.UpdateRiskEntry(w.head, &riskv1.UpdateRiskEntryRequest{RiskEntry: e})),
		"an auditor's":   second(w.UpdateRiskEntry(w.auditor, &riskv1.UpdateRiskEntryRequest{RiskEntry: e})),
	} {
		if err == nil {
			t.Errorf("%s is written", name)
			continue
		}
		wantFault(t, err, fault.Denied, "PERMISSION_DENIED")
	}
	must[*riskv1.RiskEntry](t)(w.CreateRiskEntry(w.owner, &riskv1.CreateRiskEntryRequest{Parent: plan2025,
		RiskEntry: &riskv1.RiskEntry{Risk: riskFraud, Owners: []*riskv1.Owner{{Role: "chefer", RoleAssignment: chefs}}}}))
	must[*riskv1.Risk](t)(w.UpdateRisk(w.owner, &riskv1.UpdateRiskRequest{Risk: &riskv1.Risk{Name: riskFraud, Title: "Ägarens ord"}}))
}

// TestOwnersOfControlAreas: who reports a control area writes it, and names a role and an assignment of the municipality.
func TestOwnersOfControlAreas(t *testing.T) {
	w := start(t)
	w.draft(t)
	own := must[*riskv1.ControlArea](t)(w.CreateControlArea(w.coordinator, &riskv1.CreateControlAreaRequest{Parent: plan2025, ControlAreaId: "tillsyn",
		ControlArea: &riskv1.ControlArea{Title: "Tillsyn", Owners: supervisors()}}))
	own.Description = "Ägarens text"
	if got := must[*riskv1.ControlArea](t)(w.UpdateControlArea(w.owner, &riskv1.UpdateControlAreaRequest{ControlArea: own})); got.GetDescription() != "Ägarens text" {
		t.Errorf("description = %q", got.GetDescription())
	}
	own.Etag = ""
	_, err := w.UpdateControlArea(w.manager, &riskv1.UpdateControlAreaRequest{ControlArea: own})
	wantFault(t, err, fault.Denied, "PERMISSION_DENIED")
	_, err = w.CreateControlArea(w.coordinator, &riskv1.CreateControlAreaRequest{Parent: plan2025, ControlArea: &riskv1.ControlArea{Title: "X", Unit: "x",
		Owners: append(supervisors(), supervisors()[0], &riskv1.Owner{Role: "chef", RoleAssignment: "x"})}})
	wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "control_area.owners[1] DUPLICATE", "control_area.owners[2].role_assignment ROLE_ASSIGNMENT_NAME",
		"control_area.unit UNIT_NAME")
}

// second returns the error of a call.
func second[M any](_ M, err error) error { return err }

func TestControls(t *testing.T) {
	w := start(t)
	w.draft(t)
	area := must[*riskv1.ControlArea](t)(w.CreateControlArea(w.coordinator, &riskv1.CreateControlAreaRequest{Parent: plan2025, ControlAreaId: "avtal", ControlArea: &riskv1.ControlArea{Title: "Avtal", Position: 2}}))
	must[*riskv1.ControlArea](t)(w.CreateControlArea(w.coordinator, &riskv1.CreateControlAreaRequest{Parent: plan2025, ControlAreaId: "logg", ControlArea: &riskv1.ControlArea{Title: "Logg", Position: 1}}))
	area.Title = "Avtalstrohet"
	must[*riskv1.ControlArea](t)(w.UpdateControlArea(w.coordinator, &riskv1.UpdateControlAreaRequest{ControlArea: area}))
	wantIDs(t, must[*riskv1.ListControlAreasResponse](t)(w.ListControlAreas(w.coordinator, &riskv1.ListControlAreasRequest{Parent: plan2025})).GetControlAreas(), "logg", "avtal")

	point := check("Stickprov")
	point.ControlArea = area.GetName()
	stored := must[*riskv1.ControlPoint](t)(w.CreateControlPoint(w.coordinator, &riskv1.CreateControlPointRequest{Parent: plan2025, ControlPointId: "stick", ControlPoint: point}))
	stored.PlannedSample = "25 ärenden"
	stored = must[*riskv1.ControlPoint](t)(w.UpdateControlPoint(w.manager, &riskv1.UpdateControlPointRequest{ControlPoint: stored}))
	_, err := w.UpdateControlPoint(w.owner, &riskv1.UpdateControlPointRequest{ControlPoint: stored})
	wantFault(t, err, fault.Denied, "PERMISSION_DENIED")
	bad := check("Fel")
	bad.ControlArea, bad.RiskEntries, bad.MovedFrom = plan2025+"/controlAreas/x", []string{bad.GetRiskEntries()[0], bad.GetRiskEntries()[0], "y"}, plan2025+"/controlPoints/stick"
	bad.ResponsibleManager = &riskv1.Owner{Role: "chef", RoleAssignment: "x"}
	_, err = w.CreateControlPoint(w.coordinator, &riskv1.CreateControlPointRequest{Parent: plan2025, ControlPoint: bad})
	wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "control_point.responsible_manager.role_assignment ROLE_ASSIGNMENT_NAME",
		"control_point.moved_from NOT_ANOTHER_COMMITTEE", "control_point.control_area UNKNOWN_REFERENCE",
		"control_point.risk_entries[1] DUPLICATE", "control_point.risk_entries[2] UNKNOWN_REFERENCE")

	_, err = w.DeleteControlArea(w.coordinator, &riskv1.DeleteControlAreaRequest{Name: area.GetName()})
	wantFault(t, err, fault.Precondition, "IN_USE")
	_, err = w.DeleteRiskEntry(w.coordinator, &riskv1.DeleteRiskEntryRequest{Name: plan2025 + "/riskEntries/fusk"})
	wantFault(t, err, fault.Precondition, "IN_USE")
	if _, err := w.DeleteControlPoint(w.coordinator, &riskv1.DeleteControlPointRequest{Name: stored.GetName(), Reason: "Dubblett"}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.DeleteControlArea(w.coordinator, &riskv1.DeleteControlAreaRequest{Name: area.GetName()}); err != nil {
		t.Fatal(err)
	}
	_, err = w.GetControlPoint(w.coordinator, &riskv1.GetControlPointRequest{Name: stored.GetName()})
	wantFault(t, err, fault.NotFound, "NOT_FOUND")
	_, err = w.GetControlArea(w.coordinator, &riskv1.GetControlAreaRequest{Name: area.GetName()})
	wantFault(t, err, fault.NotFound, "NOT_FOUND")
}

func TestRisks(t *testing.T) {
	w := start(t)
	w.draft(t)
	_, err := w.CreateRisk(w.coordinator, &riskv1.CreateRiskRequest{Parent: sn, RiskId: "ny", Risk: &riskv1.Risk{Title: "Ny",
		Related: []string{riskFraud, sn + "/risks/ny"}, Replaces: []string{un + "/risks/x"}, MovedFrom: riskStaff}})
	wantFault(t, err, fault.Invalid, "INVALID_FIELDS", "risk.related[1] REFERS_TO_ITSELF", "risk.replaces[0] UNKNOWN_REFERENCE", "risk.moved_from NOT_ANOTHER_COMMITTEE")
	r := must[*riskv1.Risk](t)(w.CreateRisk(w.coordinator, &riskv1.CreateRiskRequest{Parent: sn, RiskId: "ny", Risk: &riskv1.Risk{Title: "Ny",
		Related: []string{riskFraud}, Replaces: []string{riskStaff}, MovedFrom: un + "/risks/x"}}))
	wantIDs(t, must[*riskv1.ListRisksResponse](t)(w.ListRisks(w.auditor, &riskv1.ListRisksRequest{Parent: sn})).GetRisks(), "fusk", "ny", "personal")
	if got := must[*riskv1.Risk](t)(w.GetRisk(w.auditor, &riskv1.GetRiskRequest{Name: r.GetName()})); !proto.Equal(got, r) {
		t.Errorf("got %v, want %v", got, r)
	}
	_, err = w.GetRisk(w.auditor, &riskv1.GetRiskRequest{Name: "municipalities/lund/committees/sn/risks/fusk"})
	wantFault(t, err, fault.Denied, "PERMISSION_DENIED")
	_, err = w.GetRisk(w.auditor, &riskv1.GetRiskRequest{Name: sn + "/risks"})
	wantFault(t, err, fault.Invalid, "INVALID_FIELDS")
}
