// Package raster draws scenes as PNG pictures.
package raster

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document/scene"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/typeface"
)

// PixelsPerPoint is how finely pictures are drawn: sharp in print, and small enough to send.
const PixelsPerPoint = 2.5

// maxPixels bounds the sides of a picture.
const maxPixels = 10000

// SizeError says that a scene has no size that a picture could have.
type SizeError struct{ Width, Height float64 }

// Error names the size.
func (e *SizeError) Error() string {
	return fmt.Sprintf("draw PNG: no picture of %g × %g points", e.Width, e.Height)
}

// Render draws a scene on white. Equal scenes give equal bytes. It is safe for concurrent use.
func Render(s *scene.Scene) ([]byte, error) {
	width, height := math.Ceil(s.Width*PixelsPerPoint), math.Ceil(s.Height*PixelsPerPoint)
	if !(width >= 1 && width <= maxPixels && height >= 1 && height <= maxPixels) {
		return nil, &SizeError{Width: s.Width, Height: s.Height}
	}
	fonts, err := loadFonts()
	if err != nil {
		return nil, err
	}
	c := &canvas{picture: image.NewRGBA(image.Rect(0, 0, int(width), int(height))), fonts: fonts, faces: map[look]font.Face{}}
	draw.Draw(c.picture, c.picture.Bounds(), image.White, image.Point{}, draw.Src)
	for _, node := range s.Flat() {
		if err := c.node(node); err != nil {
			return nil, err
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, c.picture); err != nil {
		return nil, fmt.Errorf("draw PNG: %w", err)
	}
	return out.Bytes(), nil
}

// fonts are the regular and the bold face.
type fonts [2]*opentype.Font

// loadFonts never changes once computed.
var loadFonts = sync.OnceValues(func() (fonts, error) {
	var loaded fonts
	family, err := typeface.Load()
	if err != nil {
		return loaded, err
	}
	for i, style := range []typeface.Style{typeface.Regular, typeface.Bold} {
		if loaded[i], err = opentype.Parse(family[style].TTF); err != nil {
			return loaded, fmt.Errorf("read font: %w", err)
		}
	}
	return loaded, nil
})

// look is what a face is made for.
type look struct {
	size float64
	bold bool
}

type canvas struct {
	picture *image.RGBA
	fonts   fonts
	faces   map[look]font.Face
}

func ink(c scene.Colour) *image.Uniform {
	r, g, b := c.RGB()
	return image.NewUniform(color.RGBA{R: r, G: g, B: b, A: 0xff})
}

func (c *canvas) node(node scene.Node) error {
	switch n := node.(type) {
	case scene.Rect:
		corners := []scene.Point{{X: n.X, Y: n.Y}, {X: n.X + n.Width, Y: n.Y}, {X: n.X + n.Width, Y: n.Y + n.Height}, {X: n.X, Y: n.Y + n.Height}}
		c.path(scene.Path{Lines: [][]scene.Point{corners}, Closed: true, Fill: n.Fill, Stroke: n.Stroke})
	case scene.Line:
		c.path(scene.Path{Lines: [][]scene.Point{{n.From, n.To}}, Stroke: n.Stroke})
	case scene.Path:
		c.path(n)
	case scene.Text:
		return c.text(n)
	}
	return nil
}

func (c *canvas) path(p scene.Path) {
	for _, line := range p.Lines {
		if p.Closed && p.Fill.Solid {
			c.area(line, p.Fill.Colour)
		}
		if p.Stroke.Width <= 0 || len(line) == 0 {
			continue
		}
		if p.Closed {
			line = append(line[:len(line):len(line)], line[0])
		}
		for i := 1; i < len(line); i++ {
			c.segment(line[i-1], line[i], p.Stroke)
		}
	}
}

// area fills a polygon, in a rasterizer no larger than it.
func (c *canvas) area(line []scene.Point, colour scene.Colour) {
	const most = math.MaxFloat64
	left, top, right, bottom := most, most, -most, -most
	for _, p := range line {
		left, right = math.Min(left, p.X*PixelsPerPoint), math.Max(right, p.X*PixelsPerPoint)
		top, bottom = math.Min(top, p.Y*PixelsPerPoint), math.Max(bottom, p.Y*PixelsPerPoint)
	}
	x, y := int(math.Floor(left)), int(math.Floor(top))
	box := image.Rect(x, y, int(math.Ceil(right))+1, int(math.Ceil(bottom))+1)
	if len(line) == 0 || box.Intersect(c.picture.Bounds()).Empty() || box.Dx() > 2*maxPixels || box.Dy() > 2*maxPixels {
		return
	}
	r := vector.NewRasterizer(box.Dx(), box.Dy())
	for i, p := range line {
		px, py := float32(p.X*PixelsPerPoint-float64(x)), float32(p.Y*PixelsPerPoint-float64(y))
		if i == 0 {
			r.MoveTo(px, py)
		} else {
			r.LineTo(px, py)
		}
	}
	r.ClosePath()
	if box.In(c.picture.Bounds()) {
		r.Draw(c.picture, box, ink(colour), image.Point{})
		return
	}
	// The rasterizer writes past the edge of a picture, so what crosses it goes through a mask.
	mask := image.NewAlpha(image.Rect(0, 0, box.Dx(), box.Dy()))
	r.Draw(mask, mask.Bounds(), image.Opaque, image.Point{})
	draw.DrawMask(c.picture, box, ink(colour), image.Point{}, mask, image.Point{}, draw.Over)
}

// segment draws a straight line, broken into its dashes.
func (c *canvas) segment(from, to scene.Point, s scene.Stroke) {
	length := math.Hypot(to.X-from.X, to.Y-from.Y)
	if length == 0 {
		return
	}
	dash, period := s.Dash[0], s.Dash[0]+s.Dash[1]
	if dash <= 0 || period <= dash {
		dash, period = length, length
	}
	ux, uy := (to.X-from.X)/length, (to.Y-from.Y)/length
	nx, ny := -uy*s.Width/2, ux*s.Width/2
	for at := 0.0; at < length; at += period {
		end := math.Min(at+dash, length)
		a, b := scene.Point{X: from.X + ux*at, Y: from.Y + uy*at}, scene.Point{X: from.X + ux*end, Y: from.Y + uy*end}
		c.area([]scene.Point{{X: a.X + nx, Y: a.Y + ny}, {X: b.X + nx, Y: b.Y + ny}, {X: b.X - nx, Y: b.Y - ny}, {X: a.X - nx, Y: a.Y - ny}}, s.Colour)
	}
}

func (c *canvas) text(t scene.Text) error {
	face, err := c.face(look{t.Size, t.Bold})
	if err != nil {
		return err
	}
	d := font.Drawer{Dst: c.picture, Src: ink(t.Colour), Face: face}
	const fraction = 64
	x := fixed.Int26_6(math.Round(t.X * PixelsPerPoint * fraction))
	switch t.Anchor {
	case scene.Middle:
		x -= d.MeasureString(t.Text) / 2
	case scene.End:
		x -= d.MeasureString(t.Text)
	case scene.Start:
	}
	d.Dot = fixed.Point26_6{X: x, Y: fixed.Int26_6(math.Round(t.Y * PixelsPerPoint * fraction))}
	d.DrawString(t.Text)
	return nil
}

// face makes each face once; faces are not safe for concurrent use, so every picture has its own.
func (c *canvas) face(l look) (font.Face, error) {
	if face, ok := c.faces[l]; ok {
		return face, nil
	}
	source := c.fonts[0]
	if l.bold {
		source = c.fonts[1]
	}
	face, err := opentype.NewFace(source, &opentype.FaceOptions{Size: l.size * PixelsPerPoint, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		return nil, fmt.Errorf("size font: %w", err)
	}
	c.faces[l] = face
	return face, nil
}
