package pdf

import (
	"fmt"
	"strings"
)

// structure writes the structure tree and the link annotations and returns the
// number of the tree's root.
func (f *finisher) structure() int {
	root := f.reserve()
	f.number(f.laid.root)
	links := f.links()
	f.element(f.laid.root, root)
	parents := f.add("<</Nums [" + f.parentTree(links) + "]>>")
	f.set(root, fmt.Sprintf("<</Type /StructTreeRoot /K [%d 0 R] /ParentTree %d 0 R /ParentTreeNextKey %d>>",
		f.laid.root.number, parents, len(f.laid.pages)+len(links)))
	return root
}

// number gives every element its object, so that they can refer to each other.
func (f *finisher) number(e *element) {
	e.number = f.reserve()
	for _, k := range e.kids {
		if k.child != nil {
			f.number(k.child)
		}
	}
}

func (f *finisher) element(e *element, parent int) {
	var out strings.Builder
	fmt.Fprintf(&out, "<</Type /StructElem /S /%s /P %d 0 R", e.role, parent)
	if e.attributes != "" {
		out.WriteString(" /A " + e.attributes)
	}
	if e.alternative != "" {
		out.WriteString(" /Alt " + textString(e.alternative))
	}
	if first := firstPage(e); first > 0 {
		fmt.Fprintf(&out, " /Pg %d 0 R", f.pages[first])
	}
	if len(e.kids) > 0 {
		out.WriteString(" /K [" + f.kids(e) + "]")
	}
	out.WriteString(">>")
	f.set(e.number, out.String())
}

// kids writes the children of an element. A sequence on another page than the
// element's first names its page.
func (f *finisher) kids(e *element) string {
	var out strings.Builder
	first := firstPage(e)
	for _, k := range e.kids {
		switch {
		case k.child != nil:
			f.element(k.child, e.number)
			fmt.Fprintf(&out, "%d 0 R ", k.child.number)
		case k.annotation != nil:
			fmt.Fprintf(&out, "<</Type /OBJR /Pg %d 0 R /Obj %d 0 R>> ", f.pages[k.annotation.page], k.annotation.number)
		case k.page == first:
			fmt.Fprintf(&out, "%d ", k.mcid)
		default:
			fmt.Fprintf(&out, "<</Type /MCR /Pg %d 0 R /MCID %d>> ", f.pages[k.page], k.mcid)
		}
	}
	return out.String()
}

// firstPage returns the page of the element's own first ink, or 0.
func firstPage(e *element) int {
	for _, k := range e.kids {
		if k.page > 0 {
			return k.page
		}
	}
	return 0
}

// links writes the annotations. Their keys in the parent tree follow the pages'.
func (f *finisher) links() []*annotation {
	var all []*annotation
	for _, pg := range f.laid.pages {
		for _, link := range pg.annotations {
			key := len(f.laid.pages) + len(all)
			// Flag 4 is Print, which PDF/A demands.
			link.number = f.add(fmt.Sprintf(
				"<</Type /Annot /Subtype /Link /Rect [%.2f %.2f %.2f %.2f] /Border [0 0 0] /F 4 /StructParent %d /Contents %s %s>>",
				link.left, link.bottom, link.right, link.top, key, textString(link.text), f.destination(link)))
			all = append(all, link)
		}
	}
	return all
}

// destination says where a link leads.
func (f *finisher) destination(link *annotation) string {
	if link.target != nil {
		return "/Dest " + f.place(link.target)
	}
	return "/A <</S /URI /URI " + asciiString(link.address) + ">>"
}

// place is the spot of a heading.
func (f *finisher) place(b *bookmark) string {
	return fmt.Sprintf("[%d 0 R /XYZ 0 %.2f null]", f.pages[b.page], f.laid.height-b.y)
}

// asciiString writes an address, which PDF keeps as plain ASCII.
func asciiString(address string) string {
	return fmt.Sprintf("<%X>", percentEncode(address))
}

// percentEncode escapes all bytes of an address that are not printable ASCII.
func percentEncode(address string) string {
	var out strings.Builder
	for i := range len(address) {
		if c := address[i]; c > ' ' && c < 0x7f {
			out.WriteByte(c)
		} else {
			fmt.Fprintf(&out, "%%%02X", c)
		}
	}
	return out.String()
}

// parentTree leads from the ink of each page, and from each link, to its
// element.
func (f *finisher) parentTree(links []*annotation) string {
	var out strings.Builder
	for i, pg := range f.laid.pages {
		fmt.Fprintf(&out, "%d [", i)
		for _, owner := range pg.owners {
			fmt.Fprintf(&out, "%d 0 R ", owner.number)
		}
		out.WriteString("]\n")
	}
	for i, link := range links {
		fmt.Fprintf(&out, "%d %d 0 R\n", len(f.laid.pages)+i, link.owner.number)
	}
	return out.String()
}

// outline writes the bookmarks, a tree by heading level, and returns its root.
func (f *finisher) outline() int {
	top := &bookmark{number: f.reserve()}
	path := []*bookmark{top}
	for _, mark := range f.laid.headings {
		for len(path) > 1 && path[len(path)-1].level >= mark.level {
			path = path[:len(path)-1]
		}
		parent := path[len(path)-1]
		parent.kids = append(parent.kids, mark)
		path = append(path, mark)
		mark.number = f.reserve()
	}
	f.set(top.number, fmt.Sprintf("<</Type /Outlines%s>>", f.bookmarks(top)))
	return top.number
}

// bookmarks writes the children of a bookmark and returns its entries that refer
// to them.
func (f *finisher) bookmarks(parent *bookmark) string {
	kids := parent.kids
	if len(kids) == 0 {
		return ""
	}
	for i, mark := range kids {
		entries := fmt.Sprintf("/Title %s /Parent %d 0 R /Dest %s", textString(mark.text), parent.number, f.place(mark))
		if i > 0 {
			entries += fmt.Sprintf(" /Prev %d 0 R", kids[i-1].number)
		}
		if i+1 < len(kids) {
			entries += fmt.Sprintf(" /Next %d 0 R", kids[i+1].number)
		}
		f.set(mark.number, "<<"+entries+f.bookmarks(mark)+">>")
	}
	return fmt.Sprintf(" /First %d 0 R /Last %d 0 R /Count %d", kids[0].number, kids[len(kids)-1].number, descendants(parent))
}

// descendants counts all bookmarks below one; all are shown open.
func descendants(b *bookmark) int {
	count := len(b.kids)
	for _, k := range b.kids {
		count += descendants(k)
	}
	return count
}
