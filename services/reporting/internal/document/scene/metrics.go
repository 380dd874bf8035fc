package scene

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Widths of the printable ASCII characters of the document typeface, in thousandths of the size, from the space on.
var (
	regularWidths = [...]uint16{278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556,
		556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556,
		833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556,
		278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584}
	boldWidths = [...]uint16{278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
		556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833,
		722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556, 333, 556, 611, 556, 611, 556, 333,
		611, 611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584}
)

const (
	firstPrintable = ' '
	widthUnits     = 1000
	// widest is taken for what the table lacks, so that no text comes out wider than it was taken for.
	widest = 1000
	// A caron stands beside some letters, such as ľ, and not above.
	caron, caronRoom = 0x30c, 150
)

func runeWidth(r rune, bold bool) int {
	switch r {
	case '\u00a0':
		r = ' '
	case '–', '§':
		return 556
	case '×', '−':
		return 584
	case '≥', '≤':
		return 549
	}
	at := int(r - firstPrintable)
	if at < 0 || at >= len(regularWidths) {
		return widest
	}
	if bold {
		return int(boldWidths[at])
	}
	return int(regularWidths[at])
}

// Width returns how wide a text is. An accented letter is as wide as its letter.
func Width(text string, size float64, bold bool) float64 {
	total := 0
	for _, r := range norm.NFD.String(text) {
		if r == caron {
			total += caronRoom
		}
		if r >= 0x300 && r < 0x370 {
			continue
		}
		total += runeWidth(r, bold)
	}
	return float64(total) * size / widthUnits
}

// Shorten cuts a text to a width, with an ellipsis for what it leaves out.
func Shorten(text string, size float64, bold bool, room float64) string {
	if Width(text, size, bold) <= room {
		return text
	}
	runes := []rune(text)
	for len(runes) > 0 && Width(string(runes)+"…", size, bold) > room {
		runes = runes[:len(runes)-1]
	}
	return strings.TrimRight(string(runes), " ") + "…"
}

// Wrap divides a text at its spaces into lines no wider than room; a no-break space divides nothing. A single word that is wider stays whole on its line; ok is then
// false.
func Wrap(text string, size float64, bold bool, room float64) (lines []string, ok bool) {
	ok = true
	line := ""
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\n' || r == '\t' }) {
		ok = ok && Width(word, size, bold) <= room
		longer := strings.TrimSpace(line + " " + word)
		if line != "" && Width(longer, size, bold) > room {
			lines, longer = append(lines, line), word
		}
		line = longer
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines, ok
}
