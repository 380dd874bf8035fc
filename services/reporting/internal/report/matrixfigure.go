package report

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/scene"
)

// Measures of the figure, in points. It is as wide as the text of a page.
const (
	figureWidth    = 453.0
	labelWidth     = 104.0
	labelGap       = 6.0
	labelSize      = 9.0
	labelLeading   = 11.0
	titleSize      = 10.0
	titleLeading   = 16.0
	headingSize    = 13.0
	headingLeading = 20.0
	cellShape      = 0.62
	lowestCell     = 26.0
	highestCell    = 58.0
	swatchWidth    = 24.0
	swatchHeight   = 13.0
	legendLeading  = 18.0
	legendGap      = 16.0
	cellPad        = 5.0
	narrowPad      = 0.15
	// frame is the margin around a figure that stands alone, lineRoom the room for the line at its right edge.
	frame    = 14.0
	lineRoom = 0.5
)

const (
	lineColour  scene.Colour = 0x3d4a57
	textColour  scene.Colour = 0x1a1a1a
	titleColour scene.Colour = 0x123a5e
	draftColour scene.Colour = 0x8a1c1c
	white       scene.Colour = 0xffffff
)

// Alone returns the figure for a file of its own: with its heading, and a mark if the plan is not decided.
func (x *Matrix) Alone(heading string, state document.State) document.Figure {
	mark := ""
	if state == document.Draft {
		mark = document.LabelDraft
	}
	return document.Figure{Caption: heading, Alternative: x.Alternative(), Scene: x.scene(heading, mark).Framed(frame, white)}
}

// drawing is a figure in the making. It grows downwards.
type drawing struct {
	x     *Matrix
	nodes []scene.Node
	y     float64
	// left is where the cells begin; width and height are those of one.
	left, width, height float64
	// small is the size of values and levels, pad their distance from the edge.
	small, pad float64
	// spelled tells whether the names of the levels fit into the cells.
	spelled bool
	short   []string
}

// scene draws the matrix, under a heading unless it is empty.
func (x *Matrix) scene(heading, mark string) *scene.Scene {
	d := &drawing{x: x, left: labelWidth, short: abbreviations(x.Levels)}
	d.width = (figureWidth - lineRoom - d.left) / float64(len(x.Columns))
	d.height = min(max(d.width*cellShape, lowestCell), highestCell)
	d.pad = min(cellPad, d.width*narrowPad) / 2
	d.spelled = d.levelsFit()
	d.small = d.smallSize()
	d.heading(heading, mark)
	d.text(scene.Text{X: 0, Y: d.y + titleSize, Size: titleSize, Bold: true, Colour: titleColour, Text: x.RowTitle, Room: figureWidth})
	d.y += titleLeading
	d.grid()
	d.columnLabels()
	d.legend()
	d.notes()
	ground := scene.Rect{Width: figureWidth, Height: d.y, Fill: scene.Paint(white)}
	return &scene.Scene{Width: figureWidth, Height: d.y, Nodes: append([]scene.Node{ground}, d.nodes...)}
}

func (d *drawing) add(nodes ...scene.Node) { d.nodes = append(d.nodes, nodes...) }

func (d *drawing) text(t scene.Text) { d.add(t) }

func (d *drawing) heading(heading, mark string) {
	if heading == "" {
		return
	}
	room := figureWidth - scene.Width(mark, headingSize, true) - labelGap
	lines, _ := scene.Wrap(heading, headingSize, true, room)
	for i, line := range lines {
		d.text(scene.Text{Y: d.y + headingSize, Size: headingSize, Bold: true, Colour: titleColour, Text: line, Room: room})
		if i == 0 && mark != "" {
			d.text(scene.Text{X: figureWidth, Y: d.y + headingSize, Size: headingSize, Bold: true, Anchor: scene.End, Colour: draftColour, Text: mark})
		}
		d.y += headingLeading
	}
}

// levelsFit reports whether every level's name fits into a cell beside a value.
func (d *drawing) levelsFit() bool {
	for _, l := range d.x.Levels {
		if scene.Width(l.Title, labelSize, false)+2*cellPad > d.width-d.valueWidth() {
			return false
		}
	}
	return true
}

// smallSize is the size at which the widest value and the widest level stand side by side in every cell.
func (d *drawing) smallSize() float64 {
	const apart = 0.4
	widest := 0.0
	for level := range d.x.Levels {
		widest = max(widest, scene.Width(d.levelName(level), 1, false))
	}
	needed := (d.valueWidth()-cellPad)/labelSize + widest + apart
	return min(labelSize, d.height*0.3, (d.width-2*d.pad)/needed)
}

// valueWidth is the room of the widest value.
func (d *drawing) valueWidth() float64 {
	widest := 0.0
	for _, row := range d.x.cells {
		for _, c := range row {
			if c.Value != nil {
				widest = max(widest, scene.Width(decimal(*c.Value), labelSize, false))
			}
		}
	}
	return widest + cellPad
}

// grid draws the cells, the gravest row first, with the names of the rows.
func (d *drawing) grid() {
	for row := len(d.x.Rows) - 1; row >= 0; row-- {
		d.rowLabel(d.x.Rows[row])
		for column := range d.x.Columns {
			d.cell(d.x.cells[row][column], d.left+float64(column)*d.width)
		}
		d.y += d.height
	}
}

func (d *drawing) rowLabel(s Step) {
	lines, _ := scene.Wrap(s.words(), labelSize, false, d.left-labelGap)
	most := max(1, int(d.height/labelLeading))
	if len(lines) > most {
		lines = append(lines[:most-1:most-1], strings.Join(lines[most-1:], " "))
	}
	y := d.y + (d.height-float64(len(lines))*labelLeading)/2 + labelSize
	for _, line := range lines {
		d.text(scene.Text{X: d.left - labelGap, Y: y, Size: labelSize, Anchor: scene.End, Colour: textColour, Text: line, Room: d.left - labelGap})
		y += labelLeading
	}
}

// tone is how a level looks; a cell without one is white.
func (d *drawing) tone(level int) scene.Tone {
	if level == noLevel {
		return scene.Tone{Fill: scene.Paint(white), Text: textColour}
	}
	return scene.ScaleTone(level, len(d.x.Levels))
}

// cell draws one cell: ground and pattern, its value and level above, the number of risks below.
func (d *drawing) cell(c MatrixCell, x float64) {
	tone := d.tone(c.Level)
	small := d.small
	group := scene.Group{Role: "cell", Nodes: []scene.Node{scene.Rect{X: x, Y: d.y, Width: d.width, Height: d.height, Fill: tone.Fill,
		Stroke: scene.Stroke{Colour: lineColour, Width: 0.8}}}}
	put := func(t scene.Text) {
		group.Nodes = append(group.Nodes, plate(t, tone.Fill.Colour), t)
	}
	if c.Value != nil {
		put(scene.Text{X: x + d.pad, Y: d.y + small + 1.5, Size: small, Colour: tone.Text, Text: decimal(*c.Value), Room: d.width - cellPad})
	}
	if c.Level != noLevel {
		put(scene.Text{X: x + d.width - d.pad, Y: d.y + small + 1.5, Size: small, Anchor: scene.End, Colour: tone.Text, Text: d.levelName(c.Level),
			Room: d.width - cellPad})
	}
	text := d.x.count(c)
	size := min(16, d.height*0.38, 0.9*(d.width-cellPad)/max(scene.Width(text, 1, true), 0.1))
	busy := len(c.Risks) > 0 || c.Before > 0
	if !busy {
		size = min(size, labelSize)
	}
	middle := d.y + small + (d.height-small)/2 + size*0.4
	put(scene.Text{X: x + d.width/2, Y: middle, Size: size, Bold: busy, Anchor: scene.Middle, Colour: tone.Text, Text: text})
	d.add(group)
}

// plate is a plain ground behind a text, so that no pattern crosses it.
func plate(t scene.Text, ground scene.Colour) scene.Node {
	const margin = 1.2
	width := scene.Width(t.Text, t.Size, t.Bold)
	if t.Room > 0 {
		width = min(width, t.Room)
	}
	x := t.X
	switch t.Anchor {
	case scene.Middle:
		x -= width / 2
	case scene.End:
		x -= width
	case scene.Start:
	}
	return scene.Rect{X: x - margin, Y: t.Y - t.Size*0.78, Width: width + 2*margin, Height: t.Size, Fill: scene.Paint(ground)}
}

func (d *drawing) levelName(level int) string {
	if d.spelled {
		return d.x.Levels[level].Title
	}
	return d.short[level]
}

// columnLabels names the columns below the cells, by their numbers alone where the names do not fit.
func (d *drawing) columnLabels() {
	var labels [][]string
	most, fit := 1, true
	for _, s := range d.x.Columns {
		lines, ok := scene.Wrap(s.words(), labelSize, false, d.width-cellPad)
		labels = append(labels, lines)
		most, fit = max(most, len(lines)), fit && ok
	}
	d.y += labelGap
	for i, lines := range labels {
		if !fit {
			lines, most = []string{fmt.Sprint(d.x.Columns[i].Value)}, 1
		}
		for n, line := range lines {
			d.text(scene.Text{X: d.left + (float64(i)+0.5)*d.width, Y: d.y + labelSize + float64(n)*labelLeading, Size: min(labelSize, d.width/2),
				Anchor: scene.Middle, Colour: textColour, Text: line})
		}
	}
	d.y += float64(most)*labelLeading + labelGap
	d.text(scene.Text{X: d.left + (figureWidth-d.left)/2, Y: d.y + titleSize, Size: titleSize, Bold: true, Anchor: scene.Middle, Colour: titleColour,
		Text: d.x.ColumnTitle, Room: figureWidth - d.left})
	d.y += titleLeading
	if !fit {
		d.note(d.x.ColumnTitle + ": " + stepList(d.x.Columns))
	}
}

func stepList(steps []Step) string {
	parts := make([]string, len(steps))
	for i, s := range steps {
		parts[i] = strings.Replace(s.words(), " ", noBreak, 1)
	}
	return strings.Join(parts, noBreak+"· ")
}

// note writes small text below what is drawn so far.
func (d *drawing) note(text string) {
	lines, _ := scene.Wrap(text, labelSize, false, figureWidth)
	for _, line := range lines {
		d.text(scene.Text{Y: d.y + labelSize, Size: labelSize, Colour: textColour, Text: line, Room: figureWidth})
		d.y += labelLeading + 1
	}
}

// legend shows how each level looks, from the mildest on.
func (d *drawing) legend() {
	d.y += labelGap
	if d.x.bare() {
		return
	}
	x := 0.0
	blank := d.blank()
	for level := range len(d.x.Levels) + 1 {
		name := "Ingen nivå"
		if level == len(d.x.Levels) {
			if level = noLevel; !blank {
				break
			}
		} else if name = d.x.Levels[level].Title; !d.spelled {
			name = d.short[level] + " = " + name
		}
		width := swatchWidth + labelGap + min(scene.Width(name, labelSize, false), figureWidth-swatchWidth-labelGap)
		if x > 0 && x+width > figureWidth {
			x, d.y = 0, d.y+legendLeading
		}
		d.add(scene.Group{Role: "legend", Nodes: []scene.Node{
			scene.Rect{X: x + 0.5, Y: d.y, Width: swatchWidth, Height: swatchHeight, Fill: d.tone(level).Fill, Stroke: scene.Stroke{Colour: lineColour, Width: 0.8}},
			scene.Text{X: x + swatchWidth + labelGap, Y: d.y + labelSize + 1.5, Size: labelSize, Colour: textColour, Text: name,
				Room: figureWidth - swatchWidth - labelGap},
		}})
		x += width + legendGap
	}
	if x > 0 {
		d.y += legendLeading
	}
}

// blank reports whether some cell has no level.
func (d *drawing) blank() bool {
	for _, row := range d.x.cells {
		for _, c := range row {
			if c.Level == noLevel {
				return true
			}
		}
	}
	return false
}

// notes say what the numbers are and how many risks lie outside the cells.
func (d *drawing) notes() {
	text := "Talet mitt i rutan är antalet risker."
	if d.x.compared() {
		text = fmt.Sprintf("Talen mitt i rutan är antalet risker i planen för %s → i denna plan.", d.x.base)
	}
	if !d.x.bare() {
		text += " Det lilla talet är riskvärdet."
	}
	d.note(text)
	var outside []string
	for _, o := range []struct {
		name  string
		risks []Placed
	}{{"Ligger mellan rutor", d.x.Between}, {"Inte placerade", d.x.Unplaced}} {
		if len(o.risks) > 0 {
			outside = append(outside, fmt.Sprintf("%s: %s (nr %s).", o.name, riskNoun.count(len(o.risks)), numbers(o.risks)))
		}
	}
	if len(outside) > 0 {
		d.note(strings.Join(outside, " "))
	}
	d.y += 2
}

// abbreviations shortens the names of levels to as few letters as tell them apart.
func abbreviations(levels []Level) []string {
	short := make([]string, len(levels))
	for i, l := range levels {
		runes := []rune(sentence(strings.TrimSpace(l.Title)))
		for n := 1; n <= len(runes); n++ {
			short[i] = string(runes[:n])
			if !sharesStart(levels, i, short[i]) {
				break
			}
		}
		if utf8.RuneCountInString(short[i]) > 3 {
			short[i] = fmt.Sprint(i + 1)
		}
	}
	return short
}

func sharesStart(levels []Level, i int, start string) bool {
	for n, l := range levels {
		if n != i && strings.HasPrefix(sentence(strings.TrimSpace(l.Title)), start) {
			return true
		}
	}
	return false
}
