package report

import (
	"strings"
	"time"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
)

// Keys of the texts of a memorandum and a minutes extract that a case may replace.
const (
	KeyCaseSummary    = "case_summary"
	KeySubject        = "subject"
	KeyPolitical      = "political_preparation"
	KeyAdministrative = "administrative_preparation"
	KeyEconomy        = "economy"
)

// Matter is everything that the memorandum of a case and the extract of the minutes say something about. What is proposed
// and what is decided are different texts, and neither ever stands for the other.
type Matter struct {
	// Annual is what the case reports; its results are printed when Yearly is true.
	Annual
	Yearly bool
	// Extract tells the extract of the minutes from the memorandum.
	Extract bool
	// CaseTitle is the title on the agenda.
	CaseTitle string
	// MeetingDate and MemorandumDate as "2026-01-13", Paragraph as "3"; each may be empty.
	MeetingDate, MemorandumDate, Paragraph string
	// Points are what is to be decided, in order.
	Points []DecisionPoint
	// UnitText is the unit or service area as printed.
	UnitText string
	// Managers and Officials sign, in order.
	Managers, Officials []Signatory
	Basis               []BasisDocument
	Appendices          []string
	// Information and Execution are to whom the decision is sent.
	Information, Execution []string
}

// DecisionPoint is one thing to decide, as proposed and as decided; Markdown.
type DecisionPoint struct{ Proposed, Decided string }

// Signatory is who signs, in which role.
type Signatory struct {
	Role string
	// Holder is a name; may be empty.
	Holder string
	// Acting is true for an acting holder.
	Acting bool
}

// BasisDocument is one document that the decision rests on; its date may be empty.
type BasisDocument struct{ Title, Date string }

// Build makes the memorandum or the extract.
func (m *Matter) Build() *document.Document {
	d := &document.Document{Meta: m.meta(), Lead: m.lead(), Blocks: m.Case.write(m.arranged())}
	if m.Extract {
		d.Facts = []string{m.Template.label(labelKeyNumber) + ": " + firstOf(m.caseNumber(), document.EmptyMark)}
	}
	return d
}

// arranged returns the parts as the template arranges them.
func (m *Matter) arranged() []piece { return arrange(m.pieces(), m.Template, m.about()) }

// pieces returns the parts in the order of the built-in form.
func (m *Matter) pieces() []piece {
	decision := piece{key: "proposal", heading: "Förslag till beslut", data: m.proposal}
	if m.Extract {
		decision = piece{key: "decision", heading: sentence(m.Committee.genitive()) + " beslut", data: m.decision}
	}
	pieces := []piece{decision,
		{key: KeyCaseSummary, text: true, heading: "Sammanfattning av ärendet", standard: m.summary},
		{key: KeySubject, text: true, heading: "Ärendebeskrivning", optional: true},
		{key: "results", bare: true, optional: true, data: m.results},
		{key: "basis", heading: "Beslutsunderlag", data: m.basis},
		{key: "appendices", heading: "Bilagor", optional: true, data: func() []document.Block { return bulleted(m.Appendices) }},
	}
	if !m.Extract {
		pieces = append(pieces,
			piece{key: KeyPolitical, text: true, heading: "Politisk beredning av ärendet", standard: m.political},
			piece{key: KeyAdministrative, text: true, heading: "Förvaltningens beredning av ärendet"},
			piece{key: KeyEconomy, text: true, heading: "Ekonomisk konsekvens/finansiering"})
	}
	return append(pieces, piece{key: "recipients", heading: "Beslutet skickas till", data: m.recipients})
}

func (m *Matter) meta() document.Meta {
	meta := m.Annual.meta()
	meta.Title, meta.Subject = m.DocumentTitle(), m.kindName()+": "+firstOf(m.CaseTitle, meta.Subject)
	if m.State == document.Final {
		meta.Sources = nil // the stored document keeps them
	}
	day := m.MemorandumDate
	if m.Extract {
		day = m.MeetingDate
	}
	if date, err := time.Parse(time.DateOnly, day); err == nil {
		meta.Date = date
	}
	return meta
}

func (m *Matter) kindName() string {
	if m.Extract {
		return m.Template.label(labelKeyExtract)
	}
	return m.Template.label(labelKeyMemorandum)
}

// DocumentTitle returns the title of the matter, in an extract with the number of its paragraph.
func (m *Matter) DocumentTitle() string {
	title := firstOf(m.Title, m.Template.title(m.about()), m.CaseTitle, m.Annual.DocumentTitle())
	if m.Extract && !strings.HasPrefix(title, "§") {
		return "§" + noBreak + firstOf(m.Paragraph, document.EmptyMark) + " " + title
	}
	return title
}

// lead is the letterhead: in an extract the committee and the day of its meeting, in a memorandum who writes about what.
func (m *Matter) lead() []document.Paragraph {
	if m.Extract {
		return []document.Paragraph{{Runs: []document.Run{{Text: sentence(firstOf(m.Committee.Name, document.EmptyMark)), Strong: true},
			{Text: "\n" + m.kindName() + " " + firstOf(m.MeetingDate, document.EmptyMark)}}}}
	}
	t := m.Template
	return []document.Paragraph{{Runs: []document.Run{{Text: m.kindName(), Strong: true}}}, labelledLines([]line{
		{t.label(labelKeyDate), m.MemorandumDate}, {t.label(labelKeyNumber), m.caseNumber()}, {t.label(labelKeyUnit), m.UnitText},
		{t.label(labelKeyManagers), m.signed(m.Managers)}, {t.label(labelKeyOfficials), m.signed(m.Officials)}})}
}

// signed writes who signs: "Namn, Tf. verksamhetschef; Namn, enhetschef".
func (m *Matter) signed(signatories []Signatory) string {
	var all []string
	for _, s := range signatories {
		role := strings.TrimSpace(s.Role)
		if s.Acting {
			role = m.Template.label(labelKeyActing) + " " + role
		}
		if s.Holder == "" {
			role = sentence(role)
		}
		all = append(all, strings.Join(nonEmpty([]string{strings.TrimSpace(s.Holder), role}), ", "))
	}
	return strings.Join(all, "; ")
}

// proposal writes what is proposed, and never what was decided.
func (m *Matter) proposal() []document.Block {
	return points(m.Points, func(p DecisionPoint) string { return p.Proposed })
}

// decision writes what was decided, and never what was proposed.
func (m *Matter) decision() []document.Block {
	if blocks := points(m.Points, func(p DecisionPoint) string { return p.Decided }); len(blocks) > 0 {
		return blocks
	}
	return []document.Block{document.Text(noDecision)}
}

const noDecision = "Nämndens beslut är inte registrerat. Skriv den beslutade texten i ärendet."

// points writes the texts of decision points, numbered where there are several.
func points(all []DecisionPoint, text func(DecisionPoint) string) []document.Block {
	list := document.List{Ordered: true}
	for _, p := range all {
		if blocks := document.FromMarkdown(text(p)); len(blocks) > 0 {
			list.Items = append(list.Items, document.Item{Blocks: blocks})
		}
	}
	switch len(list.Items) {
	case 0:
		return nil
	case 1:
		return list.Items[0].Blocks
	}
	return []document.Block{list}
}

// summary says what internal control is for, and for a yearly report what was decided, followed up and is reported; Markdown.
func (m *Matter) summary() string {
	text := "Med intern kontroll ser nämnden till att verksamheten når sina mål, att lagar och beslut följs och att allvarliga fel undviks. " +
		"Riskerna i verksamheten kartläggs, och nämnden får veta hur de hanteras och vad kontrollerna visar."
	if !m.Yearly {
		return text
	}
	return text + "\n\n" + m.decided()
}

// political says who decides; Markdown.
func (m *Matter) political() string {
	return "Beslut i ärendet fattas av " + quote(lowerCommittee(m.Committee)) + "."
}

// results writes what the year's controls found, under the headings of the service areas.
func (m *Matter) results() []document.Block {
	if !m.Yearly {
		return nil
	}
	return findings{controls: m.Controls, units: m.Units, template: m.Template}.under(2)
}

// basis lists what the decision rests on, with dates.
func (m *Matter) basis() []document.Block {
	var lines []string
	for _, b := range m.Basis {
		lines = append(lines, strings.Join(nonEmpty([]string{strings.TrimSpace(b.Title), b.Date}), " "))
	}
	return bulleted(lines)
}

// bulleted lists texts; nothing for none.
func bulleted(lines []string) []document.Block {
	list := document.List{}
	for _, l := range lines {
		list.Items = append(list.Items, document.Item{Blocks: []document.Block{document.Text(firstOf(l, document.EmptyMark))}})
	}
	if len(list.Items) == 0 {
		return nil
	}
	return []document.Block{list}
}

// recipients lists to whom the decision is sent, for information and for execution.
func (m *Matter) recipients() []document.Block {
	var blocks []document.Block
	for _, r := range []struct {
		label string
		lines []string
	}{{labelKeyInformation, m.Information}, {labelKeyExecute, m.Execution}} {
		blocks = append(blocks, document.Heading{Level: 3, Text: m.Template.label(r.label)})
		if len(r.lines) == 0 {
			blocks = append(blocks, document.Text(document.EmptyMark))
		}
		blocks = append(blocks, bulleted(r.lines)...)
	}
	return blocks
}

// Parts tells of which parts the document will consist, in its order, and what is missing.
func (m *Matter) Parts() []Part {
	var parts []Part
	if !m.Extract {
		parts = append(parts, m.headPart("Datum", m.MemorandumDate, "Datum för tjänsteskrivelsen saknas."),
			m.headPart("Ansvarig chef", m.signed(m.Managers), "Ansvarig chef saknas."), m.headPart("Handläggare", m.signed(m.Officials), "Handläggare saknas."))
	}
	missing := m.Obstacles()
	for _, p := range m.arranged() {
		if p.hidden || p.optional && p.key != KeySubject && p.silent(m.Case) {
			continue
		}
		made := p.part()
		if p.key == "results" && p.bare {
			made.Title = "Resultat"
		}
		if (p.key == "proposal" || p.key == "decision") && len(missing) > 0 {
			made.Missing, made.Resource = missing[0].Swedish, m.Case.Name
		}
		if p.key == "basis" && len(m.Basis) == 0 {
			made.Missing, made.Resource = "Beslutsunderlag saknas. Ange det i ärendet.", m.Case.Name
		}
		parts = append(parts, made)
	}
	return append(parts, m.headPart("Diarienummer", m.caseNumber(), "Diarienummer saknas. Ange det i ärendet."))
}

func (m *Matter) headPart(title, value, missing string) Part {
	p := Part{Title: title}
	if strings.TrimSpace(value) == "" {
		p.Missing, p.Resource = missing, m.Case.Name
	}
	return p
}

// Obstacles tells what keeps the document from being made final: a memorandum without a proposal; an extract without a
// decision, the day of the meeting or the number of the paragraph.
func (m *Matter) Obstacles() []fault.Field {
	var faults []fault.Field
	lacks := func(field string, there bool, swedish, english string) {
		if !there {
			faults = append(faults, fault.Field{Path: m.Case.Name + "." + field, Reason: "INCOMPLETE", Swedish: swedish, English: english})
		}
	}
	if !m.Extract {
		lacks("decision_points", len(m.proposal()) > 0, "Förslag till beslut saknas. Skriv det i ärendet.", "no proposed decision")
		return faults
	}
	decided := points(m.Points, func(p DecisionPoint) string { return p.Decided })
	lacks("decision_points", len(decided) > 0, noDecision, "no decided text")
	lacks("meeting_date", m.MeetingDate != "", "Sammanträdets datum saknas. Ange det i ärendet.", "no date of the meeting")
	lacks("paragraph", strings.TrimSpace(m.Paragraph) != "", "Paragrafens nummer saknas. Ange det i ärendet.", "no paragraph")
	return faults
}
