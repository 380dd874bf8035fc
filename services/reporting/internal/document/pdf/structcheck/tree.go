package structcheck

import (
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// noPage stands for content whose page is not named.
const noPage = -1

func (c *checker) tree() {
	root := c.dict(c.root["StructTreeRoot"])
	if root == nil {
		return
	}
	for _, kid := range c.list(root["K"]) {
		c.node(kid, noPage, "")
	}
	c.parentTree(root)
}

// node walks one kid of an element: content, a reference, or another element.
func (c *checker) node(o types.Object, page int, role string) {
	switch kid := c.resolve(o).(type) {
	case types.Integer:
		c.claim(content{page, kid.Value()}, role)
	case types.Dict:
		page = c.pageOf(kid, page)
		switch name(kid["Type"]) {
		case "MCR":
			c.claimReference(kid, page, role)
		case "OBJR":
			c.reference(kid, role)
		default:
			c.element(kid, page)
		}
	}
}

func (c *checker) pageOf(d types.Dict, inherited int) int {
	ref, ok := d["Pg"].(types.IndirectRef)
	if !ok {
		return inherited
	}
	page, ok := c.pages[ref.ObjectNumber.Value()]
	if !ok {
		return noPage
	}
	return page
}

func (c *checker) claimReference(reference types.Dict, page int, role string) {
	if mcid, ok := c.entry(reference, "MCID").(types.Integer); ok {
		c.claim(content{page, mcid.Value()}, role)
	}
}

func (c *checker) claim(what content, role string) {
	if _, twice := c.claims[what]; twice {
		c.report(UsedTwice, "page %d, content %d", what.page+1, what.mcid)
	}
	c.claims[what] = role
}

// reference notes an annotation that belongs to a Link element.
func (c *checker) reference(reference types.Dict, role string) {
	if ref, ok := reference["Obj"].(types.IndirectRef); ok && role == "Link" {
		c.linked[ref.ObjectNumber.Value()] = true
	}
}

func (c *checker) element(e types.Dict, page int) {
	role := c.roleOf(e)
	c.inspect(e, role)
	for _, kid := range c.list(e["K"]) {
		c.node(kid, page, role)
	}
}

// roleOf returns the standard role of an element.
func (c *checker) roleOf(e types.Dict) string {
	role := name(c.entry(e, "S"))
	if mapped := name(c.dict(c.dict(c.root["StructTreeRoot"])["RoleMap"])[role]); mapped != "" {
		return mapped
	}
	return role
}

func name(o types.Object) string {
	n, _ := o.(types.Name)
	return n.Value()
}

func (c *checker) inspect(e types.Dict, role string) {
	switch role {
	case "TH":
		c.headerCell(e)
	case "Table":
		c.table(e)
	case "Figure":
		c.figure(e)
	case "H1", "H2", "H3", "H4", "H5", "H6":
		c.heading(int(role[1] - '0'))
	}
}

func (c *checker) heading(level int) {
	if level > c.level+1 {
		c.report(SkippedLevel, "H%d follows H%d", level, c.level)
	}
	c.level = level
}

func (c *checker) headerCell(e types.Dict) {
	for _, attribute := range c.list(e["A"]) {
		if name(c.entry(c.dict(attribute), "Scope")) != "" {
			return
		}
	}
	c.report(NoScope, "TH")
}

func (c *checker) figure(e types.Dict) {
	if c.text(e["Alt"]) == "" && c.text(e["ActualText"]) == "" {
		c.report(NoAlternative, "Figure")
	}
	if len(c.list(e["K"])) == 0 {
		c.report(EmptyFigure, "Figure")
	}
}

// table checks that all rows have the same number of cells.
func (c *checker) table(e types.Dict) {
	cells := 0
	for _, row := range c.rows(e) {
		count := len(c.list(row["K"]))
		for _, cell := range c.list(row["K"]) {
			if role := c.roleOf(c.dict(cell)); role != "TH" && role != "TD" {
				c.report(BadTable, "%q in TR", role)
			}
		}
		if cells == 0 {
			cells = count
		}
		if count != cells {
			c.report(RaggedTable, "%d cells, others have %d", count, cells)
		}
	}
}

// rows returns the rows of a table and of its parts.
func (c *checker) rows(e types.Dict) []types.Dict {
	var rows []types.Dict
	for _, kid := range c.list(e["K"]) {
		d := c.dict(kid)
		switch c.roleOf(d) {
		case "TR":
			rows = append(rows, d)
		case "THead", "TBody", "TFoot":
			rows = append(rows, c.rows(d)...)
		}
	}
	return rows
}

// parentTree checks that each page's content leads to the element that claims
// it.
func (c *checker) parentTree(root types.Dict) {
	tree := c.numbers(c.dict(root["ParentTree"]))
	for i, page := range c.pageList {
		key, ok := c.entry(page, "StructParents").(types.Integer)
		if !ok {
			c.report(WrongParent, "page %d has no entry", i+1)
			continue
		}
		for mcid, parent := range c.list(tree[key.Value()]) {
			if role := c.roleOf(c.dict(parent)); role != c.claims[content{i, mcid}] {
				c.report(WrongParent, "page %d, content %d: %q", i+1, mcid, role)
			}
		}
	}
}

// numbers reads a number tree.
func (c *checker) numbers(node types.Dict) map[int]types.Object {
	found := map[int]types.Object{}
	pairs := c.list(node["Nums"])
	for i := 0; i+1 < len(pairs); i += 2 {
		if key, ok := pairs[i].(types.Integer); ok {
			found[key.Value()] = pairs[i+1]
		}
	}
	for _, kid := range c.list(node["Kids"]) {
		for key, value := range c.numbers(c.dict(kid)) {
			found[key] = value
		}
	}
	return found
}

// compare checks that tree and content hold the same.
func (c *checker) compare() {
	for what := range c.seen {
		if _, ok := c.claims[what]; !ok {
			c.report(NotInTree, "page %d, content %d", what.page+1, what.mcid)
		}
	}
	for what := range c.claims {
		if !c.seen[what] {
			c.report(NotInContent, "page %d, content %d", what.page+1, what.mcid)
		}
	}
}

// links checks every link annotation of the pages.
func (c *checker) links() {
	for i, page := range c.pageList {
		for _, annotation := range c.list(page["Annots"]) {
			d := c.dict(annotation)
			if name(d["Subtype"]) != "Link" {
				continue
			}
			ref, ok := annotation.(types.IndirectRef)
			if _, parent := d["StructParent"]; !parent || !ok || !c.linked[ref.ObjectNumber.Value()] {
				c.report(LinkUnconnected, "page %d", i+1)
			}
			if c.text(d["Contents"]) == "" {
				c.report(LinkUndescribed, "page %d", i+1)
			}
		}
	}
}
