package risk

import (
	"fmt"
	"slices"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// ActionState is where an action stands in being decided on; how far it has come is its status.
type ActionState int

// The states. An action is created as proposed; only an import may bring one in in any other state.
const (
	// ActionProposed: nobody has taken a stand.
	ActionProposed ActionState = iota + 1
	// ActionAccepted: it is to be done.
	ActionAccepted
	// ActionDeclined: turned down with a reason, and read-only.
	ActionDeclined
	// ActionClosed: ended by a decision, done or not, and read-only.
	ActionClosed
)

// ActionStep moves an action from one state to another.
//
//	           accept             close
//	proposed ─────────▶ accepted ───────▶ closed
//	   │                 ▲ ▲  ▲             │
//	   │ decline         │ └──┘ renew       │
//	   ▼      accept     │                  │
//	declined ────────────┴──────────────────┘
//	                           reopen
//
// Every step is a decision. A status that says "done" takes none.
type ActionStep string

// The steps.
const (
	AcceptAction  ActionStep = "accept"
	DeclineAction ActionStep = "decline"
	RenewAction   ActionStep = "renew"
	CloseAction   ActionStep = "close"
	ReopenAction  ActionStep = "reopen"
)

// actionMove is one edge of the graph.
type actionMove struct {
	step     ActionStep
	from, to ActionState
}

// actionMoves returns the whole graph.
func actionMoves() []actionMove {
	return []actionMove{
		{AcceptAction, ActionProposed, ActionAccepted},
		{AcceptAction, ActionDeclined, ActionAccepted},
		{DeclineAction, ActionProposed, ActionDeclined},
		{RenewAction, ActionAccepted, ActionAccepted},
		{CloseAction, ActionAccepted, ActionClosed},
		{ReopenAction, ActionClosed, ActionAccepted},
	}
}

// Take returns the state after a step, or a fault that says what must come first.
func (s ActionState) Take(step ActionStep) (ActionState, error) {
	for _, m := range actionMoves() {
		if m.step == step && m.from == s {
			return m.to, nil
		}
	}
	return s, fault.State("WRONG_STATE", "Det går inte, för åtgärden är "+s.swedish()+". "+s.next(),
		fmt.Sprintf("cannot %s an action that is %s", step, s))
}

// Writable refuses changes to an action that was turned down or ended, and names the way out.
func (s ActionState) Writable() error {
	switch s {
	case ActionProposed, ActionAccepted:
		return nil
	case ActionDeclined:
		return fault.State("ACTION_DECLINED", "Åtgärden är avslagen och kan inte ändras. "+s.next(),
			"the action is declined and read-only; AcceptAction takes it on")
	default:
		return fault.State("ACTION_CLOSED", "Åtgärden är avslutad och kan inte ändras. "+s.next(),
			"the action is closed and read-only; ReopenAction takes it up again")
	}
}

// Decided reports whether somebody took a stand, so that those may see it who may not see drafts.
func (s ActionState) Decided() bool { return s != ActionProposed }

// Onward refuses to take an action that was accepted back to where nobody had accepted it; from is what is stored.
func (s ActionState) Onward(from ActionState) error {
	accepted := from == ActionAccepted || from == ActionClosed
	if !accepted || s == ActionAccepted || s == ActionClosed {
		return nil
	}
	return fault.State("WRONG_STATE", "Åtgärden är "+from.swedish()+" och kan inte bli "+s.swedish()+" igen. Rätta filen.",
		fmt.Sprintf("the action is %s and cannot become %s again", from, s))
}

// String names the state for developers.
func (s ActionState) String() string {
	switch s {
	case ActionProposed:
		return "proposed"
	case ActionAccepted:
		return "accepted"
	case ActionDeclined:
		return "declined"
	case ActionClosed:
		return "closed"
	default:
		return fmt.Sprintf("ActionState(%d)", int(s))
	}
}

// swedish names the state for people.
func (s ActionState) swedish() string {
	switch s {
	case ActionProposed:
		return "föreslagen"
	case ActionAccepted:
		return "godkänd"
	case ActionDeclined:
		return "avslagen"
	case ActionClosed:
		return "avslutad"
	default:
		return "i ett okänt läge"
	}
}

// next says what can be done with an action in this state.
func (s ActionState) next() string {
	switch s {
	case ActionProposed:
		return "Godkänn eller avslå den först."
	case ActionAccepted:
		return "Förläng eller avsluta den i stället."
	case ActionDeclined:
		return "Godkänn den om den ändå ska göras."
	default:
		return "Återuppta den om den ska följas igen."
	}
}

// Action is something that is done to reduce a risk or to repair a deviation. It lives until it is decided closed.
type Action struct {
	// Name identifies the action.
	Name, Title string
	State       ActionState
	// Year is the plan year that it is counted under; 0 when it is not known.
	Year   int
	Status string
	Owners []Owner
	// DueDate is the last day; empty when none is set.
	DueDate       string
	Renewals      []Renewal
	DeclineReason string
	// Closing is nil until the action is closed.
	Closing *Closing
}

// Renewal is one time that an action was given a new last day.
type Renewal struct {
	// From is the day before, empty when there was none; To is the new one.
	From, To, Reason string
	// Decision is nil when no committee made it.
	Decision *Decision
}

// Closing is how an action ended.
type Closing struct {
	Date   string
	Done   bool
	Reason string
	// Decision is nil when no committee made it.
	Decision *Decision
}

// maxRenewals is how often an action may be renewed.
const maxRenewals = 100

// Accept returns the state after accepting; a last day and somebody who does it are needed.
func (a Action) Accept() (ActionState, error) {
	next, err := a.State.Take(AcceptAction)
	if err != nil {
		return a.State, err
	}
	var missing []fault.Field
	if len(a.Owners) == 0 {
		missing = append(missing, ownerMissing())
	}
	if a.DueDate == "" {
		missing = append(missing, bad("due_date", "MISSING",
			"Ange vilken dag åtgärden senast ska vara klar.", "the last day is missing"))
	}
	if len(missing) > 0 {
		return a.State, fault.State("INCOMPLETE", "Åtgärden kan inte godkännas än. Komplettera det som saknas och försök igen.",
			"the action lacks what it needs to be accepted", missing...)
	}
	return next, nil
}

// ownerMissing is the fault of an accepted action that nobody answers for.
func ownerMissing() fault.Field {
	return bad("owners", "MISSING", "Ange vilken roll som ansvarar för åtgärden.", "an accepted action needs an owner")
}

// Renew returns the renewals with one more. The new last day must lie after the one before.
func (a Action) Renew(r Renewal) ([]Renewal, error) {
	if _, err := a.State.Take(RenewAction); err != nil {
		return nil, err
	}
	if len(a.Renewals) >= maxRenewals {
		return nil, fault.State("TOO_MANY_RENEWALS", "Åtgärden har förlängts för många gånger. Avsluta den och föreslå en ny.",
			fmt.Sprintf("an action is renewed at most %d times", maxRenewals))
	}
	r.From = a.DueDate
	if faults := slices.Concat(r.check("due_date"), r.Decision.check("decision")); len(faults) > 0 {
		return nil, fault.Fields(faults...)
	}
	return append(slices.Clone(a.Renewals), r), nil
}

// check finds a day that does not exist or does not follow the one before.
func (r Renewal) check(path string) []fault.Field {
	if faults := CheckDate(path, r.To); len(faults) > 0 {
		return faults
	}
	if r.To > r.From {
		return nil
	}
	return []fault.Field{bad(path, "NOT_LATER",
		fmt.Sprintf("Den nya sista dagen måste ligga efter den förra (%s).", r.From),
		fmt.Sprintf("the new last day must follow the one before (%s)", r.From))}
}

// Close returns the state after closing. What ends without being done needs a reason.
func (a Action) Close(c Closing) (ActionState, error) {
	next, err := a.State.Take(CloseAction)
	if err != nil {
		return a.State, err
	}
	if err := fault.Fields(c.check()...); err != nil {
		return a.State, err
	}
	return next, nil
}

// check finds what is wrong with a closing.
func (c Closing) check() []fault.Field {
	faults := CheckDate("date", c.Date)
	if !c.Done && blank(c.Reason) {
		faults = append(faults, bad("reason", "REASON_REQUIRED",
			"Skriv varför åtgärden avslutas utan att vara genomförd.", "an action that ends without being done needs a reason"))
	}
	return append(faults, c.Decision.check("decision")...)
}

// check finds what is wrong with a decision that may be absent.
func (d *Decision) check(path string) []fault.Field {
	if d == nil {
		return nil
	}
	return Under(path, d.Check())
}

// CheckChange refuses to give an accepted action another last day without a renewal.
func (a Action) CheckChange(before Action) error {
	if before.State != ActionAccepted {
		return nil
	}
	if a.DueDate != before.DueDate {
		return fault.State("RENEWAL_NEEDED",
			"Åtgärden är godkänd, så dess sista dag ändras inte här. Välj ”Förläng” och skriv varför.",
			"the action is accepted; RenewAction gives it a new last day")
	}
	return nil
}

// Check finds what is wrong with an action as it stands.
func (a Action) Check(municipality string) []fault.Field {
	return slices.Concat(CheckDate("due_date", a.DueDate), CheckOwners("owners", municipality, a.Owners),
		a.checkAccepted(), a.checkRenewals(), a.checkDeclined(), a.checkClosed())
}

// checkAccepted: what is to be done has somebody who does it.
func (a Action) checkAccepted() []fault.Field {
	if a.State == ActionAccepted && len(a.Owners) == 0 {
		return []fault.Field{ownerMissing()}
	}
	return nil
}

// checkRenewals: only an action that was accepted has any, each follows the one before, and the last gave the last day.
func (a Action) checkRenewals() []fault.Field {
	if len(a.Renewals) == 0 {
		return nil
	}
	if a.State == ActionProposed || a.State == ActionDeclined {
		return []fault.Field{bad("renewals", "NEVER_ACCEPTED",
			"Bara en åtgärd som har godkänts kan ha förlängts. Ta bort förlängningarna eller ändra läget.",
			"only an accepted action has renewals")}
	}
	var faults []fault.Field
	for i, r := range a.Renewals {
		path := at("renewals", i)
		faults = append(faults, slices.Concat(CheckDate(path+".previous_due_date", r.From), r.check(path+".due_date"), r.Decision.check(path+".decision"))...)
		if i > 0 && r.From != a.Renewals[i-1].To {
			faults = append(faults, broken(path+".previous_due_date"))
		}
	}
	if a.Renewals[len(a.Renewals)-1].To != a.DueDate {
		faults = append(faults, broken("due_date"))
	}
	return faults
}

// broken is the fault of a day that the renewals do not lead to.
func broken(path string) fault.Field {
	return bad(path, "RENEWALS_BROKEN",
		"Dagen stämmer inte med åtgärdens förlängningar. Varje förlängning ska börja där den förra slutade, och den sista ge sista dagen.",
		"the renewals do not lead from day to day to the last day")
}

// checkDeclined: what was turned down has a reason, and nothing else has.
func (a Action) checkDeclined() []fault.Field {
	declined := a.State == ActionDeclined
	switch {
	case declined && blank(a.DeclineReason):
		return []fault.Field{bad("decline_reason", "REASON_REQUIRED",
			"Skriv varför åtgärden avslås.", "a declined action needs a reason")}
	case !declined && a.DeclineReason != "":
		return []fault.Field{bad("decline_reason", "REASON_WITHOUT_STATE",
			"Ett skäl till avslag är angivet, men åtgärden är inte avslagen. Ta bort skälet eller ändra läget.",
			"only a declined action has a reason for it")}
	}
	return nil
}

// checkClosed: what was closed says how, and nothing else does.
func (a Action) checkClosed() []fault.Field {
	closed := a.State == ActionClosed
	switch {
	case closed && a.Closing == nil:
		return []fault.Field{bad("closing", "CLOSING_MISSING",
			"Åtgärden är avslutad men det står inte hur. Ange dag och om den genomfördes.", "a closed action says how it ended")}
	case !closed && a.Closing != nil:
		return []fault.Field{bad("closing", "CLOSING_WITHOUT_STATE",
			"Det står hur åtgärden avslutades, men den är inte avslutad. Ta bort uppgiften eller ändra läget.",
			"only a closed action says how it ended")}
	case closed && a.Closing.Date == "":
		return []fault.Field{bad("closing.date", "DATE", "Ange vilken dag åtgärden avslutades.", "the day it ended is missing")}
	case closed:
		return Under("closing", a.Closing.check())
	}
	return nil
}
