package web

import (
	"encoding/json"
	"net/url"
	"strings"

	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
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
	return s.historyPage(name, r, c.actorNames(upTo(name, 1))), nil
}

// actorNames are the names of the people of a municipality; none when they cannot be told, which leaves their ids.
func (c *call) actorNames(municipality string) map[string]string {
	names := map[string]string{}
	r, err := c.Directory.ListPeople(c.ctx(), &directoryv1.ListPeopleRequest{Parent: municipality, PageSize: 1000})
	if err != nil {
		return names
	}
	for _, p := range r.GetPeople() {
		names[p.GetName()] = p.GetDisplayName()
	}
	return names
}

// listHistory asks the service that owns the resource.
func (c *call) listHistory(name string, req *journalv1.ListJournalEntriesRequest) (*journalv1.ListJournalEntriesResponse, error) {
	if !strings.HasPrefix(name, "municipalities/") {
		return nil, fault.Missing(name)
	}
	switch collection(name) {
	case "cases", "documents":
		return c.ReportJournal.ListJournalEntries(c.ctx(), req)
	case "municipalities", "committees", "units", "people", "roleAssignments":
		return c.DirectoryJournal.ListJournalEntries(c.ctx(), req)
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
func (s *server) historyPage(name string, r *journalv1.ListJournalEntriesResponse, names map[string]string) *page {
	v := historyView{}
	now := s.Clock.Now()
	for _, e := range r.GetEntries() {
		h := historyEntry{When: momentText(e.GetTime(), s.zone), Ago: since(e.GetTime(), now, s.zone), Who: actorText(e.GetActor(), names),
			For: actorText(e.GetOnBehalfOf(), names), What: changeKinds[e.GetKind()], Reason: e.GetReason(), Place: number(float64(e.GetSequence())),
			Created: e.GetKind() == journalv1.ChangeKind_CHANGE_KIND_CREATED}
		for _, change := range e.GetChanges() {
			if change.GetPath() == "name" {
				continue // the address of the page says it
			}
			h.Changes = append(h.Changes, changeView{fieldName(change.GetPath()), plainJSON(change.GetBefore(), names), plainJSON(change.GetAfter(), names)})
		}
		v.Entries = append(v.Entries, h)
	}
	if r.GetNextPageToken() != "" {
		v.More = "/historik/" + name + "?sida=" + url.QueryEscape(r.GetNextPageToken())
	}
	return &page{Title: "Historik", Over: last(name), Template: "history", Data: v, Wide: true, Crumbs: []link{{"Tillbaka", historyBack(name)}},
		Lead: "Alla ändringar, den senaste först. Historiken kan inte ändras."}
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

// actorText names who made a change.
func actorText(name string, names map[string]string) string {
	if known := names[name]; known != "" {
		return known
	}
	if strings.HasPrefix(name, "serviceAccounts/") {
		return "Systemet (" + last(name) + ")"
	}
	return last(name)
}

// fieldNames are the fields that people see in Swedish; indexes are left out.
var fieldNames = map[string]string{
	"title": "Rubrik", "process": "Ansvarsområde/process", "stated_value": "Angivet riskvärde", "computed_value": "Beräknat riskvärde",
	"stated_level": "Angiven nivå", "computed_level": "Nivå enligt metoden", "likelihood": "Sannolikhet", "consequence": "Konsekvens",
	"existing_controls": "Befintliga aktiviteter och egenkontroller", "treatments": "Hantering", "planned_handling": "Planerad hantering",
	"selection": "I planen", "not_chosen_reason": "Skäl till att den inte tas med", "answers": "Frågor", "owners": "Ansvariga",
	"classifications": "Kategori", "unit": "Enhet", "source_note": "Varifrån bedömningen kommer", "position": "Ordning", "state": "Läge",
	"status": "Följer plan", "comment": "Kommentar", "answered_role": "Svarade som", "answered_by": "Svarade", "answer_time": "Svarstid",
	"steps": "Tider", "meeting_date": "Sammanträde", "papers_due_date": "Handlingarna klara", "close_time": "Stängdes", "period": "Period",
	"unanswered_reason": "Skäl till obesvarade", "how_made": "Så togs planen fram", "sections": "Avsnitt", "case_number": "Diarienummer",
	"case_numbers": "Diarienummer", "decision": "Beslut", "version": "Version", "revision_reason": "Varför ny version", "texts": "Texter",
	"decision_points": "Beslutspunkter", "paragraph": "Paragraf", "agenda_item": "Punkt på dagordningen", "round": "Uppföljning",
	"display_name": "Namn", "email": "E-postadress", "role": "Roll", "risk": "Risk", "plans": "Planer", "plan": "Plan", "case": "Ärende",
	"kind": "Slag", "files": "Filer", "final_time": "Gjordes slutlig", "final_by": "Gjordes slutlig av", "method_version": "Metod",
	"administration": "Förvaltning", "genitive": "Genitiv", "disabled": "Avstängd", "description": "Beskrivning", "purpose": "Syfte",
	"scope": "Omfattning", "method": "Metod", "frequency": "När", "planned_sample": "Stickprov", "report_to": "Rapporteras till",
	"risk_entries": "Risker", "control_area": "Kontrollområde", "responsible_manager": "Ansvarig chef", "name": "Adress",
}

// fieldName names a field in Swedish; one that has no name is shown as it is.
func fieldName(path string) string {
	head, _, _ := strings.Cut(path, ".")
	head, _, _ = strings.Cut(head, "[")
	if known := fieldNames[head]; known != "" {
		return known
	}
	return path
}

// plainJSON shows a JSON value as text: a string without its quotes, yes and no and states in Swedish, a person by name
// and anything else that has an address by the last part of it, the rest as it is.
func plainJSON(raw string, names map[string]string) string {
	var text string
	if json.Unmarshal([]byte(raw), &text) != nil {
		text = raw
	}
	if known := valueWords[text]; known != "" {
		return known
	}
	if strings.HasPrefix(text, "municipalities/") && !strings.ContainsAny(text, " \n") {
		return resourceWords(text, names)
	}
	return text
}

// resourceWords names a resource in few words.
func resourceWords(name string, names map[string]string) string {
	switch {
	case names[name] != "":
		return names[name]
	case collection(name) == "versions":
		return last(strings.TrimSuffix(name, "/versions/"+last(name))) + ", version " + last(name)
	default:
		return last(name)
	}
}

// valueWords are the values that people see in Swedish.
var valueWords = map[string]string{
	"true": "Ja", "false": "Nej", "SELECTION_IN_PLAN": "Ja", "SELECTION_NOT_CHOSEN": "Nej", "SELECTION_UNSPECIFIED": "Inte bestämt",
	"PLAN_STATE_DRAFT": "Utkast", "PLAN_STATE_PROPOSED": "Föreslagen till nämnden", "PLAN_STATE_DECIDED": "Fastställd", "PLAN_STATE_CLOSED": "Avslutad",
	"ROUND_STATE_OPEN": "Öppen", "ROUND_STATE_CLOSED": "Stängd", "DOCUMENT_STATE_DRAFT": "Utkast", "DOCUMENT_STATE_FINAL": "Slutlig",
	"CONTROL_POINT_KIND_CHECK": "Kontrollmoment", "CONTROL_POINT_KIND_REVIEW": "Granskning", "ROUND_KIND_INTERIM": "Delårsuppföljning",
	"ROUND_KIND_YEARLY": "Helårsuppföljning", "ROUND_SELECTION_CRITICAL": "De kritiska riskerna", "ROUND_SELECTION_ALL": "Alla risker i planen",
	"ROUND_SELECTION_DUE": "Valda risker", "DOCUMENT_KIND_INTERIM": "Delårsuppföljning", "DOCUMENT_FORMAT_PDF": "PDF", "DOCUMENT_FORMAT_DOCX": "Word",
	"DOCUMENT_FORMAT_HTML": "HTML",
}
