package web

import (
	"fmt"
	"net/url"

	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"

	"github.com/uppsikt/uppsikt/internal/fault"
)

func controlShots() []shot {
	u, at := coordinatorUser(), "/"+fixCommittee+"/controls"
	plans := []*riskv1.Plan{{Name: fixCommittee + "/plans/2024"}, fixRegister(0).GetPlan()}
	show := func(name string, b *controlBook, u *user) shot {
		return shot{name, at, u, controlsPage(fixCommittee, b, plans, u, nil)}
	}
	bare := fixControls()
	bare.ControlAreas, bare.ControlPoints = nil, nil
	bare.found = &controlv1.GetControlSnapshotResponse{}
	one := fixControls(fixResultOf())
	one.ControlAreas, one.ControlPoints = one.GetControlAreas()[:1], one.GetControlPoints()[:1]
	missed := fixResultOf()
	missed.Execution, missed.Grade, missed.StatedFulfilment = controlv1.Execution_EXECUTION_NOT_PERFORMED, "", 0
	long := fixControls()
	for i := range 40 {
		long.ControlPoints = append(long.ControlPoints, &riskv1.ControlPoint{Name: fmt.Sprintf("%s/controlPoints/m%d", fixPlan, i), Title: longWord, ControlArea: fixArea, Owners: []*riskv1.Owner{{Role: longWord}}})
	}
	closed := fixControls(missed)
	closed.rounds[0].State = riskv1.RoundState_ROUND_STATE_CLOSED
	round := func(name string, r *riskv1.Round, u *user, results ...*controlv1.Result) shot {
		g := fixControls().register
		return shot{name, "/" + fixRound, u, withControls(roundPage(r, []*register{g}, fixReports(0), u), r, []*register{g}, &roundControls{results}, u, nil)}
	}
	return []shot{
		{"kontroller-ingen-plan", at, u, controlsPage(fixCommittee, nil, nil, u, nil)},
		show("kontroller-tom", bare, u), show("kontroller-en", one, u), show("kontroller", fixControls(fixResultOf()), u), show("kontroller-utan-resultat", fixControls(), u),
		show("kontroller-manga", long, u), show("kontroller-stangd", closed, u), show("kontroller-ledamot", fixControls(fixResultOf()), memberUser()),
		round("uppfoljning-kontroller", fixRoundOf(), u, fixResultOf()), round("uppfoljning-kontroller-stangd", closed.rounds[0], u, fixResultOf()),
		round("uppfoljning-kontroller-ledamot", fixRoundOf(), memberUser()),
	}
}

func indicatorShots() []shot {
	u, at := coordinatorUser(), "/"+fixIndicator+"planer"
	data := func(ms []*controlv1.Measurement) *indicatorData {
		return &indicatorData{indicator: fixIndicators()[0], measurements: ms, evaluation: fixEvaluation(), year: 2025, mayMeasure: true, units: unitsByName(fixUnits()), subjects: []link{{"Granskning av rutinen för skyddad identitet", "/" + fixPoint}}}
	}
	none, reader := data(nil), data(fixMeasurements())
	none.evaluation, reader.mayMeasure = nil, false
	var many []*controlv1.Measurement
	for i := range 120 {
		many = append(many, fixMeasurement(1906+i, float64(i%100), nil))
	}
	formPage := func(name, title string, f *form) shot {
		return shot{name, at + "/andra", u, &page{Title: title, Section: sectionControls, Crumbs: controlCrumbs(fixCommittee), Form: f}}
	}
	edit := func() *form {
		return indicatorForm(fixIndicators()[0], subjectOptions(fixControls().register), asStored)
	}
	stale := edit()
	stale.fill(url.Values{"rubrik": {"Min nya rubrik"}, "slag": {"1"}, "decimaler": {"0"}, "mal-slag0": {"1"}, "mal-varde0": {"95"}, "mal-slag1": {"4"}})
	stale.reject(fault.Stale(fixIndicator + "planer"))
	wrong := edit()
	wrong.fill(url.Values{"rubrik": {"Andel"}, "slag": {"1"}, "decimaler": {"många"}, "mal-slag0": {"1"}, "mal-varde0": {"9,3,5"}, "mal-ar0": {"i fjol"}})
	_, err := typedIndicator(wrong, fixIndicators()[0])
	wrong.reject(toFault(err))
	measuring := func(name string, m *controlv1.Measurement, values url.Values, after func(*page, *form)) shot {
		i := fixIndicators()[0]
		p := measuringPage(i, m, fixMeasurements(), unitsByName(fixUnits()), "Registrera mätning")
		p.Form = measurementForm(i, m, fixUnits())
		p.Form.Cancel = at
		if values != nil {
			p.Form.fill(values)
		}
		if after != nil {
			after(p, p.Form)
		}
		return shot{name, at + "/ny-matning", u, p}
	}
	blank := &controlv1.Measurement{Indicator: fixIndicator + "planer", BeginDate: "2025-01-01", EndDate: "2025-12-31"}
	typed := url.Values{"nar": {wholeYear}, "ar": {"2025"}, "hur": {byValue}, "varde": {"cirka 93,5 %"}}
	return []shot{
		{"matning", at, u, indicatorPage(data(fixMeasurements()), u, "")}, {"matning-tom", at, u, indicatorPage(none, u, "")},
		{"matning-en", at, u, indicatorPage(data(fixMeasurements()[2:3]), u, "")}, {"matning-manga", at, u, indicatorPage(data(many), u, "50")},
		{"matning-ledamot", at, memberUser(), indicatorPage(reader, memberUser(), "")},
		formPage("indikator-ny", "Ny indikator", indicatorForm(&controlv1.Indicator{Quantity: 1}, nil, func(_ string, have int) int { return have + 1 })),
		formPage("indikator-andra", "Ändra indikatorn och målen", edit()), formPage("indikator-andra-inaktuell", "Ändra indikatorn och målen", stale), formPage("indikator-andra-fel", "Ändra indikatorn och målen", wrong),
		measuring("matning-ny", blank, nil, nil), measuring("matning-utan-ratt", fixMeasurements()[3], nil, func(p *page, _ *form) {
			p.Form, p.Title = nil, "Ändra mätningen"
			readOnlyMeasurement(p)
		}), measuring("matning-andra", fixMeasurements()[3], nil, nil),
		measuring("matning-utfall", blank, typed, func(p *page, _ *form) {
			v := p.Data.(measurementView)
			v.Outcome = outcomeOf(fixIndicators()[0], &controlv1.CheckMeasurementResponse{Evaluation: fixEvaluation(), Previous: fixMeasurements()[1]})
			p.Data = v
		}),
		measuring("matning-utfall-annat", blank, url.Values{"nar": {oneDay}, "dag": {"2025-05-30"}, "hur": {byCounting}, "taljare": {"35"}, "namnare": {"40"}}, func(p *page, f *form) {
			v := p.Data.(measurementView)
			m, _ := typedMeasurement(f, fixIndicators()[0])
			v.Outcome = outcomeOf(fixIndicators()[0], &controlv1.CheckMeasurementResponse{Evaluation: fixEvaluation(), Previous: fixMeasurements()[1]})
			v.Outcome.Typed = typedBeside(fixIndicators()[0], m, fixEvaluation(), nil)
			p.Data = v
		}),
		measuring("matning-fel", blank, url.Values{"nar": {fromTo}, "fran": {"2025-13-01"}, "hur": {byCounting}, "taljare": {"41"}, "namnare": {"4 0,0,0"}}, func(p *page, f *form) {
			f.valid()
			_, err := typedMeasurement(f, fixIndicators()[0])
			f.reject(toFault(err))
			p.failed()
		}),
		measuring("matning-avvisad", blank, url.Values{"nar": {wholeYear}, "ar": {"2025"}, "hur": {byCounting}, "taljare": {"41"}, "namnare": {"40"}}, func(_ *page, f *form) {
			f.reject(toFault(fault.Fields(fault.Field{Path: "measurement.numerator", Swedish: "Antalet kan inte vara större än det antal som det räknas av (40)."})))
		}),
	}
}

func resultShots() []shot {
	u, at := coordinatorUser(), "/"+fixResult
	x := &entryContext{people: map[string]string{"p": "Omar Lind"}, units: fixUnits()}
	show := func(name string, change func(*resultData), u *user) shot {
		d := fixFound(fixResultOf())
		if change != nil {
			change(d)
		}
		return shot{name, at, u, resultPage(d, u)}
	}
	write := func(name string, r *controlv1.Result, rows rowCount, change func(*form)) shot {
		d := fixFound(r)
		if r.GetName() == "" {
			d.result = nil
		}
		p := resultFormPage(d, "Registrera resultat")
		p.Form = resultForm(d, r, x, rows)
		p.Form.Cancel = "/" + fixRound + "#kontroller"
		if change != nil {
			change(p.Form)
		}
		return shot{name, at + "/andra", u, p}
	}
	fresh := &controlv1.Result{Subject: fixPoint, Execution: controlv1.Execution_EXECUTION_DONE, ReportedRole: "controller"}
	area := fixFound(nil)
	area.subject = fixArea
	areaPage := resultFormPage(area, "Registrera resultat")
	areaPage.Form = resultForm(area, &controlv1.Result{Subject: fixArea}, x, asStored)
	return []shot{
		show("resultat", nil, u), show("resultat-ledamot", nil, memberUser()),
		show("resultat-stangt", func(d *resultData) { d.round.State = riskv1.RoundState_ROUND_STATE_CLOSED }, u),
		show("resultat-ej-utford", func(d *resultData) {
			d.result = &controlv1.Result{Name: fixResult, Subject: fixPoint, Execution: controlv1.Execution_EXECUTION_NOT_PERFORMED, NotPerformedReason: "Enheten är nedlagd."}
		}, u),
		show("resultat-levererad", func(d *resultData) {
			d.result.ProposedActions[0].State = controlv1.ProposedActionState_PROPOSED_ACTION_STATE_DELIVERED
			d.result.ProposedActions = append(d.result.ProposedActions, &controlv1.ProposedAction{Title: "En till", State: controlv1.ProposedActionState_PROPOSED_ACTION_STATE_REFUSED, Fault: "Planåret är avslutat."})
		}, u),
		write("resultat-nytt", fresh, asStored, nil), write("resultat-andra", fixResultOf(), asStored, nil),
		write("resultat-flera-rader", fresh, func(_ string, have int) int { return have + 1 }, nil),
		write("resultat-fel", fresh, asStored, func(f *form) {
			f.fill(url.Values{"genomforande": {notPerformed}, "maluppfyllelse": {"1"}, "prov-antal0": {"25,5"}, "avv-antal0-0": {"3"}, "text": {"Det jag skrev."}})
			if f.valid() {
				return
			}
			problems := f.Problems
			_, _, err := typedResult(f, x)
			f.reject(toFault(err))
			f.Problems = append(problems, f.Problems[len(problems):]...)
		}),
		write("resultat-inaktuellt", fixResultOf(), asStored, func(f *form) {
			f.fill(url.Values{"genomforande": {"2"}, "maluppfyllelse": {"0"}, "text": {"Min nya text."}, "bedomning": {"storre-avvikelse"}})
			f.reject(fault.Stale(fixResult))
		}),
		write("resultat-stangd-uppfoljning", fresh, asStored, func(f *form) {
			f.fill(url.Values{"genomforande": {"2"}, "maluppfyllelse": {"0"}, "text": {"Min text."}})
			f.reject(fault.State("ROUND_CLOSED", "Uppföljningen är stängd. Resultat kan inte längre ändras.", "round closed"))
		}),
		{"resultat-omrade", at, u, areaPage}, {"resultat-laser", at + "/andra", memberUser(), readOnlyResult(resultFormPage(fixFound(nil), "Registrera resultat"), fixFound(nil))},
	}
}

func documentShots(s *server) []shot {
	u, at := coordinatorUser(), "/"+fixCommittee
	k := fixCase()
	k.Plan, k.MemorandumDate, k.UnitText, k.Paragraph = fixPlan, "2025-12-22", "Vård- och omsorgskontoret", "4"
	k.Managers = []*reportv1.Signatory{{Role: "verksamhetschef vård", Holder: "Anna Ek"}, {Role: "verksamhetschef stöd", Holder: "Bo Ask", Acting: true}}
	k.Officials = []*reportv1.Signatory{{Role: "utredare", Holder: "Cia Alm"}}
	k.Basis = []*reportv1.BasisDocument{{Title: "Internkontrollrapport 2025", Date: "2025-12-19"}, {Title: "Tjänsteskrivelse"}}
	k.Appendices = []string{"Internkontrollrapport 2025"}
	k.Recipients = []*reportv1.Recipient{{Text: "Kommunstyrelsen", Purpose: reportv1.RecipientPurpose_RECIPIENT_PURPOSE_INFORMATION}, {Text: "Förvaltningschefen", Purpose: reportv1.RecipientPurpose_RECIPIENT_PURPOSE_EXECUTION}}
	k.DecisionPoints[0].Decided = "Nämnden godkänner rapporten med tillägget att den redovisas igen i maj."
	parts := textParts(k, fixParts())
	page := func(name string, f *form) shot {
		return shot{name, at + "/cases/delar/andra", u, &page{Title: "Ändra ärendet", Over: k.GetTitle(), Section: sectionCases, Crumbs: caseCrumbs(k.GetName()), Form: f}}
	}
	x := caseSources{[]*riskv1.Round{fixRoundOf()}, []*riskv1.Plan{fixRegister(0).GetPlan()}}
	wrong := caseForm(k, x, parts, asStored)
	wrong.fill(url.Values{"rubrik": {"Rapport"}, "chef-namn0": {"Anna Ek"}, "underlag-dag0": {"2025-12-19"}, "skrivelse": {"i går"}})
	_, err := typedCase(wrong, parts)
	wrong.reject(toFault(err))
	stale := caseForm(k, x, parts, asStored)
	stale.fill(url.Values{"rubrik": {"Min rubrik"}, "beslut0": {"Nämnden avslår."}})
	stale.reject(fault.Stale(k.GetName()))
	document := func(name string, kind reportv1.DocumentKind, final bool) shot {
		d := fixDocument(final)
		d.Kind = kind
		if final {
			d.Files = append(d.Files, &reportv1.DocumentFile{Format: reportv1.DocumentFormat_DOCUMENT_FORMAT_XLSX, Sha256: d.GetFiles()[0].GetSha256(), SizeBytes: 20480})
		}
		return shot{name, at + "/documents/delar", u, documentPage(d, fixParts(), u, documentFacts(d, s.zone, "Helårsuppföljning 2025", k.GetTitle()))}
	}
	yearly := fixRoundOf()
	yearly.Kind = riskv1.RoundKind_ROUND_KIND_YEARLY
	sources := documentSources{fixCommittee, x.plans, []*riskv1.Round{yearly}, []*reportv1.Case{k}}
	ofYear, f := newDocumentPage(sources, last(fixRound), "", "")
	ofYear.Form = f
	ofCase, f := newDocumentPage(sources, "", "delar", "")
	ofCase.Form = f
	return []shot{
		{"arende-full", at + "/cases/delar", u, casePage(k, "Helårsuppföljning 2025", nil, fixParts(), u)}, {"arende-full-ledamot", at + "/cases/delar", memberUser(), casePage(k, "Helårsuppföljning 2025", nil, fixParts(), memberUser())},
		page("arende-andra-full", caseForm(k, x, parts, asStored)), page("arende-andra-rader", caseForm(k, x, nil, func(_ string, have int) int { return have + 1 })),
		page("arende-andra-fel", wrong), page("arende-andra-inaktuellt", stale),
		document("dokument-rapport", reportv1.DocumentKind_DOCUMENT_KIND_ANNUAL, false), document("dokument-rapport-slutlig", reportv1.DocumentKind_DOCUMENT_KIND_ANNUAL, true),
		document("dokument-skrivelse", reportv1.DocumentKind_DOCUMENT_KIND_MEMORANDUM, false), document("dokument-utdrag", reportv1.DocumentKind_DOCUMENT_KIND_MINUTES_EXTRACT, false),
		{"dokument-nytt-rapport", at + "/nytt-dokument", u, ofYear}, {"dokument-nytt-skrivelse", at + "/nytt-dokument", u, ofCase},
	}
}

func templateShots() []shot {
	u, at := coordinatorUser(), "/"+fixMunicipality+"/templates"
	places := []option{{Value: fixCommittee, Label: "Socialnämnden"}, {Value: fixSchool, Label: "Utbildningsnämnden"}}
	show := func(name string, t *reportv1.Template, rows rowCount, change func(*form)) shot {
		p := templatePage(fixTemplate().GetName(), reportv1.DocumentKind_DOCUMENT_KIND_MEMORANDUM, t != nil, true, u)
		p.Form = templateForm(fixBuiltIn(), t, places, rows)
		p.Form.Cancel = at
		if change != nil {
			change(p.Form)
		}
		return shot{name, at + "/memorandum", u, p}
	}
	read := templatePage(fixTemplate().GetName(), reportv1.DocumentKind_DOCUMENT_KIND_MEMORANDUM, true, false, memberUser())
	read.Template, read.Data = "template", templateParts(fixBuiltIn(), fixTemplate())
	reset, _ := resetPage(fixTemplate())
	return []shot{
		{"mallar", at, u, templatesPage(fixMunicipality, []*reportv1.Template{fixTemplate()})}, {"mallar-inbyggda", at, memberUser(), templatesPage(fixMunicipality, nil)},
		show("mall-inbyggd", nil, asStored, nil), show("mall", fixTemplate(), asStored, nil), show("mall-egen-del", fixTemplate(), func(_ string, have int) int { return have + 1 }, nil),
		show("mall-inaktuell", fixTemplate(), asStored, func(f *form) {
			f.fill(url.Values{"rubrik": {"Min rubrik"}, "del-plats0": {"1"}, "del-plats1": {"2"}, "del-plats2": {"3"}, "namnd": {fixCommittee}})
			f.reject(fault.Stale(fixTemplate().GetName()))
		}),
		show("mall-fel", fixTemplate(), asStored, func(f *form) {
			f.reject(toFault(fault.Fields(fault.Field{Path: "template.title", Swedish: "Ordet {nämnd} finns inte. Skriv {committee}."})))
		}),
		{"mall-laser", at + "/memorandum", memberUser(), read}, {"mall-aterstall", at + "/memorandum/aterstall", u, reset},
	}
}

func workbookShots() []shot {
	u, at := coordinatorUser(), "/"+fixCommittee+"/importera"
	o := WorkbookOptions{Committee: fixCommittee, Year: 2025, Kind: "risks"}
	columns := []WorkbookColumn{{"A", "Riskens beskrivning", "title"}, {"B", "S", "likelihood"}, {"C", "Kommentar", ""}}
	good := &WorkbookReport{Sheet: "Risker", Others: []string{"Matris", "2024"}, Columns: columns, Rows: 14, Created: 12, Updated: 1, Unchanged: 1, Remarks: []WorkbookFault{{Sheet: "Risker", Row: 9, Text: "Raden är dold i bladet men läses in."}}}
	bad := &WorkbookReport{Sheet: "Risker", Columns: columns, Rows: 14, Faults: []WorkbookFault{{"Risker", 7, "B", "S", "7 – Säker", "Sannolikheten 7 finns inte på skalan. Använd 1–4."},
		{"Risker", 9, "", "", "", "Raden har ingen risk. Skriv risken eller ta bort raden."}, {"Risker", 0, "", "", "", "Bladet har 12 fel till."}}}
	start := workbookPage(fixCommittee, fixKinds(), 2025)
	start.Form = workbookForm(fixKinds(), 2025)
	wrong := workbookPage(fixCommittee, fixKinds(), 2025)
	wrong.Form = tried(workbookForm(fixKinds(), 2025), url.Values{"ar": {"2025"}})
	return []shot{
		{"arbetsbok", at, u, start}, {"arbetsbok-fel-val", at, u, wrong}, {"arbetsbok-bra", at, u, workbookChecked(fixKinds(), "risker.xlsx", o, good, []byte("x"), nil)},
		{"arbetsbok-fel", at, u, workbookChecked(fixKinds(), "risker.xlsx", o, bad, []byte("x"), nil)},
		{"arbetsbok-okand", at, u, workbookChecked(fixKinds(), "risker.xlsx", o, &WorkbookReport{}, []byte("x"), []fault.Field{{Reason: headingsUnknown, Swedish: "Ingen rubrik känns igen bland de 40 första raderna i Blad1."}})},
		{"arbetsbok-ingen", at, u, workbookChecked(fixKinds(), "brev.docx", o, &WorkbookReport{}, []byte("x"), []fault.Field{{Swedish: "Filen är ingen Excel-arbetsbok. Spara den som Excel-arbetsbok (.xlsx) och försök igen."}})},
		{"arbetsbok-pagar", at, u, workingPage("Kontroll av arbetsboken", "<li>Har läst rad 2 000 av 3 001.</li>"+stepsEnd+"<h2>Arbetsboken kan importeras</h2>")},
		{"arbetsbok-samma", at, u, workbookChecked(fixKinds(), "risker.xlsx", o, &WorkbookReport{Sheet: "Risker", Columns: columns, Rows: 14, Unchanged: 14}, []byte("x"), nil)},
	}
}
