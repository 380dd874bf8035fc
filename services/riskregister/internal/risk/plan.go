package risk

import (
	"fmt"
	"strings"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// PlanState is where a plan stands.
type PlanState int

// The states. A plan is created as a draft; only an import may bring one in any other state.
const (
	// Draft: being written.
	Draft PlanState = iota + 1
	// Proposed: put before the committee, and read-only so that what was found complete is what is decided.
	Proposed
	// Decided: in force and read-only.
	Decided
	// Closed: the year is over and reported. Nothing follows.
	Closed
)

// Step moves a plan from one state to another.
//
//	        propose            decide            close
//	draft ───────────▶ proposed ───────▶ decided ───────▶ closed
//	 ▲  ▲                 │                 │
//	 │  └─────────────────┘                 │
//	 │        withdraw                      │
//	 └──────────────────────────────────────┘
//	    revise: the draft of the next version
//
// Proposing, withdrawing and closing are the coordinator's or the head's; deciding and revising register what the
// committee did and need the permission for that. Owners and managers, who write only what they own, take no step.
type Step string

// The steps.
const (
	Propose  Step = "propose"
	Withdraw Step = "withdraw"
	Decide   Step = "decide"
	Revise   Step = "revise"
	Close    Step = "close"
)

// move is one edge of the graph.
type move struct {
	step     Step
	from, to PlanState
}

// moves returns the whole graph.
func moves() []move {
	return []move{
		{Propose, Draft, Proposed},
		{Withdraw, Proposed, Draft},
		{Decide, Proposed, Decided},
		{Revise, Decided, Draft},
		{Close, Decided, Closed},
	}
}

// Take returns the state after a step, or a fault that says what must come first.
func (s PlanState) Take(step Step) (PlanState, error) {
	for _, m := range moves() {
		if m.step == step && m.from == s {
			return m.to, nil
		}
	}
	return s, fault.State("WRONG_STATE", "Det går inte, för planen är "+s.swedish()+". "+s.next(),
		fmt.Sprintf("cannot %s a plan that is %s", step, s))
}

// Writable refuses changes to a plan and what it holds outside the draft, and names the way out.
func (s PlanState) Writable() error {
	switch s {
	case Draft:
		return nil
	case Decided:
		return fault.State("PLAN_DECIDED",
			"Planen är beslutad och kan inte ändras. Välj ”Skapa ny version” och gör ändringen där.",
			"the plan is decided and read-only; RevisePlan opens the draft of its next version")
	default:
		return fault.State("WRONG_STATE", "Planen kan inte ändras, för den är "+s.swedish()+". "+s.next(),
			fmt.Sprintf("the plan is %s and read-only", s))
	}
}

// Public reports whether the state itself may be seen by those who may not see drafts.
func (s PlanState) Public() bool { return s == Decided || s == Closed }

// String names the state for developers.
func (s PlanState) String() string {
	switch s {
	case Draft:
		return "draft"
	case Proposed:
		return "proposed"
	case Decided:
		return "decided"
	case Closed:
		return "closed"
	default:
		return fmt.Sprintf("PlanState(%d)", int(s))
	}
}

// swedish names the state for people.
func (s PlanState) swedish() string {
	switch s {
	case Draft:
		return "ett utkast"
	case Proposed:
		return "föreslagen för nämnden"
	case Decided:
		return "beslutad"
	case Closed:
		return "avslutad"
	default:
		return "i ett okänt läge"
	}
}

// next says what can be done with a plan in this state.
func (s PlanState) next() string {
	switch s {
	case Draft:
		return "Föreslå den för nämnden först."
	case Proposed:
		return "Ta tillbaka den till utkast eller registrera nämndens beslut."
	case Decided:
		return "Revidera den för att öppna nästa version."
	default:
		return "Skapa en plan för ett nytt år i stället."
	}
}

// Decision is what a committee decided, and when.
type Decision struct {
	CaseNumber, MeetingDate, Paragraph, EffectiveDate string
}

// Check finds what is wrong with a decision. The case number is opaque, and the effective date may lie before the
// meeting: plans are decided late in their own year.
func (d Decision) Check() []fault.Field {
	var faults []fault.Field
	if d.MeetingDate == "" {
		faults = append(faults, bad("meeting_date", "DATE", "Ange vilken dag nämnden sammanträdde.", "the date of the meeting is missing"))
	}
	faults = append(faults, CheckDate("meeting_date", d.MeetingDate)...)
	faults = append(faults, CheckDate("effective_date", d.EffectiveDate)...)
	if strings.Contains(d.Paragraph, "§") {
		faults = append(faults, bad("paragraph", "PARAGRAPH_SIGN",
			"Skriv paragrafens nummer utan tecknet §.", "write the number of the paragraph without §"))
	}
	return faults
}

// Section is one part of a plan's text.
type Section struct {
	Title, Text string
	// Empty marks a section that is empty on purpose.
	Empty bool
}

// CheckSections finds sections that say both something and nothing.
func CheckSections(sections []Section) []fault.Field {
	var faults []fault.Field
	for i, s := range sections {
		if s.Empty && !blank(s.Text) {
			faults = append(faults, bad(at("sections", i)+".explicitly_empty", "EMPTY_WITH_TEXT",
				fmt.Sprintf("Avsnittet ”%s” är markerat som tomt men har text. Ta bort markeringen eller texten.", s.Title),
				fmt.Sprintf("section %q is marked empty but has text", s.Title)))
		}
	}
	return faults
}

// CheckConfirmed finds headings confirmed as empty that the method does not have.
func (m *Method) CheckConfirmed(confirmed []string) []fault.Field {
	return m.checkHeadings("confirmed_empty", confirmed)
}
