package report

import (
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
	Goal   SeriesGoal
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

// SeriesGoal is the target that the figure shows.
type SeriesGoal struct {
	// Value is where the line is drawn; nil for none.
	Value *float64
	// Words are the target in words, such as "minst 100 %"; empty for none.
	Words string
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
	numbers := []*float64{s.Goal.Value}
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

// verdict says how the year stands to the target; empty without one.
func (s Series) verdict() string {
	if s.Goal.Words == "" {
		return ""
	}
	goal := "; målet " + s.Goal.Words
	switch s.Goal.Fulfilment {
	case Met:
		return goal + " nåddes"
	case PartlyMet:
		return goal + " nåddes delvis"
	case NotMet:
		return goal + " nåddes inte"
	case NotAssessed, FulfilmentBlank:
	}
	return goal + " har inte bedömts"
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
			return cmpFloat(*b.Value, *a.Value)
		}
		return strings.Compare(a.Label, b.Label)
	})
	return points
}

func cmpFloat(a, b float64) int {
	if a < b {
		return -1
	}
	return 1
}
