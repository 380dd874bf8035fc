package report

import (
	"strings"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/scene"
)

// Names of the sheets.
const (
	sheetExplanation = "Förklaring"
	sheetMatrix      = "Riskmatris"
	sheetRisks       = "Risker"
	sheetAreas       = "Kontrollområden"
	sheetControls    = "Kontroller"
	sheetResults     = "Resultat"
	sheetFollowUps   = "Uppföljning av risker"
	sheetActions     = "Åtgärder"
)

// stepDecimals is how many decimals steps and values show.
const stepDecimals = 2

// Workbook returns the plan as sheets: an explanation, the matrix, the risks, the control areas, the controls and the actions.
func (p *ControlPlan) Workbook() *document.Workbook {
	w := &document.Workbook{Meta: p.Meta()}
	sheets := append([]document.Sheet{p.explanation(p.Meta(), planSheets)}, p.matrixSheets()...)
	w.Sheets = append(sheets, p.riskSheet(), p.areaSheet(), p.controlSheet(), p.actionSheet())
	return w
}

// Workbook returns the yearly report as sheets: those of the plan, with what the year found beside them. The plan is the
// one that is reported.
func (a *Annual) Workbook(p *ControlPlan) *document.Workbook {
	w := &document.Workbook{Meta: a.meta()}
	sheets := append([]document.Sheet{p.explanation(a.meta(), annualSheets)}, p.matrixSheets()...)
	w.Sheets = append(sheets, a.resultSheet(), a.followUpSheet(), p.riskSheet(), p.areaSheet(), p.controlSheet(), a.actionSheet(p))
	return w
}

// sheetLine is a line about each sheet, for the explanation.
type sheetLine struct{ title, text string }

func planSheets() []sheetLine {
	return []sheetLine{{sheetMatrix, "Hur många risker som ligger i varje ruta, och deras nummer."}, {sheetRisks, "Alla risker i riskanalysen, en rad för varje."},
		{sheetAreas, "Kontrollområden med mål, och vem som redovisar dem."}, {sheetControls, "Kontrollmoment och granskningar i planen."}, {sheetActions, "Åtgärder i planen och öppna åtgärder från tidigare år."}}
}

func annualSheets() []sheetLine {
	return append([]sheetLine{{sheetResults, "Vad kontrollerna visade under året."}, {sheetFollowUps, "Svaren i uppföljningen av planens risker."}}, planSheets()...)
}

// textSheet has a label and a text in each row.
func textSheet(title string, rows ...[]document.SheetCell) document.Sheet {
	return document.Sheet{Title: title, Columns: []document.SheetColumn{{Width: 30}, {Width: 90}}, Rows: rows}
}

func headline(text string) []document.SheetCell {
	return []document.SheetCell{{Text: text, Strong: true, Wide: true}}
}

func labelRow(label, text string) []document.SheetCell {
	if strings.TrimSpace(text) == "" {
		text = document.EmptyMark
	}
	return []document.SheetCell{document.CellText(label), document.CellText(text)}
}

// explanation says what the workbook is, what its sheets hold, and what the scale means.
func (p *ControlPlan) explanation(m document.Meta, sheets func() []sheetLine) document.Sheet {
	state := document.LabelDraft
	if m.State == document.Final {
		state = "Slutligt dokument"
	}
	rows := [][]document.SheetCell{headline(m.Title), labelRow("Kommun", m.Municipality), labelRow("Nämnd", m.Committee), labelRow("Diarienummer", m.CaseNumber),
		{document.CellText("Datum"), {Date: m.Date.Format("2006-01-02")}}, labelRow("Dokumentets status", state), labelRow("Fastställd", p.decided()), nil, headline("Blad")}
	for _, line := range sheets() {
		rows = append(rows, labelRow(line.title, line.text))
	}
	rows = append(rows, p.scaleRows()...)
	if len(m.Sources) > 0 {
		rows = append(rows, nil, headline("Underlag"))
		for _, source := range m.Sources {
			rows = append(rows, []document.SheetCell{{}, document.CellText(source)})
		}
	}
	return textSheet(sheetExplanation, rows...)
}

// scaleRows explain the steps and the levels, each level in its colour.
func (p *ControlPlan) scaleRows() [][]document.SheetCell {
	var rows [][]document.SheetCell
	for _, axis := range []Axis{p.Method.Likelihood, p.Method.Consequence} {
		if len(axis.Steps) == 0 {
			continue
		}
		rows = append(rows, nil, headline(sentence(axis.Title)))
		for _, s := range axis.Steps {
			rows = append(rows, labelRow(s.words(), s.Description))
		}
	}
	if len(p.Method.Levels) == 0 {
		return rows
	}
	rows = append(rows, nil, headline("Risknivåer"))
	for i, l := range p.Method.Levels {
		tone := scene.ScaleTone(i, len(p.Method.Levels))
		var ranges []string
		for _, b := range p.Method.Bands {
			if b.Level == l.ID {
				ranges = append(ranges, b.words())
			}
		}
		text := strings.TrimSpace(sentence(strings.Join(ranges, ", ")) + "\n" + l.Description)
		rows = append(rows, []document.SheetCell{{Text: l.Title, Tone: &tone}, document.CellText(text)})
	}
	return rows
}

// matrixSheets is the matrix as cells with words; none for a method without axes.
func (p *ControlPlan) matrixSheets() []document.Sheet {
	x, err := p.Matrix()
	if err != nil {
		return nil
	}
	s := document.Sheet{Title: sheetMatrix, Columns: []document.SheetColumn{{Width: 24}}}
	top := []document.SheetCell{{Text: x.corner(), Strong: true}}
	for _, step := range x.Columns {
		s.Columns = append(s.Columns, document.SheetColumn{Width: 20})
		top = append(top, document.SheetCell{Text: step.words(), Strong: true})
	}
	s.Rows = append(s.Rows, top)
	for row := len(x.Rows) - 1; row >= 0; row-- {
		cells := []document.SheetCell{{Text: x.Rows[row].words(), Strong: true}}
		for column := range x.Columns {
			cells = append(cells, x.sheetCell(x.cells[row][column]))
		}
		s.Rows = append(s.Rows, cells)
	}
	s.Rows = append(s.Rows, nil, []document.SheetCell{{Text: x.howToRead(), Wide: true}})
	for _, outside := range []struct {
		title string
		risks []Placed
	}{{"Ligger mellan rutor", x.Between}, {"Inte placerade", x.Unplaced}} {
		for _, r := range outside.risks {
			s.Rows = append(s.Rows, []document.SheetCell{{Text: outside.title, Strong: true}, document.CellText(r.line())})
		}
	}
	return []document.Sheet{s}
}

// sheetCell says what the table in the document does, in the colour of its level.
func (x *Matrix) sheetCell(c MatrixCell) document.SheetCell {
	cell := document.CellText(document.Plain(x.tableCell(c).Blocks))
	if c.Level != noLevel {
		tone := scene.ScaleTone(c.Level, len(x.Levels))
		cell.Tone = &tone
	}
	return cell
}
