package pdf

import "github.com/uppsikt/uppsikt/services/reporting/internal/document/scene"

// op is one stroke of ink.
type op interface {
	paint(p *painter)
}

// textOp draws text with its baseline at y.
type textOp struct {
	x, y float64
	text string
	pen  pen
}

// fillOp fills a rectangle.
type fillOp struct {
	x, y, width, height float64
	tone                tone
}

// ruleOp draws a horizontal line.
type ruleOp struct {
	x, y, length, weight float64
	tone                 tone
}

// areaOp draws a rectangle.
type areaOp struct {
	x, y, width, height float64
	fill                scene.Fill
	stroke              scene.Stroke
}

// pathOp draws polylines.
type pathOp struct {
	lines  [][]scene.Point
	closed bool
	fill   scene.Fill
	stroke scene.Stroke
}

// mark is ink that belongs together: to one structure element, or to none, and
// then it is an artifact that assistive technology passes over.
type mark struct {
	owner    *element
	artifact artifact
	mcid     int
	ops      []op
}

// artifact says why ink carries no content.
type artifact string

const (
	// decoration is rules and grounds.
	decoration artifact = "/Artifact <</Type /Layout>> BDC"
	// pagination is page headers and footers, and what is repeated on a new page.
	pagination artifact = "/Artifact <</Type /Pagination>> BDC"
)

// page collects marks in painting order. Number counts from 1.
type page struct {
	number int
	// grounds are painted before all marks, so that they cover neither a rule nor a text.
	grounds     []op
	marks       []mark
	owners      []*element
	annotations []*annotation
}

// ink adds an op for an element. Neighbouring ink of the same element shares one
// marked-content sequence.
func (p *page) ink(owner *element, o op) {
	if last := len(p.marks) - 1; last >= 0 && p.marks[last].owner == owner {
		p.marks[last].ops = append(p.marks[last].ops, o)
		return
	}
	owner.attach()
	mcid := len(p.owners)
	p.owners = append(p.owners, owner)
	owner.kids = append(owner.kids, kid{page: p.number, mcid: mcid})
	p.marks = append(p.marks, mark{owner: owner, mcid: mcid, ops: []op{o}})
}

// decorate adds ops that carry no content.
func (p *page) decorate(kind artifact, ops ...op) {
	p.marks = append(p.marks, mark{artifact: kind, ops: ops})
}

// ground adds a filled area that carries no content.
func (p *page) ground(o fillOp) {
	p.grounds = append(p.grounds, o)
}

// link adds the clickable area of a link's text.
func (p *page) link(owner *element, area annotation) {
	area.page = p.number
	area.owner = owner
	p.annotations = append(p.annotations, &area)
	owner.kids = append(owner.kids, kid{annotation: &area})
}
