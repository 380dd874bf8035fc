package pdf

import (
	"strconv"
	"strings"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
)

const (
	// numberRoom is what a line of the table of contents keeps for the page number.
	numberRoom = 30.0
	leaderGap  = 5.0
	leader     = " ."
)

// contentsEntry is a line of the table of contents whose page number is still to come.
type contentsEntry struct {
	heading         int
	page            *page
	owner           *element
	top, y, textEnd float64
	text            string
}

// contentsItems sets the text of the table of contents. Its page numbers take no room that depends on them.
func (c *composer) contentsItems(body []document.Block, listed []int) []item {
	table := c.layout.root.child("TOC")
	var items []item
	for i, number := range listed {
		heading, ok := body[i].(document.Heading)
		if !ok || number == 0 {
			continue
		}
		owner := table.child("TOCI").child("Reference").child("Link")
		lines := c.plain(heading.Text, owner, box{x: marginLeft, width: textWidth - numberRoom}, bodySetting())
		items = append(items, c.contentsLines(lines, contentsEntry{heading: number, owner: owner, text: heading.Text})...)
	}
	return items
}

func (c *composer) contentsLines(lines []line, e contentsEntry) []item {
	made := c.lineItems(lines)
	for i, set := range lines {
		place := made[i].place
		made[i].glued = i > 0
		made[i].place = func() {
			if i == 0 {
				e.top = c.y
			}
			baseline := c.y + baselineOf(set)
			place()
			if i == len(lines)-1 {
				e.page, e.y = c.page, baseline
				for _, p := range set.pieces {
					e.textEnd = p.x + p.width
				}
				c.entries = append(c.entries, e)
			}
		}
	}
	return made
}

// numberContents adds the page numbers and the links, when every heading has its page.
func (c *composer) numberContents() {
	target := map[int]*bookmark{}
	for _, b := range c.layout.headings {
		target[b.listed] = b
	}
	for _, e := range c.entries {
		if b := target[e.heading]; b != nil {
			c.numberEntry(e, b)
		}
	}
}

func (c *composer) numberEntry(e contentsEntry, b *bookmark) {
	look := bodySetting().pen
	face := c.family[look.style]
	text := strconv.Itoa(b.page)
	right := marginLeft + textWidth
	width := face.TextWidth(text, look.size)
	if dots := int((right - width - e.textEnd - 2*leaderGap) / face.TextWidth(leader, look.size)); dots > 0 {
		line := strings.Repeat(leader, dots)
		e.page.decorate(decoration, textOp{x: right - width - leaderGap - face.TextWidth(line, look.size), y: e.y, text: line,
			pen: pen{size: look.size, tone: toneMuted}})
	}
	e.page.ink(e.owner, textOp{x: right - width, y: e.y, text: text, pen: look})
	e.page.link(e.owner, annotation{left: marginLeft, right: right, top: c.layout.height - e.top,
		bottom: c.layout.height - e.y - descent*look.size, target: b, text: e.text + ", sida " + text})
}
