package report_test

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/raster"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/scene"
	"github.com/uppsikt/uppsikt/services/reporting/internal/report"
)

func value(v float64) *float64 { return &v }

// hygiene is a share over five years.
func hygiene() report.Series {
	return report.Series{Title: "Andel medarbetare som följer basala hygienrutiner", Share: true, Year: 2025,
		Goals: []report.SeriesGoal{{Value: value(100), Words: "minst 100 %", Fulfilment: report.NotMet}},
		Points: []report.Point{{Label: "2021", Value: value(88)}, {Label: "2022", Value: value(90), Approximate: true}, {Label: "2023", Words: "för få"},
			{Label: "2024", Value: value(96), Derived: true, Note: "Härlett ur den angivna skillnaden."}, {Label: "2025", Value: value(93), Count: value(28), Of: value(30)}}}
}

func units() report.Series {
	s := hygiene()
	s.Points = []report.Point{{Label: "Vård och stöd", Value: value(96)}, {Label: "Särskilt boende Granen", Value: value(88), Count: value(44), Of: value(50)},
		{Label: "Daglig verksamhet", Words: "för få"}, {Label: "Hemtjänst norr", Value: value(91), Derived: true}, {Label: "Hemtjänst söder", Value: value(90), Approximate: true}}
	return s
}

func TestFiguresSayWhatTheyShow(t *testing.T) {
	trend, err := report.TrendFigure(hygiene())
	if err != nil {
		t.Fatal(err)
	}
	want := "Andel medarbetare som följer basala hygienrutiner, 2021–2025: från 88 % till 93 %; värde saknas för ett år; målet minst 100 % nåddes inte."
	if got := strings.ReplaceAll(trend.Figure.Alternative, "\u00a0", " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	beside, err := report.UnitsFigure(units())
	if err != nil {
		t.Fatal(err)
	}
	want = "Andel medarbetare som följer basala hygienrutiner per enhet, 2025: störst är Vård och stöd (96 %) och minst Särskilt boende Granen (88 %); en enhet har inget värde; målet minst 100 % nåddes inte."
	if got := strings.ReplaceAll(beside.Figure.Alternative, "\u00a0", " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestNothingIsInventedForWhatIsTooFew holds a unit without a value to its words: no bar, no number.
func TestNothingIsInventedForWhatIsTooFew(t *testing.T) {
	drawn, err := report.UnitsFigure(units())
	if err != nil {
		t.Fatal(err)
	}
	bars := 0
	for _, node := range drawn.Figure.Scene.Nodes {
		if g, ok := node.(scene.Group); ok && g.Role == "bar" {
			bars++
		}
	}
	if bars != 4 {
		t.Errorf("got %d bars, want 4", bars)
	}
	last := drawn.Table.Rows[4]
	if got := cellText(last[0]) + " " + cellText(last[1]); got != "Daglig verksamhet för få" {
		t.Errorf("got %q", got)
	}
}

func TestWhatIsNoNumberIsRefused(t *testing.T) {
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		s := hygiene()
		s.Points[0].Value = &v
		if _, err := report.TrendFigure(s); !fault.Is(err, fault.Invalid) {
			t.Errorf("%v: got %v", v, err)
		}
		s = units()
		s.Goals[0].Value = &v
		if _, err := report.UnitsFigure(s); !fault.Is(err, fault.Invalid) {
			t.Errorf("%v: got %v", v, err)
		}
	}
	if _, err := report.TrendFigure(report.Series{}); !fault.Is(err, fault.Precondition) {
		t.Errorf("got %v", err)
	}
}

// TestFiguresOfAnySize draws series of one to forty points and holds them to what a reader needs: every number in the figure
// is in the table, and no text leaves the figure.
func TestFiguresOfAnySize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawnSeries(t)
		for _, draw := range []func(report.Series) (report.Drawn, error){report.TrendFigure, report.UnitsFigure} {
			drawn, err := draw(s)
			if fault.Is(err, fault.Precondition) && !slices.ContainsFunc(s.Points, func(p report.Point) bool { return p.Value != nil }) {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			checkDrawn(t, drawn)
		}
	})
}

func drawnSeries(t *rapid.T) report.Series {
	s := report.Series{Title: rapid.StringMatching(`[A-ZÅÄÖ][a-zåäö ]{3,80}`).Draw(t, "title"), Share: rapid.Bool().Draw(t, "share"), Year: 2025, Decimals: rapid.IntRange(0, 4).Draw(t, "decimals")}
	most := 1e6
	if s.Share {
		most = 100
	}
	number := rapid.Float64Range(0, most)
	for range rapid.IntRange(0, 9).Draw(t, "goals") {
		g := report.SeriesGoal{Words: "ska öka", Fulfilment: report.Fulfilment(rapid.IntRange(0, 4).Draw(t, "fulfilment"))}
		if rapid.Bool().Draw(t, "line") {
			g.Value, g.Words = value(number.Draw(t, "target")), "minst så mycket"
		}
		s.Goals = append(s.Goals, g)
	}
	label := rapid.StringMatching(`[A-ZÅÄÖ][a-zåäöw ]{1,60}`)
	years := rapid.Bool().Draw(t, "years")
	for i := range rapid.IntRange(1, 40).Draw(t, "points") {
		p := report.Point{Label: strconv.Itoa(1990 + i), Approximate: rapid.Bool().Draw(t, "approximate"), Derived: rapid.Bool().Draw(t, "derived")}
		if !years {
			p.Label = label.Draw(t, "label")
		}
		switch rapid.IntRange(0, 3).Draw(t, "kind") {
		case 0:
			p.Words = "för få"
		case 1:
			of := float64(rapid.IntRange(1, 200).Draw(t, "of"))
			p.Count, p.Of = value(math.Floor(of/2)), &of
			p.Value = value(100 * *p.Count / of)
		default:
			p.Value = value(number.Draw(t, "value"))
		}
		s.Points = append(s.Points, p)
	}
	return s
}

var numeral = regexp.MustCompile(`\d[\d\x{00a0}]*(,\d+)?`)

func checkDrawn(t *rapid.T, d report.Drawn) {
	table := tableText(d.Table)
	for _, alone := range []document.Figure{d.Figure, d.Alone()} {
		for _, node := range alone.Scene.Flat() {
			text, ok := node.(scene.Text)
			if !ok {
				continue
			}
			inside(t, alone.Scene, text)
			for _, n := range numeral.FindAllString(text.Text, -1) {
				// The legend names the confidence, which every interval in the table has.
				if n = strings.Trim(n, "\u00a0"); n != "95" && !strings.Contains(table, n) && !strings.Contains(alone.Caption, n) {
					t.Errorf("%q in the figure is not in the table %s", n, table)
				}
			}
			if strings.Contains(text.Text, ".") && regexp.MustCompile(`\d\.\d`).MatchString(text.Text) {
				t.Errorf("%q has a decimal point", text.Text)
			}
		}
	}
	if d.Figure.Alternative == "" || strings.Contains(d.Figure.Alternative, "NaN") {
		t.Errorf("alternative %q", d.Figure.Alternative)
	}
}

func inside(t *rapid.T, s *scene.Scene, text scene.Text) {
	width := scene.Width(text.Text, text.Size, text.Bold)
	left := text.X
	switch text.Anchor {
	case scene.Middle:
		left -= width / 2
	case scene.End:
		left -= width
	case scene.Start:
	}
	const slack = 0.01
	if left < -slack || left+width > s.Width+slack || text.Y-text.Size < -slack || text.Y > s.Height+slack {
		t.Errorf("%q lies at %.1f–%.1f, %.1f of %.1f × %.1f", text.Text, left, left+width, text.Y, s.Width, s.Height)
	}
}

func tableText(d document.Table) string {
	var parts []string
	for _, row := range d.Rows {
		for _, cell := range row {
			parts = append(parts, cellText(cell))
		}
	}
	return strings.Join(parts, " | ")
}

func cellText(c document.Cell) string {
	var b strings.Builder
	for _, block := range c.Blocks {
		if p, ok := block.(document.Paragraph); ok {
			for _, run := range p.Runs {
				b.WriteString(run.Text)
			}
		}
	}
	return b.String()
}

// TestFiguresDifferInGrey draws the kinds of values without colour: the marks and patterns still tell them apart.
func TestFiguresDifferInGrey(t *testing.T) {
	drawn, err := report.UnitsFigure(units())
	if err != nil {
		t.Fatal(err)
	}
	patterns := map[scene.Pattern]int{}
	for _, node := range drawn.Figure.Scene.Nodes {
		if g, ok := node.(scene.Group); ok && g.Role == "bar" {
			if r, ok := g.Nodes[0].(scene.Rect); ok {
				patterns[r.Fill.Pattern]++
			}
		}
	}
	if len(patterns) != 3 {
		t.Errorf("got %v, want three patterns", patterns)
	}
}

func TestFiguresAreDrawn(t *testing.T) {
	for name, draw := range map[string]func() (report.Drawn, error){
		"trend": func() (report.Drawn, error) { return report.TrendFigure(hygiene()) },
		"units": func() (report.Drawn, error) { return report.UnitsFigure(units()) },
	} {
		drawn, err := draw()
		if err != nil {
			t.Fatal(err)
		}
		content, err := raster.Render(drawn.Alone().Scene)
		if err != nil || len(content) < 1000 {
			t.Errorf("%s: %d bytes, %v", name, len(content), err)
		}
	}
}

// TestEveryTargetHasItsLine: several targets have a line each with its own label, and a row each in the table, where their
// words are text and not numbers.
func TestEveryTargetHasItsLine(t *testing.T) {
	goals := []report.SeriesGoal{{Value: value(90), Words: "minst 90 %", Fulfilment: report.Met},
		{Value: value(91), Words: "minst 91 %", Text: "Helst fler än nio av tio.", Fulfilment: report.Met}, {Words: "ska öka", Fulfilment: report.NotMet}}
	for name, draw := range map[string]func(report.Series) (report.Drawn, error){"trend": report.TrendFigure, "units": report.UnitsFigure} {
		s := hygiene()
		s.Goals = goals
		drawn, err := draw(s)
		if err != nil {
			t.Fatal(err)
		}
		dashed, labels := 0, map[string]float64{}
		for _, node := range drawn.Figure.Scene.Flat() {
			switch n := node.(type) {
			case scene.Line:
				if n.Stroke.Dash[0] > 0 {
					dashed++
				}
			case scene.Text:
				if text, ok := strings.CutPrefix(plainSpaces(n.Text), "Mål: "); ok {
					labels[text] = n.Y
				}
			}
		}
		if dashed != 2 || len(labels) != 2 || math.Abs(labels["minst 90 %"]-labels["minst 91 %"]) < 10 {
			t.Errorf("%s: %d lines, labels at %v", name, dashed, labels)
		}
		last := len(drawn.Table.Columns) - 1
		var rows []string
		for _, row := range drawn.Table.Rows[len(drawn.Table.Rows)-3:] {
			rows = append(rows, plainSpaces(cellText(row[0])+"|"+cellText(row[1])+"|"+cellText(row[last])))
		}
		if want := []string{"Mål|90 %|Minst 90 %", "Mål|91 %|Helst fler än nio av tio.", "Mål|–|Ska öka"}; !slices.Equal(rows, want) || drawn.Table.Columns[last].Numeric {
			t.Errorf("%s: rows %q", name, rows)
		}
		if want := "; målet minst 90 % nåddes; målet ”Helst fler än nio av tio” nåddes; målet att värdet ska öka nåddes inte."; !strings.HasSuffix(plainSpaces(drawn.Figure.Alternative), want) {
			t.Errorf("%s: alternative %q", name, drawn.Figure.Alternative)
		}
	}
}

// TestMoreTargetsThanLines: where there are more targets than lines, the figure says so.
func TestMoreTargetsThanLines(t *testing.T) {
	s := hygiene()
	s.Goals = nil
	for i := range 8 {
		s.Goals = append(s.Goals, report.SeriesGoal{Value: value(float64(88 + i)), Words: "minst"})
	}
	drawn, err := report.TrendFigure(s)
	if err != nil {
		t.Fatal(err)
	}
	said := slices.ContainsFunc(drawn.Figure.Scene.Flat(), func(n scene.Node) bool {
		text, ok := n.(scene.Text)
		return ok && strings.Contains(text.Text, "tabellen har alla")
	})
	if !said || len(drawn.Table.Rows) != len(s.Points)+8 {
		t.Errorf("said %t, %d rows", said, len(drawn.Table.Rows))
	}
}

func plainSpaces(text string) string { return strings.ReplaceAll(text, "\u00a0", " ") }

// TestLongWordsAreText: a note in place of a value is not squeezed into the column of numbers.
func TestLongWordsAreText(t *testing.T) {
	s := units()
	s.Points[2].Words = "Mätningen visar att mängden har ökat totalt sett."
	drawn, err := report.UnitsFigure(s)
	if err != nil {
		t.Fatal(err)
	}
	row := drawn.Table.Rows[4]
	if got := cellText(row[1]) + "|" + cellText(row[len(row)-1]); got != "–|"+s.Points[2].Words {
		t.Errorf("got %q", got)
	}
	if got := s.Told(); len(got) != 5 || got[2] != "Daglig verksamhet: "+s.Points[2].Words {
		t.Errorf("told %q", got)
	}
}
