package control

import (
	"fmt"
	"math/big"
	"strconv"
)

// Words writes what a sample says, a sentence for each kind of deviation. Figures have their share, and a small sample
// the interval; words stay words. Without deviations it only says how many were examined: none listed is not none found.
func (s Sample) Words() string {
	if len(s.Deviations) == 0 {
		return s.ExtentWords()
	}
	return sentences(s.DeviationWords()...)
}

// DeviationWords writes each kind of deviation, as Words does.
func (s Sample) DeviationWords() []string { return collect(s.Deviations, s.deviationWords) }

// ExtentWords says how many were examined: "Antal granskade akter: 40 av 1 312."; empty when that is not known.
func (s Sample) ExtentWords() string {
	n := figureOrWords(s.Examined, s.ExaminedWords)
	if n == "" {
		return ""
	}
	if s.Approximate && s.Examined != nil {
		n = "cirka " + n
	}
	if s.Population != nil {
		n += " av " + integer(*s.Population)
	}
	return fmt.Sprintf("Antal granskade %s: %s.", lowerFirst(s.Title), n)
}

// deviationWords writes one kind: "I 4 av 25 granskade ärenden (16 %) finns avvikelsen ”Beslutet saknar motivering”."
func (s Sample) deviationWords(d Deviation) string {
	count, of := figureOrWords(d.Count, d.CountWords), figureOrWords(d.Of, "")
	if of == "" {
		of = figureOrWords(s.Examined, s.ExaminedWords)
	}
	if s.Approximate && d.Count != nil {
		count = "cirka " + count
	}
	text := "I " + count
	if of != "" {
		text += " av " + of
	}
	text += " granskade " + lowerFirst(s.Title)
	p, known := s.Proportion(d)
	if known {
		text += " (" + shareWords(p.Share) + ")"
	}
	return sentences(text+" finns avvikelsen ”"+d.Kind+"”.", p.intervalWords(s.Title))
}

// intervalWords writes the interval of a small sample; empty without one.
func (p Proportion) intervalWords(title string) string {
	if p.Interval == nil {
		return ""
	}
	low, high := p.Interval.words()
	return fmt.Sprintf("Stickprovet är litet: med 95"+noBreak+"%% säkerhet ligger andelen av alla %s mellan %s och %s.", lowerFirst(title), low, high)
}

// words writes the ends, with a decimal where they would look the same without.
func (i Interval) words() (low, high string) {
	for d := range 2 {
		low, high = FormatNumber(i.Low, d)+noBreak+"%", FormatNumber(i.High, d)+noBreak+"%"
		if low != high {
			break
		}
	}
	return low, high
}

// shareWords writes a share that was counted, with decimals only where it would look like none or all without.
func shareWords(v Value) string {
	zero, all := new(big.Rat), rational(percent)
	d := 0
	for ; d < maxShown; d++ {
		shown := v.rounded(d)
		if shown.Cmp(zero) == v.exact().Cmp(zero) && shown.Cmp(all) == v.exact().Cmp(all) {
			break
		}
	}
	return writer{Indicator: Indicator{Quantity: QuantityShare}, decimals: d}.amount(v)
}

// figureOrWords writes a number, else the words for it.
func figureOrWords(n *int64, words string) string {
	if n == nil {
		return words
	}
	return integer(*n)
}

// integer writes a whole number with grouped digits.
func integer(n int64) string { return swedishDigits(strconv.FormatInt(n, 10)) }

// Words writes how many answered a survey: "42 av 60 tillfrågade svarade (70 %)."; empty when nothing is known of it.
func (s Survey) Words() string {
	switch {
	case s.Respondents == nil && s.Invited == nil:
		return ""
	case s.Invited == nil:
		return fmt.Sprintf("Antal svar: %s. Hur många som tillfrågades är inte känt.", integer(*s.Respondents))
	case s.Respondents == nil:
		return fmt.Sprintf("Antal tillfrågade: %s. Hur många som svarade är inte känt.", integer(*s.Invited))
	}
	asked := "tillfrågade"
	if *s.Invited == 1 {
		asked = "tillfrågad"
	}
	text := fmt.Sprintf("%s av %s %s svarade", integer(*s.Respondents), integer(*s.Invited), asked)
	if share, ok := Counted(QuantityShare, float64(*s.Respondents), float64(*s.Invited)); ok {
		text += " (" + shareWords(share) + ")"
	}
	return text + "."
}

// NotPerformedWords says that a check was not performed and why; empty when it was.
func (r Result) NotPerformedWords() string {
	switch {
	case r.Execution != NotPerformed:
		return ""
	case blank(r.NotPerformedReason):
		return "Kontrollen har inte genomförts."
	default:
		return "Kontrollen har inte genomförts: " + ended(r.NotPerformedReason)
	}
}

// OverrideWords says that people stated another fulfilment than the computed one, and why; empty when they did not.
func (r Result) OverrideWords() string {
	if r.Stated == 0 {
		return ""
	}
	text := fmt.Sprintf("Måluppfyllelsen är ändrad från ”%s” till ”%s”", lowerFirst(r.Computed.Swedish()), lowerFirst(r.Stated.Swedish()))
	if blank(r.OverrideReason) {
		return text + "."
	}
	return text + ": " + ended(r.OverrideReason)
}

// Swedish names a fulfilment.
func (f Fulfilment) Swedish() string {
	return name([]string{"Inte angivet", "Uppfyllt", "Delvis uppfyllt", "Inte uppfyllt", "Kan inte bedömas"}, int(f))
}

// Swedish names how far a check has come.
func (e Execution) Swedish() string {
	return name([]string{"Inte angivet", "Påbörjad", "Genomförd", "Inte genomförd"}, int(e))
}

// Swedish names a comparison with earlier years.
func (c Comparison) Swedish() string {
	return name([]string{"Inte angivet", "Bättre", "Sämre", "Oförändrat", "Går inte att jämföra"}, int(c))
}

// name returns a name from a list whose first is for what nobody has said.
func name(names []string, i int) string {
	if i < 0 || i >= len(names) {
		i = 0
	}
	return names[i]
}
