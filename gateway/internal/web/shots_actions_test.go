package web

import (
	"fmt"
	"net/url"
	"time"

	"google.golang.org/protobuf/proto"

	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"

	"github.com/uppsikt/uppsikt/internal/fault"
)

func actionShots() []shot {
	u, at := coordinatorUser(), "/"+fixCommittee+"/actions"
	all := fixActions()
	var many []*riskv1.Action
	for i := range 120 {
		a := fixActionOf()
		a.Name, a.Title = fmt.Sprintf("%sm%d", fixAction, i), fmt.Sprintf("Åtgärd nummer %d", i+1)
		many = append(many, a)
	}
	show := func(name string, i int, u *user) shot {
		d := &actionData{action: all[i], book: fixBook(), origin: fixRisks[0].title}
		if i == 0 {
			d.followUps = []*riskv1.FollowUp{{Name: fixRound + "/followUps/a1", Action: all[0].GetName(), Status: "paborjad", Comment: "På väg.", AnsweredRole: "enhetschef"}}
			d.rounds = []*riskv1.Round{fixRoundOf()}
		}
		if i == 5 {
			d.origin = ""
		}
		return shot{name, at + "/a", u, actionPage(d, u)}
	}
	list := func(name string, actions []*riskv1.Action, u *user, q url.Values) shot {
		counts := fixCounts()
		if len(actions) == 0 {
			counts = nil
		}
		return shot{name, at, u, actionsPage(fixCommittee, actions, counts, fixBook(), u, q)}
	}
	return append([]shot{
		list("atgarder-tom", nil, u, nil), list("atgarder-tom-ledamot", nil, memberUser(), nil), list("atgarder-en", all[:1], u, nil),
		list("atgarder", all, u, nil), list("atgarder-ledamot", all, memberUser(), nil),
		list("atgarder-forsenade", all, u, url.Values{"status": {statusLate}}), list("atgarder-filter-tom", all, u, url.Values{"ar": {"2019"}}),
		list("atgarder-manga", many, u, url.Values{"fran": {"50"}, "ar": {"2025"}}),
		show("atgard", 0, u), show("atgard-ansvarig", 0, ownerUser()), show("atgard-forsenad", 1, u), show("atgard-foreslagen", 2, u),
		show("atgard-avslagen", 3, u), show("atgard-avslutad", 4, u), show("atgard-avslutad-ej", 5, memberUser()),
	}, append(actionFormShots(), waitingShots()...)...)
}

func actionFormShots() []shot {
	u, at := coordinatorUser(), "/"+fixAction+"a1"
	x := &entryContext{people: map[string]string{"p": "Omar Lind"}, units: []*directoryv1.Unit{{Name: "u", DisplayName: "Hemtjänst norr"}},
		holders: []*directoryv1.RoleAssignment{{Name: "a", Person: "p", Title: "enhetschef"}}}
	create := func(risk string) *form { return newActionForm(fixRegister(0), x, risk, 2025, nil) }
	empty := newActionForm(indexed(nil, fixNow, time.UTC), x, "", 2025, x.ownedBy(ownerUser(), fixCommittee))
	stale := editActionForm(fixActionOf(), fixBook(), x, true)
	stale.fill(url.Values{"rubrik": {"Min nya mening"}, "status": {"klar"}, "kommentar": {"Allt är gjort."}})
	stale.reject(fault.Stale(fixAction + "a1"))
	page := func(name, path, title string, f *form) shot {
		return shot{name, path, u, &page{Title: title, Section: sectionActions, Crumbs: actionCrumbs(fixAction + "a1")[:1], Form: f}}
	}
	shots := []shot{
		page("atgard-ny", "/"+fixCommittee+"/ny-atgard", "Ny åtgärd", create("")),
		page("atgard-ny-risk", "/"+fixCommittee+"/ny-atgard", "Ny åtgärd", create("r3")),
		page("atgard-ny-fel", "/"+fixCommittee+"/ny-atgard", "Ny åtgärd", tried(create(""), url.Values{"fran": {fromRisk}, "risk": {"finns-inte"}})),
		page("atgard-ny-utan-plan", "/"+fixCommittee+"/ny-atgard", "Ny åtgärd", empty),
		page("atgard-andra", at+"/andra", "Rapportera och ändra åtgärden", editActionForm(fixActionOf(), fixBook(), x, true)),
		page("atgard-andra-inaktuell", at+"/andra", "Rapportera och ändra åtgärden", stale),
		page("atgard-andra-ansvarig", at+"/andra", "Rapportera och ändra åtgärden", editActionForm(fixActionOf(), fixBook(), x, false)),
		page("atgard-andra-forslag", at+"/andra", "Rapportera och ändra åtgärden", editActionForm(fixActions()[2], fixBook(), x, true)),
	}
	for _, step := range []string{"godkann", "avsla", "forlang", "avsluta", "oppna"} {
		p, _ := stepPage(actionSteps[step], fixActionOf(), fixNow, time.UTC)
		shots = append(shots, shot{"atgard-" + step, at + "/" + step, u, p})
	}
	lacking, _ := stepPage(actionSteps["godkann"], fixActions()[2], fixNow, time.UTC)
	wrong, f := stepPage(actionSteps["avsluta"], fixActionOf(), fixNow, time.UTC)
	tried(f, url.Values{"gjord": {"nej"}, "dag": {"2025-05-09"}})
	refused, f := stepPage(actionSteps["forlang"], fixActionOf(), fixNow, time.UTC)
	f.fill(url.Values{"dag": {"2025-01-01"}, "skal": {"Mer tid."}})
	f.reject(toFault(fault.Fields(fault.Field{Path: "due_date", Swedish: "Den nya sista dagen måste ligga efter den förra (2025-06-30)."})))
	return append(shots, shot{"atgard-godkann-saknas", at + "/godkann", u, lacking}, shot{"atgard-avsluta-fel", at + "/avsluta", u, wrong}, shot{"atgard-forlang-fel", at + "/forlang", u, refused})
}

func reportShots() []shot {
	u, at := coordinatorUser(), "/"+fixRound
	both := fixRoundOf()
	both.ActionSelection, both.ActionYears = riskv1.ActionSelection_ACTION_SELECTION_ALL, []int32{2024, 2025}
	alone := fixRoundOf()
	alone.Kind, alone.Plans, alone.Selection, alone.ActionSelection = riskv1.RoundKind_ROUND_KIND_ACTION_REPORT, nil, riskv1.RoundSelection_ROUND_SELECTION_NONE, riskv1.ActionSelection_ACTION_SELECTION_OPEN
	closed := fixRoundOf()
	closed.State = riskv1.RoundState_ROUND_STATE_CLOSED
	closing, f := closePage(both, []*register{fixRegister(2)}, fixReports(3))
	closing.Form = f
	show := func(name string, i int, r *riskv1.Round, u *user, change func(*form)) shot {
		x := fixReports(3)
		p, f := x.reportPage(r, x.all[i], u)
		p.Form = f
		if change != nil {
			change(f)
		}
		return shot{name, at + "/followUps/a1", u, p}
	}
	return []shot{
		{"uppfoljning-atgarder", at, u, roundPage(both, []*register{fixRegister(2)}, fixReports(3), u)},
		{"uppfoljning-bara-atgarder", at, ownerUser(), roundPage(alone, nil, fixReports(3), ownerUser())},
		{"uppfoljning-atgarder-tom", at, u, roundPage(alone, nil, fixReports(0), u)},
		{"uppfoljning-stang-atgarder", at + "/stang", u, closing},
		show("rapport", 0, both, ownerUser(), nil), show("rapport-andra", 1, both, u, nil), show("rapport-stangd", 1, closed, u, nil), show("rapport-ledamot", 0, both, memberUser(), nil),
		show("rapport-fel", 0, both, ownerUser(), func(f *form) { tried(f, url.Values{"kommentar": {"Det går bra."}}) }),
	}
}

func stepShots() []shot {
	u, at := coordinatorUser(), "/"+fixPlan
	closing, f := closePlanPage(fixRegister(0).GetPlan())
	closing.Form = f
	open, f := closePlanPage(fixRegister(0).GetPlan())
	open.Form = f
	f.reject(fault.State("ROUND_OPEN", "Uppföljningen Delårsuppföljning 2025 är inte stängd. Stäng den först.", "round open"))
	move, f := movePage("Flytta risken till en annan nämnd", fixRisks[0].title, "r1", "/"+fixCommittee+"/risks/r1", []option{{Value: fixSchool, Label: "Utbildningsnämnden"}})
	f.fill(url.Values{"till": {""}})
	f.valid()
	nowhere, _ := movePage("Flytta risken till en annan nämnd", fixRisks[0].title, "r1", "/"+fixCommittee+"/risks/r1", nil)
	mandatory := fourByFour()
	mandatory.Classifications = []*riskv1.Classification{{Id: "kategori", Title: "Riskkategori", Items: []*riskv1.ClassificationItem{{Id: "jav", Title: "Jäv och mutor", Mandatory: true}, {Id: "it", Title: "It"}}}}
	plan := fixMatrix().GetPlan()
	plan.ConfirmedEmpty = []string{"kategori/jav"}
	create := newForm("Skapa planen", text("ar", "Vilket år gäller planen?", "2026").width("short"), copyOptions([]*riskv1.Plan{fixRegister(0).GetPlan(), {Name: fixCommittee + "/plans/2024"}}))
	point := fixMatrix()
	point.GetControlPoints()[0].CommonItem = fixItem(0).GetName()
	fixed := pointForm(point, fixHolders(), point.GetControlPoints()[0])
	fixCommon(fixed, fixItem(riskv1.CommonItemState_COMMON_ITEM_STATE_DECIDED))
	moved := &riskv1.Risk{Name: fixCommittee + "/risks/r1", Title: fixRisks[0].title, MovedTo: fixSchool + "/risks/r1"}
	place := func(name string) string { return u.placeName(committeeOf(name)) }
	plans := []*riskv1.Plan{{Name: fixCommittee + "/plans/2024", State: riskv1.PlanState_PLAN_STATE_CLOSED}, fixRegister(0).GetPlan()}
	return []shot{
		{"risk-ar", "/" + fixCommittee + "/risks/r1", u, riskPage(&riskv1.Risk{Name: moved.GetName(), Title: moved.GetTitle()}, plans, []*riskv1.RiskEntry{fixEntryOf(0)}, u, place)},
		{"risk-flyttad", "/" + fixCommittee + "/risks/r1", memberUser(), riskPage(moved, plans, nil, memberUser(), place)},
		{"plan-avsluta", at + "/avsluta", u, closing}, {"plan-avsluta-fel", at + "/avsluta", u, open},
		{"risk-flytta-fel", at + "/flytta", u, move}, {"risk-flytta-ingenstans", at + "/flytta", u, nowhere},
		{"plan-texter-rubriker", at + "/andra", u, &page{Title: "Ändra planens texter", Section: sectionPlan, Form: planForm(plan, mandatory)}},
		{"plan-ny", "/" + fixCommittee + "/ny-plan", u, &page{Title: "Skapa plan", Section: sectionPlan, Form: create}},
		{"kontrollmoment-gemensam", at + "/controlPoints/k1", u, pointPage(point, point.GetControlPoints()[0], u)},
		{"kontrollmoment-gemensam-andra", at + "/controlPoints/k1/andra", u, &page{Title: "Ändra granskning", Form: fixed}},
	}
}

func matrixShots() []shot {
	u, at := coordinatorUser(), "/"+fixPlan
	show := func(name string, g *register, change func(v *matrixView)) shot {
		p := planPage(g, u, nil)
		v, _ := p.Data.(planView)
		if v.Matrix != nil {
			v.Matrix.offer(at, g.GetPlan())
			change(v.Matrix)
		}
		p.Data = v
		return shot{name, at, u, p}
	}
	base, other := fixMatrix(), fixMatrix()
	base.GetPlan().Name = fixCommittee + "/plans/2024"
	for _, e := range base.GetRiskEntries()[:3] {
		e.Likelihood = proto.Float64(4)
	}
	base.GetRiskEntries()[4].Consequence = nil
	other.Plan = base.GetPlan()
	other.MethodVersion = tableMethod(3, 5)
	g := fixMatrix()
	table := fixMatrix()
	table.MethodVersion = tableMethod(7, 7)
	full := fixMatrix()
	full.GetControlPoints()[0].CommonItem = fixItem(0).GetName()
	full.ControlPoints = append(full.ControlPoints, &riskv1.ControlPoint{Name: fixPlan + "/controlPoints/k2", Title: "Attestreglerna", MovedTo: fixSchool + "/plans/2025/controlPoints/k2"})
	full.actions = fixActions()[:3]
	return []shot{
		show("plan-matris", g, func(*matrixView) {}),
		show("plan-matris-fore", fixMatrix(), func(v *matrixView) { g.compareMatrix(v, base) }),
		show("plan-matris-andra-skalor", fixMatrix(), func(v *matrixView) { g.compareMatrix(v, other) }),
		show("plan-matris-tabell", table, func(*matrixView) {}),
		show("plan-gemensamma", full, func(*matrixView) {}),
		compareShot("jamfor", fixPlan), compareShot("jamfor-forsta", ""),
	}
}

// tableMethod has other names and numbers of steps, and values by table, with blank cells.
func tableMethod(down, across int32) *riskv1.MethodVersion {
	m := fourByFour()
	m.ValueRule = riskv1.ValueRule_VALUE_RULE_TABLE
	steps := func(title string, n int32) *riskv1.Axis {
		a := &riskv1.Axis{Title: title}
		for i := range n {
			a.Steps = append(a.Steps, &riskv1.Step{Value: i, Label: fmt.Sprintf("Steg %d", i), Description: "Så ofta som beskrivs här."})
		}
		return a
	}
	m.Likelihood, m.Consequence = steps("Väsentlighet", down), steps("Påverkan på "+longWord, across)
	for i := range down {
		for j := range across {
			if (i+j)%4 != 3 {
				m.Cells = append(m.Cells, &riskv1.Cell{Likelihood: i, Consequence: j, Value: float64(i*j) + 0.5})
			}
		}
	}
	return m
}

func compareShot(name, base string) shot {
	g := fixMatrix()
	entry := func(i int, v float64) *riskv1.RiskEntry {
		e := fixEntryOf(i)
		e.StatedValue = &v
		return e
	}
	risk := func(i int) *riskv1.Risk {
		return &riskv1.Risk{Name: fmt.Sprintf("%s/risks/r%d", fixCommittee, i+1), Title: fixRisks[i].title}
	}
	r := &riskv1.ComparePlansResponse{Base: fixCommittee + "/plans/2024", Changes: []*riskv1.RiskChange{
		{Risk: risk(0), Kind: riskv1.RiskChangeKind_RISK_CHANGE_KIND_REMAINING, Entry: entry(0, 9), BaseEntry: entry(0, 12)},
		{Risk: risk(1), Kind: riskv1.RiskChangeKind_RISK_CHANGE_KIND_REMAINING, Entry: entry(1, 12), BaseEntry: entry(1, 8)},
		{Risk: risk(2), Kind: riskv1.RiskChangeKind_RISK_CHANGE_KIND_REMAINING, Entry: entry(2, 8), BaseEntry: entry(2, 8)},
		{Risk: risk(3), Kind: riskv1.RiskChangeKind_RISK_CHANGE_KIND_NEW, Entry: entry(3, 12)},
		{Risk: risk(4), Kind: riskv1.RiskChangeKind_RISK_CHANGE_KIND_REPLACED, BaseEntry: entry(4, 6), ReplacedBy: risk(3).GetName()},
		{Risk: &riskv1.Risk{Name: "r6", Title: fixRisks[5].title, MovedTo: fixSchool + "/risks/r6"}, Kind: riskv1.RiskChangeKind_RISK_CHANGE_KIND_MOVED, BaseEntry: entry(5, 4)},
	}}
	if base == "" {
		r = &riskv1.ComparePlansResponse{}
	}
	plans := []*riskv1.Plan{{Name: fixCommittee + "/plans/2023"}, {Name: fixCommittee + "/plans/2024"}, g.GetPlan()}
	u := coordinatorUser()
	return shot{name, "/" + fixPlan + "/jamfor", u, comparePage(g, fixRegister(0), r, plans, func(name string) string { return u.placeName(committeeOf(name)) })}
}

func commonShots() []shot {
	u, at := coordinatorUser(), "/"+fixMunicipality+"/commonItems"
	draft, decided := riskv1.CommonItemState_COMMON_ITEM_STATE_DRAFT, riskv1.CommonItemState_COMMON_ITEM_STATE_DECIDED
	withdrawn := riskv1.CommonItemState_COMMON_ITEM_STATE_WITHDRAWN
	committees := committeeOptions([]*directoryv1.Committee{fixCommitteeOf(), fixSchoolOf()})
	decide, f := decideCommonPage(fixItem(draft))
	tried(f, url.Values{"paragraf": {"201"}})
	stale := commonForm(fixItem(draft), committees)
	stale.fill(url.Values{"rubrik": {"Min rubrik"}, "slag": {"2"}, "ar": {"2025"}})
	stale.reject(fault.Stale("i1"))
	return []shot{
		{"gemensamma-tom", at, u, commonItemsPage(fixMunicipality, nil, 2025, u, 2025)},
		{"gemensamma-tom-ledamot", at, memberUser(), commonItemsPage(fixMunicipality, nil, 2025, memberUser(), 2025)},
		{"gemensamma", at, u, commonItemsPage(fixMunicipality, []*riskv1.CommonItem{fixItem(draft), fixItem(decided), fixItem(withdrawn)}, 2025, u, 2025)},
		{"gemensam-utkast", at + "/jav", u, commonItemPage(fixItem(draft), fixPlaces(), u)},
		{"gemensam", at + "/jav", u, commonItemPage(fixItem(decided), fixPlaces(), u)},
		{"gemensam-ledamot", at + "/jav", memberUser(), commonItemPage(fixItem(decided), nil, memberUser())},
		{"gemensam-tillbakadragen", at + "/jav", u, commonItemPage(fixItem(withdrawn), fixPlaces(), u)},
		{"gemensam-ny", at, u, &page{Title: "Ny kommungemensam granskning", Section: sectionTown, Form: commonForm(&riskv1.CommonItem{Year: 2026, Kind: 2}, committees)}},
		{"gemensam-inaktuell", at, u, &page{Title: "Ändra granskningen", Section: sectionTown, Form: stale}},
		{"gemensam-beslut-fel", at + "/jav/beslut", u, decide},
	}
}

func townShots() []shot {
	u := coordinatorUser()
	m := u.places.municipalities[fixMunicipality]
	late := fixRegister(2)
	d := &overviewData{committee: fixCommitteeOf(), plans: []*riskv1.Plan{late.GetPlan()}, register: late, deadlines: fixDeadlines(), actions: fixCounts()}
	at := "/" + fixMunicipality + "/oversikt"
	return []shot{
		{"kommunen", at, u, townPage(m, fixPlaces(), fixCounts(), 2025, u, 2025)},
		{"kommunen-tom", at, u, townPage(m, nil, nil, 2026, u, 2025)},
		{"oversikt-tider", "/" + fixCommittee, u, overviewPage(d, u)},
	}
}

func accountShots() []shot {
	u, at := coordinatorUser(), "/"+fixMunicipality+"/serviceAccounts"
	shut := fixAccount()
	shut.Disabled = true
	committees := committeeOptions([]*directoryv1.Committee{fixCommitteeOf(), fixSchoolOf()})
	plain, _ := accountPage(shut, u)
	secret, v := accountPage(fixAccount(), u)
	v.Client, v.Secret = fixAccount().GetName(), "en-hemlighet-som-visas-en-gang"
	secret.Data = v
	return []shot{
		{"konton-tom", at, u, accountsPage(fixMunicipality, nil, u)},
		{"konton", at, u, accountsPage(fixMunicipality, []*directoryv1.ServiceAccount{fixAccount(), shut}, u)},
		{"konto-avstangt", at + "/arenden", u, plain}, {"konto-hemlighet", at + "/arenden", u, secret},
		{"konto-nytt-fel", at, u, &page{Title: "Nytt konto", Section: sectionAdmin, Form: tried(accountForm(&directoryv1.ServiceAccount{}, fixMunicipality, committees), url.Values{"var0": {fixMunicipality}, "var1": {fixMunicipality}})}},
		{"konto-andra", at + "/arenden/andra", u, &page{Title: "Ändra kontot", Section: sectionAdmin, Form: accountForm(fixAccount(), fixMunicipality, committees)}},
	}
}

func docsShots(s *server) []shot {
	return []shot{
		{"api", "/docs", nil, docsPage(s.api)},
		{"api-typ", "/docs/types/Deadline", nil, docsTypePage(s.api.types["Deadline"])},
	}
}
