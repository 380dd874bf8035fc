package risk

import (
	"cmp"
	"slices"
	"strings"
)

// StepRole is whose turn a step is, in the order in which a round goes on.
type StepRole int

// The roles.
const (
	// RoleOwner answers.
	RoleOwner StepRole = iota + 1
	// RoleManager reviews.
	RoleManager
	// RoleCoordinator compiles.
	RoleCoordinator
	// RoleHead approves.
	RoleHead
	// RoleCommittee decides.
	RoleCommittee
)

// DeadlineKind tells what a deadline is about.
type DeadlineKind int

// The kinds.
const (
	// DeadlineFollowUp: a follow-up is to be answered.
	DeadlineFollowUp DeadlineKind = iota + 1
	// DeadlineStep: another step of a round.
	DeadlineStep
	// DeadlinePapers: the papers for the meeting are to be ready.
	DeadlinePapers
	// DeadlineMeeting: the committee meets.
	DeadlineMeeting
	// DeadlineAction: an action is to be done.
	DeadlineAction
	// DeadlineControl: a control area or control point is to be reported with a result.
	DeadlineControl
)

// The parts of keys that are no step: an id never begins with a hyphen.
const (
	papersKey  = "#-papers"
	meetingKey = "#-meeting"
)

// DueRound is a round as far as its deadlines depend on it.
type DueRound struct {
	Name, Title string
	Open        bool
	// Begin is the day it was opened.
	Begin                      string
	Steps                      []DueStep
	MeetingDate, PapersDueDate string
	FollowUps                  []DueFollowUp
	// Controls are what the covered plans' decided versions hold.
	Controls []DueControl
}

// DueStep is one step of a round.
type DueStep struct {
	ID, Title, DueDate string
	Role               StepRole
}

// DueFollowUp is one follow-up of a round, with the title and the owners of the risk or action that it asks about.
type DueFollowUp struct {
	Name, Title string
	Owners      []Owner
	// Done tells that it is answered, or that nothing is asked any more.
	Done bool
}

// DueControl is a control area or control point of a decided plan.
type DueControl struct {
	Name, Title string
	// Area is the control area of a control point; IsArea tells an area, of which a result is expected only when no
	// control point of the round belongs to it.
	Area   string
	IsArea bool
	Owners []Owner
	// Moved tells that another committee took the point over.
	Moved bool
}

// DueAction is an action as far as its deadline depends on it.
type DueAction struct {
	Action
	// Begin is the day it was accepted.
	Begin string
	// Final tells that its status is one after which nothing more is expected.
	Final bool
}

// Deadline is one last day and what is to be done by then.
type Deadline struct {
	// Key is the same as long as the deadline exists, also when its day or owner changes.
	Key  string
	Kind DeadlineKind
	// Resource is the follow-up, the control, the round or the action; Round and Step are empty where there is none.
	Resource, Round, Step string
	// ControlArea is the area of a control point, empty otherwise.
	ControlArea        string
	Role               StepRole
	Title, RoundTitle  string
	DueDate, BeginDate string
	Owners             []Owner
	Done               bool
}

// Deadlines returns every deadline of rounds and actions, in order of day and key. It is a function of what it is given
// alone; what it leaves out is not asked for.
func Deadlines(rounds []DueRound, actions []DueAction) []Deadline {
	var all []Deadline
	for _, r := range rounds {
		all = append(all, r.deadlines()...)
	}
	for _, a := range actions {
		if (a.State == ActionAccepted || a.State == ActionClosed) && a.DueDate != "" {
			all = append(all, a.deadline())
		}
	}
	for i, d := range all {
		all[i].BeginDate = min(d.BeginDate, d.DueDate)
	}
	slices.SortFunc(all, func(a, b Deadline) int { return cmp.Or(cmp.Compare(a.DueDate, b.DueDate), cmp.Compare(a.Key, b.Key)) })
	return all
}

// deadlines returns those of one round.
func (r DueRound) deadlines() []Deadline {
	var all []Deadline
	for _, s := range r.Steps {
		if s.Role == RoleOwner {
			all = append(append(all, r.answers(s)...), r.controls(s)...)
			continue
		}
		all = append(all, r.deadline(DeadlineStep, "#"+s.ID, s))
	}
	if r.PapersDueDate != "" {
		all = append(all, r.deadline(DeadlinePapers, papersKey, DueStep{Title: "Handlingarna ska vara klara", DueDate: r.PapersDueDate, Role: RoleCoordinator}))
	}
	if r.MeetingDate != "" {
		all = append(all, r.deadline(DeadlineMeeting, meetingKey, DueStep{Title: "Nämndens sammanträde", DueDate: r.MeetingDate, Role: RoleCommittee}))
	}
	return all
}

// deadline returns one of the whole round.
func (r DueRound) deadline(kind DeadlineKind, key string, s DueStep) Deadline {
	return Deadline{Key: r.Name + key, Kind: kind, Resource: r.Name, Round: r.Name, Step: s.ID, Role: s.Role,
		Title: s.Title, RoundTitle: r.Title, DueDate: s.DueDate, BeginDate: r.Begin, Done: !r.Open}
}

// answers returns one for each follow-up in a step of the owners.
func (r DueRound) answers(s DueStep) []Deadline {
	return collect(r.FollowUps, func(f DueFollowUp) Deadline {
		d := r.deadline(DeadlineFollowUp, "", s)
		d.Key, d.Resource, d.Owners, d.Done = f.Name+"#"+s.ID, f.Name, f.Owners, f.Done || !r.Open
		return d.about(f.Title)
	})
}

// controls returns one for each control point, and for each control area that has none, in a step of the owners. A point
// that was moved keeps its deadline, which is done, and leaves its area to be reported by itself.
func (r DueRound) controls(s DueStep) []Deadline {
	divided := map[string]bool{}
	for _, c := range r.Controls {
		divided[c.Area] = divided[c.Area] || !c.Moved
	}
	var all []Deadline
	for _, c := range r.Controls {
		if c.IsArea && divided[c.Name] {
			continue
		}
		d := r.deadline(DeadlineControl, "", s)
		d.Key, d.Resource, d.ControlArea = c.Name+"#"+lastPart(r.Name)+"."+s.ID, c.Name, c.Area
		d.Owners, d.Done = c.Owners, c.Moved || !r.Open
		all = append(all, d.about(c.Title))
	}
	return all
}

// lastPart is the id in a resource name.
func lastPart(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

// about adds to the title of the step what is to be answered.
func (d Deadline) about(title string) Deadline {
	if title != "" {
		d.Title += ": " + title
	}
	return d
}

// deadline returns that of the action.
func (a DueAction) deadline() Deadline {
	return Deadline{Key: a.Name, Kind: DeadlineAction, Resource: a.Name, Role: RoleOwner, Title: a.Title,
		DueDate: a.DueDate, BeginDate: a.Begin, Owners: a.Owners, Done: a.Final || a.State == ActionClosed}
}
