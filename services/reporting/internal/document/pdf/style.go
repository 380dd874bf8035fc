package pdf

import "github.com/uppsikt/uppsikt/services/reporting/internal/document/typeface"

// The page, in points: A4 with room for a binding and for notes.
const (
	pageWidth    = 595.28
	pageHeight   = 841.89
	marginLeft   = 71.0
	marginRight  = 71.0
	textTop      = 88.0
	textBottom   = pageHeight - 79.0
	pageRoom     = textBottom - textTop
	textWidth    = pageWidth - marginLeft - marginRight
	headerLine   = 50.0
	headerRule   = 58.0
	footerRule   = pageHeight - 57.0
	footerLine   = pageHeight - 43.0
	footerShare  = 0.75
	headerShare  = 0.5
	caseShare    = 0.3
	draftPadding = 14.0
)

// Vertical proportions of the typeface, in shares of the font size.
const (
	ascent  = 0.905
	descent = 0.212
)

// tone is a colour, as 0xRRGGBB. Every pair of text and ground used here has a
// contrast of at least 7 to 1.
type tone uint32

const (
	toneText    tone = 0x1a1a1a
	toneMuted   tone = 0x4a4a4a
	toneLink    tone = 0x0b4f8a
	toneDraft   tone = 0x8a1c1c
	toneRule    tone = 0xa9b4c0
	toneStrong  tone = 0x3d4a57
	toneHead    tone = 0xdfe7ef
	toneLabel   tone = 0xf1f4f8
	toneHeading tone = 0x123a5e
)

func (t tone) rgb() (r, g, b int) {
	return int(t >> 16), int(t >> 8 & 0xff), int(t & 0xff)
}

// pen is how a piece of text looks.
type pen struct {
	style typeface.Style
	size  float64
	tone  tone
}

// setting is how a stretch of text is set.
type setting struct {
	pen     pen
	leading float64
	// gap is the space between paragraphs, itemGap between list items.
	gap     float64
	itemGap float64
	// numeric text is set flush right.
	numeric bool
	// whole keeps words whole as long as they fit on a line.
	whole bool
}

const (
	lineWidthThin   = 0.5
	lineWidthStrong = 1.0
	cellPadX        = 5.5
	cellPadY        = 4.0
	listIndent      = 20.0
	labelInset      = 4.0
	captionGap      = 13.0
	captionToTable  = 4.0
	tableToText     = 13.0
)

func bodySetting() setting {
	return setting{pen: pen{size: 10.5, tone: toneText}, leading: 15, gap: 7.5, itemGap: 3}
}

func detailSetting() setting {
	return setting{pen: pen{size: 9.5, tone: toneMuted}, leading: 13.5, gap: 4}
}

func cellSetting() setting {
	return setting{pen: pen{size: 9.5, tone: toneText}, leading: 12.8, gap: 5, itemGap: 2}
}

func captionSetting() setting {
	return setting{pen: pen{style: typeface.Bold, size: 10, tone: toneHeading}, leading: 13.5}
}

func continuedSetting() setting {
	return setting{pen: pen{style: typeface.Italic, size: 8.5, tone: toneMuted}, leading: 12}
}

// headingSetting returns how a heading is set and the space before it.
func headingSetting(level int) setting {
	bold := func(size, leading, gap float64) setting {
		return setting{pen: pen{style: typeface.Bold, size: size, tone: toneHeading}, leading: leading, gap: gap, whole: true}
	}
	switch level {
	case 1:
		return bold(19, 24, 14)
	case 2:
		return bold(13.5, 18, 19)
	case 3:
		return bold(11.5, 15.5, 15)
	}
	return bold(10.5, 15, 12)
}
