package report

// Unit is one part of the committee's organisation.
type Unit struct {
	// Name is its resource name; Title as printed; Parent the unit it is part of, empty at the top.
	Name, Title, Parent string
	// Position is its place among its siblings, ascending.
	Position int
}

// Control is a control area or a control point, with what one round found about it.
type Control struct {
	// Name is its resource name; Title what is controlled.
	Name, Title string
	// Description is Markdown; may be empty.
	Description string
	// Point tells a control point from a control area; Review a review from a check; Common one that the executive committee
	// decided for all committees.
	Point, Review, Common bool
	// Area is the resource name of the control area that a control point belongs to; may be empty.
	Area string
	// Unit is the resource name of the unit under whose heading it is reported; may be empty.
	Unit string
	// Owners are the roles that report a control area by itself; usually empty for one with control points.
	Owners []string
	// MovedTo names a committee; usually empty.
	MovedTo string
	// Indicators are what is measured.
	Indicators []Indicator
	// Result is nil until somebody has said something.
	Result *Result
}

// Indicator is one series of measurements in the year that is reported.
type Indicator struct {
	// Name is its resource name; Title what is measured.
	Name, Title string
	// Goals are its targets in words.
	Goals []string
	// Sentence says what was measured and how it stands to the targets; empty when nobody has measured. It is printed as it is.
	Sentence string
	// Measured tells whether anything was measured of the year, in numbers or in words.
	Measured bool
	// Told are the units of the year, when no figure shows them: what was said of each of them in words.
	Told []string
	// Years and Units are what figures show of it; nil for less than two years or units.
	Years, Units *Series
}

// Execution tells how far a control has come.
type Execution int

// The executions. Blank is not done.
const (
	ExecutionBlank Execution = iota
	Ongoing
	Done
	NotPerformed
)

// Fulfilment tells whether targets are met.
type Fulfilment int

// The fulfilments.
const (
	FulfilmentBlank Fulfilment = iota
	Met
	PartlyMet
	NotMet
	NotAssessed
)

// Standpoint tells how a finding stands to earlier years.
type Standpoint int

// The standpoints.
const (
	StandpointBlank Standpoint = iota
	Better
	Worse
	Same
	NotComparable
)

// Result is what one round found. Execution, grade and goal fulfilment are three things.
type Result struct {
	// Name is its resource name.
	Name               string
	Execution          Execution
	NotPerformedReason string
	// Grade as the local scale words it; empty until graded.
	Grade string
	// Computed is the fulfilment that the targets give; Stated replaces it, with its reason, unless blank.
	Computed, Stated Fulfilment
	OverrideReason   string
	// Text is Markdown; may be empty.
	Text string
	// Samples and Surveys are what was examined and asked.
	Samples []Sample
	Surveys []Survey
	// Standpoint compares with earlier years; Comment says more about it.
	Standpoint Standpoint
	Comment    string
	// Actions are those that it gave rise to.
	Actions []ResultAction
}

// Sample is one set of examined items, as its owner words it.
type Sample struct {
	// Title is what was examined; Unit where in the organisation, as printed; may be empty.
	Title, Unit string
	// Extent says how many were examined; empty when that is not known.
	Extent string
	// Deviations says, for each kind, how many there were, with share and interval where the numbers are known.
	Deviations []string
}

// Survey is one survey; Answer is Markdown, Answered says how many answered and may be empty.
type Survey struct {
	Question, Answer, Answered string
}

// ResultAction is an action that a result proposed.
type ResultAction struct {
	Title string
	// State says in words where it stands, such as "föreslagen"; may be empty.
	State string
	// Due is the last day, as "2026-06-30"; may be empty.
	Due string
	// Owners are roles.
	Owners []string
}

// FollowedAction is an action of an earlier year and how far it has come.
type FollowedAction struct {
	Title string
	// Year is the plan year it is counted under.
	Year string
	// Status is how far it has come, in words; empty when nobody has said.
	Status string
	// Comment is Markdown; may be empty.
	Comment string
	// Due is the last day; Owners are roles.
	Due    string
	Owners []string
}
