package report

import (
	"time"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
)

// ControlPlan is everything that an internal control plan says something about.
type ControlPlan struct {
	// Municipality is its name; Committee the committee's.
	Municipality string
	Committee    Committee
	// Name is the plan's resource name; Year the last part of it.
	Name, Year string
	// PlanTitle is the plan's own title; Title replaces it, unless empty.
	PlanTitle, Title string
	Version          int
	Standing         Standing
	// RevisionReason says why this version was opened; empty for the first.
	RevisionReason string
	CaseNumber     string
	// Decision is nil until the committee has decided this version.
	Decision *Decision
	// HowMade is Markdown; may be empty.
	HowMade  string
	Sections []Section
	Method   Method
	// Entries are all that were analysed, in the plan's order; their numbers follow from it.
	Entries []Entry
	// Points are the control points, in the plan's order.
	Points []ControlPoint
	// Areas are the control areas, in the plan's order.
	Areas []Control
	// Units is the organisation under whose headings control areas lie.
	Units []Unit
	// Actions stem from the plan, as it was decided; Later are others of its year; Earlier those of earlier years.
	Actions, Later, Earlier []PlanAction
	// Rounds are the follow-ups that cover the plan, in order of meeting.
	Rounds []PlanRound
	Case   Case
	// Template shapes the document.
	Template Template
	// Date is the document's date.
	Date time.Time
	// State is draft or final.
	State document.State
	// Positions say how far the journals of the sources had come.
	Positions []Position
}

// Standing is where a plan stands.
type Standing int

// The standings.
const (
	Drafted Standing = iota
	Proposed
	Decided
)

// Section is one part of the plan's own text.
type Section struct {
	Title string
	// Text is Markdown; may be empty.
	Text string
	// Empty tells that there is nothing to say, on purpose.
	Empty bool
}

// Choice tells whether a risk is taken up in the plan.
type Choice int

// The choices. Blank is not no.
const (
	Undecided Choice = iota
	InPlan
	NotChosen
)

// Entry is one risk as the plan assesses it.
type Entry struct {
	// Name is its resource name.
	Name string
	// Title is the risk in a sentence.
	Title string
	// Process, Description, Causes, Effects, Controls and Handling are Markdown; each may be empty.
	Process, Description, Causes, Effects, Controls, Handling string
	Assessment                                                Assessment
	// Level is the id of its level; empty when it has none.
	Level string
	// Areas are the headings it is sorted under.
	Areas []string
	// Treatments are the chosen ways to deal with it.
	Treatments []Chosen
	// Answers are those to the method's questions, in the method's order.
	Answers []Answered
	// Owners are roles.
	Owners []string
	Choice Choice
	// NotChosenReason says why it is not taken up.
	NotChosenReason string
	// MovedFrom and MovedTo name committees; usually empty.
	MovedFrom, MovedTo string
}

// Chosen is one treatment of a risk; its reason may be empty.
type Chosen struct{ Title, Reason string }

// Answered is one question about a risk.
type Answered struct {
	Question string
	// Given is false for a blank answer, which is not no.
	Given, Yes bool
}

// ControlPoint is one planned check or review.
type ControlPoint struct {
	// Name is its resource name.
	Name string
	// Title is what is checked, in a sentence.
	Title string
	// Review tells a review from a check; Common one that the executive committee decided for all committees.
	Review, Common bool
	// Area is the control area; may be empty.
	Area string
	// Entries are the resource names of the risk entries it comes from.
	Entries []string
	// Purpose, Scope and Method are Markdown; each may be empty.
	Purpose, Scope, Method string
	// Frequency, Sample, ReportTo and Manager are short texts; each may be empty.
	Frequency, Sample, ReportTo, Manager string
	// Owners are roles.
	Owners []string
	// Goals are the targets of its indicators, in words.
	Goals []string
	// Value is the risk value stated on the point itself; nil when none is.
	Value *float64
	// MovedFrom and MovedTo name committees; usually empty.
	MovedFrom, MovedTo string
}

// PlanAction is one action that the plan lists.
type PlanAction struct {
	// Title is what is to be done; Description more about it, Markdown.
	Title, Description string
	// Source is the resource name of the risk entry or control point it comes from; empty for the plan itself.
	Source string
	// Direct tells an action decided with the plan from one that a check gives rise to.
	Direct bool
	// Proposed tells that nobody has accepted it yet; Closed that its end is decided.
	Proposed, Closed bool
	// Note says by whose decision it was assigned; empty for an action that comes from something in a plan.
	Note string
	// Year is the plan year it is counted under; "" when it is not known.
	Year string
	// Status is how far it has come, as the local scale words it; may be empty.
	Status string
	// Due is the last day, as "2025-12-31"; may be empty.
	Due string
	// Owners are roles.
	Owners []string
}

// PlanRound is one follow-up of the plan.
type PlanRound struct {
	// Title and Period are in words.
	Title, Period string
	// Takes says in words which risks and actions it takes up.
	Takes string
	// Steps are its dates, in order.
	Steps []RoundDate
	// Meeting is the date of the committee's meeting, as "2025-09-16"; may be empty.
	Meeting string
}

// RoundDate is the last day of one step.
type RoundDate struct{ Title, Day string }
