package web

import (
	"strings"
	"time"

	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// maxDeadlines is how many last days the overview shows.
const maxDeadlines = 8

// deadlineView is one last day, or several alike.
type deadlineView struct {
	link
	Date, Relative, Who string
	Late                bool
}

// deadlineViews shows what is to be done and by when, the latest first. The answers that one round waits for on one day are
// one line that leads to the round, and so are the controls to be reported.
func deadlineViews(all []*riskv1.Deadline, now time.Time, zone *time.Location) []deadlineView {
	var views []deadlineView
	counts, places := map[string]int{}, map[string]int{}
	for _, d := range all {
		if d.GetDone() {
			continue
		}
		if inOwnersStep(d) {
			key := d.GetKind().String() + d.GetRound() + d.GetDueDate()
			counts[key]++
			if counts[key] > 1 {
				several := &views[places[key]]
				several.link, several.Who = severalOf(counts[key], d), ""
				continue
			}
			places[key] = len(views)
		}
		views = append(views, deadlineViewOf(d, now, zone))
	}
	return views[:min(len(views), maxDeadlines)]
}

// inOwnersStep reports whether a deadline is one of the many that an owner's step of a round has.
func inOwnersStep(d *riskv1.Deadline) bool {
	return d.GetKind() == riskv1.DeadlineKind_DEADLINE_KIND_FOLLOW_UP || d.GetKind() == riskv1.DeadlineKind_DEADLINE_KIND_CONTROL
}

// severalOf is the line for several answers or controls of a round.
func severalOf(n int, d *riskv1.Deadline) link {
	if d.GetKind() == riskv1.DeadlineKind_DEADLINE_KIND_CONTROL {
		return link{plural(n, "kontroll", "kontroller") + " ska redovisas i " + lowerFirst(d.GetRoundTitle()), address(d.GetRound()) + "#kontroller"}
	}
	return link{answersText(n, d), address(d.GetRound())}
}

// answersText says how many answers a round waits for.
func answersText(n int, d *riskv1.Deadline) string {
	return plural(n, "svar", "svar") + " saknas i " + lowerFirst(d.GetRoundTitle())
}

// deadlineViewOf shows one last day.
func deadlineViewOf(d *riskv1.Deadline, now time.Time, zone *time.Location) deadlineView {
	left, _ := days(d.GetDueDate(), now, zone)
	v := deadlineView{link: link{orElse(d.GetTitle(), d.GetRoundTitle()), address(d.GetResource())}, Date: d.GetDueDate(), Relative: relative(left),
		Who: strings.Join(owners(d.GetOwners()), ", "), Late: left < 0}
	switch d.GetKind() {
	case riskv1.DeadlineKind_DEADLINE_KIND_FOLLOW_UP:
		v.link, v.Who = severalOf(1, d), ""
	case riskv1.DeadlineKind_DEADLINE_KIND_ACTION:
		v.Text = "Åtgärd: " + v.Text
	case riskv1.DeadlineKind_DEADLINE_KIND_CONTROL:
		v.Address = newResult(d.GetRound(), d.GetResource())
		fallthrough
	default:
		if d.GetRoundTitle() != "" && !strings.Contains(v.Text, d.GetRoundTitle()) {
			v.Text += ", " + lowerFirst(d.GetRoundTitle())
		}
		if v.Who == "" {
			v.Who = stepRoles[d.GetRole()]
		}
	}
	if strings.Contains(strings.ToLower(v.Text), strings.ToLower(v.Who)) {
		v.Who = ""
	}
	return v
}

// lowerFirst makes the first letter small, for a title inside a sentence.
func lowerFirst(text string) string {
	for i, r := range text {
		return strings.ToLower(string(r)) + text[i+len(string(r)):]
	}
	return text
}

// openActions counts a committee's open actions and the late ones; every number leads to its actions.
func openActions(at string, counts []*riskv1.ActionCount) []countView {
	open, late := 0, 0
	for _, n := range counts {
		if n.GetState() == riskv1.ActionState_ACTION_STATE_ACCEPTED {
			open, late = open+int(n.GetCount()), late+int(n.GetOverdue())
		}
	}
	return []countView{{open, "Öppna åtgärder", at + "/actions?lage=godkand#atgarder"}, {late, "Försenade", at + "/actions?status=" + statusLate + "#atgarder"}}
}
