package pdf

import (
	"bytes"
	"fmt"

	"codeberg.org/go-pdf/fpdf"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document/typeface"
)

// fontFamily names the fonts inside the painted file; the finisher replaces it.
const fontFamily = "liberation"

// painter draws laid-out pages and nothing else: no breaking, no measuring.
type painter struct {
	file *fpdf.Fpdf
}

// paint draws the pages of a layout into an untagged file whose content streams
// carry the marks.
func paint(laid *layout) ([]byte, error) {
	file := fpdf.NewCustom(&fpdf.InitType{OrientationStr: "P", UnitStr: "pt", Size: fpdf.SizeType{Wd: laid.width, Ht: laid.height}})
	file.SetAutoPageBreak(false, 0)
	file.SetCatalogSort(true)
	file.SetCreationDate(laid.meta.Date)
	file.SetModificationDate(laid.meta.Date)
	p := &painter{file: file}
	p.addFonts(laid)
	for _, pg := range laid.pages {
		file.AddPage()
		if len(pg.grounds) > 0 {
			p.mark(mark{artifact: decoration, ops: pg.grounds})
		}
		for _, m := range pg.marks {
			p.mark(m)
		}
	}
	var out bytes.Buffer
	if err := file.Output(&out); err != nil {
		return nil, fmt.Errorf("paint pages: %w", err)
	}
	return out.Bytes(), nil
}

// addFonts adds only the faces that are used: each costs time and space.
func (p *painter) addFonts(laid *layout) {
	used := usedRunes(laid)
	for style, face := range laid.family {
		if len(used[style]) > 0 {
			p.file.AddUTF8FontFromBytes(fontFamily, styleName(typeface.Style(style)), face.TTF)
		}
	}
}

// usedRunes returns, per style, the runes that are drawn.
func usedRunes(laid *layout) [4]map[rune]bool {
	var used [4]map[rune]bool
	for i := range used {
		used[i] = map[rune]bool{}
	}
	for _, pg := range laid.pages {
		for _, m := range pg.marks {
			for _, o := range m.ops {
				if text, ok := o.(textOp); ok {
					for _, r := range text.text {
						used[text.pen.style][r] = true
					}
				}
			}
		}
	}
	return used
}

func styleName(style typeface.Style) string {
	name := ""
	if style&typeface.Bold != 0 {
		name += "B"
	}
	if style&typeface.Italic != 0 {
		name += "I"
	}
	return name
}

func (p *painter) mark(m mark) {
	begin := string(m.artifact)
	if m.owner != nil {
		begin = fmt.Sprintf("/%s <</MCID %d>> BDC", m.owner.role, m.mcid)
	}
	p.file.RawWriteStr(begin)
	for _, o := range m.ops {
		o.paint(p)
	}
	p.file.RawWriteStr("EMC")
}

func (o textOp) paint(p *painter) {
	p.file.SetFont(fontFamily, styleName(o.pen.style), o.pen.size)
	p.file.SetTextColor(o.pen.tone.rgb())
	p.file.Text(o.x, o.y, o.text)
}

func (o fillOp) paint(p *painter) {
	p.file.SetFillColor(o.tone.rgb())
	p.file.Rect(o.x, o.y, o.width, o.height, "F")
}

func (o ruleOp) paint(p *painter) {
	p.file.SetDrawColor(o.tone.rgb())
	p.file.SetLineWidth(o.weight)
	p.file.Line(o.x, o.y, o.x+o.length, o.y)
}
