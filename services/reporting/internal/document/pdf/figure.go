package pdf

import (
	"fmt"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/scene"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/typeface"
)

const (
	figureGap       = 10.0
	figureToCaption = 4.0
	// captionRoom is what a page keeps for the heading and the caption of a figure that fills it.
	captionRoom = 100.0
)

// figureItems keeps a figure and its caption on one page. A figure that is larger than the page is scaled down.
func (c *composer) figureItems(f document.Figure) []item {
	group := c.layout.root.child("Div")
	owner := group.child("Figure")
	owner.alternative = f.Alternative
	scale := min(1, textWidth/f.Scene.Width, (pageRoom-captionRoom)/f.Scene.Height)
	height := f.Scene.Height * scale
	items := []item{{gap: figureGap, need: height, place: func() {
		c.drawScene(f.Scene, owner, marginLeft, c.y, scale)
		c.y += height
	}}}
	caption := c.lineItems(c.plain(f.Caption, group.child("Caption"), box{x: marginLeft, width: textWidth}, captionSetting()))
	if len(caption) > 0 {
		caption[0].gap = figureToCaption
	}
	items = append(items, caption...)
	glueAll(items)
	return items
}

// composeFigure lays out a document that is one figure: a page of its size, without furniture.
func composeFigure(d *document.Document, family *typeface.Family, variant Variant) *layout {
	c := newComposer(d.Meta, family, variant)
	c.page = &page{number: 1}
	c.layout.pages = []*page{c.page}
	for _, block := range d.Blocks {
		if f, ok := block.(document.Figure); ok {
			c.layout.width, c.layout.height = f.Scene.Width, f.Scene.Height
			owner := c.layout.root.child("Figure")
			owner.alternative = f.Alternative
			c.drawScene(f.Scene, owner, 0, 0, 1)
		}
	}
	return c.layout
}

// drawScene draws a figure as one piece of content, and says where it lies.
func (c *composer) drawScene(s *scene.Scene, owner *element, x, y, scale float64) {
	owner.attributes = fmt.Sprintf("<</O /Layout /Placement /Block /BBox [%.2f %.2f %.2f %.2f]>>",
		x, c.layout.height-y-s.Height*scale, x+s.Width*scale, c.layout.height-y)
	at := placement{x: x, y: y, scale: scale}
	for _, node := range s.Flat() {
		switch n := node.(type) {
		case scene.Rect:
			p := at.point(scene.Point{X: n.X, Y: n.Y})
			c.page.ink(owner, areaOp{x: p.X, y: p.Y, width: n.Width * scale, height: n.Height * scale, fill: n.Fill, stroke: at.stroke(n.Stroke)})
		case scene.Line:
			c.page.ink(owner, pathOp{lines: at.lines([][]scene.Point{{n.From, n.To}}), stroke: at.stroke(n.Stroke)})
		case scene.Path:
			c.page.ink(owner, pathOp{lines: at.lines(n.Lines), closed: n.Closed, fill: n.Fill, stroke: at.stroke(n.Stroke)})
		case scene.Text:
			c.page.ink(owner, c.sceneText(n, at))
		}
	}
}

// placement is where a scene lies on its page.
type placement struct{ x, y, scale float64 }

func (p placement) point(of scene.Point) scene.Point {
	return scene.Point{X: p.x + of.X*p.scale, Y: p.y + of.Y*p.scale}
}

func (p placement) lines(lines [][]scene.Point) [][]scene.Point {
	placed := make([][]scene.Point, len(lines))
	for i, line := range lines {
		for _, point := range line {
			placed[i] = append(placed[i], p.point(point))
		}
	}
	return placed
}

func (p placement) stroke(s scene.Stroke) scene.Stroke {
	return scene.Stroke{Colour: s.Colour, Width: s.Width * p.scale, Dash: [2]float64{s.Dash[0] * p.scale, s.Dash[1] * p.scale}}
}

func (c *composer) sceneText(t scene.Text, at placement) textOp {
	look := pen{size: t.Size * at.scale, tone: tone(t.Colour)}
	if t.Bold {
		look.style = typeface.Bold
	}
	p := at.point(scene.Point{X: t.X, Y: t.Y})
	width := c.family[look.style].TextWidth(t.Text, look.size)
	switch t.Anchor {
	case scene.Middle:
		p.X -= width / 2
	case scene.End:
		p.X -= width
	case scene.Start:
	}
	return textOp{x: p.X, y: p.Y, text: t.Text, pen: look}
}

func (o areaOp) paint(p *painter) {
	if style := p.style(o.fill, o.stroke); style != "" {
		p.file.Rect(o.x, o.y, o.width, o.height, style)
		p.solid(o.stroke)
	}
}

func (o pathOp) paint(p *painter) {
	style := p.style(o.fill, o.stroke)
	if style == "" {
		return
	}
	for _, line := range o.lines {
		for i, point := range line {
			if i == 0 {
				p.file.MoveTo(point.X, point.Y)
			} else {
				p.file.LineTo(point.X, point.Y)
			}
		}
		if o.closed {
			p.file.ClosePath()
		}
	}
	p.file.DrawPath(style)
	p.solid(o.stroke)
}

// style sets colours and pen and returns the drawing library's name for what they do; empty when nothing is drawn.
func (p *painter) style(f scene.Fill, s scene.Stroke) string {
	style := ""
	if f.Solid {
		p.file.SetFillColor(tone(f.Colour).rgb())
		style = "F"
	}
	if s.Width > 0 {
		p.file.SetDrawColor(tone(s.Colour).rgb())
		p.file.SetLineWidth(s.Width)
		if s.Dash != [2]float64{} {
			p.file.SetDashPattern(s.Dash[:], 0)
		}
		style += "D"
	}
	return style
}

// solid ends a dashed line, for what is drawn after it.
func (p *painter) solid(s scene.Stroke) {
	if s.Dash != [2]float64{} {
		p.file.SetDashPattern([]float64{}, 0)
	}
}
