package web

import (
	"net/url"
	"strings"

	journalv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/journal/v1"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// historyView is what the history of a resource shows.
type historyView struct {
	Entries []historyEntry
	More    string
}

// historyEntry is one change.
type historyEntry struct {
	When, Ago, Who, For, What, Reason, Place string
	// Of is what changed, when the history is of what holds it.
	Of string
	// Created entries have nothing before.
	Created bool
	Changes []changeView
}

// changeView is one field before and after.
type changeView struct{ Field, Before, After string }

// history shows who changed a resource, when and how.
func (s *server) history(c *call) (*page, error) {
	name := c.r.PathValue("name")
	req := &journalv1.ListJournalEntriesRequest{Name: name, PageSize: 50, PageToken: c.query("sida")}
	r, err := c.listHistory(name, req)
	if err != nil {
		return nil, err
	}
	return s.historyPage(name, r, c.historyWords(name, r.GetEntries())), nil
}

// listHistory asks the service that owns the resource.
func (c *call) listHistory(name string, req *journalv1.ListJournalEntriesRequest) (*journalv1.ListJournalEntriesResponse, error) {
	if !strings.HasPrefix(name, "municipalities/") {
		return nil, fault.Missing(name)
	}
	switch collection(name) {
	case "cases", "documents", "templates":
		return c.ReportJournal.ListJournalEntries(c.ctx(), req)
	case "municipalities", "committees", "units", "people", "roleAssignments", "serviceAccounts":
		return c.DirectoryJournal.ListJournalEntries(c.ctx(), req)
	case "indicators", "measurements", "results":
		return c.ControlJournal.ListJournalEntries(c.ctx(), req)
	case "reminderRules":
		return c.NoticeJournal.ListJournalEntries(c.ctx(), req)
	default:
		return c.RiskJournal.ListJournalEntries(c.ctx(), req)
	}
}

// collection returns the kind in a resource name, such as "plans".
func collection(name string) string {
	parts := strings.Split(name, "/")
	if len(parts) < 2 {
		return ""
	}
	return parts[len(parts)-2]
}

// historyPage shows changes, the newest first.
func (s *server) historyPage(name string, r *journalv1.ListJournalEntriesResponse, w *historyWords) *page {
	v := historyView{}
	now := s.Clock.Now()
	for _, e := range r.GetEntries() {
		v.Entries = append(v.Entries, historyEntry{When: momentText(e.GetTime(), s.zone), Ago: since(e.GetTime(), now, s.zone),
			Who: w.actor(e.GetActor()), For: w.actor(e.GetOnBehalfOf()), What: changeKinds[e.GetKind()], Reason: e.GetReason(),
			Place: number(float64(e.GetSequence())), Created: e.GetKind() == journalv1.ChangeKind_CHANGE_KIND_CREATED, Changes: w.changes(name, e), Of: w.below(name, e)})
	}
	if r.GetNextPageToken() != "" {
		v.More = "/historik/" + name + "?sida=" + url.QueryEscape(r.GetNextPageToken())
	}
	return &page{Title: "Historik", Over: w.heading(name, r.GetEntries()), Template: "history", Data: v, Wide: true,
		Crumbs: []link{{"Tillbaka", historyBack(name)}}, Lead: "Alla ändringar, den senaste först. Historiken kan inte ändras."}
}

// historyBack is the page that a history belongs to.
func historyBack(name string) string {
	if collection(name) == "roleAssignments" {
		return address(upTo(name, 1)) + "/people"
	}
	return address(name)
}

// changeKinds are what a change did.
var changeKinds = map[journalv1.ChangeKind]string{
	journalv1.ChangeKind_CHANGE_KIND_CREATED: "Skapades",
	journalv1.ChangeKind_CHANGE_KIND_UPDATED: "Ändrades",
	journalv1.ChangeKind_CHANGE_KIND_DELETED: "Togs bort",
}
