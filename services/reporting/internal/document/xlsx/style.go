package xlsx

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document/scene"
)

// headFill and headText are the colours of headings.
const (
	headFill scene.Colour = 0x0b4f8a
	headText scene.Colour = 0xffffff
)

// style returns the style of a look, made once.
func (w *writer) style(l look) (int, error) {
	if id, ok := w.styles[l]; ok {
		return id, nil
	}
	s := &excelize.Style{Alignment: &excelize.Alignment{Vertical: "top", WrapText: !l.wide}, Font: &excelize.Font{Family: "Calibri", Size: 11, Bold: l.strong || l.head}}
	if l.date {
		s.Alignment.Horizontal = "left"
	}
	switch {
	case l.head:
		s.Fill, s.Font.Color = solid(headFill), hex(headText)
	case l.coloured:
		s.Fill, s.Font.Color = solid(l.fill), hex(l.text)
		s.Border = box()
	}
	if format := numberFormat(l); format != "" {
		s.CustomNumFmt = &format
	}
	id, err := w.f.NewStyle(s)
	w.styles[l] = id
	return id, err
}

// numberFormat is how numbers and days are shown; empty for a text.
func numberFormat(l look) string {
	switch {
	case l.date:
		return "yyyy\\-mm\\-dd"
	case l.number && l.decimals > 0:
		return "#,##0." + strings.Repeat("0", l.decimals)
	case l.number:
		return "#,##0"
	case l.quoted:
		// A cell of text stays text when somebody edits it.
		return "@"
	}
	return ""
}

func solid(c scene.Colour) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{hex(c)}}
}

func hex(c scene.Colour) string { return fmt.Sprintf("%06X", uint32(c)) }

// box is a thin border on every side.
func box() []excelize.Border {
	var sides []excelize.Border
	for _, side := range []string{"left", "top", "right", "bottom"} {
		sides = append(sides, excelize.Border{Type: side, Color: "3D4A57", Style: 1})
	}
	return sides
}
