package control

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// scale is a grade scale with two steps.
func scale() []Grade {
	return []Grade{{ID: "ingen", Title: "Ingen"}, {ID: "storre", Title: "Större", Deviation: true}}
}

func TestResultCheck(t *testing.T) {
	tests := []struct {
		name string
		r    Result
		want []string
	}{
		{"nobody has said", Result{}, nil},
		{"done with text", Result{Execution: Done, Text: "Rutinen följs.", Grade: "ingen"}, nil},
		{"done with a measurement", Result{Execution: Done, Measured: true}, nil},
		{"done with a sample", Result{Execution: Done, Samples: []Sample{{Title: "a"}}}, nil},
		{"done with a survey", Result{Execution: Done, Surveys: []Survey{{}}}, nil},
		{"done with nothing", Result{Execution: Done, Grade: "ingen"}, []string{"text RESULT_MISSING"}},
		{"not performed", Result{Execution: NotPerformed, NotPerformedReason: "Sjukdom"}, nil},
		{"not performed without reason", Result{Execution: NotPerformed}, []string{"not_performed_reason REASON_REQUIRED"}},
		{"not performed but graded", Result{Execution: NotPerformed, NotPerformedReason: "Sjukdom", Grade: "ingen"}, []string{"grade GRADE_NOT_PERFORMED"}},
		{"a reason for what goes on", Result{Execution: Ongoing, NotPerformedReason: "Sjukdom"}, []string{"not_performed_reason REASON_NOT_EXPECTED"}},
		{"unknown grade", Result{Grade: "x"}, []string{"grade UNKNOWN_GRADE"}},
		{"override", Result{Computed: NotMet, Stated: Partly, OverrideReason: "Bortfall"}, nil},
		{"override without reason", Result{Computed: NotMet, Stated: Met}, []string{"override_reason REASON_REQUIRED"}},
		{"override of nothing", Result{Computed: NotMet, Stated: NotMet, OverrideReason: "x"}, []string{"stated_fulfilment OVERRIDE_SAME"}},
		{"reason without override", Result{OverrideReason: "x"}, []string{"override_reason REASON_NOT_EXPECTED"}},
		{"inner faults", Result{Samples: []Sample{{Examined: ref(int64(-1))}}, Surveys: []Survey{{Invited: ref(int64(-1))}}},
			[]string{"samples[0].examined NEGATIVE", "surveys[0].invited NEGATIVE"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { wantCodes(t, tt.r.Check(scale()), tt.want...) })
	}
}

func TestUnknownGradeSaysWhatThereIs(t *testing.T) {
	f := Result{Grade: "x"}.Check(scale())
	wantText(t, f[0].Swedish, "Bedömningen ”x” finns inte i metoden. Välj bland Ingen och Större.")
	f = Result{Grade: "x"}.Check(nil)
	wantText(t, f[0].Swedish, "Bedömningen ”x” finns inte i metoden. Metoden har inga bedömningar.")
}

func TestFulfilmentThatCounts(t *testing.T) {
	if f := (Result{Computed: NotMet}).Fulfilment(); f != NotMet {
		t.Errorf("got %v, want the computed one", f)
	}
	if f := (Result{Computed: NotMet, Stated: Met}).Fulfilment(); f != Met {
		t.Errorf("got %v, want the stated one", f)
	}
}

func TestDeviates(t *testing.T) {
	missed := []Outcome{{Fulfilment: NotMet}, {Fulfilment: NotAssessed, Reason: ReasonBaselineMissing}}
	tests := []struct {
		name     string
		r        Result
		outcomes []Outcome
		want     []Cause
	}{
		{"nothing wrong", Result{Execution: Done, Grade: "ingen"}, []Outcome{{Fulfilment: Met}}, nil},
		{"graded as deviation", Result{Execution: Done, Grade: "storre"}, nil, []Cause{CauseGrade}},
		{"a missed target beside an open one", Result{}, missed, []Cause{CauseTarget}},
		{"both", Result{Grade: "storre"}, missed, []Cause{CauseGrade, CauseTarget}},
		{"people say it is met", Result{Stated: Met}, missed, nil},
		{"people say it is not", Result{Stated: Partly}, []Outcome{{Fulfilment: Met}}, []Cause{CauseStated}},
		{"not assessed", Result{}, missed[1:], nil},
		{"unknown grade", Result{Grade: "x"}, nil, nil},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, tt.r.Deviates(scale(), tt.outcomes)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestClosedRoundTakesNoResult(t *testing.T) {
	if err := RoundOpen.Writable(); err != nil {
		t.Errorf("an open round refuses: %v", err)
	}
	f := fault.As(RoundClosed.Writable())
	if f == nil || f.Kind != fault.Precondition || f.Reason != "ROUND_CLOSED" || f.Swedish == "" {
		t.Errorf("fault = %+v, want ROUND_CLOSED", f)
	}
}

func TestEnded(t *testing.T) {
	for _, r := range []Result{{}, {Execution: Ongoing}, {Execution: NotPerformed}} {
		if r.Ended() {
			t.Errorf("%+v has ended", r)
		}
	}
	if !(Result{Execution: Done}).Ended() {
		t.Error("what is done has not ended")
	}
}
