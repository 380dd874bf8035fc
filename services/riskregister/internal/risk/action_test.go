package risk

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/uppsikt/uppsikt/internal/fault"
)

const town = "municipalities/m"

// accepted is an action that is to be done.
func accepted() Action {
	return Action{Name: "a", Title: "Inför rutin", State: ActionAccepted, Year: 2025, DueDate: "2025-06-30", Owners: []Owner{{Role: "enhetschef"}}}
}

// walkAction takes a step as the service does, and returns the action unchanged when it is refused.
func walkAction(a Action, step ActionStep, day, reason string) (Action, error) {
	var (
		next = a
		err  error
	)
	switch step {
	case AcceptAction:
		next.State, err = a.Accept()
		next.DeclineReason = ""
	case DeclineAction:
		next.State, err = a.State.Take(step)
		next.DeclineReason = "Behövs inte"
	case RenewAction:
		next.Renewals, err = a.Renew(Renewal{To: day, Reason: reason})
		next.DueDate = day
	case CloseAction:
		next.Closing = &Closing{Date: day, Done: reason == "", Reason: reason}
		next.State, err = a.Close(*next.Closing)
	case ReopenAction:
		next.State, err = a.State.Take(step)
		next.Closing = nil
	}
	if err != nil {
		return a, err
	}
	return next, nil
}

// TestPropertyActionNeverLeavesItsGraph takes any steps: what is reached is always whole, days only move forward, and
// nothing is closed that was not accepted.
func TestPropertyActionNeverLeavesItsGraph(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := accepted()
		a.State = ActionProposed
		steps := rapid.SliceOf(rapid.SampledFrom([]ActionStep{AcceptAction, DeclineAction, RenewAction, CloseAction, ReopenAction})).Draw(t, "steps")
		wasAccepted := false
		for _, step := range steps {
			day := rapid.SampledFrom([]string{"2025-01-31", "2025-06-30", "2025-12-31", "2026-12-31", "2027-06-30", "2025-02-30"}).Draw(t, "day")
			before := a
			next, err := walkAction(a, step, day, rapid.SampledFrom([]string{"", "Sen leverans"}).Draw(t, "reason"))
			if f := fault.As(err); err != nil && (f == nil || f.Swedish == "" || f.English == "" && len(f.Fields) == 0) {
				t.Fatalf("%s from %s: %v lacks texts", step, a.State, err)
			}
			a = next
			wasAccepted = wasAccepted || a.State == ActionAccepted
			switch faults := a.Check(town); {
			case len(faults) > 0:
				t.Fatalf("%s from %s leads to a faulty action: %v", step, before.State, codes(t, faults))
			case a.State == ActionClosed && !wasAccepted:
				t.Fatal("closed without having been accepted")
			case a.DueDate < before.DueDate || len(a.Renewals) < len(before.Renewals):
				t.Fatalf("%s takes the last day from %s back to %s", step, before.DueDate, a.DueDate)
			case a.State.Onward(before.State) != nil:
				t.Fatalf("%s takes the action back from %s to %s", step, before.State, a.State)
			}
		}
	})
}

func TestActionSteps(t *testing.T) {
	bare := Action{State: ActionProposed}
	_, err := bare.Accept()
	wantState(t, err, "INCOMPLETE")
	wantCodes(t, fault.As(err).Fields, "owners MISSING", "due_date MISSING")
	declined := accepted()
	declined.State = ActionDeclined
	if next, err := declined.Accept(); err != nil || next != ActionAccepted {
		t.Errorf("a declined action is accepted as %v, %v", next, err)
	}
	for _, tt := range []struct {
		from ActionState
		step ActionStep
	}{
		{ActionAccepted, AcceptAction}, {ActionAccepted, DeclineAction}, {ActionDeclined, DeclineAction}, {ActionProposed, RenewAction},
		{ActionClosed, RenewAction}, {ActionProposed, CloseAction}, {ActionClosed, CloseAction}, {ActionAccepted, ReopenAction}, {ActionProposed, ReopenAction},
	} {
		a := accepted()
		a.State = tt.from
		_, err := walkAction(a, tt.step, "2026-01-31", "")
		wantState(t, err, "WRONG_STATE")
	}
}

func TestRenew(t *testing.T) {
	a := accepted()
	for day, want := range map[string]string{"2025-06-30": "due_date NOT_LATER", "2025-06-29": "due_date NOT_LATER", "2025-06-31": "due_date DATE"} {
		_, err := a.Renew(Renewal{To: day, Reason: "r"})
		wantCodes(t, fault.As(err).Fields, want)
	}
	_, err := a.Renew(Renewal{To: "2025-07-01", Decision: &Decision{MeetingDate: "2025-05-13", Paragraph: "§ 4"}})
	wantCodes(t, fault.As(err).Fields, "decision.paragraph PARAGRAPH_SIGN")
	a.DueDate = ""
	if renewals, err := a.Renew(Renewal{To: "2025-07-01"}); err != nil || renewals[0].From != "" {
		t.Errorf("an action without a day is renewed as %v, %v", renewals, err)
	}
	a.Renewals = make([]Renewal, maxRenewals)
	_, err = a.Renew(Renewal{To: "2025-07-01"})
	wantState(t, err, "TOO_MANY_RENEWALS")
}

func TestCloseAction(t *testing.T) {
	a := accepted()
	_, err := a.Close(Closing{Date: "2025-05-12", Reason: " "})
	wantCodes(t, fault.As(err).Fields, "reason REASON_REQUIRED")
	for _, c := range []Closing{{Date: "2025-05-12", Done: true}, {Date: "2025-05-12", Reason: "Enheten är nedlagd"}} {
		if next, err := a.Close(c); err != nil || next != ActionClosed {
			t.Errorf("Close(%v) = %v, %v", c, next, err)
		}
	}
}

func TestActionWritable(t *testing.T) {
	for state, reason := range map[ActionState]string{ActionDeclined: "ACTION_DECLINED", ActionClosed: "ACTION_CLOSED"} {
		wantState(t, state.Writable(), reason)
	}
	for _, state := range []ActionState{ActionProposed, ActionAccepted} {
		if err := state.Writable(); err != nil {
			t.Errorf("%s: %v", state, err)
		}
	}
	wantState(t, ActionProposed.Onward(ActionClosed), "WRONG_STATE")
	moved := accepted()
	moved.DueDate = "2025-07-31"
	wantState(t, moved.CheckChange(accepted()), "RENEWAL_NEEDED")
	proposed := accepted()
	proposed.State = ActionProposed
	if err := moved.CheckChange(proposed); err != nil {
		t.Errorf("a proposed action takes no other day: %v", err)
	}
}

func TestCheckAction(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Action)
		want   []string
	}{
		{"whole", func(*Action) {}, nil},
		{"nobody does it", func(a *Action) { a.Owners = nil }, []string{"owners MISSING"}},
		{"proposed to nobody", func(a *Action) { a.State, a.Owners = ActionProposed, nil }, nil},
		{"no such day", func(a *Action) { a.DueDate = "2025-02-30" }, []string{"due_date DATE"}},
		{"declined without a reason", func(a *Action) { a.State = ActionDeclined }, []string{"decline_reason REASON_REQUIRED"}},
		{"a reason without being declined", func(a *Action) { a.DeclineReason = "r" }, []string{"decline_reason REASON_WITHOUT_STATE"}},
		{"closed without how", func(a *Action) { a.State = ActionClosed }, []string{"closing CLOSING_MISSING"}},
		{"closed without when", func(a *Action) { a.State, a.Closing = ActionClosed, &Closing{Done: true} }, []string{"closing.date DATE"}},
		{"closed without why", func(a *Action) { a.State, a.Closing = ActionClosed, &Closing{Date: "2025-05-12"} }, []string{"closing.reason REASON_REQUIRED"}},
		{"how without being closed", func(a *Action) { a.Closing = &Closing{} }, []string{"closing CLOSING_WITHOUT_STATE"}},
		{"renewed", func(a *Action) {
			a.Renewals = []Renewal{{To: "2024-06-30"}, {From: "2024-06-30", To: "2025-06-30"}}
		}, nil},
		{"renewed without being accepted", func(a *Action) { a.State, a.Renewals = ActionProposed, []Renewal{{To: "2025-06-30"}} }, []string{"renewals NEVER_ACCEPTED"}},
		{"renewals that do not meet", func(a *Action) {
			a.Renewals = []Renewal{{To: "2024-06-30"}, {From: "2024-07-01", To: "2025-05-31"}}
		}, []string{"renewals[1].previous_due_date RENEWALS_BROKEN", "due_date RENEWALS_BROKEN"}},
		{"renewed backwards", func(a *Action) { a.Renewals = []Renewal{{From: "2025-07-30", To: "2025-06-30"}} }, []string{"renewals[0].due_date NOT_LATER"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := accepted()
			tt.change(&a)
			wantCodes(t, a.Check(town), tt.want...)
		})
	}
}

func TestOrigin(t *testing.T) {
	for _, tt := range []struct {
		give Origin
		want []string
	}{
		{Origin{Resource: "r"}, nil},
		{Origin{Assignment: true, Year: 2025}, nil},
		{Origin{}, []string{"resource REQUIRED"}},
		{Origin{Assignment: true, Resource: "r"}, []string{"resource ASSIGNMENT_WITH_RESOURCE", "year YEAR_REQUIRED"}},
		{Origin{Resource: "r", Year: 25}, []string{"year YEAR"}},
	} {
		wantCodes(t, tt.give.Check(), tt.want...)
	}
}

func TestActionScale(t *testing.T) {
	var none *Method
	ids := collect(none.ActionScale(), func(s Status) string { return s.ID })
	if !slices.Equal(ids, []string{"ej-paborjad", "paborjad", "klar"}) {
		t.Errorf("built-in scale = %v", ids)
	}
	if s, _ := none.ActionStatus("klar"); !s.Final || s.Meaning != MeansYes {
		t.Errorf("klar = %+v", s)
	}
	own := stated()
	own.ActionSteps = []Status{{ID: "gron", Title: "Klar", Final: true}, {ID: "rod", Title: "Ej påbörjad"}}
	wantCodes(t, own.Check())
	wantCodes(t, own.CheckActionStatus("status", ""))
	wantCodes(t, own.CheckActionStatus("status", "gron"))
	wantCodes(t, own.CheckActionStatus("status", "klar"), "status UNKNOWN_STATUS")
	own.ActionSteps[0] = Status{ID: "rod"}
	wantCodes(t, own.Check(), "action_scale[1].id DUPLICATE", "action_scale NO_FINAL_STEP")
}

// TestPropertyCountsAddUp: each accepted or closed action is in one count, and counts are in order, each once.
func TestPropertyCountsAddUp(t *testing.T) {
	action := rapid.Custom(func(t *rapid.T) Counted {
		return Counted{Committee: rapid.SampledFrom([]string{"c/a", "c/b"}).Draw(t, "committee"), Year: rapid.IntRange(2023, 2025).Draw(t, "year"),
			State:  ActionState(rapid.IntRange(int(ActionProposed), int(ActionClosed)).Draw(t, "state")),
			Status: rapid.SampledFrom([]string{"", "klar"}).Draw(t, "status"), DueDate: rapid.SampledFrom([]string{"", "2025-05-11", "2025-05-12"}).Draw(t, "due"), Final: rapid.Bool().Draw(t, "final")}
	})
	rapid.Check(t, func(t *rapid.T) {
		actions := rapid.SliceOf(action).Draw(t, "actions")
		want, late := 0, 0
		for _, a := range actions {
			if a.State == ActionAccepted || a.State == ActionClosed {
				want++
			}
			if a.State == ActionAccepted && !a.Final && a.DueDate == "2025-05-11" {
				late++
			}
		}
		got, overdue := 0, 0
		counts := CountActions(actions, "2025-05-12")
		for _, c := range counts {
			got, overdue = got+c.Count, overdue+c.Overdue
		}
		if got != want || overdue != late {
			t.Fatalf("counted %d, %d overdue, want %d and %d", got, overdue, want, late)
		}
		if len(counts) > 1 && counts[0].Committee > counts[len(counts)-1].Committee {
			t.Fatalf("counts are not in order: %v", counts)
		}
	})
}
