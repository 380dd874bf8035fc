package report

import (
	"slices"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/scene"
)

// mostLabels is how many points have their values beside them; of more only those that say something do.
const mostLabels = 10

// TrendFigure draws the years of a series against its target. It refuses a series with nothing to show, or with a value
// that is no number.
func TrendFigure(s Series) (Drawn, error) {
	if err := s.check(); err != nil {
		return Drawn{}, err
	}
	caption := s.trendCaption()
	return Drawn{
		Figure: document.Figure{Caption: caption, Alternative: s.trendAlternative(), Scene: s.trendScene()},
		Table:  s.table("År", caption+", som tabell", s.Points),
	}, nil
}

// trend is a trend in the making.
type trend struct {
	drawingPad
	s      Series
	across scale
	up     scale
}

func (s Series) trendScene() *scene.Scene {
	low, high := s.reach()
	t := &trend{s: s}
	t.up = scale{low: low, high: high, from: plotTop + plotHeight, to: plotTop + valueSize}
	t.across = scale{low: 0, high: float64(max(len(s.Points)-1, 1)), from: 22, to: figureWidth - sideRoom - 22}
	t.axis()
	t.goals()
	t.line()
	for i, p := range s.Points {
		if p.Value != nil {
			t.whisker(i, p)
			t.add(mark(t.place(i, p), p))
		}
	}
	t.labels()
	t.y = plotTop + plotHeight + 28
	t.legend(s, true)
	return t.done()
}

func (t *trend) place(i int, p Point) scene.Point {
	return scene.Point{X: t.x(i), Y: t.up.at(*p.Value)}
}

// x is where a year stands; a single one stands in the middle.
func (t *trend) x(i int) float64 {
	if len(t.s.Points) == 1 {
		return (t.across.from + t.across.to) / 2
	}
	return t.across.at(float64(i))
}

// axis draws the ground line and the years.
func (t *trend) axis() {
	bottom := plotTop + plotHeight + 8
	t.add(scene.Line{From: scene.Point{X: 0, Y: bottom}, To: scene.Point{X: figureWidth - sideRoom, Y: bottom}, Stroke: scene.Stroke{Colour: axisColour, Width: 0.8}})
	every := 1
	if len(t.s.Points) > 1 {
		for float64(every)*(t.x(1)-t.x(0)) < 26 {
			every++
		}
	}
	last := len(t.s.Points) - 1
	for i, p := range t.s.Points {
		if (last-i)%every == 0 {
			t.text(scene.Text{X: t.x(i), Y: bottom + 12, Size: labelSize, Anchor: scene.Middle, Colour: textColour, Text: p.Label, Room: 40})
		}
	}
}

// goals draws the targets' lines, dashed, with their labels at the right: each at its line, or as near to it as the others
// leave room.
func (t *trend) goals() {
	lines := t.s.lines()
	places := make([]float64, len(lines))
	for i, g := range lines {
		y := t.up.at(*g.Value)
		t.add(scene.Line{From: scene.Point{X: 0, Y: y}, To: scene.Point{X: figureWidth - sideRoom, Y: y},
			Stroke: scene.Stroke{Colour: goalColour, Width: goalWidth, Dash: [2]float64{5, 3}}})
		places[i] = y
	}
	spread(places, noteLeading, plotTop+plotHeight)
	for i, g := range lines {
		t.sideText(places[i], t.s.label(g), goalColour)
	}
}

// spread moves places that go downwards apart, so that there is a gap between each, and none lies below the bottom.
func spread(places []float64, gap, bottom float64) {
	for i := 1; i < len(places); i++ {
		places[i] = max(places[i], places[i-1]+gap)
	}
	for i := len(places) - 1; i >= 0; i-- {
		places[i] = min(places[i], bottom)
		bottom = places[i] - gap
	}
}

// sideText writes beside the plot, within it.
func (t *trend) sideText(y float64, text string, colour scene.Colour) {
	t.text(scene.Text{X: figureWidth - sideRoom + 4, Y: y + valueSize*0.35, Size: labelSize, Bold: true, Colour: colour, Text: text, Room: sideRoom - 4})
}

// line joins the years that follow on each other; a year without a value breaks it.
func (t *trend) line() {
	path := scene.Path{Stroke: scene.Stroke{Colour: seriesColour, Width: 2}}
	var run []scene.Point
	flush := func() {
		if len(run) > 1 {
			path.Lines = append(path.Lines, run)
		}
		run = nil
	}
	for i, p := range t.s.Points {
		if p.Value == nil {
			flush()
			continue
		}
		run = append(run, t.place(i, p))
	}
	flush()
	if len(path.Lines) > 0 {
		t.add(path)
	}
}

// whisker draws the interval of a share of few.
func (t *trend) whisker(i int, p Point) {
	low, high, ok := t.s.interval(p)
	if !ok {
		return
	}
	x, from, to := t.x(i), t.up.at(low), t.up.at(high)
	end := func(y float64) []scene.Point { return []scene.Point{{X: x - 3, Y: y}, {X: x + 3, Y: y}} }
	t.add(scene.Path{Lines: [][]scene.Point{{{X: x, Y: from}, {X: x, Y: to}}, end(from), end(to)}, Stroke: scene.Stroke{Colour: lineColour, Width: 1}})
}

// labels writes the values beside their points.
func (t *trend) labels() {
	for i, p := range t.s.Points {
		text := t.s.words(p)
		switch {
		case p.Value == nil && (p.Words == "" || len(t.s.Points) > mostLabels):
			continue
		case p.Value == nil:
			t.label(i, plotTop+plotHeight, text)
		case t.tells(i):
			// The open mark tells that it is approximate; there is little room.
			t.label(i, t.up.at(*p.Value)-7, t.s.amount(*p.Value))
		}
	}
}

// tells reports whether a point's value is written: always when there is room, else for the ends and the extremes.
func (t *trend) tells(i int) bool {
	known := t.s.known()
	if len(t.s.Points) <= mostLabels || i == len(t.s.Points)-1 {
		return true
	}
	values := make([]float64, len(known))
	for j, p := range known {
		values[j] = *p.Value
	}
	low, high := slices.Index(values, slices.Min(values)), slices.Index(values, slices.Max(values))
	label := t.s.Points[i].Label
	return label == known[0].Label || label == known[low].Label || label == known[high].Label || label == known[len(known)-1].Label
}

// label writes a text on a plate, inside the figure. A long one is shortened; the table has it whole.
func (t *trend) label(i int, y float64, words string) {
	room := figureWidth - sideRoom
	if n := len(t.s.Points); n > 1 && n <= mostLabels {
		room = t.x(1) - t.x(0) - 2
	}
	size := valueSize
	if w := scene.Width(words, size, true); w > room {
		size = max(6, size*room/w)
	}
	text := scene.Text{X: t.x(i), Y: max(y, valueSize), Size: size, Bold: true, Anchor: scene.Middle, Colour: seriesColour, Text: words, Room: max(room, 34)}
	half := min(scene.Width(words, size, true), text.Room) / 2
	text.X = min(max(text.X, half), figureWidth-sideRoom-half)
	t.add(plate(text, white), text)
}
