// Package hyphen finds where a Swedish word may be divided at the end of a line.
package hyphen

import (
	"slices"
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
	"aktivitet", "analys", "ansvar", "arbet", "avdelning", "avtal", "bedömning",
	"beslut", "bidrag", "brott", "budget", "chef", "handling", "hantering", "insats", "kontor",
	"kontroll", "kostnad", "modell", "myndighet", "nämnd", "område", "person", "plan",
	"planering", "process", "rapport", "resurs", "rutin", "samordnare", "sekreterare", "skydd", "styrelse", "stöd",
	"system", "säkerhet", "undersök", "uppföljning", "uppgift", "upphandling", "utbetalning", "utbildning", "utredning",
	"utveckling", "verksamhet", "värde", "åtgärd", "ärende", "granskning", "förvaltning",
}

// afterS are words that are the later part of a compound only behind an s that joins it: "bistånds-enhet", but
// "medveten-het".
var afterS = []string{
	"administr", "adress", "anmäl", "anpassning", "anställ", "assistent", "avgift", "ekonom", "enhet", "expert", "information",
	"ingenjör", "inkomst", "inspekt", "instruktion", "intyg", "ombud", "omsorg", "omsätt", "ordning", "ordförande", "organisation", "underlag",
	"uppdrag", "utbetal", "utbild", "utförare", "utlåtande", "utrustning", "utrymme", "utskott", "utveckl", "utöv",
	"villkor", "vård", "återställ", "åtagande", "översyn", "övervak",
}

// beforeS are beginnings of words behind which an s belongs to what follows: "för-söka", "kon-sekvens".
var beforeS = []string{"bort", "efter", "fram", "från", "för", "kon", "mot", "per", "sam", "till", "under", "upp", "verk", "över"}

const vowels = "aeiouyåäöé"

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
	lower := []rune(strings.ToLower(string(word)))
	points := make([]Quality, len(word))
	markSeams(lower, points)
	markSyllables(lower, points)
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
// consonant before a vowel begins the next line. Beside a seam it would cut the
// joint of the compound wrongly.
func markSyllables(word []rune, points []Quality) {
	seenVowel := false
	for i, r := range word {
		if seenVowel && dividable(word, i) && !besideSeam(points, i) && !isVowel(r) && isVowel(word[i+1]) && separable(word, points, i) {
			points[i] = Syllable
		}
		seenVowel = seenVowel || isVowel(r)
	}
}

// markSeams marks the beginnings of known parts of compounds. What a part's
// inside offers is left as it is.
func markSeams(word []rune, points []Quality) {
	for i := range word {
		if !dividable(word, i) {
			continue
		}
		rest := string(word[i:])
		if startsWith(rest, compoundParts) || (word[i-1] == 's' && startsWith(rest, afterS)) {
			points[i] = Seam
		}
	}
}

func besideSeam(points []Quality, i int) bool {
	return points[i-1] == Seam || points[i] == Seam || points[i+1] == Seam
}

// separable reports whether a word may be divided between two consonants, or a
// vowel and a consonant. An s behind another consonant may join a compound, and
// then belongs to what stands before it: such a word is divided there only where
// the s is known to begin something.
func separable(word []rune, points []Quality, i int) bool {
	left, right := word[i-1], word[i]
	if startsWith(string(word[i+1:]), afterS) {
		return false // the part may begin there: "vuxen-enhet", "oros-anmälan"
	}
	if right == 's' && !isVowel(left) && left != 's' {
		return beginsWithS(word, points, i)
	}
	return !inseparable(left, right) && !beginsTogether(word[i-2], left, right)
}

// beginsTogether reports pairs that may begin a syllable together, unless a consonant before them tells otherwise:
// "be-slut", but "brotts-lig"; "lednings-plats", but "utveck-lare".
func beginsTogether(before, left, right rune) bool {
	switch string([]rune{left, right}) {
	case "sl", "sm", "sn":
		return isVowel(before)
	case "pl", "bl", "kl", "gl", "fl":
		return isVowel(before) || before == 's'
	}
	return false
}

// afterL are ends of words that begin with their s behind an l: "styrel-sen", but "insats-er".
var afterL = []string{"sen", "sens", "ser", "sers", "serna", "sernas"}

// beginsWithS reports whether what stands between the beginning of the word, or
// the last seam, and i is one of beforeS, or what follows is a known ending.
func beginsWithS(word []rune, points []Quality, i int) bool {
	ending := string(word[i:])
	if ending == "samma" || (word[i-1] == 'l' && slices.Contains(afterL, ending)) {
		return true
	}
	start := i
	for start > 0 && points[start] != Seam {
		start--
	}
	return slices.Contains(beforeS, string(word[start:i]))
}

func startsWith(rest string, parts []string) bool {
	return slices.ContainsFunc(parts, func(part string) bool { return strings.HasPrefix(rest, part) })
}

func dividable(word []rune, i int) bool {
	return i >= minLeft && i <= len(word)-minRight
}

func isVowel(r rune) bool {
	return strings.ContainsRune(vowels, r)
}

// inseparable reports pairs that spell one sound, or begin a syllable together.
func inseparable(left, right rune) bool {
	switch string([]rune{left, right}) {
	case "ch", "sh", "ph", "th", "sj", "tj", "kj", "ck", "qu", "ng", "st", "sk", "sp", "sv", "tr", "pr", "kr", "br", "dr", "gr", "fr":
		return true
	}
	return false
}
