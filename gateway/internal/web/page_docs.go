package web

import (
	"maps"
	"slices"
)

// apiGroupNames say in Swedish what the groups of operations are about.
var apiGroupNames = map[string]string{
	"actions": "Åtgärder", "cases": "Ärenden", "committees": "Nämnder", "commonItems": "Kommungemensamma granskningar", "controlAreas": "Kontrollområden",
	"controlPoints": "Kontrollmoment och granskningar", "deadlines": "Tider att hålla",
	"calendarFeeds": "Kalendrar att prenumerera på", "deliveries": "Utskick", "notificationStatus": "Läget för utskick",
	"reminderRules": "Regler för påminnelser", "reminderSettings": "Val för påminnelser", "reminders": "Påminnelser", "tasks": "Uppgifter", "documents": "Dokument", "followUps": "Svar i uppföljningar",
	"indicators": "Indikatorer med mål", "measurements": "Mätningar", "results": "Resultat av kontroller", "templates": "Mallar för dokument",
	"journal": "Journal och ändringsflöde", "methods": "Metoder", "municipalities": "Kommuner", "people": "Personer", "plans": "Planer",
	"riskEntries": "Risker i en plan", "risks": "Risker genom åren", "roleAssignments": "Roller", "rounds": "Uppföljningar",
	"serviceAccounts": "Konton för andra system", "units": "Enheter",
}

// docsView is what the first page of the API's description shows.
type docsView struct {
	Groups []docsGroup
	Types  []link
}

// docsGroup is one group of operations with how many there are.
type docsGroup struct {
	link
	Count int
}

// docs lists the groups of operations and the types.
func (s *server) docs(*call) (*page, error) {
	return docsPage(s.api), nil
}

// docsPage is the first page of the API's description.
func docsPage(d *apiDocs) *page {
	v := docsView{}
	for _, g := range d.groups {
		v.Groups = append(v.Groups, docsGroup{link{orElse(apiGroupNames[g.ID], g.ID), "/docs/" + g.ID}, len(g.Operations)})
	}
	sortSwedish(v.Groups, func(g docsGroup) string { return g.Text })
	for _, name := range slices.Sorted(maps.Keys(d.types)) {
		v.Types = append(v.Types, link{name, "/docs/types/" + name})
	}
	return &page{Title: "API för andra system", Template: "docs", Data: v, Wide: true,
		Lead: "Allt som sidorna visar och gör finns också för andra system, över HTTP med JSON och över gRPC."}
}

// docsGroup shows the operations on one kind of resource.
func (s *server) docsGroup(c *call) (*page, error) {
	i := slices.IndexFunc(s.api.groups, func(g *apiGroup) bool { return g.ID == c.r.PathValue("group") })
	if i < 0 {
		return nil, notFound()
	}
	return docsGroupPage(s.api.groups[i]), nil
}

// docsGroupPage shows operations, each under a heading of its own.
func docsGroupPage(g *apiGroup) *page {
	return &page{Title: orElse(apiGroupNames[g.ID], g.ID), Over: "API för andra system", Template: "docsgroup", Data: g, Wide: true,
		Crumbs: []link{{"API", "/docs"}}}
}

// docsType shows one type.
func (s *server) docsType(c *call) (*page, error) {
	t := s.api.types[c.r.PathValue("type")]
	if t == nil {
		return nil, notFound()
	}
	return docsTypePage(t), nil
}

// docsTypePage shows the fields or the values of a type, and where it is used.
func docsTypePage(t *apiType) *page {
	return &page{Title: t.Name, Over: "Typ i API:et", Template: "docstype", Data: t, Wide: true, Crumbs: []link{{"API", "/docs"}}}
}
