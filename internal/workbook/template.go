package workbook

import (
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/uppsikt/uppsikt/internal/workbook/fontorder"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

const (
	// ContentType is that of a workbook.
	ContentType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

	explanationSheet = "Läs först"
	listSheet        = "Listor"
	// templateRows is how many rows the template's choices reach.
	templateRows = 2000
	// epoch is when every template was made, so that equal content gives equal bytes.
	epoch = "2000-01-01T00:00:00Z"
)

// TemplateName returns the file name of a kind's template.
func TemplateName(kind Kind) string {
	return "mall-" + strings.NewReplacer("ä", "a").Replace(strings.ToLower(kind.Title())) + ".xlsx"
}

// Template returns an empty workbook to fill in: a sheet that explains each column, and one with the headings. What is
// known gives the choices of its columns; nil leaves them out.
func Template(kind Kind, known *Known) ([]byte, error) {
	if kind.Fields() == nil {
		return nil, unreadable("KIND", fmt.Sprintf("Det finns ingen mall som heter ”%s”.", clip(string(kind))), "unknown kind of template")
	}
	t := &template{f: excelize.NewFile(), kind: kind, lists: choices(kind, known)}
	defer t.f.Close()
	for _, step := range []func() error{t.styles, t.explain, t.headings, t.choices, t.properties} {
		if err := step(); err != nil {
			return nil, fmt.Errorf("template of %s: %w", kind, err)
		}
	}
	b, err := t.f.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return fontorder.Mend(b.Bytes())
}

// template is one being written.
type template struct {
	f     *excelize.File
	kind  Kind
	lists map[string][]string
	// Styles of the workbook.
	title, head, required, wrapped, plain int
}

func (t *template) styles() error {
	fill := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"0B4F8A"}}
	all := []struct {
		to    *int
		style excelize.Style
	}{
		{&t.title, excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}}},
		{&t.head, excelize.Style{Font: &excelize.Font{Color: "FFFFFF"}, Fill: fill, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}},
		{&t.required, excelize.Style{Font: &excelize.Font{Color: "FFFFFF", Bold: true}, Fill: fill, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}},
		{&t.wrapped, excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}},
		// Text, so that Excel does not turn "2025-03" into a date or "007" into 7.
		{&t.plain, excelize.Style{NumFmt: 49, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}},
	}
	for _, s := range all {
		id, err := t.f.NewStyle(&s.style)
		if err != nil {
			return err
		}
		*s.to = id
	}
	return nil
}

// explain writes the sheet to read first.
func (t *template) explain() error {
	if err := t.f.SetSheetName("Sheet1", explanationSheet); err != nil {
		return err
	}
	for i, line := range explanation(t.kind) {
		cells := make([]any, len(line))
		for j, text := range line {
			cells[j] = text
		}
		if err := t.f.SetSheetRow(explanationSheet, fmt.Sprintf("A%d", i+1), &cells); err != nil {
			return err
		}
	}
	last := len(explanation(t.kind))
	for _, step := range []error{
		t.f.SetColWidth(explanationSheet, "A", "A", 34), t.f.SetColWidth(explanationSheet, "B", "B", 14), t.f.SetColWidth(explanationSheet, "C", "C", 80),
		t.f.SetCellStyle(explanationSheet, "A1", "A1", t.title),
		t.f.SetCellStyle(explanationSheet, "A7", fmt.Sprintf("C%d", last), t.wrapped),
		t.f.SetCellStyle(explanationSheet, "A7", "C7", t.required),
	} {
		if step != nil {
			return step
		}
	}
	return nil
}

// explanation is the text of the sheet to read first, row by row.
func explanation(kind Kind) [][]string {
	lines := [][]string{
		{"Mall för " + strings.ToLower(kind.Title())},
		{"Fyll i bladet ”" + kind.Title() + "”, en rad för varje. Kolumner som ni inte använder kan tas bort."},
		{"En tom cell ändrar inte det som redan finns. Samma fil kan läsas in flera gånger."},
		{"Decimaler skrivs med komma. Datum skrivs med år, månad och dag: 2025-12-31."},
		{"Skriv inga personnummer och inga namn på enskilda personer."},
		{},
		explanationHead(),
	}
	for _, f := range kind.Fields() {
		must := ""
		if f.Required {
			must = "Ja"
		}
		lines = append(lines, []string{f.Title, must, f.Help})
	}
	return lines
}

// explanationHead is the headings of what is explained; it tells the sheet from those that hold something.
func explanationHead() []string { return []string{"Rubrik", "Måste fyllas i", "Vad som skrivs"} }

// explains reports whether a sheet is the one that explains a template, whatever it is called by now.
func (s *sheet) explains() bool {
	head := explanationHead()
	return same(s.name) == same(explanationSheet) || slices.ContainsFunc(s.rows, func(r row) bool {
		for column, text := range head {
			if same(r.at(column).text) != same(text) {
				return false
			}
		}
		return true
	})
}

// headings writes the sheet to fill in.
func (t *template) headings() error {
	name := t.kind.Title()
	index, err := t.f.NewSheet(name)
	if err != nil {
		return err
	}
	t.f.SetActiveSheet(index)
	for i, f := range t.kind.Fields() {
		if err := t.heading(name, letters(i), f); err != nil {
			return err
		}
	}
	last := letters(len(t.kind.Fields()) - 1)
	if err := t.f.AutoFilter(name, "A1:"+last+"1", nil); err != nil {
		return err
	}
	return t.f.SetPanes(name, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
}

func (t *template) heading(sheet, column string, f Field) error {
	style, body := t.head, t.wrapped
	if f.Required {
		style = t.required
	}
	if f.Key == "key" || f.Key == "period" || strings.HasSuffix(f.Key, "_date") {
		body = t.plain
	}
	for _, step := range []func() error{
		func() error { return t.f.SetColWidth(sheet, column, column, f.width) },
		func() error { return t.f.SetColStyle(sheet, column, body) },
		func() error { return t.f.SetCellValue(sheet, column+"1", f.Title) },
		func() error { return t.f.SetCellStyle(sheet, column+"1", column+"1", style) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// choices writes the lists to choose from on a hidden sheet, and ties them to their columns.
func (t *template) choices() error {
	if _, err := t.f.NewSheet(listSheet); err != nil {
		return err
	}
	at := 0
	for i, f := range t.kind.Fields() {
		list := t.lists[f.list]
		if f.list == "" || len(list) == 0 {
			continue
		}
		for row, text := range list {
			if err := t.f.SetCellValue(listSheet, fmt.Sprintf("%s%d", letters(at), row+1), text); err != nil {
				return err
			}
		}
		if err := t.offer(letters(i), f, letters(at), len(list)); err != nil {
			return err
		}
		at++
	}
	return t.f.SetSheetVisible(listSheet, false)
}

// offer ties a list to a column. Other texts may be written too: reading says better what is wrong with one.
func (t *template) offer(column string, f Field, list string, length int) error {
	v := excelize.NewDataValidation(true)
	v.Sqref = fmt.Sprintf("%s2:%s%d", column, column, templateRows)
	v.SetSqrefDropList(fmt.Sprintf("%s!$%s$1:$%s$%d", listSheet, list, list, length))
	v.ShowErrorMessage = false
	v.SetInput(f.Title, f.Help)
	return t.f.AddDataValidation(t.kind.Title(), v)
}

// properties say what the file is.
func (t *template) properties() error {
	return t.f.SetDocProps(&excelize.DocProperties{Title: "Mall för " + strings.ToLower(t.kind.Title()), Subject: "Internkontroll", Creator: "Uppsikt",
		LastModifiedBy: "Uppsikt", Language: "sv-SE", Created: epoch, Modified: epoch})
}

// choices returns the lists of a kind.
func choices(kind Kind, known *Known) map[string][]string {
	lists := map[string][]string{"yes": {"Ja", "Nej"}, "kinds": {"Kontroll", "Granskning"}}
	if known == nil {
		return lists
	}
	for _, u := range known.Units {
		lists["units"] = append(lists["units"], u.GetDisplayName())
	}
	if kind == Measurements {
		for _, i := range known.Indicators {
			lists["indicators"] = append(lists["indicators"], strings.Join(strings.Fields(i.GetTitle()), " "))
		}
		return lists
	}
	m := known.Plan.GetMethodVersion()
	lists["levels"], lists["treatments"] = titles(m.GetLevels()), titles(m.GetTreatments())
	lists["likelihood"], lists["consequence"] = steps(m.GetLikelihood()), steps(m.GetConsequence())
	for _, set := range m.GetClassifications() {
		lists["classifications"] = append(lists["classifications"], titles(set.GetItems())...)
	}
	return lists
}

func titles[T titled](list []T) []string {
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = x.GetTitle()
	}
	return out
}

func steps(a *riskv1.Axis) []string {
	var out []string
	for _, s := range a.GetSteps() {
		out = append(out, fmt.Sprintf("%d – %s", s.GetValue(), s.GetLabel()))
	}
	return out
}
