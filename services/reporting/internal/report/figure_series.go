package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
)

// Series is an indicator with what a figure of it shows: its years, or its units in one year.
type Series struct {
	// Title is what is measured; Unit what a value counts, such as "dagar"; empty for a share.
	Title, Unit string
	// Share tells a share in percent from other numbers.
	Share    bool
	Decimals int
	// Year is the one that the figure is about or ends with.
	Year int
	// Points are the years in order, or the units in any order.
	Points []Point
	// Goals are the targets that the figure shows; those with a value have a line.
	Goals []SeriesGoal
}

// Point is one year or one unit.
type Point struct {
	// Label is the year or the unit's title.
	Label string
	// Value is nil when there is none; Words then say why, such as "för få".
	Value *float64
	Words string
	// Count and Of are the numbers behind a share; nil when it was stated.
	Count, Of *float64
	// Approximate and Derived tell how the value is known; Note says more.
	Approximate, Derived bool
	Note                 string
}

// SeriesGoal is one target.
type SeriesGoal struct {
	// Value is where the line is drawn; nil for none.
	Value *float64
	// Words are the target in a few words, such as "minst 100 %" or "ska öka"; Text is how the decision has it, and may be
	// empty.
	Words, Text string
	// Fulfilment is how the year stands to it.
	Fulfilment Fulfilment
}

var yearNoun = noun{one: "år", many: "år", neuter: true}

// smallSample is how many must be behind a share for its interval to be left out.
const smallSample = 100

// wilsonZ is the quantile for 95 % confidence.
const wilsonZ = 1.959963984540054

// interval returns where a share of few lies with 95 % confidence (Wilson), in percent; ok is false where it says nothing.
func (s Series) interval(p Point) (low, high float64, ok bool) {
	if !s.Share || p.Value == nil || p.Count == nil || p.Of == nil || *p.Of <= 0 || *p.Of >= smallSample || *p.Count > *p.Of {
		return 0, 0, false
	}
	n, share, z := *p.Of, *p.Count / *p.Of, wilsonZ*wilsonZ
	middle := (share + z/(2*n)) / (1 + z/n)
	half := wilsonZ / (1 + z/n) * math.Sqrt(share*(1-share)/n+z/(4*n*n))
	return max(0, 100*(middle-half)), min(100, 100*(middle+half)), true
}

// check refuses what is no number: nothing is drawn of it.
func (s Series) check() error {
	var numbers []*float64
	for _, g := range s.Goals {
		numbers = append(numbers, g.Value)
	}
	for _, p := range s.Points {
		numbers = append(numbers, p.Value, p.Count, p.Of)
	}
	for _, v := range numbers {
		if v != nil && (math.IsNaN(*v) || math.IsInf(*v, 0)) {
			return fault.Fields(fault.Field{Path: "indicator", Reason: "NUMBER", Swedish: "Ett av värdena är inget tal. Rätta mätningen.", English: "a value is not finite"})
		}
	}
	if len(s.known()) == 0 {
		return fault.State("INCOMPLETE", "Det finns inga värden att rita. Lägg in en mätning först.", "there is nothing to draw")
	}
	return nil
}

// amount writes a value with its unit.
func (s Series) amount(v float64) string {
	if s.Share {
		return document.FormatPercent(v, s.Decimals)
	}
	return document.FormatNumber(v, s.Decimals)
}

// words writes a point: "cirka 93 %", "för få" or a dash.
func (s Series) words(p Point) string {
	switch {
	case p.Value == nil && p.Words != "":
		return p.Words
	case p.Value == nil:
		return document.EmptyMark
	case p.Approximate:
		return "cirka" + noBreak + s.amount(*p.Value)
	default:
		return s.amount(*p.Value)
	}
}

// known returns the points that have a value.
func (s Series) known() []Point {
	return slices.DeleteFunc(slices.Clone(s.Points), func(p Point) bool { return p.Value == nil })
}

// about is the title with its unit in words.
func (s Series) about() string {
	title := strings.Join(strings.Fields(s.Title), " ")
	if s.Unit != "" && !strings.Contains(strings.ToLower(title), strings.ToLower(s.Unit)) {
		title += " (" + s.Unit + ")"
	}
	return title
}

// trendCaption and unitsCaption name the two figures.
func (s Series) trendCaption() string {
	if len(s.Points) == 1 {
		return s.about() + ", " + s.Points[0].Label
	}
	return fmt.Sprintf("%s, %s–%s", s.about(), s.Points[0].Label, s.Points[len(s.Points)-1].Label)
}

func (s Series) unitsCaption() string {
	return fmt.Sprintf("%s per enhet, %s", s.about(), strconv.Itoa(s.Year))
}

// trendAlternative says what the trend shows: "… 2021–2025: från 88 % till 93 %; målet 100 % nåddes inte."
func (s Series) trendAlternative() string {
	known := s.known()
	text := s.trendCaption() + ": "
	switch len(known) {
	case 1:
		text += s.words(known[0])
		if len(s.Points) > 1 {
			text += " " + known[0].Label
		}
	default:
		first, last := known[0], known[len(known)-1]
		text += fmt.Sprintf("från %s till %s", s.words(first), s.words(last))
		if first.Label != s.Points[0].Label || last.Label != s.Points[len(s.Points)-1].Label {
			text += fmt.Sprintf(" (%s–%s)", first.Label, last.Label)
		}
	}
	if missing := len(s.Points) - len(known); missing > 0 {
		text += "; värde saknas för " + yearNoun.count(missing)
	}
	return text + s.verdict() + "."
}

// unitsAlternative names the extremes.
func (s Series) unitsAlternative() string {
	sorted := s.sorted()
	known := s.known()
	text := s.unitsCaption() + ": "
	switch len(known) {
	case 1:
		text += sorted[0].Label + " " + s.words(sorted[0])
	default:
		last := sorted[len(known)-1]
		if *sorted[0].Value == *last.Value {
			text += "alla " + s.words(sorted[0])
		} else {
			text += fmt.Sprintf("störst är %s (%s) och minst %s (%s)", sorted[0].Label, s.words(sorted[0]), last.Label, s.words(last))
		}
	}
	if missing := len(s.Points) - len(known); missing > 0 {
		text += "; " + number(missing) + " " + plural(missing, "enhet", "enheter") + " har inget värde"
	}
	return text + s.verdict() + "."
}

// verdict says how the year stands to each target; empty without any.
func (s Series) verdict() string {
	text := ""
	for _, g := range s.Goals {
		text += "; målet " + g.named() + " " + g.verdict()
	}
	return text
}

// verdict says how the year stands to the target.
func (g SeriesGoal) verdict() string {
	switch g.Fulfilment {
	case Met:
		return "nåddes"
	case PartlyMet:
		return "nåddes delvis"
	case NotMet:
		return "nåddes inte"
	case NotAssessed, FulfilmentBlank:
	}
	return "har inte bedömts"
}

// named names the target in a sentence, after "målet".
func (g SeriesGoal) named() string {
	switch text := strings.TrimRight(strings.TrimSpace(g.Text), "."); {
	case text != "":
		return "”" + text + "”"
	case strings.HasPrefix(g.Words, "ska "):
		return "att värdet " + g.Words
	}
	return g.Words
}

// mostLines is how many targets have their lines: the labels of more would not fit. The table has them all.
const mostLines = 6

// lines returns the targets that have a line, from the highest.
func (s Series) lines() []SeriesGoal {
	lines := slices.DeleteFunc(slices.Clone(s.Goals), func(g SeriesGoal) bool { return g.Value == nil })
	lines = lines[:min(len(lines), mostLines)]
	slices.SortStableFunc(lines, func(a, b SeriesGoal) int { return cmp.Compare(*b.Value, *a.Value) })
	return lines
}

// undrawn says so when not every target with a value has its line; empty otherwise.
func (s Series) undrawn() string {
	with := 0
	for _, g := range s.Goals {
		if g.Value != nil {
			with++
		}
	}
	if with <= mostLines {
		return ""
	}
	return "De första " + number(mostLines) + " målen är ritade, tabellen har alla"
}

// label is what is written at a target's line: its number, with how it is meant where there are several lines.
func (s Series) label(g SeriesGoal) string {
	bound, _, _ := strings.Cut(g.Words, " ")
	if len(s.lines()) > 1 && (bound == "minst" || bound == "högst") {
		return "Mål: " + bound + " " + s.amount(*g.Value)
	}
	return "Mål: " + s.amount(*g.Value)
}

// Told lists the units in words, for where no figure shows them: what was said of each, or its number. Where every unit has
// a number or there is nothing to tell, it is empty: then the figure, or the sentence, says enough.
func (s Series) Told() []string {
	if !slices.ContainsFunc(s.Points, func(p Point) bool { return p.Value == nil && strings.TrimSpace(p.Words) != "" }) {
		return nil
	}
	var lines []string
	for _, p := range s.Points {
		lines = append(lines, p.Label+": "+s.words(p))
	}
	return lines
}

// sorted returns the points from the largest value to the smallest; those without one last, by name.
func (s Series) sorted() []Point {
	points := slices.Clone(s.Points)
	slices.SortStableFunc(points, func(a, b Point) int {
		switch {
		case a.Value == nil && b.Value == nil:
			return strings.Compare(a.Label, b.Label)
		case a.Value == nil:
			return 1
		case b.Value == nil:
			return -1
		case *a.Value != *b.Value:
			return cmp.Compare(*b.Value, *a.Value)
		}
		return strings.Compare(a.Label, b.Label)
	})
	return points
}
