package pdf

import (
	"fmt"
	"strings"
	"unicode/utf16"
)

// element is a node of the structure tree, by which assistive technology reads
// the document.
type element struct {
	role string
	// attributes is a PDF dictionary, or empty.
	attributes string
	// alternative says in words what a figure shows.
	alternative string
	parent      *element
	kids        []kid
	attached    bool
	number      int
}

// kid is a child element, a marked-content sequence on a page, or an annotation.
type kid struct {
	child      *element
	annotation *annotation
	page, mcid int
}

// annotation is a link's clickable area on one page.
type annotation struct {
	page          int
	left, bottom  float64
	right, top    float64
	address, text string
	// target is the heading that a link inside the document leads to; nil for an address.
	target *bookmark
	owner  *element
	number int
}

// child appends a new element.
func (e *element) child(role string) *element {
	created := e.detached(role)
	created.attach()
	return created
}

// detached returns a new element that takes its place among its siblings only
// when its first ink is drawn: reading order is then the order of the ink.
func (e *element) detached(role string) *element {
	return &element{role: role, parent: e}
}

func (e *element) attach() {
	if e.attached || e.parent == nil {
		return
	}
	e.attached = true
	e.parent.kids = append(e.parent.kids, kid{child: e})
}

const (
	scopeColumn = "<</O /Table /Scope /Column>>"
	scopeRow    = "<</O /Table /Scope /Row>>"
	listDecimal = "<</O /List /ListNumbering /Decimal>>"
	listDisc    = "<</O /List /ListNumbering /Disc>>"
)

func tableSummary(caption string) string {
	return "<</O /Table /Summary " + textString(caption) + ">>"
}

// textString writes any text as a PDF string.
func textString(text string) string {
	var out strings.Builder
	out.WriteString("<FEFF")
	for _, unit := range utf16.Encode([]rune(text)) {
		fmt.Fprintf(&out, "%04X", unit)
	}
	out.WriteString(">")
	return out.String()
}
