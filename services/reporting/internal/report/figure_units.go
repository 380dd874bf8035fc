package report

import (
	"slices"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/scene"
)

// UnitsFigure draws the units of a series beside each other, the largest first. It refuses what TrendFigure does.
func UnitsFigure(s Series) (Drawn, error) {
	if err := s.check(); err != nil {
		return Drawn{}, err
	}
	caption := s.unitsCaption()
	return Drawn{
		Figure: document.Figure{Caption: caption, Alternative: s.unitsAlternative(), Scene: s.unitsScene()},
		Table:  s.table("Enhet", caption+", som tabell", s.sorted()),
	}, nil
}

// bars are bars in the making.
type bars struct {
	drawingPad
	s      Series
	across scale
	// row is the height of one bar with its gap, size that of its texts.
	row, size float64
}

// Rows of few bars are high; those of many lie close, so that forty fit a page.
const (
	highestRow = 24.0
	lowestRow  = 13.0
	barsHeight = 520.0
	barShare   = 0.64
)

func (s Series) unitsScene() *scene.Scene {
	b := &bars{s: s}
	b.row = min(highestRow, max(lowestRow, barsHeight/float64(len(s.Points))))
	b.size = min(labelSize, b.row*0.66)
	low, high := s.reach()
	if low, high = min(low, 0), max(high, 0); !s.negative() {
		low = 0
	}
	b.across = scale{low: low, high: high, from: barLabelRoom, to: figureWidth - b.valueRoom()}
	b.goals()
	top := b.y
	for _, p := range s.sorted() {
		b.bar(p)
		b.y += b.row
	}
	zero := b.across.at(0)
	b.add(scene.Line{From: scene.Point{X: zero, Y: top}, To: scene.Point{X: zero, Y: b.y}, Stroke: scene.Stroke{Colour: lineColour, Width: 0.8}})
	b.y += 8
	b.legend(s, false)
	return b.done()
}

func (s Series) negative() bool {
	for _, p := range s.known() {
		if *p.Value < 0 {
			return true
		}
	}
	return slices.ContainsFunc(s.lines(), func(g SeriesGoal) bool { return *g.Value < 0 })
}

// valueRoom is what the widest value needs to the right of the bars.
func (b *bars) valueRoom() float64 {
	widest := 0.0
	for _, p := range b.s.Points {
		widest = max(widest, scene.Width(b.s.words(p), b.size, true))
	}
	return min(widest+10, figureWidth/3)
}

// bar draws one unit: its name, its bar and its value. Without a value there is no bar, only what is known in words.
func (b *bars) bar(p Point) {
	base := b.y + b.row/2 + b.size*0.35
	b.text(scene.Text{X: barLabelRoom - 6, Y: base, Size: b.size, Anchor: scene.End, Colour: textColour, Text: p.Label, Room: barLabelRoom - 8})
	if p.Value == nil {
		x := b.across.at(0) + 5
		b.text(scene.Text{X: x, Y: base, Size: b.size, Colour: textColour, Text: b.s.words(p), Room: figureWidth - x})
		return
	}
	from, to := b.across.at(0), b.across.at(*p.Value)
	height := b.row * barShare
	b.add(scene.Group{Role: "bar", Nodes: []scene.Node{scene.Rect{X: min(from, to), Y: b.y + (b.row-height)/2, Width: max(from, to) - min(from, to), Height: height,
		Fill: barFill(p), Stroke: scene.Stroke{Colour: seriesColour, Width: 0.8}}}})
	end := max(from, to)
	if low, high, ok := b.s.interval(p); ok {
		b.whisker(low, high)
		end = max(end, b.across.at(high))
	}
	text := scene.Text{X: end + 5, Y: base, Size: b.size, Bold: true, Colour: seriesColour, Text: b.s.words(p), Room: figureWidth - end - 5}
	b.add(plate(text, white), text)
}

// barFill tells in grey too how a value is known.
func barFill(p Point) scene.Fill {
	fill := scene.Fill{Solid: true, Colour: barColour, Ink: seriesColour}
	switch {
	case p.Derived:
		fill.Pattern = scene.Pattern{Direction: scene.Rising, Spacing: 4}
	case p.Approximate:
		fill.Pattern = scene.Pattern{Direction: scene.Dotted, Spacing: 4}
	}
	return fill
}

func (b *bars) whisker(low, high float64) {
	y, from, to := b.y+b.row/2, b.across.at(low), b.across.at(high)
	end := func(x float64) []scene.Point { return []scene.Point{{X: x, Y: y - 3}, {X: x, Y: y + 3}} }
	b.add(scene.Path{Lines: [][]scene.Point{{{X: from, Y: y}, {X: to, Y: y}}, end(from), end(to)}, Stroke: scene.Stroke{Colour: lineColour, Width: 1}})
}

// goalRow is the height of a target's label.
const goalRow = 15.0

// goals draws the targets' lines down through the bars, each from its own label over them.
func (b *bars) goals() {
	b.y = 2
	lines := b.s.lines()
	bottom := b.y + goalRow*float64(len(lines)) + b.row*float64(len(b.s.Points))
	for i, g := range lines {
		x := b.across.at(*g.Value)
		b.add(scene.Line{From: scene.Point{X: x, Y: b.y + goalRow*float64(i+1) - 2}, To: scene.Point{X: x, Y: bottom},
			Stroke: scene.Stroke{Colour: goalColour, Width: goalWidth, Dash: [2]float64{5, 3}}})
	}
	for _, g := range lines {
		words := b.s.label(g)
		half := scene.Width(words, labelSize, true) / 2
		x := min(max(b.across.at(*g.Value), half), figureWidth-half)
		text := scene.Text{X: x, Y: b.y + labelSize, Size: labelSize, Bold: true, Anchor: scene.Middle, Colour: goalColour, Text: words, Room: figureWidth}
		b.add(plate(text, white), text)
		b.y += goalRow
	}
}
