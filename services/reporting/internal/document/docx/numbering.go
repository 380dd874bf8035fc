package docx

import (
	"fmt"
	"strings"
)

const (
	// listIndent is the indentation per list level, in twentieths of a point.
	listIndent = 400
	// listLevels is how many levels the format has.
	listLevels = 9

	abstractBullets = 1
	abstractNumbers = 2
)

// numbering defines the two kinds of lists, and one instance per list so that
// each numbered list begins with its own number.
func (w *writer) numbering() string {
	var out strings.Builder
	out.WriteString(xmlHead + "<w:numbering" + namespaces + ">")
	abstractList(&out, abstractBullets, "bullet", func(int) string { return "•" })
	abstractList(&out, abstractNumbers, "decimal", func(level int) string { return fmt.Sprintf("%%%d.", level+1) })
	for i, list := range w.lists {
		list.write(&out, i+1)
	}
	out.WriteString("</w:numbering>")
	return out.String()
}

func abstractList(out *strings.Builder, id int, format string, label func(level int) string) {
	fmt.Fprintf(out, `<w:abstractNum w:abstractNumId="%d"><w:multiLevelType w:val="hybridMultilevel"/>`, id)
	for level := range listLevels {
		fmt.Fprintf(out, `<w:lvl w:ilvl="%d"><w:start w:val="1"/><w:numFmt w:val="%s"/><w:lvlText w:val="%s"/><w:lvlJc w:val="left"/>`+
			`<w:pPr><w:ind w:left="%d" w:hanging="%d"/></w:pPr></w:lvl>`, level, format, label(level), (level+1)*listIndent, listIndent)
	}
	out.WriteString("</w:abstractNum>")
}

// listInstance is one list of the document.
type listInstance struct {
	ordered bool
	// first is the number that the list begins with, at its level.
	first, level int
}

func (l listInstance) write(out *strings.Builder, id int) {
	if !l.ordered {
		fmt.Fprintf(out, `<w:num w:numId="%d"><w:abstractNumId w:val="%d"/></w:num>`, id, abstractBullets)
		return
	}
	fmt.Fprintf(out, `<w:num w:numId="%d"><w:abstractNumId w:val="%d"/><w:lvlOverride w:ilvl="%d"><w:startOverride w:val="%d"/></w:lvlOverride></w:num>`,
		id, abstractNumbers, l.level, l.first)
}
