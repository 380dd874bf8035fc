package report

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
)

// Labels of a risk's rows, in the order to print them.
const (
	labelRisk     = "Risk"
	labelProcess  = "Ansvarsområde/process"
	labelValue    = "Riskvärde"
	labelControls = "Befintliga aktiviteter och egenkontroller"
	labelHandling = "Planerad hantering"
	labelFollows  = "Följer plan"
	labelComment  = "Kommentar"
)

// headingBackground opens the part that says what the law asks for.
const headingBackground = "Bakgrund"

// BuildInterim makes the interim follow-up of a plan.
func BuildInterim(i Interim) *document.Document {
	return &document.Document{Meta: i.meta(), Blocks: i.Case.write(i.arranged())}
}

// pieces returns the parts in the order of the built-in form.
func (i *Interim) pieces() []piece {
	return []piece{
		{key: KeyBackground, text: true, heading: headingBackground, fixed: background},
		{key: "account", heading: i.Heading(), data: func() []document.Block { return flow(i.decided()) }},
		{key: KeyHowMade, text: true, bare: true, standard: i.howMade},
		{key: KeySummary, text: true, bare: true, standard: i.summary},
		{key: KeyConclusion, text: true, bare: true, standard: i.conclusion},
		{key: KeyYearEnd, text: true, bare: true, standard: i.yearEnd},
		{key: "risks", heading: i.risksHeading(), data: i.riskBlocks, optional: i.areasAlone()},
		{key: "results", heading: "Resultat för kontrollområden och kontroller", data: i.resultBlocks, optional: true},
	}
}

// arranged returns the parts as the template arranges them.
func (i *Interim) arranged() []piece {
	parts := arrange(i.pieces(), i.Template, about{i.Plan.Year, i.Committee})
	for n := range parts {
		if parts[n].key == KeyHowMade && strings.TrimSpace(i.Plan.HowMade) != "" {
			parts[n].template = "" // the plan's own text comes first
		}
	}
	return parts
}

// riskBlocks writes a table for each risk.
func (i *Interim) riskBlocks() []document.Block {
	var blocks []document.Block
	for n, r := range i.Risks {
		blocks = append(blocks, r.table(i.caption(n), i.Template))
	}
	return blocks
}

// resultBlocks writes what the round found about control areas and control points.
func (i *Interim) resultBlocks() []document.Block {
	f := findings{controls: i.Controls, units: i.Units, template: i.Template}
	if !f.any() {
		return nil
	}
	return f.under(3)
}

// areasAlone reports whether the committee steers by control areas, without risks.
func (i *Interim) areasAlone() bool {
	return len(i.Plan.Risks) == 0 && len(i.Risks) == 0 && len(i.Controls) > 0
}

func (i *Interim) meta() document.Meta {
	m := document.Meta{
		Title:        i.DocumentTitle(),
		Subject:      i.Heading(),
		Author:       i.Committee.Name,
		Municipality: i.Municipality,
		Committee:    i.Committee.Name,
		CaseNumber:   i.caseNumber(),
		Date:         i.Date,
		State:        i.State,
	}
	for _, p := range i.Positions {
		if p.Sequence > 0 {
			m.Sources = append(m.Sources, p.line())
		}
	}
	return m
}

// DocumentTitle returns the document's title: its own, else the round's.
func (i *Interim) DocumentTitle() string {
	for _, title := range []string{i.Title, i.Template.title(about{i.Plan.Year, i.Committee}), i.Round.Title} {
		if strings.TrimSpace(title) != "" {
			return title
		}
	}
	return "Delårsuppföljning " + i.Plan.Year
}

// Heading returns the heading over the account of the plan.
func (i *Interim) Heading() string {
	return "Delårsuppföljning " + i.Committee.genitive() + " internkontrollplan " + i.Plan.Year
}

func (i *Interim) risksHeading() string {
	what := "kritiska risker"
	switch i.Round.Selection {
	case SelectCritical:
	case SelectDue:
		what = "utvalda risker"
	case SelectAll:
		what = "samtliga risker"
	}
	return "Uppföljning av " + what + " i " + i.Committee.genitive() + " internkontrollplan " + i.Plan.Year
}

// caseNumber returns the numbers of the case, else the plan's.
func (i *Interim) caseNumber() string {
	if len(i.Case.Numbers) > 0 {
		return strings.Join(i.Case.Numbers, ", ")
	}
	return i.Plan.CaseNumber
}

// longestName is how much of a name fits into a table's caption, in characters.
const longestName = 70

// caption numbers a risk's table and names it: by the process where that is short enough and tells the risks apart, else
// by the risk itself.
func (i *Interim) caption(n int) string {
	text := fmt.Sprintf("Risk %d av %d", n+1, len(i.Risks))
	process, title := processName(i.Risks[n]), titleName(i.Risks[n])
	if title != "" && (process == "" || i.sharesProcess(n)) {
		return text + ": " + title
	}
	if process == "" {
		return text
	}
	return text + ": " + process
}

// sharesProcess reports whether another risk has the same process.
func (i *Interim) sharesProcess(n int) bool {
	for other, r := range i.Risks {
		if other != n && processName(r) == processName(i.Risks[n]) {
			return true
		}
	}
	return false
}

// processName returns the process of a risk if it can serve as a name, else nothing.
func processName(r Risk) string {
	process := strings.TrimSpace(r.Process)
	if strings.ContainsAny(process, "\n*_[") || utf8.RuneCountInString(process) > longestName {
		return ""
	}
	return process
}

// titleName shortens a risk to a name that goes on from "Risk 1 av 4:", so without its own word "Risk".
func titleName(r Risk) string {
	words := strings.Fields(strings.TrimRight(r.Title, " \t\n."))
	if len(words) > 1 && words[0] == "Risk" {
		words = words[1:]
	}
	return cut(words)
}

// cut joins words up to the length of a name, with an ellipsis for what it leaves out.
func cut(words []string) string {
	whole := strings.Join(words, " ")
	if utf8.RuneCountInString(whole) <= longestName {
		return whole
	}
	kept := ""
	for _, word := range words {
		if utf8.RuneCountInString(kept+" "+word) > longestName {
			break
		}
		kept = strings.TrimSpace(kept + " " + word)
	}
	if kept == "" {
		kept = string([]rune(whole)[:longestName-1])
	}
	return strings.TrimRight(kept, " ,;:–-") + "…"
}

// flow turns Markdown into blocks; a text that shows nothing gives the mark of an empty part.
func flow(markdown string) []document.Block {
	if blocks := document.FromMarkdown(markdown); len(blocks) > 0 {
		return blocks
	}
	return []document.Block{document.Text(document.EmptyMark)}
}

func markdownCell(markdown string) document.Cell { return document.Cell{Blocks: flow(markdown)} }

func textCell(text string) document.Cell {
	if strings.TrimSpace(text) == "" {
		text = document.EmptyMark
	}
	return document.TextCell(text)
}

// table lists what is known about a risk.
func (r Risk) table(caption string, t Template) document.Table {
	return document.LabelledRows(caption,
		document.Labelled{Label: t.label(labelKeyRisk), Value: textCell(r.Title)},
		document.Labelled{Label: t.label(labelKeyProcess), Value: markdownCell(r.Process)},
		document.Labelled{Label: t.label(labelKeyValue), Value: textCell(r.Assessment.text())},
		document.Labelled{Label: t.label(labelKeyControls), Value: markdownCell(r.Controls)},
		document.Labelled{Label: t.label(labelKeyHandling), Value: markdownCell(r.Handling)},
		document.Labelled{Label: t.label(labelKeyFollows), Value: textCell(r.AnswerTitle)},
		document.Labelled{Label: t.label(labelKeyComment), Value: markdownCell(r.Comment)},
	)
}

// short writes "12 – kritisk", as much of it as is known.
func (a Assessment) short() string {
	var parts []string
	if a.Value != nil {
		parts = append(parts, decimal(*a.Value))
	}
	if a.Level != "" {
		parts = append(parts, lowerFirst(a.Level))
	}
	return strings.Join(parts, " – ")
}

// lines writes the same as text, with the axes on a line of their own.
func (a Assessment) lines() string { return strings.TrimSpace(a.short() + "\n" + a.axes()) }

// text writes "12 – kritisk (sannolikhet 3 × konsekvens 4)", as much of it as is known.
func (a Assessment) text() string {
	text := a.short()
	if axes := a.axes(); axes != "" {
		text = strings.TrimSpace(text + " (" + axes + ")")
	}
	return text
}

// axes names the stated steps. The multiplication sign stands only where the value is their product.
func (a Assessment) axes() string {
	var steps []string
	if a.Likelihood != nil {
		steps = append(steps, axis(a.LikelihoodAxis, "sannolikhet")+noBreak+decimal(*a.Likelihood))
	}
	if a.Consequence != nil {
		steps = append(steps, axis(a.ConsequenceAxis, "konsekvens")+noBreak+decimal(*a.Consequence))
	}
	if a.Product {
		return strings.Join(steps, " × ")
	}
	return strings.Join(steps, ", ")
}

func axis(title, usual string) string {
	if strings.TrimSpace(title) == "" {
		return usual
	}
	return lowerFirst(title)
}

// shownDigits of a hash tell two states apart.
const shownDigits = 16

// line writes a position for people; a chain without entries has none.
func (p Position) line() string {
	service := map[string]string{"riskregister": "Riskregistret", "reporting": "Ärenden och dokument",
		"directory": "Organisation och behörigheter", "controlmeasurement": "Kontroller och mätningar"}[p.Service]
	if service == "" {
		service = p.Service
	}
	whose := "kommunens journal"
	if strings.Contains(p.Scope, "/committees/") {
		whose = "nämndens journal"
	}
	return fmt.Sprintf("%s, %s: post %s, kontrollsumma %s", service, whose, document.FormatInteger(p.Sequence),
		p.Hash[:min(len(p.Hash), shownDigits)])
}
