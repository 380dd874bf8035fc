package web

import (
	"net/url"
	"strings"
	"time"

	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	journalv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/journal/v1"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// longWord is as long as Swedish compounds in administrations get.
const longWord = "Överförmyndarverksamhetssamordningsgruppens kvalitetssäkringsuppföljningsrutin"

// gallery returns every page in every state that it has: empty, one, many, long words, fault, stale, read-only, closed.
func gallery(s *server) []shot {
	var all []shot
	for _, part := range [][]shot{openShots(s), startShots(), overviewShots(), planShots(), planFormShots(), entryShots(), roundShots(), answerShots(), caseShots(s), adminShots(s),
		actionShots(), reportShots(), matrixShots(), commonShots(), townShots(), stepShots(), accountShots(), docsShots(s),
		controlShots(), indicatorShots(), resultShots(), documentShots(s), templateShots(), workbookShots(),
		taskShots(), reminderShots(s), ruleFormShots(s), deliveryShots(s), settingsShots(s), yearShots()} {
		all = append(all, part...)
	}
	return all
}

func openShots(s *server) []shot {
	c := &call{server: s, r: nil}
	shots := []shot{
		{"tillganglighet", "/tillganglighet", nil, &page{Title: "Tillgänglighet för Uppsikt", Template: "accessibility", Data: s.Contact}},
		{"demo", "/demo", nil, demoPage([]*directoryv1.DemoPerson{{Person: "p/karin", DisplayName: "Karin Ek", Roles: []*directoryv1.TokenRole{role("coordinator", fixCommittee)}},
			{Person: "p/omar", DisplayName: "Omar Lind", Roles: []*directoryv1.TokenRole{role("owner", fixCommittee)}}})},
		{"logga-in-lank", "/logga-in/x", nil, &page{Title: "Logga in med länk", Lead: "Länken kan användas en gång. Välj Logga in när du är redo.", Form: newForm("Logga in")}},
	}
	for name, kind := range map[string]fault.Kind{"fel-404": fault.NotFound, "fel-403": fault.Denied, "fel-500": fault.Internal, "fel-503": fault.Unavailable} {
		e := &fault.Error{Kind: kind, Swedish: "Det du söker finns inte, eller så har du inte tillgång till det."}
		shots = append(shots, shot{name, "/x", coordinatorUser(), c.faultPage(e)})
	}
	for _, state := range []string{"", "fel", "igen"} {
		f := signInFields("/")
		p := &page{Title: "Logga in", Template: "signin", Data: true, Form: f}
		if state == "fel" {
			f.reject(toFault(wrongPassword()))
		}
		if state == "igen" {
			f.Notice = "Din inloggning har gått ut. Logga in igen, så finns det du skrev kvar."
			keep(f, url.Values{"kommentar": {"Det jag skrev.\nPå två rader."}}, keepPrefix)
		}
		shots = append(shots, shot{strings.TrimSuffix("logga-in-"+state, "-"), "/logga-in", nil, p})
	}
	return shots
}

func startShots() []shot {
	report := &ImportReport{Counts: []ImportCount{{"committees", 1}, {"risks", 14}, {"risk_entries", 14}}, Created: 29}
	bad := &ImportReport{Counts: report.Counts, Faults: []ImportFault{{"risk_entries[3].likelihood", "Sannolikheten 7 finns inte på skalan. Använd 1–4."},
		{"risks[2].title", "Texten verkar innehålla ett personnummer (850709-9805). Ta bort det: planen blir en allmän handling."}}}
	municipality := startPage(0, "Välkommen till Uppsikt", "Fem korta steg.")
	municipality.Form = newForm("Fortsätt", nameField("Kommunens namn", "", "Till exempel Exempelkommun.")...)
	committee := startPage(1, "Vilken nämnd gäller det?", "Du kan lägga till fler nämnder senare.")
	committee.Form = tried(newForm("Fortsätt", committeeFields()...), url.Values{"sort": {"1"}})
	done := startPage(4, "Hur vill du börja?", "Har du årets plan i en fil kan du importera den.")
	done.Template, done.Actions = "startdone", []link{{"Importera en fil", "/importera"}, {"Börja med en tom plan", "/x"}}
	file := newForm("Kontrollera filen", &field{Name: "fil", Kind: kindFile, Label: "Fil att importera", Accept: ".yaml,.json", Hint: "Högst 20 MB."})
	file.Multipart = true
	return []shot{
		{"start-kommun", "/start", nil, municipality},
		{"start-namnd-fel", "/start/municipalities/exempelkommun", nil, committee},
		{"start-klart", "/start/" + fixCommittee + "/klart", coordinatorUser(), done},
		{"importera", "/importera", coordinatorUser(), &page{Title: "Importera", Form: file}},
		{"importera-bra", "/importera", coordinatorUser(), importPage(importView{File: "socialnamnden.yaml", Report: report, Body: "eA", Next: "/"})},
		{"importera-fel", "/importera", coordinatorUser(), importPage(importView{File: "socialnamnden.yaml", Report: bad, Next: "/"})},
	}
}

// tried is a form after somebody sent values that did not pass.
func tried(f *form, values url.Values) *form {
	f.fill(values)
	f.valid()
	return f
}

func overviewShots() []shot {
	late := fixRegister(2)
	late.now = fixNow.AddDate(0, 0, 10)
	closed := fixRegister(4)
	closed.rounds[0].State = riskv1.RoundState_ROUND_STATE_CLOSED
	draft := fixMatrix()
	at := "/" + fixCommittee
	data := func(g *register) *overviewData {
		return &overviewData{committee: fixCommitteeOf(), plans: []*riskv1.Plan{g.GetPlan()}, register: g}
	}
	full := data(closed)
	full.cases, full.documents = []*reportv1.Case{fixCase()}, []*reportv1.Document{fixDocument(true)}
	full.plans = append(full.plans, &riskv1.Plan{Name: fixCommittee + "/plans/2026", Version: 1})
	lacking := data(draft)
	lacking.findings = []*riskv1.PlanFinding{{Resource: fixEntry + "r5", Message: "Risken har ingen ansvarig.", Blocking: true}, {Message: "Avsnittet Uppföljning saknas."}}
	return []shot{
		{"oversikt-tom", at, coordinatorUser(), overviewPage(&overviewData{committee: fixCommitteeOf()}, coordinatorUser())},
		{"oversikt-tom-ledamot", at, memberUser(), overviewPage(&overviewData{committee: fixCommitteeOf()}, memberUser())},
		{"oversikt", at, coordinatorUser(), overviewPage(data(fixRegister(2)), coordinatorUser())},
		{"oversikt-forsenad", at, coordinatorUser(), overviewPage(data(late), coordinatorUser())},
		{"oversikt-klar", at, coordinatorUser(), overviewPage(full, coordinatorUser())},
		{"oversikt-utkast", at, coordinatorUser(), overviewPage(lacking, coordinatorUser())},
		{"oversikt-ansvarig", at, ownerUser(), overviewPage(data(fixRegister(0)), ownerUser())},
	}
}

func planShots() []shot {
	at := "/" + fixPlan
	long := fixRegister(0)
	long.GetRisks()[0].Title = "Risk att " + longWord + " inte följs."
	long.GetRiskEntries()[0].Process = longWord
	long.GetRiskEntries()[0].Owners = []*riskv1.Owner{{Role: longWord}}
	proposed := fixMatrix()
	proposed.GetPlan().State = riskv1.PlanState_PLAN_STATE_PROPOSED
	empty := indexed(&riskv1.PlanSnapshot{Plan: &riskv1.Plan{Name: fixPlan, Version: 1}, MethodVersion: fourByFour()}, fixNow, time.UTC)
	one := fixMatrix()
	one.RiskEntries = one.GetRiskEntries()[:1]
	u := coordinatorUser()
	return []shot{
		{"planer-tom", "/" + fixCommittee + "/plans", u, plansPage(fixCommittee, nil, true)},
		{"planer", "/" + fixCommittee + "/plans", u, plansPage(fixCommittee, []*riskv1.Plan{fixRegister(0).GetPlan(), {Name: fixCommittee + "/plans/2026", Version: 1}}, true)},
		{"plan-tom", at, u, planPage(empty, u, nil)},
		{"plan-en", at, u, planPage(one, u, nil)},
		{"plan-utkast", at, u, planPage(fixMatrix(), u, nil)},
		{"plan-foreslagen", at, u, planPage(proposed, u, nil)},
		{"plan-faststalld", at, u, planPage(fixRegister(2), u, nil)},
		{"plan-ledamot", at, memberUser(), planPage(fixRegister(2), memberUser(), nil)},
		{"plan-filter", at, u, planPage(fixRegister(2), u, url.Values{"niva": {"kritisk"}, "sort": {"varde"}, "ordning": {"fallande"}})},
		{"plan-filter-tom", at, u, planPage(fixRegister(2), u, url.Values{"ansvarig": {"ingen"}})},
		{"plan-lang", at, u, planPage(long, u, nil)},
		{"sok", "/" + fixCommittee + "/sok", u, &page{Title: "Sökresultat för ”rutin”", Template: "search", Data: searchView{"rutin", fixRegister(0).search("rutin")}}},
		{"sok-tom", "/" + fixCommittee + "/sok", u, &page{Title: "Sökresultat för ”x”", Template: "search", Data: searchView{Query: "x"}}},
	}
}

func planFormShots() []shot {
	g := fixMatrix()
	u, at := coordinatorUser(), "/"+fixPlan
	propose, f := proposePage(g.GetPlan(), []*riskv1.PlanFinding{{Resource: fixEntry + "r5", Message: "Risken har ingen ansvarig.", Blocking: true}, {Message: "Avsnittet saknar text."}})
	propose.Form = f
	ready, f := proposePage(g.GetPlan(), nil)
	ready.Form = f
	decide, f := decidePage(g.GetPlan())
	decide.Form = tried(f, url.Values{"datum": {"2024-12-10"}})
	texts := &page{Title: "Ändra planens texter", Section: sectionPlan, Crumbs: planCrumbs(g.GetPlan()), Form: planForm(g.GetPlan(), g.GetMethodVersion())}
	return []shot{
		{"plan-foresla", at + "/foresla", u, propose},
		{"plan-foresla-klar", at + "/foresla", u, ready},
		{"plan-beslut-fel", at + "/beslut", u, decide},
		{"plan-texter", at + "/andra", u, texts},
		{"kontrollmoment", at + "/controlPoints/k1", u, pointPage(g, g.GetControlPoints()[0], u)},
		{"kontrollmoment-andra", at + "/controlPoints/k1/andra", u, &page{Title: "Ändra granskning", Form: pointForm(g, fixHolders(), fixTied(g.GetControlPoints()[0]))}},
		{"kontrollomrade", at + "/controlAreas/skydd", u, areaPage(g, g.GetControlAreas()[0], u)},
		{"kontrollomrade-andra", at + "/controlAreas/tillstand/andra", u, &page{Title: "Ändra kontrollområde", Form: areaForm(fixHolders(), &riskv1.ControlArea{
			Title: "Tillstånd för servering", Owners: []*riskv1.Owner{{Role: "handläggare"}, {Role: "tillståndschef", RoleAssignment: fixMunicipality + "/roleAssignments/t"}}})}},
	}
}

// entryFormPage is the form of a risk.
func entryFormPage(g *register, i int) (*page, *form) {
	e := g.GetRiskEntries()[i]
	x := &entryContext{method: g.GetMethodVersion(), people: map[string]string{"p": "Omar Lind"},
		units:   []*directoryv1.Unit{{Name: "u", DisplayName: "Hemtjänst norr"}},
		holders: []*directoryv1.RoleAssignment{{Name: "a", Person: "p", Title: "enhetschef"}}}
	f := entryForm(x, g.title(e), e)
	f.Groups[0].Fields = append(f.Groups[0].Fields, hidden("etag", e.GetEtag()))
	f.Cancel = address(e.GetName())
	return &page{Title: "Ändra risk", Over: planTitle(g.GetPlan()), Section: sectionPlan, Crumbs: planCrumbs(g.GetPlan()), Form: f}, f
}

func entryShots() []shot {
	u, g := coordinatorUser(), fixRegister(2)
	draft := fixMatrix()
	at := "/" + fixEntry + "r1"
	axes, _ := entryFormPage(draft, 0)
	stated, _ := entryFormPage(g, 0)
	wrong, f := entryFormPage(g, 0)
	f.fill(url.Values{"risk": {""}, "varde": {"tolv"}, "i-planen": {"2"}, "hantering": {"acceptera"}})
	f.valid()
	stale, f := entryFormPage(g, 0)
	f.fill(url.Values{"risk": {"Risk att min nya mening går förlorad."}, "varde": {"16"}, "i-planen": {"1"}, "hantering": {"granska"}, "etag": {"e0"}})
	f.reject(fault.Stale(fixEntry + "r1"))
	number, f := entryFormPage(g, 0)
	f.fill(url.Values{"risk": {"Risk att 850709-9805 syns."}, "i-planen": {"1"}})
	f.reject(toFault(fault.Fields(fault.Field{Path: "risk.title", Swedish: "Texten verkar innehålla ett personnummer (850709-9805). Ta bort det: planen blir en allmän handling."})))
	return []shot{
		{"risk", at, u, entryPage(g, g.entries[fixEntry+"r1"], u)},
		{"risk-skalor", at, u, entryPage(draft, draft.entries[fixEntry+"r1"], u)},
		{"risk-ledamot", at, memberUser(), entryPage(g, g.entries[fixEntry+"r6"], memberUser())},
		{"risk-andra-skalor", at + "/andra", u, axes},
		{"risk-andra-varde", at + "/andra", u, stated},
		{"risk-andra-fel", at + "/andra", u, wrong},
		{"risk-andra-inaktuell", at + "/andra", u, stale},
		{"risk-andra-personnummer", at + "/andra", u, number},
		{"risk-ta-bort", at + "/ta-bort", u, &page{Title: "Ta bort risken ur planen", Form: removeForm("e1", at)}},
	}
}

func roundShots() []shot {
	u, at := coordinatorUser(), "/"+fixRound
	closed := fixRoundOf()
	closed.State, closed.UnansweredReason = riskv1.RoundState_ROUND_STATE_CLOSED, "Enheten är nedlagd."
	none := fixRegister(0)
	none.followUps = nil
	late := fixRegister(1)
	late.now = fixNow.AddDate(0, 0, 10)
	closing, f := closePage(fixRoundOf(), []*register{fixRegister(2)}, fixReports(0))
	closing.Form = f
	bare := fixRegister(4)
	bare.followUps[1].Status, bare.followUps[1].Comment = "nej", ""
	closeBare, f := closePage(fixRoundOf(), []*register{bare}, fixReports(0))
	closeBare.Form = f
	closeWrong, f := closePage(fixRoundOf(), []*register{fixRegister(2)}, fixReports(0))
	closeWrong.Form = tried(f, nil)
	newRound := newRoundForm([]*riskv1.Plan{fixRegister(0).GetPlan()}, nil, fixRegister(0), "1")
	reportRound := newRoundForm([]*riskv1.Plan{fixRegister(0).GetPlan()}, []*riskv1.Round{{Title: "Återrapportering av åtgärder 2025"}}, fixRegister(0), actionReport)
	return []shot{
		{"uppfoljningar-tom", "/" + fixCommittee + "/rounds", u, roundsPage(fixCommittee, nil, true, fixNow, time.UTC)},
		{"uppfoljningar", "/" + fixCommittee + "/rounds", u, roundsPage(fixCommittee, []*riskv1.Round{fixRoundOf(), closed}, true, fixNow, time.UTC)},
		{"uppfoljning", at, u, roundPage(fixRoundOf(), []*register{fixRegister(2)}, fixReports(0), u)},
		{"uppfoljning-alla", at, u, roundPage(fixRoundOf(), []*register{fixRegister(4)}, fixReports(0), u)},
		{"uppfoljning-forsenad", at, u, roundPage(fixRoundOf(), []*register{late}, fixReports(0), u)},
		{"uppfoljning-tom", at, u, roundPage(fixRoundOf(), []*register{none}, fixReports(0), u)},
		{"uppfoljning-stangd", at, u, roundPage(closed, []*register{fixRegister(3)}, fixReports(0), u)},
		{"uppfoljning-ansvarig", at, ownerUser(), roundPage(fixRoundOf(), []*register{fixRegister(0)}, fixReports(0), ownerUser())},
		{"uppfoljning-ny", "/" + fixCommittee + "/ny-uppfoljning", u, &page{Title: "Skapa uppföljning", Section: sectionRounds, Form: newRound}},
		{"uppfoljning-ny-slag", "/" + fixCommittee + "/ny-uppfoljning", u, &page{Title: "Skapa uppföljning", Section: sectionRounds, Template: "cards", Data: roundKindsView(fixCommittee)}},
		{"uppfoljning-ny-atgarder", "/" + fixCommittee + "/ny-uppfoljning", u, &page{Title: "Skapa uppföljning", Section: sectionRounds, Form: reportRound}},
		{"uppfoljning-stang", at + "/stang", u, closing},
		{"uppfoljning-stang-utan-skal", at + "/stang", u, closeBare},
		{"uppfoljning-stang-fel", at + "/stang", u, closeWrong},
	}
}

func answerShots() []shot {
	at := "/" + fixRound + "/followUps/f1"
	closed := fixRoundOf()
	closed.State = riskv1.RoundState_ROUND_STATE_CLOSED
	show := func(name string, answers int, r *riskv1.Round, u *user, change func(*form)) shot {
		g := fixRegister(answers)
		if answers == 2 {
			earlier := fixRoundOf()
			earlier.Name, earlier.Title = fixCommittee+"/rounds/var-2025", "Uppföljning våren 2025"
			g.rounds = append([]*riskv1.Round{earlier}, g.rounds...)
			g.followUps = append(g.followUps, &riskv1.FollowUp{Name: earlier.GetName() + "/followUps/f1", RiskEntry: fixEntry + "r1", Status: "delvis", Comment: "Arbetet har börjat."})
		}
		p, f := answerPage(g, r, g.followUps[0], u)
		p.Form = f
		if change != nil {
			change(f)
		}
		return shot{name, at, u, p}
	}
	return []shot{
		show("svar", 0, fixRoundOf(), ownerUser(), nil),
		show("svar-andra", 2, fixRoundOf(), coordinatorUser(), nil),
		show("svar-fel", 0, fixRoundOf(), ownerUser(), func(f *form) { tried(f, url.Values{"kommentar": {"Det går bra."}}) }),
		show("svar-igen", 0, fixRoundOf(), ownerUser(), func(f *form) {
			f.fill(url.Values{"status": {"delvis"}, "kommentar": {"Det går bra."}})
			f.Notice = "Du är inloggad igen. Det du skrev finns kvar men är inte sparat än."
		}),
		show("svar-inaktuellt", 1, fixRoundOf(), coordinatorUser(), func(f *form) {
			f.fill(url.Values{"status": {"nej"}, "kommentar": {"Det går inte."}, "roll": {"samordnare"}})
			f.reject(fault.Stale("f1"))
		}),
		show("svar-stangd", 1, closed, coordinatorUser(), nil),
		show("svar-ledamot", 1, fixRoundOf(), memberUser(), nil),
	}
}

func caseShots(s *server) []shot {
	u, at := coordinatorUser(), "/"+fixCommittee
	edit := caseForm(fixCase(), caseSources{rounds: []*riskv1.Round{fixRoundOf()}}, textParts(fixCase(), fixParts()), asStored)
	doc, f := newDocumentPage(documentSources{fixCommittee, []*riskv1.Plan{fixRegister(0).GetPlan()}, []*riskv1.Round{fixRoundOf()}, []*reportv1.Case{fixCase()}}, "", "", "")
	doc.Form = f
	facts := documentFacts(fixDocument(true), s.zone, "Delårsuppföljning 2025", "Delårsuppföljning av internkontrollplanen 2025, SN-2024/259")
	nothing, _ := newDocumentPage(documentSources{committee: fixCommittee}, "", "", "")
	final, f := finalizePage(fixDocument(false))
	final.Form = f
	open, f := finalizePage(fixDocument(false))
	open.Form = f
	f.reject(fault.State("ROUND_CLOSED", "Uppföljningen är inte stängd. Stäng den först.", "round open"))
	return []shot{
		{"arenden-tom", at + "/cases", u, casesPage(fixCommittee, nil, nil, true)},
		{"arenden", at + "/cases", u, casesPage(fixCommittee, []*reportv1.Case{fixCase()}, []*reportv1.Document{fixDocument(false), fixDocument(true)}, true)},
		{"arende", at + "/cases/delar", u, casePage(fixCase(), "Delårsuppföljning 2025", []*reportv1.Document{fixDocument(false)}, fixParts(), u)},
		{"arende-tomt", at + "/cases/delar", memberUser(), casePage(&reportv1.Case{Name: fixCase().GetName(), Title: "Ärende"}, "", nil, nil, memberUser())},
		{"arende-andra", at + "/cases/delar/andra", u, &page{Title: "Ändra ärendet", Section: sectionCases, Form: edit}},
		{"dokument-nytt", at + "/nytt-dokument", u, doc},
		{"dokument-nytt-tom", at + "/nytt-dokument", u, nothing},
		{"dokument-utkast", at + "/documents/delar", u, documentPage(fixDocument(false), fixParts(), u, facts)},
		{"dokument-slutligt", at + "/documents/delar", u, documentPage(fixDocument(true), nil, u, facts)},
		{"dokument-gor-slutlig", at + "/documents/delar/gor-slutlig", u, final},
		{"dokument-gor-slutlig-redan", at + "/documents/delar/gor-slutlig", u, frozenPage(fixDocument(true), "Gör dokumentet slutligt")},
		{"dokument-gor-slutlig-fel", at + "/documents/delar/gor-slutlig", u, open},
	}
}

func adminShots(s *server) []shot {
	u, at := coordinatorUser(), "/"+fixMunicipality
	m := u.places.municipalities[fixMunicipality]
	people := []*directoryv1.Person{{Name: fixMunicipality + "/people/o", DisplayName: "Östen Åberg", Email: "osten@example.org"}, {Name: fixMunicipality + "/people/a", DisplayName: "Anna Ek", Disabled: true}}
	held := []*directoryv1.RoleAssignment{{Person: people[0].GetName(), Role: directoryv1.Role_ROLE_OWNER, Scope: fixCommittee, Title: "enhetschef", Acting: true, ValidTo: "2025-12-31"}}
	person, v := personPage(people[0], held, u)
	v.Link, v.Until = "https://uppsikt.example.org/logga-in/hemlig", "10 maj 2025 kl. 10.30"
	person.Data = v
	return []shot{
		{"kommun", at, u, municipalityPage(m, u.places.committees[fixMunicipality], u, true)},
		{"kommun-tom", at, u, municipalityPage(m, nil, u, true)},
		{"personer", at + "/people", u, peoplePage(fixMunicipality, people, held, u)},
		{"personer-tom", at + "/people", u, peoplePage(fixMunicipality, nil, nil, u)},
		{"person-lank", at + "/people/o", u, person},
		{"enheter", "/" + fixCommittee + "/enheter", u, &page{Title: "Enheter", Template: "units", Data: unitsView{[]*directoryv1.Unit{{DisplayName: "Hemtjänst norr"}}}, Form: newForm("Lägg till enheten", text("namn", "Enhetens namn", ""))}},
		{"historik", "/historik/" + fixPlan, u, s.historyPage(fixPlan, fixHistory(), fixWords(s.zone))},
		{"historik-tom", "/historik/" + fixPlan, u, s.historyPage(fixPlan, &journalv1.ListJournalEntriesResponse{}, newHistoryWords(s.zone))},
	}
}
