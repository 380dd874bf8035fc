// Package scene holds small vector figures: rectangles, lines, paths and text, in points, with the origin at the upper
// left. A Scene is a plain value that says what is drawn; the packages svg, raster and pdf draw it, all from the same
// lowered shapes, so that every format shows the same.
//
// Nothing here reads a font file: the widths of the document typeface are a table, so that the rules that make figures
// stay pure.
package scene

// Colour is 0xRRGGBB.
type Colour uint32

// RGB returns the three parts.
func (c Colour) RGB() (r, g, b uint8) { return uint8(c >> 16), uint8(c >> 8), uint8(c) }

// Point is a place.
type Point struct{ X, Y float64 }

// Scene is one figure. It is a plain value; what draws it never changes it.
type Scene struct {
	Width, Height float64
	Nodes         []Node
}

// Node is one thing that is drawn: Rect, Line, Path, Text or Group. The set is closed.
type Node interface{ isNode() }

// Fill is how an area is filled. The zero value fills nothing.
type Fill struct {
	// Solid turns the fill on.
	Solid  bool
	Colour Colour
	// Pattern lies over the colour, in Ink.
	Pattern Pattern
	Ink     Colour
}

// Paint returns a plain fill.
func Paint(c Colour) Fill { return Fill{Solid: true, Colour: c} }

// Stroke is how a line is drawn. A width of 0 draws nothing.
type Stroke struct {
	Colour Colour
	Width  float64
	// Dash holds the length of a dash and of the gap after it; both 0 means an unbroken line.
	Dash [2]float64
}

// Rect is a rectangle with its upper left corner at X, Y.
type Rect struct {
	X, Y, Width, Height float64
	Fill                Fill
	Stroke              Stroke
}

// Line is a straight line.
type Line struct {
	From, To Point
	Stroke   Stroke
}

// Path is a set of polylines; closed ones may be filled, without a pattern.
type Path struct {
	Lines  [][]Point
	Closed bool
	Fill   Fill
	Stroke Stroke
}

// Anchor says which point of a text lies at its X.
type Anchor int

// The anchors.
const (
	Start Anchor = iota
	Middle
	End
)

// Text is one line of text with its baseline at Y.
type Text struct {
	X, Y, Size float64
	Bold       bool
	Anchor     Anchor
	Colour     Colour
	Text       string
	// Room is the width that the text must not exceed; it is shortened to it. 0 means no bound.
	Room float64
}

// Group holds nodes that belong together. Its role names what they are, such as "cell", for who reads the file.
type Group struct {
	Role  string
	Nodes []Node
}

func (Rect) isNode()  {}
func (Line) isNode()  {}
func (Path) isNode()  {}
func (Text) isNode()  {}
func (Group) isNode() {}

// MapText returns a copy in which every text has passed through a function.
func (s *Scene) MapText(change func(string) string) *Scene {
	return &Scene{Width: s.Width, Height: s.Height, Nodes: mapText(s.Nodes, change)}
}

func mapText(nodes []Node, change func(string) string) []Node {
	out := make([]Node, len(nodes))
	for i, node := range nodes {
		switch n := node.(type) {
		case Text:
			n.Text = change(n.Text)
			node = n
		case Group:
			n.Nodes = mapText(n.Nodes, change)
			node = n
		}
		out[i] = node
	}
	return out
}

// Framed returns the scene with a margin around it, on a ground.
func (s *Scene) Framed(margin float64, ground Colour) *Scene {
	framed := &Scene{Width: s.Width + 2*margin, Height: s.Height + 2*margin}
	framed.Nodes = append([]Node{Rect{Width: framed.Width, Height: framed.Height, Fill: Paint(ground)}}, shift(s.Nodes, margin)...)
	return framed
}

// shift moves nodes to the right and down.
func shift(nodes []Node, by float64) []Node {
	out := make([]Node, len(nodes))
	for i, node := range nodes {
		switch n := node.(type) {
		case Rect:
			n.X, n.Y = n.X+by, n.Y+by
			node = n
		case Line:
			n.From, n.To = n.From.shift(by), n.To.shift(by)
			node = n
		case Path:
			n.Lines = shiftLines(n.Lines, by)
			node = n
		case Text:
			n.X, n.Y = n.X+by, n.Y+by
			node = n
		case Group:
			n.Nodes = shift(n.Nodes, by)
			node = n
		}
		out[i] = node
	}
	return out
}

func (p Point) shift(by float64) Point { return Point{X: p.X + by, Y: p.Y + by} }

func shiftLines(lines [][]Point, by float64) [][]Point {
	out := make([][]Point, len(lines))
	for i, line := range lines {
		for _, p := range line {
			out[i] = append(out[i], p.shift(by))
		}
	}
	return out
}

// Flat returns everything that is drawn, in order, without groups and patterns: Rect, Line, Path and Text.
func (s *Scene) Flat() []Node { return flat(nil, s.Nodes) }

func flat(out, nodes []Node) []Node {
	for _, node := range nodes {
		if group, ok := node.(Group); ok {
			out = flat(out, group.Nodes)
			continue
		}
		out = append(out, Lower(node)...)
	}
	return out
}

// Lower turns a node that is no group into plain ones: a patterned area becomes a plain one under lines, and a text that
// is too long is shortened.
func Lower(node Node) []Node {
	switch n := node.(type) {
	case Rect:
		lines := n.Fill.Pattern.lines(n)
		n.Fill.Pattern, n.Fill.Ink = Pattern{}, 0
		if len(lines.Lines) == 0 {
			return []Node{n}
		}
		border := n
		border.Fill, n.Stroke = Fill{}, Stroke{}
		return []Node{n, lines, border}
	case Text:
		if n.Room > 0 {
			n.Text = Shorten(n.Text, n.Size, n.Bold, n.Room)
		}
		return []Node{n}
	}
	return []Node{node}
}
