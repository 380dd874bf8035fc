package raster_test

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/png"
	"math"
	"sync"
	"testing"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document/documenttest"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/raster"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/scene"
)

func draw(t *testing.T, s *scene.Scene) image.Image {
	t.Helper()
	content, err := raster.Render(s)
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

func TestSizeAndColours(t *testing.T) {
	picture := draw(t, documenttest.Drawing())
	if got := picture.Bounds(); got != image.Rect(0, 0, 750, 400) {
		t.Errorf("got %v", got)
	}
	for place, want := range map[image.Point]uint32{{X: 740, Y: 10}: 0xffffff, {X: 20, Y: 100}: 0xfdf6d8, {X: 150, Y: 320}: 0x0b4f8a} {
		r, g, b, _ := picture.At(place.X, place.Y).RGBA()
		if got := r>>8<<16 | g>>8<<8 | b>>8; got != want {
			t.Errorf("%v: got %06x, want %06x", place, got, want)
		}
	}
}

// TestEveryNodeLeavesInk draws each sort of node alone.
func TestEveryNodeLeavesInk(t *testing.T) {
	for i, node := range documenttest.Drawing().Flat() {
		picture := draw(t, &scene.Scene{Width: 300, Height: 160, Nodes: []scene.Node{node}})
		if !inked(picture) && !isEmpty(node) {
			t.Errorf("node %d, %T, leaves no ink", i, node)
		}
	}
}

func isEmpty(node scene.Node) bool {
	switch n := node.(type) {
	case scene.Rect:
		return !n.Fill.Solid && n.Stroke.Width == 0
	case scene.Text:
		return n.Colour == 0xffffff
	}
	return false
}

func inked(picture image.Image) bool {
	b := picture.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if picture.At(x, y) != (color.RGBA{0xff, 0xff, 0xff, 0xff}) {
				return true
			}
		}
	}
	return false
}

func TestInkOutsideThePictureIsCutOff(t *testing.T) {
	draw(t, &scene.Scene{Width: 10, Height: 10, Nodes: []scene.Node{
		scene.Rect{X: -5, Y: -5, Width: 100, Height: 8, Fill: scene.Paint(0), Stroke: scene.Stroke{Width: 3}},
		scene.Line{From: scene.Point{X: -1e6, Y: 5}, To: scene.Point{X: 1e6, Y: 5}, Stroke: scene.Stroke{Width: 1}},
		scene.Path{Closed: true, Fill: scene.Paint(0), Lines: [][]scene.Point{{}, {{X: 1, Y: 1}}}},
		scene.Text{X: -20, Y: 30, Size: 9, Text: "utanför 😀 \x00"},
	}})
}

func TestSizesThatCannotBe(t *testing.T) {
	for _, size := range []float64{0, -1, 1e9, math.NaN(), math.Inf(1)} {
		var wrong *raster.SizeError
		if _, err := raster.Render(&scene.Scene{Width: size, Height: 10}); !errors.As(err, &wrong) {
			t.Errorf("%v: got %v, want *SizeError", size, err)
		}
	}
}

func TestEqualScenesGiveEqualBytes(t *testing.T) {
	want, err := raster.Render(documenttest.Drawing())
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if got, err := raster.Render(documenttest.Drawing()); err != nil || !bytes.Equal(got, want) {
				t.Errorf("another rendering differs (error %v)", err)
			}
		})
	}
	group.Wait()
}
