package report

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/scene"
)

// drawMethod makes any method with axes: 2 to 20 steps, any values, a product, a table with holes, or no rule.
func drawMethod(t *rapid.T) Method {
	steps := func(label string) []Step {
		var made []Step
		value := 0
		for range rapid.IntRange(2, 20).Draw(t, label) {
			value += rapid.IntRange(1, 3).Draw(t, "gap")
			made = append(made, Step{Value: value, Label: rapid.StringMatching(`[A-ZÅÄÖ][a-zåäö ]{0,30}`).Draw(t, "label")})
		}
		return made
	}
	m := Method{Likelihood: Axis{Title: "Sannolikhet", Steps: steps("rows")}, Consequence: Axis{Title: "Väsentlighet", Steps: steps("columns")},
		Rule: ValueRule(rapid.IntRange(0, 2).Draw(t, "rule"))}
	for i := range rapid.IntRange(0, 8).Draw(t, "levels") {
		id := string(rune('a' + i))
		m.Levels = append(m.Levels, Level{ID: id, Title: rapid.StringMatching(`[A-ZÅÄÖ][a-zåäö ]{0,20}`).Draw(t, "level")})
		m.Bands = append(m.Bands, Band{Level: id, Lower: at(float64(i * 9)), Upper: at(float64(i*9 + 9)), UpperOpen: true})
	}
	for range rapid.IntRange(0, 30).Draw(t, "cells") {
		m.Cells = append(m.Cells, TableCell{Likelihood: rapid.IntRange(0, 30).Draw(t, "l"), Consequence: rapid.IntRange(0, 30).Draw(t, "c"),
			Value: float64(rapid.IntRange(0, 80).Draw(t, "v"))})
	}
	return m
}

func drawRisks(t *rapid.T, m Method) []Placed {
	step := rapid.Custom(func(t *rapid.T) *float64 {
		if rapid.IntRange(0, 5).Draw(t, "none") == 0 {
			return nil
		}
		return at(float64(rapid.IntRange(0, 90).Draw(t, "half steps")) / 2)
	})
	risks := make([]Placed, rapid.IntRange(0, 40).Draw(t, "risks"))
	for i := range risks {
		risks[i] = Placed{Number: i + 1, Title: "Risk", Likelihood: step.Draw(t, "likelihood"), Consequence: step.Draw(t, "consequence")}
		if len(m.Levels) > 0 && rapid.Bool().Draw(t, "has level") {
			risks[i].Level = m.Levels[rapid.IntRange(0, len(m.Levels)-1).Draw(t, "level")].ID
		}
	}
	return risks
}

// Every risk is in exactly one place, where its steps say; and so is every risk of the earlier plan.
func TestEveryRiskIsCountedOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawMethod(t)
		risks, earlier := drawRisks(t, m), drawRisks(t, m)
		x, err := NewMatrix(m, risks, "p")
		if err != nil {
			t.Fatal(err)
		}
		x.Compare(Earlier{Name: "2024", Risks: earlier})
		seen := map[int]int{}
		before := x.baseOutside
		for row, likelihood := range x.Rows {
			for column, consequence := range x.Columns {
				c := x.Cell(row, column)
				before += c.Before
				for _, r := range c.Risks {
					seen[r.Number]++
					if *r.Likelihood != float64(likelihood.Value) || *r.Consequence != float64(consequence.Value) {
						t.Errorf("risk %d lies in the wrong cell", r.Number)
					}
				}
				wantWords(t, m, c, likelihood.Value, consequence.Value)
			}
		}
		for _, r := range append(x.Between, x.Unplaced...) {
			seen[r.Number]++
		}
		for _, r := range risks {
			if seen[r.Number] != 1 {
				t.Errorf("risk %d is in %d places", r.Number, seen[r.Number])
			}
		}
		if before != len(earlier) || x.Risks() != len(risks) {
			t.Errorf("got %d of %d and %d of %d risks", before, len(earlier), x.Risks(), len(risks))
		}
		checkFigure(t, x)
	})
}

// wantWords checks that a cell's level is the one whose band holds its value.
func wantWords(t *rapid.T, m Method, c MatrixCell, likelihood, consequence int) {
	value := m.value(likelihood, consequence)
	if (value == nil) != (c.Value == nil) || value != nil && *value != *c.Value {
		t.Fatalf("cell %d, %d: got value %v, want %v", likelihood, consequence, c.Value, value)
	}
	want := noLevel
	for i, b := range m.Bands {
		if value != nil && b.holds(*value) {
			want = i
			break
		}
	}
	if c.Level != want {
		t.Fatalf("cell %d, %d: got level %d, want %d", likelihood, consequence, c.Level, want)
	}
}

// checkFigure checks that the figure can be drawn, and that no text leaves it.
func checkFigure(t *rapid.T, x *Matrix) {
	d := &document.Document{Meta: document.Meta{Title: "x", Date: samplePlan(Method{}).Date}, Blocks: x.Blocks("Riskmatris")}
	if err := document.Validate(d); err != nil {
		t.Fatal(err)
	}
	s := x.Figure("Riskmatris").Scene
	const slack = 1
	for _, node := range s.Flat() {
		text, ok := node.(scene.Text)
		if !ok {
			continue
		}
		left, width := text.X, scene.Width(text.Text, text.Size, text.Bold)
		switch text.Anchor {
		case scene.Middle:
			left -= width / 2
		case scene.End:
			left -= width
		case scene.Start:
		}
		if left < -slack || left+width > s.Width+slack || text.Y < 0 || text.Y > s.Height {
			t.Errorf("%q lies outside the figure: %v to %v of %v", text.Text, left, left+width, s.Width)
		}
	}
}

func TestMatrixNeedsAxes(t *testing.T) {
	_, err := NewMatrix(methods()["stated"], nil, planName)
	f := fault.As(err)
	if f == nil || f.Kind != fault.Precondition || len(f.Fields) != 1 || f.Fields[0].Path != planName || f.Swedish == "" {
		t.Errorf("got %+v", f)
	}
}

func TestAlternativeSaysWhatIsShown(t *testing.T) {
	p := samplePlan(methods()["four"])
	x, err := p.Matrix()
	if err != nil {
		t.Fatal(err)
	}
	x.Compare(Earlier{Name: "2025", Risks: p.Placed()[:3]})
	contains(t, x.Alternative(), []string{"Riskmatris: tio risker.", "från 1 Osannolik till 4 Sannolik", "Antal per nivå: hög 7 och låg 3.", "Mellan rutor: en risk.",
		"Inte placerade: en risk.", "Planen för 2025 hade tre risker."}, nil)
}

// The table says the same as the figure: value, level and number in every cell, and wide matrices in several tables.
func TestTableSaysWhatTheFigureShows(t *testing.T) {
	for name, wantTables := range map[string]int{"four": 1, "five": 1, "table": 1, "twenty": 4} {
		p := samplePlan(methods()[name])
		x, err := p.Matrix()
		if err != nil {
			t.Fatal(err)
		}
		tables, cells := 0, 0
		for _, block := range x.Blocks("Riskmatris") {
			table, ok := block.(document.Table)
			if !ok {
				continue
			}
			tables++
			for i, row := range table.Rows {
				cells += len(row) - 1
				if got, want := cellText(row[0]), x.Rows[len(x.Rows)-1-i].words(); got != want {
					t.Errorf("%s: row %d is %q, want %q", name, i, got, want)
				}
				for _, cell := range row[1:] {
					if text := cellText(cell); !strings.Contains(text, "risk") || strings.HasPrefix(text, "\n") {
						t.Errorf("%s: a cell says %q", name, text)
					}
				}
			}
		}
		if tables != wantTables || cells != len(x.Rows)*len(x.Columns) {
			t.Errorf("%s: got %d tables with %d cells", name, tables, cells)
		}
	}
}

func cellText(c document.Cell) string {
	text := ""
	for _, block := range c.Blocks {
		if p, ok := block.(document.Paragraph); ok {
			text += runs(p)
		}
	}
	return text
}

func TestBlankCellsSayThatTheyHaveNoLevel(t *testing.T) {
	p := samplePlan(methods()["table"])
	x, err := p.Matrix()
	if err != nil {
		t.Fatal(err)
	}
	contains(t, cellText(x.tableCell(x.Cell(0, 2))), []string{"ingen nivå"}, nil)
	drawn := ""
	x.Figure("x").Scene.MapText(func(text string) string { drawn += text + "\n"; return text })
	contains(t, drawn, []string{"Ingen nivå", "Måttlig", "Ligger mellan rutor: en risk (nr 5).", "Inte placerade: en risk (nr 6)."}, nil)
}

func TestAbbreviationsTellLevelsApart(t *testing.T) {
	levels := []Level{{Title: "Låg"}, {Title: "Lägre"}, {Title: "måttlig"}, {Title: "Samma"}, {Title: "Samma"}}
	got := abbreviations(levels)
	if strings.Join(got, " ") != "Lå Lä M 4 5" {
		t.Errorf("got %q", got)
	}
}
