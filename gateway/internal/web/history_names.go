package web

import (
	"encoding/json"
	"strings"

	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	journalv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/journal/v1"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// historyWords looks up what the names in a history are called, one question for each kind that occurs. What cannot be
// told keeps its kind and id: a history is shown all the same.
func (c *call) historyWords(name string, entries []*journalv1.JournalEntry) *historyWords {
	w := newHistoryWords(c.zone)
	asked := map[string]bool{}
	for _, found := range append([]string{name, upTo(name, 1) + "/people/-"}, mentioned(entries)...) {
		kind := collection(found)
		ask := titleLookups[kind]
		if ask != nil && !asked[kind] {
			asked[kind] = true
			ask(c, w, found)
		}
	}
	if plan := c.historyPlan(name); plan != "" {
		if g, err := c.snapshot(plan); err == nil {
			w.learnPlan(g)
		}
	}
	w.learnAssignments()
	return w
}

// mentioned lists the changed resources, and the resource names among the values of changes.
func mentioned(entries []*journalv1.JournalEntry) []string {
	var names []string
	for _, e := range entries {
		names = append(names, e.GetResource())
		for _, change := range e.GetChanges() {
			for _, raw := range []string{change.GetBefore(), change.GetAfter()} {
				var text string
				if json.Unmarshal([]byte(raw), &text) == nil && isName(text) {
					names = append(names, text)
				}
			}
		}
	}
	return names
}

// isName reports whether a value is a resource name.
func isName(text string) bool {
	return strings.HasPrefix(text, "municipalities/") && !strings.ContainsAny(text, " \n")
}

// historyPlan is the plan whose method gives a resource its codes; empty when none does.
func (c *call) historyPlan(name string) string {
	switch collection(name) {
	case "plans", "riskEntries", "controlAreas", "controlPoints":
		return upTo(name, 3)
	case "followUps":
		f, err := c.Risks.GetFollowUp(c.ctx(), &riskv1.GetFollowUpRequest{Name: name})
		if err != nil {
			return ""
		}
		return upTo(f.GetRiskEntry(), 3)
	case "results":
		r, err := c.Controls.GetResult(c.ctx(), &controlv1.GetResultRequest{Name: name})
		if err != nil {
			return ""
		}
		return upTo(r.GetSubject(), 3)
	case "actions":
		a, err := c.Risks.GetAction(c.ctx(), &riskv1.GetActionRequest{Name: name})
		if err != nil || !strings.Contains(a.GetOrigin().GetResource(), "/plans/") {
			return ""
		}
		return upTo(a.GetOrigin().GetResource(), 3)
	default:
		return ""
	}
}

// titleLookups ask what resources of a kind are called.
var titleLookups = map[string]func(c *call, w *historyWords, name string){
	"municipalities": func(c *call, w *historyWords, name string) {
		if m, err := c.municipalityOf(name); err == nil {
			w.names[name] = m.GetDisplayName()
		}
	},
	"committees": func(c *call, w *historyWords, name string) {
		all, _ := c.committeesOf(upTo(name, 1))
		learn(w, all, (*directoryv1.Committee).GetDisplayName)
	},
	"people": func(c *call, w *historyWords, name string) {
		r, _ := c.Directory.ListPeople(c.ctx(), &directoryv1.ListPeopleRequest{Parent: upTo(name, 1), PageSize: 1000})
		learn(w, r.GetPeople(), (*directoryv1.Person).GetDisplayName)
	},
	"units": func(c *call, w *historyWords, name string) {
		r, _ := c.Directory.ListUnits(c.ctx(), &directoryv1.ListUnitsRequest{Parent: upTo(name, 2), PageSize: 1000})
		learn(w, r.GetUnits(), (*directoryv1.Unit).GetDisplayName)
	},
	"roleAssignments": func(c *call, w *historyWords, name string) {
		r, _ := c.Directory.ListRoleAssignments(c.ctx(), &directoryv1.ListRoleAssignmentsRequest{Parent: upTo(name, 1), PageSize: 1000})
		w.assignments = r.GetRoleAssignments()
	},
	"versions": func(c *call, w *historyWords, name string) {
		parent, _, _ := strings.Cut(name, "/methods/")
		r, _ := c.Risks.ListMethods(c.ctx(), &riskv1.ListMethodsRequest{Parent: parent, PageSize: 1000})
		learn(w, r.GetMethods(), (*riskv1.Method).GetTitle)
	},
	"risks": func(c *call, w *historyWords, name string) {
		r, _ := c.Risks.ListRisks(c.ctx(), &riskv1.ListRisksRequest{Parent: upTo(name, 2), PageSize: 1000})
		learn(w, r.GetRisks(), (*riskv1.Risk).GetTitle)
	},
	"rounds": func(c *call, w *historyWords, name string) {
		r, _ := c.Risks.ListRounds(c.ctx(), &riskv1.ListRoundsRequest{Parent: upTo(name, 2), PageSize: 1000})
		learn(w, r.GetRounds(), (*riskv1.Round).GetTitle)
	},
	"actions": func(c *call, w *historyWords, name string) {
		all, _ := c.listActions(upTo(name, 2))
		learn(w, all, (*riskv1.Action).GetTitle)
	},
	"commonItems": func(c *call, w *historyWords, name string) {
		r, _ := c.Risks.ListCommonItems(c.ctx(), &riskv1.ListCommonItemsRequest{Parent: upTo(name, 1), PageSize: 1000})
		learn(w, r.GetCommonItems(), (*riskv1.CommonItem).GetTitle)
	},
	"serviceAccounts": func(c *call, w *historyWords, name string) {
		r, _ := c.Directory.ListServiceAccounts(c.ctx(), &directoryv1.ListServiceAccountsRequest{Parent: upTo(name, 1), PageSize: 1000})
		learn(w, r.GetServiceAccounts(), (*directoryv1.ServiceAccount).GetTitle)
	},
	"indicators": func(c *call, w *historyWords, name string) {
		r, _ := c.Controls.ListIndicators(c.ctx(), &controlv1.ListIndicatorsRequest{Parent: upTo(name, 2), PageSize: 1000})
		learn(w, r.GetIndicators(), (*controlv1.Indicator).GetTitle)
	},
	"reminderRules": func(c *call, w *historyWords, name string) {
		all, _ := c.rulesOf(orElse(committeeOf(name), upTo(name, 1)))
		learn(w, all, (*notificationv1.ReminderRule).GetTitle)
	},
	"templates": func(_ *call, w *historyWords, name string) {
		for _, k := range templateKinds {
			w.names[upTo(name, 1)+"/templates/"+k.id] = "Mall: " + templateTitle(k.kind)
		}
	},
	"cases": func(c *call, w *historyWords, name string) {
		r, _ := c.Reports.ListCases(c.ctx(), &reportv1.ListCasesRequest{Parent: upTo(name, 2), PageSize: 1000})
		learn(w, r.GetCases(), (*reportv1.Case).GetTitle)
	},
	"documents": func(c *call, w *historyWords, name string) {
		r, _ := c.Reports.ListDocuments(c.ctx(), &reportv1.ListDocumentsRequest{Parent: upTo(name, 2), PageSize: 1000})
		learn(w, r.GetDocuments(), documentTitle)
	},
}

// learn notes what resources are called.
func learn[T interface{ GetName() string }](w *historyWords, all []T, title func(T) string) {
	for _, one := range all {
		w.names[one.GetName()] = title(one)
	}
}

// learnPlan notes the method of a plan, and what the parts of the plan are called.
func (w *historyWords) learnPlan(g *register) {
	w.register = g
	learn(w, []*riskv1.Plan{g.GetPlan()}, planTitle)
	learn(w, g.GetRisks(), (*riskv1.Risk).GetTitle)
	learn(w, g.GetRiskEntries(), g.title)
	learn(w, g.GetControlAreas(), (*riskv1.ControlArea).GetTitle)
	learn(w, g.GetControlPoints(), (*riskv1.ControlPoint).GetTitle)
	learn(w, g.followUps, func(f *riskv1.FollowUp) string { return g.title(g.entries[f.GetRiskEntry()]) })
}

// learnAssignments notes held roles by role and holder.
func (w *historyWords) learnAssignments() {
	for _, a := range w.assignments {
		title := roleTitle(roleID(a.GetRole()))
		if a.GetTitle() != "" {
			title = a.GetTitle()
		}
		w.names[a.GetName()] = title + ", " + w.actor(a.GetPerson())
	}
}
