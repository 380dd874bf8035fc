package report

import (
	"math"
	"strings"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/scene"
)

// Measures of the figures of indicators, in points.
const (
	plotHeight   = 150.0
	plotTop      = 22.0
	markRadius   = 3.4
	valueSize    = 8.5
	sideRoom     = 92.0
	barLabelRoom = 148.0
	noteLeading  = 12.0
	goalWidth    = 1.4
)

const (
	seriesColour scene.Colour = 0x0b4f8a
	goalColour   scene.Colour = 0xb3400b
	axisColour   scene.Colour = 0x8a94a0
	barColour    scene.Colour = 0xcfe0ee
)

// Drawn is a figure of an indicator with the same numbers as a table.
type Drawn struct {
	Figure document.Figure
	Table  document.Table
}

// Blocks returns both, for a document.
func (d Drawn) Blocks() []document.Block { return []document.Block{d.Figure, d.Table} }

// Alone returns the figure for a file of its own: framed, under its caption.
func (d Drawn) Alone() document.Figure {
	f := d.Figure
	lines, _ := scene.Wrap(f.Caption, headingSize, true, figureWidth)
	head := &drawingPad{}
	for _, line := range lines {
		head.text(scene.Text{Y: head.y + headingSize, Size: headingSize, Bold: true, Colour: titleColour, Text: line, Room: figureWidth})
		head.y += headingLeading
	}
	whole := &scene.Scene{Width: figureWidth, Height: head.y + f.Scene.Height, Nodes: append(lowered(f.Scene.Nodes, head.y), head.nodes...)}
	f.Scene = whole.Framed(frame, white)
	return f
}

// drawingPad is a figure in the making. It grows downwards.
type drawingPad struct {
	nodes []scene.Node
	y     float64
}

func (d *drawingPad) add(nodes ...scene.Node) { d.nodes = append(d.nodes, nodes...) }
func (d *drawingPad) text(t scene.Text)       { d.add(t) }

// done returns the scene on a white ground.
func (d *drawingPad) done() *scene.Scene {
	ground := scene.Rect{Width: figureWidth, Height: d.y, Fill: scene.Paint(white)}
	return &scene.Scene{Width: figureWidth, Height: d.y, Nodes: append([]scene.Node{ground}, d.nodes...)}
}

// legend explains the marks that occur.
func (d *drawingPad) legend(s Series, marks bool) {
	var notes []string
	for _, kind := range []struct {
		text string
		has  func(Point) bool
	}{
		{legendText(marks, "Ofylld cirkel: ungefärligt värde", "Prickat: ungefärligt värde"), func(p Point) bool { return p.Value != nil && p.Approximate && !p.Derived }},
		{legendText(marks, "Ofylld ruter: härlett värde, inte mätt", "Snedstreckat: härlett värde, inte mätt"), func(p Point) bool { return p.Value != nil && p.Derived }},
		{"Streck med ändar: så säker är andelen, 95 %", s.uncertain},
	} {
		for _, p := range s.Points {
			if kind.has(p) {
				notes = append(notes, kind.text)
				break
			}
		}
	}
	if note := s.undrawn(); note != "" {
		notes = append(notes, note)
	}
	lines, _ := scene.Wrap(strings.Join(notes, ". "), valueSize, false, figureWidth)
	for _, line := range lines {
		d.text(scene.Text{Y: d.y + valueSize, Size: valueSize, Colour: textColour, Text: line, Room: figureWidth})
		d.y += noteLeading
	}
}

func legendText(marks bool, point, bar string) string {
	if marks {
		return point
	}
	return bar
}

// scale maps values to places.
type scale struct{ low, high, from, to float64 }

func (s scale) at(v float64) float64 { return s.from + (v-s.low)/(s.high-s.low)*(s.to-s.from) }

// reach returns the least and the greatest of what a figure shows, so far apart that no difference looks larger than it is.
func (s Series) reach() (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	take := func(v float64) { low, high = min(low, v), max(high, v) }
	for _, p := range s.known() {
		take(*p.Value)
		if from, to, ok := s.interval(p); ok {
			take(from)
			take(to)
		}
	}
	for _, g := range s.lines() {
		take(*g.Value)
	}
	least := max(math.Abs(low), math.Abs(high)) * 0.2
	if s.Share {
		least = 20
	}
	if least == 0 {
		least = 1
	}
	if spread := high - low; spread < least {
		low, high = low-(least-spread)/2, high+(least-spread)/2
	}
	return low, high
}

// mark draws a point: a filled circle, an open one for an approximate value, an open diamond for a derived one.
func mark(at scene.Point, p Point) scene.Node {
	corners := 16
	if p.Derived {
		corners = 4
	}
	radius := markRadius
	if p.Derived {
		radius *= 1.35
	}
	var outline []scene.Point
	for i := range corners {
		angle := 2 * math.Pi * float64(i) / float64(corners)
		outline = append(outline, scene.Point{X: at.X + radius*math.Cos(angle), Y: at.Y + radius*math.Sin(angle)})
	}
	fill := scene.Paint(seriesColour)
	if p.Approximate || p.Derived {
		fill = scene.Paint(white)
	}
	return scene.Path{Lines: [][]scene.Point{outline}, Closed: true, Fill: fill, Stroke: scene.Stroke{Colour: seriesColour, Width: 1.6}}
}

// lowered moves nodes down.
func lowered(nodes []scene.Node, by float64) []scene.Node {
	out := make([]scene.Node, len(nodes))
	for i, node := range nodes {
		switch n := node.(type) {
		case scene.Rect:
			n.Y += by
			node = n
		case scene.Line:
			n.From.Y, n.To.Y = n.From.Y+by, n.To.Y+by
			node = n
		case scene.Path:
			n.Lines = loweredLines(n.Lines, by)
			node = n
		case scene.Text:
			n.Y += by
			node = n
		case scene.Group:
			n.Nodes = lowered(n.Nodes, by)
			node = n
		}
		out[i] = node
	}
	return out
}

func loweredLines(lines [][]scene.Point, by float64) [][]scene.Point {
	out := make([][]scene.Point, len(lines))
	for i, line := range lines {
		for _, p := range line {
			out[i] = append(out[i], scene.Point{X: p.X, Y: p.Y + by})
		}
	}
	return out
}
