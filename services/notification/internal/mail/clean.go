package mail

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// clean makes one line of what people wrote: control characters and line breaks become spaces, so that nothing in a title
// can begin a header, and marks that turn the direction of the text around it are left out.
func clean(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case turnsDirection(r), r == '\ufeff':
			return -1
		case unicode.IsControl(r), unicode.IsSpace(r), r == '\u2028', r == '\u2029':
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\ufffd"))
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == ' ' }), " ")
}

// turnsDirection tells the embeddings, overrides and isolates of bidirectional text.
func turnsDirection(r rune) bool {
	return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// shorten cuts a text to at most n characters, at the end of a word where there is one, and marks the cut.
func shorten(text string, n int) string {
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	cut := string([]rune(text)[:n-1])
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,.:;–-\u200d") + "…"
}

// oneLine is what a server or the system said, short enough to store.
func oneLine(text string) string { return shorten(clean(text), 500) }

// loose gives back the common space for the one that keeps words on one line: subjects and plain text are searched.
func loose(text string) string { return strings.ReplaceAll(text, nbsp, " ") }
