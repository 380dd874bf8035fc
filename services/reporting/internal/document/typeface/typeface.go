// Package typeface knows the fonts of the documents: which runes they can draw
// and how wide each is. The fonts are Liberation Sans, embedded in the binary.
package typeface

import (
	"encoding/binary"
	"fmt"
	"sync"

	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansbolditalic"
	"github.com/go-fonts/liberation/liberationsansitalic"
	"github.com/go-fonts/liberation/liberationsansregular"
)

// Style selects one face of the family. The values combine as flags.
type Style int

// The styles of the family.
const (
	Regular    Style = 0
	Bold       Style = 1
	Italic     Style = 2
	BoldItalic Style = Bold | Italic
)

// widthUnits is how finely a PDF states the width of a glyph.
const widthUnits = 1000

// Face is one font of the family. It does not change after loading and is safe
// for concurrent use.
type Face struct {
	// Name is the PostScript name, such as "LiberationSans-Bold".
	Name string
	// TTF is the font file; callers must not change it.
	TTF    []byte
	widths map[rune]int
}

// Family holds the four faces, indexed by Style.
type Family [4]*Face

// Load returns the family. The fonts are parsed once per process.
func Load() (*Family, error) {
	return loadOnce()
}

// rightToLeft are the blocks of scripts that need reordering, which the layout
// does not do: better a visible mark than text in the wrong order.
var rightToLeft = [][2]rune{{0x0590, 0x08ff}, {0xfb1d, 0xfdff}, {0xfe70, 0xfeff}}

// Covers reports whether the rune can be drawn as it should look: all faces have
// a glyph for it, and its script runs from left to right.
func (f *Family) Covers(r rune) bool {
	for _, block := range rightToLeft {
		if r >= block[0] && r <= block[1] {
			return false
		}
	}
	for _, face := range f {
		if _, ok := face.widths[r]; !ok {
			return false
		}
	}
	return true
}

// Width returns how wide the rune is, in thousandths of the font size. A rune
// the face lacks has no width.
func (f *Face) Width(r rune) int {
	return f.widths[r]
}

// TextWidth returns how wide the text is when set in size.
func (f *Face) TextWidth(text string, size float64) float64 {
	total := 0
	for _, r := range text {
		total += f.widths[r]
	}
	return float64(total) * size / widthUnits
}

// loadOnce never changes once computed; parsing four fonts per document would
// dominate its cost.
var loadOnce = sync.OnceValues(loadFamily)

func loadFamily() (*Family, error) {
	family := &Family{
		Regular:    {Name: "LiberationSans", TTF: liberationsansregular.TTF},
		Bold:       {Name: "LiberationSans-Bold", TTF: liberationsansbold.TTF},
		Italic:     {Name: "LiberationSans-Italic", TTF: liberationsansitalic.TTF},
		BoldItalic: {Name: "LiberationSans-BoldItalic", TTF: liberationsansbolditalic.TTF},
	}
	for _, face := range family {
		widths, err := runeWidths(face.TTF)
		if err != nil {
			return nil, fmt.Errorf("read font %s: %w", face.Name, err)
		}
		face.widths = widths
	}
	return family, nil
}

// FontError says which table of a font file could not be read.
type FontError struct {
	Table string
}

// Error names the table.
func (e *FontError) Error() string {
	return "font table " + e.Table + " is missing or damaged"
}

// runeWidths reads the advance width of every rune of the font.
func runeWidths(ttf []byte) (widths map[rune]int, err error) {
	font := sfnt{data: ttf}
	metrics, err := font.metrics()
	if err != nil {
		return nil, err
	}
	glyphs, err := font.characterMap()
	if err != nil {
		return nil, err
	}
	widths = make(map[rune]int, len(glyphs))
	for r, glyph := range glyphs {
		widths[r] = metrics.width(glyph)
	}
	return widths, nil
}

// sfnt reads the few tables of a TrueType file that layout needs.
type sfnt struct {
	data []byte
}

// Sizes and offsets of the TrueType format.
const (
	directoryStart  = 12
	directoryEntry  = 16
	minHead         = 54
	minHhea         = 36
	longMetric      = 4
	subtableEntry   = 8
	segmentFormat   = 4
	segmentHeader   = 14
	windowsPlatform = 3
)

func (f sfnt) table(name string) ([]byte, error) {
	if len(f.data) < directoryStart {
		return nil, &FontError{Table: "directory"}
	}
	count := int(binary.BigEndian.Uint16(f.data[4:]))
	for i := range count {
		entry := f.slice(directoryStart+i*directoryEntry, directoryEntry)
		if entry == nil || string(entry[:4]) != name {
			continue
		}
		start, length := binary.BigEndian.Uint32(entry[8:]), binary.BigEndian.Uint32(entry[12:])
		if body := f.slice(int(start), int(length)); body != nil {
			return body, nil
		}
	}
	return nil, &FontError{Table: name}
}

// slice returns nil when the range lies outside the file.
func (f sfnt) slice(start, length int) []byte {
	if start < 0 || length < 0 || start+length > len(f.data) {
		return nil
	}
	return f.data[start : start+length]
}

// metrics are the horizontal metrics of a font's glyphs.
type metrics struct {
	unitsPerEm int
	long       int
	hmtx       []byte
}

func (f sfnt) metrics() (metrics, error) {
	head, err := f.table("head")
	if err != nil || len(head) < minHead {
		return metrics{}, &FontError{Table: "head"}
	}
	hhea, err := f.table("hhea")
	if err != nil || len(hhea) < minHhea {
		return metrics{}, &FontError{Table: "hhea"}
	}
	hmtx, err := f.table("hmtx")
	if err != nil {
		return metrics{}, err
	}
	m := metrics{
		unitsPerEm: int(binary.BigEndian.Uint16(head[18:])),
		long:       int(binary.BigEndian.Uint16(hhea[34:])),
		hmtx:       hmtx,
	}
	if m.unitsPerEm == 0 || m.long == 0 || len(hmtx) < m.long*longMetric {
		return metrics{}, &FontError{Table: "hmtx"}
	}
	return m, nil
}

// width rounds to the units in which a PDF states widths, so that what is
// measured is what is drawn.
func (m metrics) width(glyph int) int {
	index := min(glyph, m.long-1) * longMetric
	advance := int(binary.BigEndian.Uint16(m.hmtx[index:]))
	return (advance*widthUnits + m.unitsPerEm/2) / m.unitsPerEm
}

// characterMap returns the glyph of every rune of the basic plane.
func (f sfnt) characterMap() (map[rune]int, error) {
	cmap, err := f.table("cmap")
	if err != nil || len(cmap) < 4 {
		return nil, &FontError{Table: "cmap"}
	}
	count := int(binary.BigEndian.Uint16(cmap[2:]))
	for i := range count {
		start := 4 + i*subtableEntry
		if start+subtableEntry > len(cmap) {
			break
		}
		platform := binary.BigEndian.Uint16(cmap[start:])
		offset := int(binary.BigEndian.Uint32(cmap[start+4:]))
		if platform != windowsPlatform || offset+segmentHeader > len(cmap) {
			continue
		}
		if binary.BigEndian.Uint16(cmap[offset:]) == segmentFormat {
			return segmentMap(cmap[offset:])
		}
	}
	return nil, &FontError{Table: "cmap"}
}

// segmentMap reads a character map of format 4.
func segmentMap(table []byte) (map[rune]int, error) {
	doubled := int(binary.BigEndian.Uint16(table[6:]))
	if segmentHeader+2+4*doubled > len(table) {
		return nil, &FontError{Table: "cmap"}
	}
	glyphs := map[rune]int{}
	for i := 0; i < doubled; i += 2 {
		readSegment(table, i, doubled, glyphs)
	}
	return glyphs, nil
}

// readSegment adds one run of consecutive runes. The four parallel arrays of the
// format follow one another, with two unused bytes after the first.
func readSegment(table []byte, i, doubled int, glyphs map[rune]int) {
	at := func(offset int) int { return int(binary.BigEndian.Uint16(table[offset:])) }
	last := at(segmentHeader + i)
	first := at(segmentHeader + 2 + doubled + i)
	delta := at(segmentHeader + 2 + 2*doubled + i)
	rangeAt := segmentHeader + 2 + 3*doubled + i
	shift := at(rangeAt)
	for code := first; code <= last && code < 0xffff; code++ {
		glyph := code
		if shift != 0 {
			position := rangeAt + shift + 2*(code-first)
			if position+2 > len(table) {
				return
			}
			glyph = at(position)
		}
		if shift == 0 || glyph != 0 {
			glyph = (glyph + delta) & 0xffff
		}
		if glyph != 0 {
			glyphs[rune(code)] = glyph
		}
	}
}
