package controlmeasurement_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/refdata"
	"github.com/uppsikt/uppsikt/internal/suitetest"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	journalv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/journal/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// TestInTheSuite: with the real risk register, a result that deviates becomes a proposed action there, linked both ways.
func TestInTheSuite(t *testing.T) {
	const (
		executive = refdata.Municipality + "/committees/kommunstyrelsen"
		checked   = executive + "/plans/2025/controlPoints/diarium"
		round     = executive + "/rounds/delar-2025"
	)
	suite, _ := suitetest.Start(t, suitetest.WithReferenceData)
	control, risks := controlv1.NewControlMeasurementServiceClient(suite.Conn), riskv1.NewRiskRegisterServiceClient(suite.Conn)
	coordinator := suite.As(t.Context(), "coordinator", executive)
	subject := must[*riskv1.ControlSubject](t)(risks.GetControlSubject(coordinator, &riskv1.GetControlSubjectRequest{Round: round, Subject: checked}))
	deviation := slices.IndexFunc(subject.GetGrades(), (*riskv1.GradeStep).GetDeviation)
	indicator := must[*controlv1.Indicator](t)(control.CreateIndicator(coordinator, &controlv1.CreateIndicatorRequest{Parent: executive,
		Indicator: &controlv1.Indicator{Title: "Andel diarieförda", Quantity: controlv1.Quantity_QUANTITY_SHARE, Targets: []*controlv1.Target{least(95)},
			Subjects: []string{checked}}}))
	must[*controlv1.Measurement](t)(control.CreateMeasurement(coordinator, &controlv1.CreateMeasurementRequest{Parent: executive,
		Measurement: &controlv1.Measurement{Indicator: indicator.GetName(), BeginDate: "2025-05-01", EndDate: "2025-05-12",
			Numerator: proto.Float64(18), Denominator: proto.Float64(20)}}))
	for unit, known := range map[string]bool{executive + "/units/kansli": true, executive + "/units/finns-inte": false, executive + "/units/Inget namn": false} {
		_, err := control.CreateMeasurement(coordinator, &controlv1.CreateMeasurementRequest{Parent: executive, Measurement: &controlv1.Measurement{
			Indicator: indicator.GetName(), Unit: unit, BeginDate: "2025-05-01", EndDate: "2025-05-12", Value: proto.Float64(90)}})
		if !known {
			wantInvalid(t, err, "measurement.unit UNKNOWN_UNIT")
		} else if err != nil {
			t.Errorf("unit %s: %v", unit, err)
		}
	}
	result := must[*controlv1.Result](t)(control.CreateResult(coordinator, &controlv1.CreateResultRequest{Parent: round, Result: &controlv1.Result{
		Subject: checked, Execution: controlv1.Execution_EXECUTION_DONE, Grade: subject.GetGrades()[deviation].GetId(), Text: "Två handlingar saknades."}}))
	if result.GetComputedFulfilment() != notMet || !result.GetDeviates() {
		t.Errorf("result = %v, want not met and deviating", result)
	}
	settled := deliveredIn(t, controlv1.NewJournalServiceClient(suite.Conn), control, coordinator, result.GetName())
	action := must[*riskv1.Action](t)(risks.GetAction(coordinator, &riskv1.GetActionRequest{Name: settled.GetAction()}))
	if action.GetState() != riskv1.ActionState_ACTION_STATE_PROPOSED || action.GetOrigin().GetResource() != result.GetName() || action.GetOrigin().GetYear() != 2025 ||
		action.GetTitle() != subject.GetTitle() {
		t.Errorf("action = %v, want it proposed by the result", action)
	}
	suite.WantSound()
}

// deliveredIn waits until the proposal of a result is delivered.
func deliveredIn(t *testing.T, journal controlv1.JournalServiceClient, control controlv1.ControlMeasurementServiceClient, ctx context.Context, name string) *controlv1.ProposedAction {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	stream, err := journal.WatchChanges(ctx, &journalv1.WatchChangesRequest{Parent: refdata.Municipality, ResumeToken: "start"})
	if err != nil {
		t.Fatal(err)
	}
	for {
		r := must[*controlv1.Result](t)(control.GetResult(ctx, &controlv1.GetResultRequest{Name: name}))
		switch p := r.GetProposedActions()[0]; p.GetState() {
		case delivered:
			return p
		case refused:
			t.Fatalf("the register refused: %s", p.GetFault())
		default:
			if _, err := stream.Recv(); err != nil {
				t.Fatal(err)
			}
		}
	}
}
