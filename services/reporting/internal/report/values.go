package report

import (
	"strings"
	"time"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
)

// Interim is everything that an interim follow-up says something about.
type Interim struct {
	// Municipality is its name; Committee the committee's.
	Municipality string
	Committee    Committee
	Plan         Plan
	Round        Round
	// Risks are those that the round takes up, in its order.
	Risks []Risk
	// Controls are the plan's control areas and control points with what the round found.
	Controls []Control
	// Units is the organisation under whose headings control areas lie.
	Units []Unit
	Case  Case
	// Template shapes the document.
	Template Template
	// Title replaces the round's, unless empty.
	Title string
	// Date is the document's date.
	Date time.Time
	// State is draft or final.
	State document.State
	// Positions say how far the journals of the sources had come.
	Positions []Position
}

// Committee is the body whose plan is followed up.
type Committee struct {
	// Name as at the beginning of a sentence, such as "Socialnämnden".
	Name string
	// Genitive as in the middle of a sentence, such as "socialnämndens"; empty is made from the name.
	Genitive string
}

// genitive returns the form to print.
func (c Committee) genitive() string {
	if strings.TrimSpace(c.Genitive) != "" {
		return c.Genitive
	}
	return genitive(c.Name)
}

// Plan is the internal control plan.
type Plan struct {
	// Name is its resource name; Year the last part of it.
	Name, Year string
	// Version is its number, from 1; Revising is true when the next one is in work.
	Version  int
	Revising bool
	// HowMade is Markdown; may be empty.
	HowMade    string
	CaseNumber string
	// Decision is nil until the committee has decided.
	Decision *Decision
	// Risks are all that are taken up in the plan.
	Risks []PlanRisk
	// Reviews and Checks count its control points.
	Reviews, Checks int
}

// Decision is what the committee decided about the plan, and when.
type Decision struct {
	CaseNumber string
	// MeetingDate as "2024-12-10".
	MeetingDate string
	// Paragraph is the number in the minutes; may be empty.
	Paragraph string
}

// PlanRisk is what the counts need to know of a risk in the plan.
type PlanRisk struct {
	// Entry is the resource name of its risk entry.
	Entry string
	// Critical tells whether its level is one that the method marks as critical; Assessed whether it has a level.
	Critical, Assessed bool
	Treatments         []Treatment
}

// Treatment is a family of ways to deal with a risk.
type Treatment int

// The families, in the order in which a sentence names them.
const (
	Improve Treatment = iota
	Reduce
	DirectAction
	Transfer
	Watch
	Accept
	Review
)

// Selection tells which risks a round takes up.
type Selection int

// The selections.
const (
	SelectCritical Selection = iota
	SelectDue
	SelectAll
)

// Round is the follow-up that is reported.
type Round struct {
	// Name is its resource name.
	Name  string
	Title string
	// Period in words, such as "första halvåret 2025"; may be empty.
	Period    string
	Selection Selection
	Closed    bool
	// UnansweredReason says why it was closed with answers missing; usually empty.
	UnansweredReason string
}

// Answer is what the answer to "follows plan" amounts to.
type Answer int

// The answers. Blank is not no.
const (
	Unanswered Answer = iota
	Follows
	FollowsPartly
	FollowsNot
	CannotTell
)

// Risk is one risk that the round takes up.
type Risk struct {
	// FollowUp and Entry are resource names.
	FollowUp, Entry string
	// Title is the risk in a sentence.
	Title string
	// Process, Controls, Handling and Comment are Markdown; each may be empty.
	Process, Controls, Handling, Comment string
	Assessment                           Assessment
	Answer                               Answer
	// AnswerTitle is the answer as the local scale words it; empty when unanswered.
	AnswerTitle string
}

// Assessment is how grave a risk is. Unknown stays unknown.
type Assessment struct {
	// Value is the stated, else the computed value; nil when there is none.
	Value *float64
	// Level is the name of its level; empty when there is none.
	Level string
	// Likelihood and Consequence are the stated steps; nil when not stated.
	Likelihood, Consequence *float64
	// LikelihoodAxis and ConsequenceAxis are the local names of the axes.
	LikelihoodAxis, ConsequenceAxis string
	// Product is true when the value is the product of the two steps.
	Product bool
}

// Case is the matter before the committee. The zero value stands for none.
type Case struct {
	// Name is its resource name; empty for none.
	Name string
	// Numbers are its case numbers.
	Numbers []string
	// Texts are its own texts by key; Markdown.
	Texts map[string]string
}

// Position says how far the journal of one source had come.
type Position struct {
	// Service owns the chain; Scope is whose it is.
	Service, Scope string
	Sequence       int64
	// Hash of the newest entry, in hexadecimal digits.
	Hash string
}
