package pdf

import (
	"fmt"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/typeface"
)

const furnitureSize = 8.5

// furnish adds header and footer to every page. It runs last, when the number of
// pages is known.
func (c *composer) furnish() {
	for _, p := range c.layout.pages {
		p.decorate(pagination, c.header()...)
		p.decorate(pagination, c.footer(p.number)...)
	}
}

func (c *composer) header() []op {
	meta := c.layout.meta
	plain := pen{size: furnitureSize, tone: toneMuted}
	right := marginLeft + textWidth
	ops := []op{
		textOp{x: marginLeft, y: headerLine, pen: plain, text: c.shorten(meta.Issuer(), plain, headerShare*textWidth)},
		ruleOp{x: marginLeft, y: headerRule, length: textWidth, weight: lineWidthThin, tone: toneRule},
	}
	if meta.CaseNumber != "" {
		text := c.shorten(meta.CaseNumber, plain, caseShare*textWidth)
		right -= c.family[plain.style].TextWidth(text, plain.size)
		ops = append(ops, textOp{x: right, y: headerLine, pen: plain, text: text})
		right -= draftPadding
	}
	if meta.State == document.Draft {
		ops = append(ops, c.draftMark(right))
	}
	return ops
}

// draftMark stands left of the case number, in words and not by colour alone.
func (c *composer) draftMark(right float64) op {
	bold := pen{style: typeface.Bold, size: furnitureSize + 1.5, tone: toneDraft}
	width := c.family[bold.style].TextWidth(document.LabelDraft, bold.size)
	return textOp{x: right - width, y: headerLine, pen: bold, text: document.LabelDraft}
}

func (c *composer) footer(number int) []op {
	plain := pen{size: furnitureSize, tone: toneMuted}
	count := fmt.Sprintf("Sida %d av %d", number, len(c.layout.pages))
	right := marginLeft + textWidth - c.family[plain.style].TextWidth(count, plain.size)
	return []op{
		ruleOp{x: marginLeft, y: footerRule, length: textWidth, weight: lineWidthThin, tone: toneRule},
		textOp{x: marginLeft, y: footerLine, pen: plain, text: c.shorten(c.layout.meta.Title, plain, footerShare*textWidth)},
		textOp{x: right, y: footerLine, pen: plain, text: count},
	}
}

// shorten cuts a text that is too wide, with an ellipsis.
func (c *composer) shorten(text string, p pen, width float64) string {
	face := c.family[p.style]
	if face.TextWidth(text, p.size) <= width {
		return text
	}
	runes := []rune(text)
	for len(runes) > 0 && face.TextWidth(string(runes)+"…", p.size) > width {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}
