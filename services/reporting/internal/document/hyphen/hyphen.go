// Package hyphen finds where a Swedish word may be divided at the end of a line.
package hyphen

import (
	"strings"
	"unicode"
)

// Limits below which a division hurts more than it helps, and above which a word
// is none.
const (
	minWord  = 7
	maxWord  = 80
	minLeft  = 3
	minRight = 3
)

// Quality says how good a place for a division is.
type Quality int

// The qualities, from no division to the seam of a compound.
const (
	None Quality = iota
	Syllable
	Seam
)

// compoundParts are words that often are the later part of a compound in these
// documents; a compound is best divided before them.
var compoundParts = []string{
	"aktivitet", "analys", "ansvar", "arbete", "avdelning", "avtal", "bedömning",
	"beslut", "bidrag", "brott", "budget", "chef", "handling", "hantering", "insats", "kontor",
	"kontroll", "kostnad", "modell", "myndighet", "nämnd", "område", "personal", "plan",
	"planering", "process", "rapport", "resurs", "rutin", "samordnare", "skydd", "styrelse", "stöd",
	"system", "säkerhet", "uppföljning", "uppgift", "utbetalning", "utbildning", "utredning",
	"utveckling", "verksamhet", "värde", "åtgärd", "ärende", "granskning", "förvaltning",
}

const vowels = "aeiouyåäöéAEIOUYÅÄÖÉ"

// minSoftened is the length from which Soften marks a word: shorter ones fit into
// narrow columns.
const minSoftened = 11

// Soften puts U+00AD where the long words of a text may be divided, for formats
// whose readers break the lines.
func Soften(text string) string {
	var out strings.Builder
	var word []rune
	flush := func() {
		points := []Quality(nil)
		if len(word) >= minSoftened {
			points = Points(word)
		}
		for i, r := range word {
			if points != nil && points[i] != None {
				out.WriteRune('\u00ad')
			}
			out.WriteRune(r)
		}
		word = word[:0]
	}
	for _, r := range text {
		if unicode.IsLetter(r) {
			word = append(word, r)
			continue
		}
		flush()
		out.WriteRune(r)
	}
	flush()
	return out.String()
}

// Points returns, for each rune index of the word, how good it is to divide the
// word before that rune. It is nil for a word that should stay whole: short,
// longer than any word, or holding anything but letters.
func Points(word []rune) []Quality {
	if len(word) < minWord || len(word) > maxWord || !onlyLetters(word) {
		return nil
	}
	points := make([]Quality, len(word))
	markSyllables(word, points)
	markSeams(word, points)
	return points
}

func onlyLetters(word []rune) bool {
	for _, r := range word {
		if !unicode.IsLetter(r) {
			return false
		}
	}
	return true
}

// markSyllables follows the one-consonant rule of Swedish spelling: the last
// consonant before a vowel begins the next line.
func markSyllables(word []rune, points []Quality) {
	seenVowel := false
	for i, r := range word {
		if seenVowel && dividable(word, i) && !isVowel(r) && isVowel(word[i+1]) && !inseparable(word[i-1], r) {
			points[i] = Syllable
		}
		seenVowel = seenVowel || isVowel(r)
	}
}

// markSeams marks the beginnings of known parts of compounds. What a part's
// inside offers is left as it is.
func markSeams(word []rune, points []Quality) {
	lower := []rune(strings.ToLower(string(word)))
	for i := range lower {
		if dividable(word, i) && startsWithPart(string(lower[i:])) {
			points[i] = Seam
			clearNeighbours(points, i)
		}
	}
}

// clearNeighbours removes the syllable divisions beside a seam, where they
// would cut the joint of the compound wrongly.
func clearNeighbours(points []Quality, seam int) {
	for _, i := range []int{seam - 1, seam + 1} {
		if points[i] == Syllable {
			points[i] = None
		}
	}
}

func startsWithPart(rest string) bool {
	for _, part := range compoundParts {
		if strings.HasPrefix(rest, part) {
			return true
		}
	}
	return false
}

func dividable(word []rune, i int) bool {
	return i >= minLeft && i <= len(word)-minRight
}

func isVowel(r rune) bool {
	return strings.ContainsRune(vowels, r)
}

// inseparable reports pairs that spell one sound.
func inseparable(left, right rune) bool {
	switch string([]rune{unicode.ToLower(left), unicode.ToLower(right)}) {
	case "ch", "sh", "ph", "th", "sj", "tj", "kj", "ck", "qu", "st", "sk", "sp", "tr", "pr", "kr", "br", "dr", "gr", "fr":
		return true
	}
	return false
}
