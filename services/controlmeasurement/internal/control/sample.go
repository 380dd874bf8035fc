package control

import (
	"fmt"
	"math"

	"github.com/uppsikt/uppsikt/internal/fault"
)

const (
	// smallSample is the number of examined items below which a share is shown with its interval: from a hundred on the
	// interval is within ten percentage points of the share.
	smallSample = 100
	// quantile is that of the normal distribution for 95 % confidence, both sides.
	quantile = 1.959963984540054
)

// Sample is one set of examined items. Samples of one result may have different denominators.
type Sample struct {
	// Title is what was examined, in the plural: "ärenden om bistånd".
	Title string
	// Examined is nil when it is only known in words, or not at all.
	Examined      *int64
	ExaminedWords string
	// Population is the size of the whole; nil when not known.
	Population  *int64
	Approximate bool
	// Deviations by kind need not add up: one item may deviate in several ways.
	Deviations []Deviation
	Unit       string
}

// Deviation is one kind of deviation in a sample.
type Deviation struct {
	Kind string
	// Count is nil when it is only known in words.
	Count      *int64
	CountWords string
	// Of is how many were examined for this kind; nil for all of the sample.
	Of *int64
}

// Proportion is a number of deviations of a number of examined items.
type Proportion struct {
	Count, Of int64
	// Share is the exact share in percent.
	Share Value
	// Interval is nil unless the sample is small: fewer than 100 examined, and not all that there are.
	Interval *Interval
}

// Interval is where the share of the whole lies with 95 % confidence, in percent.
type Interval struct {
	Low, High float64
}

// Proportion returns the share of one kind of deviation; ok is false when one of the numbers is known only in words or
// not at all, since words are never made into numbers, or when nothing was examined.
func (s Sample) Proportion(d Deviation) (p Proportion, ok bool) {
	of := d.Of
	if of == nil {
		of = s.Examined
	}
	if d.Count == nil || of == nil || *of <= 0 || *d.Count < 0 || *d.Count > *of {
		return Proportion{}, false
	}
	p = Proportion{Count: *d.Count, Of: *of}
	p.Share, ok = Counted(QuantityShare, float64(p.Count), float64(p.Of))
	p.Share.Approximate = s.Approximate
	p.Interval = interval(p.Count, p.Of, s.Population)
	return p, ok
}

// interval returns the interval of a small sample; nil for others.
func interval(count, of int64, population *int64) *Interval {
	switch {
	case of >= smallSample, population != nil && *population <= of:
		return nil
	case population == nil:
		i := Wilson(count, of)
		return &i
	default:
		i := limited(count, of, *population)
		return &i
	}
}

// Wilson returns the Wilson score interval of count of n for a sample from a whole of unknown size. It holds the share,
// lies within 0–100, and is the whole of 0–100 when nothing was examined.
func Wilson(count, n int64) Interval {
	if n <= 0 || count < 0 || count > n {
		return Interval{0, percent}
	}
	return wilson(float64(count)/float64(n), float64(n))
}

// limited is Wilson's interval for a sample without replacement from a known whole. Drawing n of N tells as much as
// n·(N−1)/(N−n) from an endless whole, and what was seen bounds it: the deviations found are there, and so are the
// items without.
func limited(count, n, population int64) Interval {
	k, size, all := float64(count), float64(n), float64(population)
	i := wilson(k/size, size*(all-1)/(all-size))
	return Interval{Low: max(i.Low, percent*k/all), High: min(i.High, percent*(all-size+k)/all)}
}

// wilson computes the interval of a share p of n, which need not be whole here.
func wilson(p, n float64) Interval {
	z := quantile * quantile / n
	middle := p + z/2
	half := math.Sqrt(z*p*(1-p) + z*z/4)
	low, high := percent*(middle-half)/(1+z), percent*(middle+half)/(1+z)
	return Interval{Low: min(max(low, 0), percent*p), High: max(min(high, percent), percent*p)}
}

// Check finds numbers in a sample that cannot be.
func (s Sample) Check() []fault.Field {
	faults := append(checkCounted("examined", s.Examined, s.ExaminedWords), checkWhole("population", s.Population)...)
	if above(s.Examined, s.Population) {
		faults = append(faults, bad("examined", "EXAMINED_ABOVE_POPULATION",
			fmt.Sprintf("Fler är granskade (%d) än det finns (%d). Rätta ett av talen.", *s.Examined, *s.Population),
			fmt.Sprintf("%d examined of %d", *s.Examined, *s.Population)))
	}
	for i, d := range s.Deviations {
		faults = append(faults, Under(at("deviations", i), s.checkDeviation(d))...)
	}
	kinds := collect(s.Deviations, func(d Deviation) string { return d.Kind })
	return append(faults, duplicates(kinds, func(i int) string { return at("deviations", i) + ".kind" })...)
}

// checkDeviation: a number or words, and no more than were examined. Kinds are not added up.
func (s Sample) checkDeviation(d Deviation) []fault.Field {
	faults := append(checkCounted("count", d.Count, d.CountWords), checkWhole("of", d.Of)...)
	if d.Count == nil && blank(d.CountWords) {
		faults = append(faults, bad("count", "MISSING",
			"Ange hur många avvikelserna är, med siffror eller i ord.", "the number of deviations is missing, in figures or in words"))
	}
	of := d.Of
	if of == nil {
		of = s.Examined
	}
	if above(d.Of, s.Examined) {
		faults = append(faults, bad("of", "OF_ABOVE_EXAMINED",
			fmt.Sprintf("Avvikelsen gäller %d, men bara %d är granskade.", *d.Of, *s.Examined), fmt.Sprintf("of %d, but %d were examined", *d.Of, *s.Examined)))
	}
	if above(d.Count, of) {
		faults = append(faults, bad("count", "DEVIATIONS_ABOVE_EXAMINED",
			fmt.Sprintf("Avvikelserna (%d) kan inte vara fler än de granskade (%d).", *d.Count, *of), fmt.Sprintf("%d deviations of %d examined", *d.Count, *of)))
	}
	return faults
}

// checkCounted: figures or words, not both.
func checkCounted(path string, n *int64, words string) []fault.Field {
	return append(checkWhole(path, n), when(n != nil && !blank(words), bad(path+"_words", "NUMBER_AND_WORDS",
		"Ange antalet med siffror eller i ord, inte båda.", "state a number or words, not both"))...)
}

// checkWhole finds a number below zero.
func checkWhole(path string, n *int64) []fault.Field {
	if n == nil || *n >= 0 {
		return nil
	}
	return []fault.Field{negative(path, float64(*n))}
}

// above reports whether both numbers are known and the first is larger.
func above(n, limit *int64) bool { return n != nil && limit != nil && *n > *limit }

// Survey is one survey.
type Survey struct {
	Question, Answer string
	// Respondents answered of those Invited; each nil when not known.
	Respondents, Invited *int64
}

// Check finds more answers than people asked.
func (s Survey) Check() []fault.Field {
	faults := append(checkWhole("respondents", s.Respondents), checkWhole("invited", s.Invited)...)
	if !above(s.Respondents, s.Invited) {
		return faults
	}
	return append(faults, bad("respondents", "RESPONDENTS_ABOVE_INVITED",
		fmt.Sprintf("Fler har svarat (%d) än de som tillfrågades (%d). Rätta ett av talen.", *s.Respondents, *s.Invited),
		fmt.Sprintf("%d respondents of %d invited", *s.Respondents, *s.Invited)))
}
