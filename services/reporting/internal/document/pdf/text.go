package pdf

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/typeface"
)

// piece is text of one look at one place of a line.
type piece struct {
	x, width float64
	text     string
	pen      pen
	owner    *element
	link     string
}

// line is one set line. Its pieces are in reading order.
type line struct {
	gap, leading float64
	// glued lines stay on the page of the line before.
	glued  bool
	pieces []piece
}

// box is the horizontal room for text.
type box struct {
	x, width float64
}

// typesetter turns blocks into lines. It appends the structure elements of what
// it sets to their parent.
type typesetter struct {
	family *typeface.Family
}

// blocks sets paragraphs and lists, one below the other.
func (t typesetter) blocks(blocks []document.Block, parent *element, room box, how setting) []line {
	var lines []line
	for _, block := range blocks {
		set := t.block(block, parent, room, how)
		if len(set) > 0 && len(lines) > 0 {
			set[0].gap = how.gap
		}
		lines = append(lines, set...)
	}
	return lines
}

func (t typesetter) block(block document.Block, parent *element, room box, how setting) []line {
	switch block := block.(type) {
	case document.Paragraph:
		return t.runs(block.Runs, parent.child("P"), room, how)
	case document.List:
		return t.list(block, parent, room, how)
	}
	return nil
}

// plain sets a text without runs, such as a heading, into its own element.
func (t typesetter) plain(text string, owner *element, room box, how setting) []line {
	return t.runs([]document.Run{{Text: text}}, owner, room, how)
}

// runs sets one paragraph.
func (t typesetter) runs(runs []document.Run, owner *element, room box, how setting) []line {
	glyphs := t.glyphs(runs, owner, how)
	divideWords(glyphs)
	breaker := breaker{
		glyphs:      glyphs,
		limit:       int(room.width * 1000 / how.pen.size),
		hyphenWidth: t.family[how.pen.style].Width(softHyphen),
		whole:       how.whole,
	}
	spans := breaker.lines()
	lines := make([]line, len(spans))
	for i, s := range spans {
		lines[i] = t.line(glyphs, s, room, how)
		// No single line of a paragraph stands alone on a page.
		lines[i].glued = i == 1 || i > 0 && i == len(spans)-1
	}
	return lines
}

func (t typesetter) glyphs(runs []document.Run, owner *element, how setting) []glyph {
	var glyphs []glyph
	for _, run := range runs {
		style := how.pen.style | runStyle(run)
		runOwner := owner
		if run.Link != "" {
			runOwner = owner.detached("Link")
		}
		for _, r := range tie(run.Text) {
			glyphs = append(glyphs, glyph{
				r: r, style: style, owner: runOwner, link: run.Link, width: t.family[style].Width(r),
			})
		}
	}
	return glyphs
}

// tiePattern finds what belongs together although a space divides it: a number
// with its unit, month or chapter, and a paragraph sign with its number.
var tiePattern = regexp.MustCompile(`\d (?:%|§|kap\.|kr\b|januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december)|§ \d`)

// tie replaces the space by one at which no line ends.
func tie(text string) string {
	return tiePattern.ReplaceAllStringFunc(text, func(match string) string {
		return strings.Replace(match, " ", "\u00a0", 1)
	})
}

func runStyle(run document.Run) typeface.Style {
	style := typeface.Regular
	if run.Strong {
		style |= typeface.Bold
	}
	if run.Emphasis {
		style |= typeface.Italic
	}
	return style
}

// line makes the pieces of one span of glyphs.
func (t typesetter) line(glyphs []glyph, s span, room box, how setting) line {
	set := line{leading: how.leading}
	x := room.x
	for first := s.first; first < s.end; {
		end := first + 1
		for end < s.end && sameLook(glyphs[first], glyphs[end]) {
			end++
		}
		made := t.piece(glyphs[first:end], how)
		if end == s.end && s.hyphenated {
			made = t.hyphenate(made)
		}
		made.x = x
		x += made.width
		set.pieces = append(set.pieces, made)
		first = end
	}
	if how.numeric {
		flushRight(set.pieces, room)
	}
	return set
}

func sameLook(a, b glyph) bool {
	return a.style == b.style && a.owner == b.owner
}

func (t typesetter) piece(glyphs []glyph, how setting) piece {
	var text strings.Builder
	for _, g := range glyphs {
		if g.r != softHyphen {
			text.WriteRune(g.r)
		}
	}
	look := how.pen
	look.style = glyphs[0].style
	if glyphs[0].link != "" {
		look.tone = toneLink
	}
	return piece{
		text:  text.String(),
		width: t.family[look.style].TextWidth(text.String(), look.size),
		pen:   look, owner: glyphs[0].owner, link: glyphs[0].link,
	}
}

// hyphenate ends a piece with a soft hyphen, which is drawn as a hyphen but lets
// readers put the word together again.
func (t typesetter) hyphenate(p piece) piece {
	p.text += string(softHyphen)
	p.width = t.family[p.pen.style].TextWidth(p.text, p.pen.size)
	return p
}

func flushRight(pieces []piece, room box) {
	if len(pieces) == 0 {
		return
	}
	last := pieces[len(pieces)-1]
	shift := room.x + room.width - last.x - last.width
	for i := range pieces {
		pieces[i].x += shift
	}
}

func (t typesetter) list(list document.List, parent *element, room box, how setting) []line {
	group := parent.child("L")
	group.attributes = listDisc
	if list.Ordered {
		group.attributes = listDecimal
	}
	var lines []line
	for i, item := range list.Items {
		set := t.item(item, itemLabel(list, i), group, room, how)
		if i > 0 && len(set) > 0 {
			set[0].gap = how.itemGap
		}
		lines = append(lines, set...)
	}
	return lines
}

func (t typesetter) item(item document.Item, label string, group *element, room box, how setting) []line {
	entry := group.child("LI")
	mark := entry.child("Lbl")
	inner := box{x: room.x + listIndent, width: room.width - listIndent}
	narrow := how
	narrow.gap = how.itemGap
	lines := t.blocks(item.Blocks, entry.child("LBody"), inner, narrow)
	if len(lines) == 0 {
		lines = []line{{leading: how.leading}}
	}
	lines[0].pieces = append([]piece{t.label(label, mark, room, how)}, lines[0].pieces...)
	return lines
}

// bullet marks the items of a list without numbers.
const bullet = "•"

func itemLabel(list document.List, index int) string {
	if list.Ordered {
		return strconv.Itoa(list.First()+index) + "."
	}
	return bullet
}

// label places the bullet or the number of a list item. Numbers end at one edge,
// so that 9 and 10 line up.
func (t typesetter) label(text string, owner *element, room box, how setting) piece {
	width := t.family[how.pen.style].TextWidth(text, how.pen.size)
	x := room.x + labelInset
	if text != bullet {
		x = room.x + listIndent - labelInset - width
	}
	return piece{x: x, width: width, text: text, pen: how.pen, owner: owner}
}
