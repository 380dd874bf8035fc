package pdf

import (
	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/typeface"
)

// layout is a document that is set and divided into pages.
type layout struct {
	meta    document.Meta
	family  *typeface.Family
	variant Variant
	// width and height are those of every page.
	width, height float64
	pages         []*page
	root          *element
	headings      []*bookmark
}

// bookmark is a heading and where it landed.
type bookmark struct {
	level int
	// listed is the heading's number in the table of contents; 0 for none.
	listed int
	text   string
	page   int
	y      float64
	kids   []*bookmark
	number int
}

// item is the least that is put on a page at once. Glued items stay on the page
// of the item before; need is the room an item takes at least.
type item struct {
	gap, need float64
	// whole is the room of the table that begins here, if one does.
	whole float64
	glued bool
	place func()
}

// composer puts items on pages, from top to bottom.
type composer struct {
	typesetter
	layout *layout
	page   *page
	y      float64
	// entries are those of the table of contents; their page numbers are known last.
	entries []contentsEntry
}

func compose(d *document.Document, family *typeface.Family, variant Variant) *layout {
	c := newComposer(d.Meta, family, variant)
	c.newPage()
	c.placeAll(c.items(d.Body()))
	c.numberContents()
	c.furnish()
	return c.layout
}

func newComposer(meta document.Meta, family *typeface.Family, variant Variant) *composer {
	laid := &layout{meta: meta, family: family, variant: variant, width: pageWidth, height: pageHeight,
		root: &element{role: "Document", attached: true}}
	return &composer{typesetter: typesetter{family: family}, layout: laid}
}

func (c *composer) newPage() {
	c.page = &page{number: len(c.layout.pages) + 1}
	c.layout.pages = append(c.layout.pages, c.page)
	c.y = textTop
}

func (c *composer) atTop() bool {
	return c.y <= textTop
}

func (c *composer) room() float64 {
	return textBottom - c.y
}

// items turns the whole document into a sequence of items.
func (c *composer) items(body []document.Block) []item {
	var items []item
	keep := false
	listed := document.Listed(body)
	for i, block := range body {
		var made []item
		switch block := block.(type) {
		case document.Heading:
			made = c.headingItems(block, listed[i])
		case document.Table:
			made = c.tableItems(block)
		case document.Figure:
			made = c.figureItems(block)
		case document.Contents:
			made = c.contentsItems(body, listed)
		default:
			made = c.textItems(block, blockSetting(document.IsDetails(body, i)))
		}
		if len(made) > 0 {
			made[0].glued = keep
		}
		_, keep = block.(document.Heading)
		items = append(items, made...)
	}
	return items
}

// blockSetting sets the facts under the title smaller than running text.
func blockSetting(details bool) setting {
	if details {
		return detailSetting()
	}
	return bodySetting()
}

func (c *composer) textItems(block document.Block, how setting) []item {
	lines := c.block(block, c.layout.root, box{x: marginLeft, width: textWidth}, how)
	if len(lines) > 0 {
		lines[0].gap = how.gap
	}
	return c.lineItems(lines)
}

func (c *composer) lineItems(lines []line) []item {
	items := make([]item, len(lines))
	for i, set := range lines {
		items[i] = item{gap: set.gap, need: set.leading, glued: set.glued, place: func() { c.putLine(set) }}
	}
	return items
}

// headingItems keeps the lines of a heading together and remembers its place.
func (c *composer) headingItems(h document.Heading, listed int) []item {
	how := headingSetting(h.Level)
	owner := c.layout.root.child(headingRole(h.Level))
	items := c.lineItems(c.plain(h.Text, owner, box{x: marginLeft, width: textWidth}, how))
	for i := range items {
		items[i].glued = i > 0
	}
	if len(items) == 0 {
		return nil
	}
	items[0].gap = how.gap
	place := items[0].place
	items[0].place = func() {
		c.layout.headings = append(c.layout.headings, &bookmark{level: h.Level, listed: listed, text: h.Text, page: c.page.number, y: c.y})
		place()
	}
	return items
}

func headingRole(level int) string {
	return "H" + string(rune('0'+level))
}

// placeAll puts the items on pages. A group of glued items moves to a new page
// as a whole, unless it is longer than a page; so does a group whose table is
// better begun there.
func (c *composer) placeAll(items []item) {
	for first := 0; first < len(items); {
		end, need := first+1, items[first].gap+items[first].need
		for end < len(items) && items[end].glued {
			need += items[end].gap + items[end].need
			end++
		}
		tooLong := need > c.room() && need <= pageRoom
		if (tooLong || c.betterMoved(items[first:end])) && !c.atTop() {
			c.newPage()
		}
		for _, it := range items[first:end] {
			c.put(it)
		}
		first = end
	}
}

// betterMoved reports whether a group holds a table that would be divided here,
// near the foot of the page, but not on an empty page.
func (c *composer) betterMoved(group []item) bool {
	before := 0.0
	for _, it := range group {
		if it.whole > 0 {
			room := c.room() - before
			return it.whole > room && room < moveTableShare*pageRoom && before+it.whole <= pageRoom
		}
		before += it.gap + it.need
	}
	return false
}

func (c *composer) put(it item) {
	if it.gap+it.need > c.room() && !c.atTop() {
		c.newPage()
	}
	if !c.atTop() {
		c.y += it.gap
	}
	it.place()
}

// putLine draws a line at the current height and moves below it.
func (c *composer) putLine(set line) {
	baseline := c.y + baselineOf(set)
	for _, p := range set.pieces {
		c.putPiece(p, 0, baseline)
	}
	c.y += set.leading
}

// baselineOf centres the line's text in its leading.
func baselineOf(set line) float64 {
	size := 0.0
	for _, p := range set.pieces {
		size = max(size, p.pen.size)
	}
	return (set.leading-size*(ascent+descent))/2 + size*ascent
}

func (c *composer) putPiece(p piece, shift, baseline float64) {
	x := p.x + shift
	c.page.ink(p.owner, textOp{x: x, y: baseline, text: p.text, pen: p.pen})
	if p.link == "" {
		return
	}
	const underline = 1.6
	c.page.ink(p.owner, ruleOp{x: x, y: baseline + underline, length: p.width, weight: lineWidthThin, tone: p.pen.tone})
	c.page.link(p.owner, annotation{
		left: x, right: x + p.width,
		top:     pageHeight - baseline + ascent*p.pen.size,
		bottom:  pageHeight - baseline - descent*p.pen.size,
		address: p.link, text: p.text,
	})
}
