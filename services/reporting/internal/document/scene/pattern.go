package scene

import "math"

// Direction is which way the lines of a pattern run.
type Direction int

// The directions. Crossed has rising and falling lines, Dotted short strokes.
const (
	Plain Direction = iota
	Dotted
	Horizontal
	Rising
	Vertical
	Falling
	Crossed
)

// Pattern is lines over an area, so that areas can be told apart without colour. The zero value has none.
type Pattern struct {
	Direction Direction
	// Spacing is the distance between lines; at least minSpacing.
	Spacing float64
}

const (
	minSpacing   = 1.5
	patternWidth = 0.6
	dotLength    = 0.9
)

// lines returns the pattern's lines inside a rectangle.
func (p Pattern) lines(r Rect) Path {
	path := Path{Stroke: Stroke{Colour: r.Fill.Ink, Width: patternWidth}}
	step := math.Max(p.Spacing, minSpacing)
	switch p.Direction {
	case Plain:
	case Dotted:
		path.Lines = dots(r, step)
	case Horizontal:
		for y := step / 2; y < r.Height; y += step {
			path.Lines = append(path.Lines, []Point{{r.X, r.Y + y}, {r.X + r.Width, r.Y + y}})
		}
	case Vertical:
		for x := step / 2; x < r.Width; x += step {
			path.Lines = append(path.Lines, []Point{{r.X + x, r.Y}, {r.X + x, r.Y + r.Height}})
		}
	case Rising:
		path.Lines = slanted(r, step, true)
	case Falling:
		path.Lines = slanted(r, step, false)
	case Crossed:
		path.Lines = append(slanted(r, step, true), slanted(r, step, false)...)
	}
	return path
}

func dots(r Rect, step float64) [][]Point {
	var lines [][]Point
	row := 0
	for y := step / 2; y < r.Height; y += step {
		shift := step / 2 * float64(1+row%2)
		for x := shift; x+dotLength < r.Width; x += step {
			lines = append(lines, []Point{{r.X + x, r.Y + y}, {r.X + x + dotLength, r.Y + y}})
		}
		row++
	}
	return lines
}

// slanted returns lines at 45 degrees, cut off at the edges.
func slanted(r Rect, step float64, rising bool) [][]Point {
	var lines [][]Point
	for reach := step; reach < r.Width+r.Height; reach += step * math.Sqrt2 {
		// The line holds all points whose distances from two edges add up to reach.
		left, right := math.Max(0, reach-r.Height), math.Min(r.Width, reach)
		from, to := Point{r.X + left, r.Y + reach - left}, Point{r.X + right, r.Y + reach - right}
		if !rising {
			from.Y, to.Y = 2*r.Y+r.Height-from.Y, 2*r.Y+r.Height-to.Y
		}
		lines = append(lines, []Point{from, to})
	}
	return lines
}
