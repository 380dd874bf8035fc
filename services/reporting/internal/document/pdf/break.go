package pdf

import (
	"unicode"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document/hyphen"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/typeface"
)

const (
	softHyphen = '\u00ad'
	// A line is divided inside a word only when ending it before the word would
	// leave more than this share of it empty.
	looseAtSeam     = 0.12
	looseAtSyllable = 0.24
)

// glyph is one rune of a paragraph with its look and measure.
type glyph struct {
	r     rune
	style typeface.Style
	// owner is the structure element the glyph belongs to.
	owner *element
	link  string
	// width is in thousandths of the font size.
	width int
	// division is how good it is to divide the word before this glyph.
	division hyphen.Quality
}

// span is one line: the glyphs from first up to end, the next line beginning at
// next. A hyphenated line ends inside a word.
type span struct {
	first, end, next int
	hyphenated       bool
}

// breaker divides glyphs into lines no wider than limit.
type breaker struct {
	glyphs      []glyph
	limit       int
	hyphenWidth int
	// whole keeps words whole as long as they fit on a line.
	whole bool
}

// divideWords notes in the glyphs where words may be divided.
func divideWords(glyphs []glyph) {
	for first := 0; first < len(glyphs); {
		end := first
		for end < len(glyphs) && unicode.IsLetter(glyphs[end].r) {
			end++
		}
		word := make([]rune, 0, end-first)
		for _, g := range glyphs[first:end] {
			word = append(word, g.r)
		}
		for i, quality := range hyphen.Points(word) {
			glyphs[first+i].division = quality
		}
		first = end + 1
	}
}

func (b *breaker) lines() []span {
	var spans []span
	for first := 0; first < len(b.glyphs); {
		line := b.line(first)
		spans = append(spans, line)
		first = line.next
	}
	return spans
}

// candidate is a place where the current line could end.
type candidate struct {
	at  int
	ink int
}

// candidates are the last places found of each kind; at is 0 when there is none.
type candidates struct {
	space, seam, syllable candidate
}

// line finds the line that begins at first. Spaces at its end may hang out.
func (b *breaker) line(first int) span {
	var found candidates
	used, ink := 0, 0
	for i := first; i < len(b.glyphs); i++ {
		g := b.glyphs[i]
		if g.r == '\n' {
			return span{first: first, end: i, next: i + 1}
		}
		if i > first {
			b.note(i, ink, &found)
		}
		if g.r == softHyphen {
			continue
		}
		used += g.width
		if g.r == ' ' {
			continue
		}
		if used > b.limit && i > first {
			return b.choose(first, i, found)
		}
		ink = used
	}
	return span{first: first, end: len(b.glyphs), next: len(b.glyphs)}
}

// note records whether the line may end before glyph i.
func (b *breaker) note(i, ink int, found *candidates) {
	here := candidate{at: i, ink: ink}
	hyphenFits := ink+b.hyphenWidth <= b.limit
	switch {
	case b.breaksAfter(i - 1):
		found.space = here
	case !hyphenFits:
	case b.glyphs[i-1].r == softHyphen || b.glyphs[i].division == hyphen.Seam:
		found.seam = here
	case b.glyphs[i].division == hyphen.Syllable:
		found.syllable = here
	}
}

// breaksAfter reports whether a line may end after glyph i without a hyphen: at
// the end of a space, or after a dash or slash inside a word.
func (b *breaker) breaksAfter(i int) bool {
	next := b.glyphs[i+1].r
	switch b.glyphs[i].r {
	case ' ':
		return next != ' '
	case '-', '/', '–':
		return i > 0 && b.glyphs[i-1].r != ' ' && unicode.IsLetter(next)
	}
	return false
}

// choose ends an overfull line at the best place found before glyph i.
func (b *breaker) choose(first, i int, found candidates) span {
	loose := b.looseness(found.space)
	switch {
	case found.seam.at > found.space.at && loose > looseAtSeam:
		return hyphenatedAt(first, found.seam.at)
	case found.syllable.at > found.space.at && loose > looseAtSyllable:
		return hyphenatedAt(first, found.syllable.at)
	case found.space.at > first:
		return span{first: first, end: found.space.at, next: found.space.at}
	}
	return b.cut(first, i)
}

// looseness is the share of the line left empty when it ends at a place that
// needs no hyphen. A dash or slash inside the word is always good enough.
func (b *breaker) looseness(at candidate) float64 {
	switch {
	case at.at == 0:
		return 1
	case b.whole || b.glyphs[at.at-1].r != ' ':
		return 0
	}
	return float64(b.limit-at.ink) / float64(b.limit)
}

// cut is the last resort: a word wider than the line and without a known place
// to divide it is filled into the line.
func (b *breaker) cut(first, i int) span {
	at := i
	for at > first+1 && b.width(first, at)+b.hyphenWidth > b.limit {
		at--
	}
	if unicode.IsLetter(b.glyphs[at-1].r) && unicode.IsLetter(b.glyphs[at].r) {
		return hyphenatedAt(first, at)
	}
	return span{first: first, end: i, next: i}
}

func (b *breaker) width(first, end int) int {
	total := 0
	for _, g := range b.glyphs[first:end] {
		if g.r != softHyphen {
			total += g.width
		}
	}
	return total
}

func hyphenatedAt(first, at int) span {
	return span{first: first, end: at, next: at, hyphenated: true}
}
