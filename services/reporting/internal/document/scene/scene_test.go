package scene_test

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document/documenttest"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/scene"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/typeface"
)

// TestWidthsAreThoseOfTheTypeface compares the table with the fonts themselves; what the table lacks must not come out
// wider than it was taken for.
func TestWidthsAreThoseOfTheTypeface(t *testing.T) {
	family, err := typeface.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, bold := range []bool{false, true} {
		face := family[typeface.Regular]
		if bold {
			face = family[typeface.Bold]
		}
		for r := rune(' '); r < 0x17f; r++ {
			if r == 0x7f || r > 0x7f && r < 0xa0 || !family.Covers(r) {
				continue
			}
			got, want := scene.Width(string(r), 1000, bold), float64(face.Width(r))
			if r < 0x7f || strings.ContainsRune("åäöÅÄÖéü–×−§", r) {
				if got != want {
					t.Errorf("%q bold %v: got %v, want %v", r, bold, got, want)
				}
			} else if got+60 < want {
				t.Errorf("%q bold %v: got %v, want at least %v", r, bold, got, want)
			}
		}
	}
}

func TestShortenAndWrapFit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-zåäö]{1,12}( [a-zåäö]{1,12}){0,8}`).Draw(t, "text")
		room := rapid.Float64Range(10, 200).Draw(t, "room")
		if short := scene.Shorten(text, 9, false, room); scene.Width(short, 9, false) > room && short != "…" {
			t.Errorf("Shorten gives %q, wider than %v", short, room)
		}
		lines, ok := scene.Wrap(text, 9, false, room)
		if strings.Join(lines, " ") != text {
			t.Errorf("Wrap changes %q to %q", text, lines)
		}
		for _, line := range lines {
			if ok && scene.Width(line, 9, false) > room {
				t.Errorf("line %q is wider than %v", line, room)
			}
		}
	})
}

// TestScaleIsReadable checks every length of scale: text stands out, grounds grow darker, and no two steps look alike.
func TestScaleIsReadable(t *testing.T) {
	for n := 1; n <= 20; n++ {
		seen := map[scene.Pattern]bool{}
		last := 22.0
		for i := range n {
			tone := scene.ScaleTone(i, n)
			if got := scene.Contrast(tone.Fill.Colour, tone.Text); got < 4.5 {
				t.Errorf("step %d of %d: contrast %.2f", i, n, got)
			}
			light := scene.Contrast(tone.Fill.Colour, 0)
			if light >= last {
				t.Errorf("step %d of %d is not darker than the one before", i, n)
			}
			last = light
			if seen[tone.Fill.Pattern] {
				t.Errorf("step %d of %d has the pattern of another", i, n)
			}
			seen[tone.Fill.Pattern] = true
		}
	}
}

func TestPaletteOfFour(t *testing.T) {
	for i, want := range []scene.Colour{0xfdf6d8, 0xf3d67b, 0xe0894a, 0x7d1d3f} {
		if got := scene.ScaleTone(i, 4); got.Fill.Colour != want {
			t.Errorf("step %d: got %06x, want %06x", i, got.Fill.Colour, want)
		}
	}
}

// TestPatternsStayInside draws every pattern over rectangles of any shape.
func TestPatternsStayInside(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		side := rapid.Float64Range(0.1, 90)
		r := scene.Rect{X: 7, Y: 11, Width: side.Draw(t, "width"), Height: side.Draw(t, "height"), Fill: scene.Fill{Solid: true,
			Pattern: scene.Pattern{Direction: scene.Direction(rapid.IntRange(0, 6).Draw(t, "direction")), Spacing: rapid.Float64Range(-1, 20).Draw(t, "spacing")}}}
		const slack = 1e-9
		for _, node := range scene.Lower(r) {
			path, ok := node.(scene.Path)
			if !ok {
				continue
			}
			for _, line := range path.Lines {
				for _, p := range line {
					if p.X < r.X-slack || p.X > r.X+r.Width+slack || p.Y < r.Y-slack || p.Y > r.Y+r.Height+slack {
						t.Fatalf("point %v lies outside %v", p, r)
					}
				}
			}
		}
	})
}

func TestFlatKeepsEveryText(t *testing.T) {
	s := documenttest.Drawing()
	texts := 0
	s.MapText(func(text string) string { texts++; return text })
	flat := 0
	for _, node := range s.Flat() {
		switch n := node.(type) {
		case scene.Group:
			t.Error("a group is left")
		case scene.Rect:
			if n.Fill.Pattern != (scene.Pattern{}) {
				t.Error("a pattern is left")
			}
		case scene.Text:
			flat++
		}
	}
	if flat != texts || texts != 5 {
		t.Errorf("got %d texts of %d, want 5", flat, texts)
	}
}

func TestFramedMovesEverything(t *testing.T) {
	s := documenttest.Drawing()
	framed := s.Framed(14, 0xffffff)
	if framed.Width != s.Width+28 || framed.Height != s.Height+28 {
		t.Errorf("got %v × %v", framed.Width, framed.Height)
	}
	before, after := s.Flat(), framed.Flat()[1:]
	for i := range before {
		from, to := corner(before[i]), corner(after[i])
		if math.Abs(to.X-from.X-14)+math.Abs(to.Y-from.Y-14) > 1e-9 {
			t.Errorf("node %d moved from %v to %v", i, from, to)
		}
	}
}

func corner(node scene.Node) scene.Point {
	switch n := node.(type) {
	case scene.Rect:
		return scene.Point{X: n.X, Y: n.Y}
	case scene.Line:
		return n.From
	case scene.Path:
		return n.Lines[0][0]
	case scene.Text:
		return scene.Point{X: n.X, Y: n.Y}
	}
	return scene.Point{}
}
