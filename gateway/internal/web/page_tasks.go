package web

import (
	"net/url"
	"time"

	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// Where a person's own pages are.
const (
	tasksPath    = "/mina-uppgifter"
	settingsPath = "/paminnelser/installningar"
)

// tasksView is what waits for a person.
type tasksView struct {
	Groups []taskGroup
	Window window
	Empty  *emptyView
}

// taskGroup is what is due at about the same time.
type taskGroup struct {
	Title string
	Tasks []waitingTask
}

// waitingTask is one thing to do.
type waitingTask struct {
	Title, Place, Due, Left, As string
	// Verb says what the link does.
	Verb, Address string
	Late          bool
}

// tasks shows what waits for the user.
func (s *server) tasks(c *call) (*page, error) {
	all, err := c.waiting()
	if err != nil {
		return nil, err
	}
	return tasksPage(all, c.Clock.Now().In(c.zone), c.r.URL.Query()), nil
}

// waiting asks what waits for the user; nothing does for who belongs to no municipality.
func (c *call) waiting() ([]*notificationv1.Task, error) {
	if c.user.home() == "" {
		return nil, nil
	}
	r, err := c.Notices.ListTasks(c.ctx(), &notificationv1.ListTasksRequest{Parent: c.user.person, PageSize: 1000})
	return r.GetTasks(), err
}

// tasksPage shows tasks by when they are due: past their day, this week, and later.
func tasksPage(all []*notificationv1.Task, today time.Time, q url.Values) *page {
	v := tasksView{}
	if len(all) == 0 {
		v.Empty = &emptyView{Title: "Inget väntar på dig", Text: "Här visas det du ska svara på, redovisa eller göra klart, med sista dag. Du får ett mejl när något närmar sig."}
	}
	part, w := windowOf(all, tasksPath, q, "uppgifter")
	v.Window = w
	for _, t := range part {
		v.add(taskTime(t, today), waitingTaskOf(t))
	}
	return &page{Title: "Mina uppgifter", Template: "tasks", Data: v, Lead: "Det som väntar på dig i internkontrollen, det mest brådskande först."}
}

// add puts a task in its group; groups come in the order of their first task.
func (v *tasksView) add(group string, t waitingTask) {
	if n := len(v.Groups); n == 0 || v.Groups[n-1].Title != group {
		v.Groups = append(v.Groups, taskGroup{Title: group})
	}
	last := &v.Groups[len(v.Groups)-1]
	last.Tasks = append(last.Tasks, t)
}

// taskTime is the group of a task. The week ends on Sunday.
func taskTime(t *notificationv1.Task, today time.Time) string {
	left := (7 - int(today.Weekday())) % 7
	switch days := int(t.GetDaysLeft()); {
	case days < 0:
		return "Försenat"
	case days <= left:
		return "Denna vecka"
	default:
		return "Senare"
	}
}

// waitingTaskOf shows a task.
func waitingTaskOf(t *notificationv1.Task) waitingTask {
	d := t.GetDeadline()
	l := deadlineLink(d)
	w := waitingTask{Title: l.Text, Place: t.GetCommitteeName(), Due: dayText(d.GetDueDate()), Left: relative(int(t.GetDaysLeft())),
		Verb: taskVerb(d.GetKind()), Address: localPath(orElse(t.GetPath(), l.Address)), Late: t.GetDaysLeft() < 0}
	if d.GetKind() == riskv1.DeadlineKind_DEADLINE_KIND_CONTROL {
		w.Address = newResult(d.GetRound(), d.GetResource())
	}
	if t.GetRecipient() > notificationv1.LadderStep_LADDER_STEP_RESPONSIBLE {
		w.As = "Du har den som " + lowerFirst(recipientRole(t.GetRecipient())) + ", eftersom den ansvariga inte kan nås."
	}
	return w
}

// recipientRole is a step of the ladder as a role that one has.
func recipientRole(step notificationv1.LadderStep) string {
	switch step {
	case notificationv1.LadderStep_LADDER_STEP_MANAGER:
		return "ansvarig chef"
	case notificationv1.LadderStep_LADDER_STEP_COORDINATOR:
		return "samordnare"
	case notificationv1.LadderStep_LADDER_STEP_HEAD:
		return "förvaltningschef"
	default:
		return "ansvarig"
	}
}

// taskVerb says what is done about a task.
func taskVerb(kind riskv1.DeadlineKind) string {
	switch kind {
	case riskv1.DeadlineKind_DEADLINE_KIND_FOLLOW_UP:
		return "Svara"
	case riskv1.DeadlineKind_DEADLINE_KIND_CONTROL:
		return "Registrera resultat"
	case riskv1.DeadlineKind_DEADLINE_KIND_ACTION:
		return "Rapportera hur det går"
	case riskv1.DeadlineKind_DEADLINE_KIND_PAPERS:
		return "Gör handlingarna klara"
	default:
		return "Öppna uppföljningen"
	}
}

// waitingView tells the overview how much waits for the user.
type waitingView struct {
	Kind, Text string
}

// waitingNote says how much waits for the user; nil when nothing does.
func waitingNote(all []*notificationv1.Task) *waitingView {
	late := 0
	for _, t := range all {
		if t.GetDaysLeft() < 0 {
			late++
		}
	}
	switch {
	case len(all) == 0:
		return nil
	case late > 0:
		return &waitingView{"late", plural(len(all), "uppgift väntar", "uppgifter väntar") + " på dig. " + plural(late, "är försenad", "är försenade") + "."}
	default:
		return &waitingView{"info", plural(len(all), "uppgift väntar", "uppgifter väntar") + " på dig."}
	}
}
