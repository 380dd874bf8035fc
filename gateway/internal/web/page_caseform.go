package web

import (
	"strconv"
	"strings"

	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// caseSources are what a case can be about.
type caseSources struct {
	rounds []*riskv1.Round
	plans  []*riskv1.Plan
}

// caseSources reads the rounds and plans of the committee.
func (c *call) caseSources() (caseSources, error) {
	rounds, err := c.Risks.ListRounds(c.ctx(), &riskv1.ListRoundsRequest{Parent: c.name(2), PageSize: 1000})
	if err != nil {
		return caseSources{}, err
	}
	plans, err := c.Risks.ListPlans(c.ctx(), &riskv1.ListPlansRequest{Parent: c.name(2), PageSize: 1000})
	return caseSources{rounds.GetRounds(), plans.GetPlans()}, err
}

// createCase makes a case.
func (s *server) createCase(c *call) (*page, error) {
	x, err := c.caseSources()
	if err != nil {
		return nil, err
	}
	k := &reportv1.Case{}
	for _, r := range x.rounds {
		if last(r.GetName()) == c.query("uppfoljning") {
			k.Round, k.Title, k.MeetingDate = r.GetName(), r.GetTitle()+" av internkontrollplanen", r.GetMeetingDate()
		}
	}
	f := caseForm(k, x, nil, c.rows)
	f.Submit, f.Cancel = "Skapa ärendet", address(c.name(2))+"/cases"
	p := &page{Title: "Skapa ärende", Section: sectionCases, Crumbs: caseCrumbs(c.name(2) + "/cases/-"), Lead: "Texterna skriver du när ärendet är skapat."}
	return c.form(p, f, func() (string, error) {
		next, err := typedCase(f, nil)
		if err != nil {
			return "", err
		}
		made, err := s.Reports.CreateCase(c.ctx(), &reportv1.CreateCaseRequest{Parent: c.name(2), Case: next})
		return receipt(address(made.GetName()), "skapad"), err
	})
}

// editCase changes a case.
func (s *server) editCase(c *call) (*page, error) {
	k, err := s.Reports.GetCase(c.ctx(), &reportv1.GetCaseRequest{Name: c.name(3)})
	if err != nil {
		return nil, err
	}
	x, err := c.caseSources()
	if err != nil {
		return nil, err
	}
	parts := textParts(k, c.caseParts(k))
	f := caseForm(k, x, parts, c.rows)
	f.Cancel = address(k.GetName())
	p := &page{Title: "Ändra ärendet", Over: k.GetTitle(), Section: sectionCases, Crumbs: append(caseCrumbs(k.GetName()), link{k.GetTitle(), f.Cancel})}
	return c.form(p, f, func() (string, error) {
		next, err := typedCase(f, parts)
		if err != nil {
			return "", err
		}
		next.Name, next.Etag = k.GetName(), f.value("etag")
		_, err = s.Reports.UpdateCase(c.ctx(), &reportv1.UpdateCaseRequest{Case: next,
			UpdateMask: mask("title", "case_numbers", "meeting_date", "agenda_item", "paragraph", "decision_points", "texts", "round", "plan",
				"memorandum_date", "unit_text", "managers", "officials", "basis", "appendices", "recipients")})
		return receipt(f.Cancel, "sparad"), err
	})
}

// textParts are the headings that a case can have texts for: the templates', and any other that has a text already.
func textParts(k *reportv1.Case, parts []*reportv1.DocumentPart) []*reportv1.DocumentPart {
	var out []*reportv1.DocumentPart
	known := map[string]bool{}
	for _, part := range parts {
		if part.GetKey() != "" && !known[part.GetKey()] {
			known[part.GetKey()] = true
			out = append(out, part)
		}
	}
	for _, t := range k.GetTexts() {
		if !known[t.GetKey()] {
			out = append(out, &reportv1.DocumentPart{Key: t.GetKey(), Title: t.GetKey()})
		}
	}
	return out
}

// caseForm asks for a case.
func caseForm(k *reportv1.Case, x caseSources, parts []*reportv1.DocumentPart, rows rowCount) *form {
	rounds, plans := []option{{Label: "Ingen uppföljning"}}, []option{{Label: "Uppföljningens plan"}}
	for _, r := range x.rounds {
		rounds = append(rounds, option{Value: r.GetName(), Label: r.GetTitle()})
	}
	for _, p := range x.plans {
		plans = append(plans, option{Value: p.GetName(), Label: planTitle(p)})
	}
	f := newForm("Spara", hidden("etag", k.GetEtag()),
		text("rubrik", "Rubrik", k.GetTitle(), "case.title").hint("Som på dagordningen.").missing("Skriv ärendets rubrik."),
		area("dnr", "Diarienummer", strings.Join(k.GetCaseNumbers(), "\n"), "case.case_numbers").optional().rows(2).hint("Ett per rad, skrivet som ni brukar: till exempel SN-2024/259."),
		choose("uppfoljning", "Vilken uppföljning redovisas?", k.GetRound(), rounds, "case.round").optional(),
		choose("plan", "Vilken plan gäller det?", k.GetPlan(), plans, "case.plan").optional())
	f.add("Sammanträdet", "",
		date("sammantrade", "Datum", k.GetMeetingDate(), "case.meeting_date").optional(),
		text("punkt", "Punkt på dagordningen", k.GetAgendaItem(), "case.agenda_item").optional().width("short"),
		text("paragraf", "Paragraf i protokollet", k.GetParagraph(), "case.paragraph").optional().width("short").hint("Bara numret. Fyll i efter sammanträdet."))
	addMemorandum(f, k, rows)
	addPoints(f, k, rows)
	if len(parts) > 0 {
		f.add("Texter i handlingen", "Lämna en text tom, så används standardtexten.", textFields(k, parts)...)
	}
	return f
}

// addMemorandum asks for what stands around the texts of the official memorandum.
func addMemorandum(f *form, k *reportv1.Case, rows rowCount) {
	f.add("Tjänsteskrivelsen", "",
		date("skrivelse", "Tjänsteskrivelsens datum", k.GetMemorandumDate(), "case.memorandum_date").optional(),
		text("enhetstext", "Enhet eller verksamhet", k.GetUnitText(), "case.unit_text").optional().hint("Som det ska stå i huvudet."))
	addSignatories(f, "chef", "Ansvariga chefer", "chef", k.GetManagers(), rows)
	addSignatories(f, "handlaggare", "Handläggare", "handläggare", k.GetOfficials(), rows)
	n := rows("underlag", max(1, len(k.GetBasis())))
	fields := []*field{hidden(rowsField("underlag"), strconv.Itoa(n))}
	for i := range n {
		b := &reportv1.BasisDocument{}
		if i < len(k.GetBasis()) {
			b = k.GetBasis()[i]
		}
		id, nr := strconv.Itoa(i), strconv.Itoa(i+1)
		fields = append(fields, cells(text("underlag"+id, "Underlag "+nr, b.GetTitle()).optional(), date("underlag-dag"+id, "Daterat, underlag "+nr, b.GetDate()).optional()))
	}
	f.add("Beslutsunderlag", "Det som beslutet vilar på, med datum. Frivilligt.", fields...)
	f.button("Lägg till ett underlag", addRow+"underlag")
	f.add("Bilagor och mottagare", "",
		area("bilagor", "Bilagor", strings.Join(k.GetAppendices(), "\n"), "case.appendices").optional().rows(2).hint("En per rad."),
		area("kannedom", "Beslutet skickas för kännedom till", recipientLines(k, reportv1.RecipientPurpose_RECIPIENT_PURPOSE_INFORMATION), "case.recipients").optional().rows(2).hint("En mottagare per rad."),
		area("verkstallighet", "Beslutet skickas för åtgärd till", recipientLines(k, reportv1.RecipientPurpose_RECIPIENT_PURPOSE_EXECUTION), "case.recipients").optional().rows(2).hint("En mottagare per rad."))
}

// addSignatories ask who signs, in which role.
func addSignatories(f *form, key, legend, word string, all []*reportv1.Signatory, rows rowCount) {
	n := rows(key, max(1, len(all)))
	fields := []*field{hidden(rowsField(key), strconv.Itoa(n))}
	for i := range n {
		s := &reportv1.Signatory{}
		if i < len(all) {
			s = all[i]
		}
		id, nr := strconv.Itoa(i), strconv.Itoa(i+1)
		fields = append(fields, cells(text(key+"-roll"+id, "Roll, "+word+" "+nr, s.GetRole()).optional(), text(key+"-namn"+id, "Namn, "+word+" "+nr, s.GetHolder()).optional(),
			checks(key+"-tf"+id, "Tillförordnad, "+word+" "+nr, flags(s.GetActing()), []option{{Value: "ja", Label: "tf."}})))
	}
	f.add(legend, "Som de undertecknar. Frivilligt.", fields...)
	f.button("Lägg till en "+word, addRow+key)
}

// addPoints ask for the decision points: what is proposed, and what the committee decided.
func addPoints(f *form, k *reportv1.Case, rows rowCount) {
	n := rows("punkter", max(1, len(k.GetDecisionPoints())))
	points := []*field{hidden(rowsField("punkter"), strconv.Itoa(n))}
	for i := range n {
		var point *reportv1.DecisionPoint
		if i < len(k.GetDecisionPoints()) {
			point = k.GetDecisionPoints()[i]
		}
		id, nr := strconv.Itoa(i), strconv.Itoa(i+1)
		points = append(points,
			area("forslag"+id, "Förslag till beslut, punkt "+nr, point.GetProposed()).optional().rows(2),
			area("beslut"+id, "Nämndens beslut, punkt "+nr, point.GetDecided()).optional().rows(2).hint("Fyll i efter sammanträdet, även om det blev som förslaget."))
	}
	f.add("Beslutspunkter", "Förslaget och beslutet är olika texter. Förslaget trycks i tjänsteskrivelsen, beslutet i protokollsutdraget.", points...)
	f.button("Lägg till en beslutspunkt", addRow+"punkter")
}

// recipientLines are the recipients of a purpose, one a line.
func recipientLines(k *reportv1.Case, purpose reportv1.RecipientPurpose) string {
	var lines []string
	for _, r := range k.GetRecipients() {
		if r.GetPurpose() == purpose {
			lines = append(lines, r.GetText())
		}
	}
	return strings.Join(lines, "\n")
}

// textFields ask for the texts by heading; the standard text stands beside.
func textFields(k *reportv1.Case, parts []*reportv1.DocumentPart) []*field {
	texts := map[string]string{}
	for _, t := range k.GetTexts() {
		texts[t.GetKey()] = t.GetText()
	}
	var fields []*field
	for _, part := range parts {
		q := area("text-"+part.GetKey(), part.GetTitle(), texts[part.GetKey()]).optional().rows(6)
		q.Standard = part.GetStandardText()
		fields = append(fields, q)
	}
	return fields
}

// typedCase reads a case from its form.
func typedCase(f *form, parts []*reportv1.DocumentPart) (*reportv1.Case, error) {
	t := &typist{form: f}
	k := &reportv1.Case{Title: f.value("rubrik"), CaseNumbers: f.field("dnr").lines(), Round: f.value("uppfoljning"), Plan: f.value("plan"),
		MeetingDate: f.value("sammantrade"), AgendaItem: f.value("punkt"), Paragraph: f.value("paragraf"), MemorandumDate: f.value("skrivelse"), UnitText: f.value("enhetstext"),
		Managers: t.signatories("chef", "managers"), Officials: t.signatories("handlaggare", "officials"), Basis: t.basis(), Appendices: f.field("bilagor").lines()}
	k.Recipients = append(recipients(f.field("kannedom"), reportv1.RecipientPurpose_RECIPIENT_PURPOSE_INFORMATION),
		recipients(f.field("verkstallighet"), reportv1.RecipientPurpose_RECIPIENT_PURPOSE_EXECUTION)...)
	for i := 0; f.field("forslag"+strconv.Itoa(i)).Name != ""; i++ {
		n, at := strconv.Itoa(i), "case.decision_points["+strconv.Itoa(len(k.GetDecisionPoints()))+"]"
		if point := (&reportv1.DecisionPoint{Proposed: f.value("forslag" + n), Decided: f.value("beslut" + n)}); point.GetProposed()+point.GetDecided() != "" {
			t.place(map[string]string{"forslag" + n: at + ".proposed", "beslut" + n: at + ".decided"})
			k.DecisionPoints = append(k.DecisionPoints, point)
		}
	}
	for _, part := range parts {
		if text := f.value("text-" + part.GetKey()); text != "" {
			t.place(map[string]string{"text-" + part.GetKey(): "case.texts[" + strconv.Itoa(len(k.GetTexts())) + "]"})
			k.Texts = append(k.Texts, &reportv1.CaseText{Key: part.GetKey(), Text: text})
		}
	}
	return k, t.fault()
}

// recipients reads one recipient a line.
func recipients(q *field, purpose reportv1.RecipientPurpose) []*reportv1.Recipient {
	var out []*reportv1.Recipient
	for _, line := range q.lines() {
		out = append(out, &reportv1.Recipient{Text: line, Purpose: purpose})
	}
	return out
}

// signatories reads who signs; a row that holds nothing is nobody.
func (t *typist) signatories(key, list string) []*reportv1.Signatory {
	var out []*reportv1.Signatory
	for i := 0; t.form.field(key+"-roll"+strconv.Itoa(i)).Name != ""; i++ {
		id, at := strconv.Itoa(i), "case."+list+"["+strconv.Itoa(len(out))+"]"
		if t.blank(key+"-roll"+id, key+"-namn"+id) {
			continue
		}
		t.place(map[string]string{key + "-roll" + id: at + ".role", key + "-namn" + id: at + ".holder"})
		if t.form.value(key+"-roll"+id) == "" {
			t.wrong(key+"-roll"+id, "Skriv i vilken roll.")
		}
		out = append(out, &reportv1.Signatory{Role: t.form.value(key + "-roll" + id), Holder: t.form.value(key + "-namn" + id), Acting: t.form.field(key + "-tf" + id).has("ja")})
	}
	return out
}

// basis reads what the decision rests on; a row that holds nothing is none.
func (t *typist) basis() []*reportv1.BasisDocument {
	var out []*reportv1.BasisDocument
	for i := 0; t.form.field("underlag"+strconv.Itoa(i)).Name != ""; i++ {
		id, at := strconv.Itoa(i), "case.basis["+strconv.Itoa(len(out))+"]"
		if t.blank("underlag"+id, "underlag-dag"+id) {
			continue
		}
		t.place(map[string]string{"underlag" + id: at + ".title", "underlag-dag" + id: at + ".date"})
		if t.form.value("underlag"+id) == "" {
			t.wrong("underlag"+id, "Skriv vad underlaget heter.")
		}
		out = append(out, &reportv1.BasisDocument{Title: t.form.value("underlag" + id), Date: t.form.value("underlag-dag" + id)})
	}
	return out
}

// memorandumFacts are what stands around the texts of the official memorandum, as far as it is filled in.
func memorandumFacts(k *reportv1.Case) []fact {
	var facts []fact
	add := func(label, text string) {
		if text != "" {
			facts = append(facts, fact{Label: label, Text: text})
		}
	}
	add("Tjänsteskrivelsens datum", dateText(k.GetMemorandumDate()))
	add("Enhet eller verksamhet", k.GetUnitText())
	add("Ansvariga chefer", signatoryLines(k.GetManagers()))
	add("Handläggare", signatoryLines(k.GetOfficials()))
	var basis []string
	for _, b := range k.GetBasis() {
		basis = append(basis, strings.TrimSuffix(b.GetTitle()+", "+dateText(b.GetDate()), ", "))
	}
	add("Beslutsunderlag", strings.Join(basis, "\n"))
	add("Bilagor", strings.Join(k.GetAppendices(), "\n"))
	add("För kännedom till", recipientLines(k, reportv1.RecipientPurpose_RECIPIENT_PURPOSE_INFORMATION))
	add("För åtgärd till", recipientLines(k, reportv1.RecipientPurpose_RECIPIENT_PURPOSE_EXECUTION))
	return facts
}

// signatoryLines writes who signs, one a line: "tf. verksamhetschef vård, Anna Ek".
func signatoryLines(all []*reportv1.Signatory) string {
	var lines []string
	for _, s := range all {
		line := strings.TrimSuffix(s.GetRole()+", "+s.GetHolder(), ", ")
		if s.GetActing() {
			line = "tf. " + line
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}
