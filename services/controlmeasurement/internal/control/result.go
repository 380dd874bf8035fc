package control

import (
	"fmt"
	"slices"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// Execution tells how far a check has come. It says nothing of what was found.
type Execution int

// How far. The zero value is what nobody has said.
const (
	// Ongoing: begun.
	Ongoing Execution = iota + 1
	// Done.
	Done
	// NotPerformed, with a reason. That is a result.
	NotPerformed
)

// Grade is one step of a method's scale for results.
type Grade struct {
	ID, Title string
	// Deviation tells that a result of this grade deviates, so that an action is to be proposed.
	Deviation bool
}

// Result is what one round found about one control point or control area. Execution, grade and goal fulfilment are three
// things: a check can be done with a bad grade, and a target met by a check that was never made.
type Result struct {
	Execution          Execution
	NotPerformedReason string
	// Grade is the id of a step; empty until graded.
	Grade string
	// Computed comes from the targets.
	Computed Fulfilment
	// Stated goes before the computed one, with a reason; zero keeps the computed one.
	Stated         Fulfilment
	OverrideReason string
	Text           string
	Samples        []Sample
	Surveys        []Survey
	// Measured tells that an indicator of the subject has a measurement in the round.
	Measured bool
}

// Fulfilment returns the one that counts: the stated one, else the computed one.
func (r Result) Fulfilment() Fulfilment {
	if r.Stated != 0 {
		return r.Stated
	}
	return r.Computed
}

// Ended reports whether the round needs no more of it: it is done, or not performed with the reason.
func (r Result) Ended() bool {
	return r.Execution == Done || r.Execution == NotPerformed && !blank(r.NotPerformedReason)
}

// Check finds what is missing in a result or contradicts itself, given the method's grades.
func (r Result) Check(grades []Grade) []fault.Field {
	faults := slices.Concat(r.checkExecution(), r.checkGrade(grades), r.checkOverride())
	for i, s := range r.Samples {
		faults = append(faults, Under(at("samples", i), s.Check())...)
	}
	for i, s := range r.Surveys {
		faults = append(faults, Under(at("surveys", i), s.Check())...)
	}
	return faults
}

// checkExecution: what was not performed has a reason, and what is done has something to show.
func (r Result) checkExecution() []fault.Field {
	switch {
	case r.Execution == NotPerformed && blank(r.NotPerformedReason):
		return []fault.Field{bad("not_performed_reason", "REASON_REQUIRED",
			"Skriv varför kontrollen inte har genomförts.", "a check that was not performed needs a reason")}
	case r.Execution != NotPerformed && !blank(r.NotPerformedReason):
		return []fault.Field{bad("not_performed_reason", "REASON_NOT_EXPECTED",
			"Orsaken skrivs bara när kontrollen inte har genomförts. Ta bort den eller ändra genomförandet.",
			"a reason is given, but the check is not marked as not performed")}
	case r.Execution == Done && r.empty():
		return []fault.Field{bad("text", "RESULT_MISSING",
			"Kontrollen är markerad som genomförd men har inget resultat. Skriv en text eller lägg till en mätning, ett stickprov eller en enkät.",
			"a check that is done needs a text, a measurement, a sample or a survey")}
	}
	return nil
}

// empty reports whether there is nothing to show.
func (r Result) empty() bool {
	return blank(r.Text) && !r.Measured && len(r.Samples) == 0 && len(r.Surveys) == 0
}

// checkGrade: a step of the scale, and none on what was not performed.
func (r Result) checkGrade(grades []Grade) []fault.Field {
	switch {
	case r.Grade == "":
		return nil
	case r.Execution == NotPerformed:
		return []fault.Field{bad("grade", "GRADE_NOT_PERFORMED",
			"Det som inte har genomförts kan inte få en bedömning. Ta bort bedömningen eller ändra genomförandet.",
			"what was not performed cannot be graded")}
	}
	_, known := grade(grades, r.Grade)
	return when(!known, bad("grade", "UNKNOWN_GRADE",
		fmt.Sprintf("Bedömningen ”%s” finns inte i metoden. %s", r.Grade, choose(grades)), fmt.Sprintf("the method has no grade %q", r.Grade)))
}

// grade finds a step.
func grade(grades []Grade, id string) (Grade, bool) {
	i := slices.IndexFunc(grades, func(g Grade) bool { return g.ID == id })
	if i < 0 {
		return Grade{}, false
	}
	return grades[i], true
}

// choose lists what can be chosen.
func choose(grades []Grade) string {
	if len(grades) == 0 {
		return "Metoden har inga bedömningar."
	}
	return "Välj bland " + enumerate(collect(grades, func(g Grade) string { return g.Title })) + "."
}

// checkOverride: another fulfilment than the computed one, with a reason.
func (r Result) checkOverride() []fault.Field {
	if r.Stated == 0 {
		return when(!blank(r.OverrideReason), bad("override_reason", "REASON_NOT_EXPECTED",
			"Skälet gäller en ändrad måluppfyllelse, men ingen är angiven. Ange den eller ta bort skälet.",
			"a reason is given, but no other fulfilment"))
	}
	if r.Stated == r.Computed {
		return []fault.Field{bad("stated_fulfilment", "OVERRIDE_SAME",
			"Den angivna måluppfyllelsen är samma som den beräknade. Lämna fältet tomt.", "the stated fulfilment is the computed one")}
	}
	return when(blank(r.OverrideReason), bad("override_reason", "REASON_REQUIRED",
		"Skriv varför måluppfyllelsen är en annan än den beräknade.", "another fulfilment than the computed one needs a reason"))
}

// Cause tells why an action is to be proposed.
type Cause string

// The causes.
const (
	// CauseGrade: the grade is one of deviation.
	CauseGrade Cause = "GRADE"
	// CauseTarget: a target is not met.
	CauseTarget Cause = "TARGET"
	// CauseStated: people stated that the target is not met or only partly met.
	CauseStated Cause = "STATED"
)

// Deviates returns why a result deviates, so that an action is to be proposed; nil when it does not. A target that is
// not met counts also where the verdict on all targets is open, but not where people stated another verdict: then
// theirs counts. What is not assessed, not graded or not performed deviates from nothing.
func (r Result) Deviates(grades []Grade, outcomes []Outcome) []Cause {
	var causes []Cause
	if g, ok := grade(grades, r.Grade); ok && g.Deviation && r.Execution != NotPerformed {
		causes = append(causes, CauseGrade)
	}
	missed := slices.ContainsFunc(outcomes, func(o Outcome) bool { return o.Fulfilment == NotMet })
	if r.Stated == NotMet || r.Stated == Partly {
		return append(causes, CauseStated)
	}
	if r.Stated == 0 && missed {
		return append(causes, CauseTarget)
	}
	return causes
}

// RoundState is where a round stands.
type RoundState int

// The states.
const (
	// RoundOpen takes results.
	RoundOpen RoundState = iota + 1
	// RoundClosed is read-only.
	RoundClosed
)

// Writable refuses results in a closed round.
func (s RoundState) Writable() error {
	if s == RoundOpen {
		return nil
	}
	return fault.State("ROUND_CLOSED", "Uppföljningen är avslutad, så resultatet kan inte ändras. Skapa en ny omgång om något behöver kompletteras.",
		"the round is closed and its results are read-only")
}
