package control

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// The sentences that documents and pages say numbers with are written here and in the other files that begin with
// "sentence", and nowhere else.

// Finding writes what the numbers say: the value and its period, the change since the year that the targets compare
// with or else the year before, what a derived value comes from, and how each target stands:
//
//	93 % i december 2025, 3 procentenheter lägre än 2024 (96 %). Målet att andelen ska öka är inte uppfyllt.
//
// A period that is the whole plan year is not mentioned. Counts over periods of different length are not compared. The
// year's note is printed with its value; where only a note was written, that is what was found.
func (e Evaluation) Finding() string {
	goals := collect(e.Outcomes, func(o Outcome) string { return o.Words(e.Indicator, e.Year) })
	if e.Now.Value == nil {
		if note := e.Now.remark(); note != "" || len(goals) > 0 {
			return sentences(append([]string{note}, goals...)...)
		}
		return fmt.Sprintf("Värde för %d saknas.", e.Year)
	}
	w, earlier := e.writer(), e.baselines()
	parts := []string{w.opening(e, earlier)}
	for i, b := range earlier {
		if i > 0 {
			parts = append(parts, upperFirst(w.change(*e.Now.Value, b))+".")
		}
	}
	for _, r := range slices.Concat([]Reading{e.Now}, earlier) {
		parts = append(parts, r.derivation())
	}
	if !e.Now.Value.Derived {
		parts = append(parts, e.Now.remark())
	}
	return sentences(append(parts, goals...)...)
}

// opening writes value, period and the first change.
func (w writer) opening(e Evaluation, earlier []Reading) string {
	text := upperFirst(w.amount(*e.Now.Value))
	if e.Now.Period != YearBounds(e.Year).Period && e.Now.Period != (Period{}) {
		text += " " + e.Now.Period.Words()
	}
	if len(earlier) > 0 {
		text += ", " + w.change(*e.Now.Value, earlier[0])
	}
	return text + "."
}

// writer returns the writer that tells all of the evaluation's numbers apart.
func (e Evaluation) writer() writer {
	var goals []float64
	for _, o := range e.Outcomes {
		if o.Target.Operator.level() && o.Target.Value != nil {
			goals = append(goals, *o.Target.Value)
		}
	}
	others := collect(e.baselines(), func(r Reading) Value { return *r.Value })
	return e.Indicator.writerFor(*e.Now.Value, others, goals)
}

// baselines returns the readings that the value is compared with in words, each year once: those of the targets, or
// without any the year before. None lacks a value or was counted over a period of another length.
func (e Evaluation) baselines() []Reading {
	all := append(collect(e.Outcomes, func(o Outcome) Reading { return o.Baseline }), e.Earlier)
	var some []Reading
	for i, r := range all {
		last := i == len(all)-1
		known := slices.ContainsFunc(some, func(s Reading) bool { return s.Year == r.Year })
		if r.Value != nil && r.Year < e.Year && e.Now.Comparable(r) && !known && (!last || len(some) == 0) {
			some = append(some, r)
		}
	}
	return some
}

// ChangeWords writes the change since the year before for a table: "3 procentenheter lägre", "lika många"; a dash when
// the two cannot be compared.
func (e Evaluation) ChangeWords() string {
	if e.Now.Value == nil || e.Earlier.Value == nil || !e.Now.Comparable(e.Earlier) {
		return nothing
	}
	w := e.Indicator.writerFor(*e.Now.Value, []Value{*e.Earlier.Value}, nil)
	return w.difference(*e.Now.Value, *e.Earlier.Value)
}

// change writes the change since an earlier reading: "3 procentenheter lägre än 2024 (96 %)". The earlier value is
// left out when it is the same number.
func (w writer) change(now Value, earlier Reading) string {
	text := fmt.Sprintf("%s %s %d", w.difference(now, *earlier.Value), than(now.Compare(*earlier.Value)), earlier.Year)
	if now.Compare(*earlier.Value) == 0 && w.bare(now) == w.bare(*earlier.Value) {
		return text
	}
	return text + " (" + w.bare(*earlier.Value) + ")"
}

// than joins a comparison to what it compares with.
func than(sign int) string {
	if sign == 0 {
		return "som"
	}
	return "än"
}

// difference writes how two values differ. The number is the one that a reader gets by subtracting what is printed.
func (w writer) difference(now, earlier Value) string {
	sign := now.Compare(earlier)
	if sign == 0 {
		return w.equality(now, earlier)
	}
	shown := w.shown(now)
	shown.Sub(shown, w.shown(earlier))
	if shown.Sign() != sign {
		return "något " + w.comparative(sign)
	}
	about := ""
	if now.Approximate || earlier.Approximate {
		about = "cirka "
	}
	return about + w.size(shown, sign)
}

// size writes a difference with its unit: "3 procentenheter lägre", "2 fler", "1,5 dagar mer".
func (w writer) size(difference *big.Rat, sign int) string {
	text := absolute(difference, w.decimals)
	switch {
	case w.Quantity == QuantityShare:
		return text + " " + points(text) + " " + w.comparative(sign)
	case w.Quantity == QuantityNumber && w.unit(text) != "":
		return text + " " + w.unit(text) + " " + w.comparative(sign)
	default:
		return text + " " + w.comparative(sign)
	}
}

// points names percentage points in the number that goes with a printed one.
func points(text string) string {
	if text == "1" {
		return "procentenhet"
	}
	return "procentenheter"
}

// comparative is the word for more or less of the quantity.
func (w writer) comparative(sign int) string {
	words := [2]string{"lägre", "högre"}
	switch {
	case w.Quantity == QuantityCount:
		words = [2]string{"färre", "fler"}
	case w.Quantity == QuantityNumber && w.UnitLabel != "":
		words = [2]string{"mindre", "mer"}
	}
	if sign < 0 {
		return words[0]
	}
	return words[1]
}

// equality is the phrase for equal values. Where they are printed differently, because only one of them is known to the
// decimal or is approximate, it says so.
func (w writer) equality(now, earlier Value) string {
	phrase := map[Quantity]string{QuantityShare: "samma andel", QuantityCount: "lika många"}[w.Quantity]
	if phrase == "" {
		phrase = "samma värde"
	}
	if w.shown(now).Cmp(w.shown(earlier)) != 0 || now.Approximate || earlier.Approximate {
		return "ungefär " + phrase
	}
	return phrase
}

// remark is the note as a sentence of its own; empty without one.
func (r Reading) remark() string {
	if blank(r.Note) {
		return ""
	}
	return ended(upperFirst(strings.TrimSpace(r.Note)))
}

// derivation says what a derived value was computed from; empty for one that was measured. The note continues the
// words "beräknat ur".
func (r Reading) derivation() string {
	if r.Value == nil || !r.Value.Derived {
		return ""
	}
	note := strings.TrimSpace(r.Note)
	const begins = "beräknat ur "
	if len(note) >= len(begins) && strings.EqualFold(note[:len(begins)], begins) {
		note = note[len(begins):]
	}
	if note == "" {
		return fmt.Sprintf("Värdet för %d är beräknat och inte uppmätt.", r.Year)
	}
	return ended(fmt.Sprintf("Värdet för %d är beräknat ur %s", r.Year, note))
}

// Words writes how a target stands: "Målet att antalet ska öka är inte uppfyllt."
func (o Outcome) Words(i Indicator, year int) string {
	goal := "Målet " + o.Target.Words(i)
	switch o.Fulfilment {
	case Met:
		return goal + " är uppfyllt."
	case NotMet:
		return goal + " är inte uppfyllt."
	default:
		return goal + " kan inte bedömas: " + o.obstacle(year) + "."
	}
}

// NotAssessedWords says why a target is not assessed: "Kan inte bedömas: värde för 2024 saknas."; empty when it is.
func (o Outcome) NotAssessedWords(year int) string {
	if o.Fulfilment != NotAssessed {
		return ""
	}
	return "Kan inte bedömas: " + o.obstacle(year) + "."
}

// obstacle words why a target is not assessed.
func (o Outcome) obstacle(year int) string {
	switch o.Reason {
	case ReasonValueMissing:
		return fmt.Sprintf("värde för %d saknas", year)
	case ReasonBaselineMissing:
		return fmt.Sprintf("värde för %d saknas", o.Baseline.Year)
	case ReasonTargetValueMissing:
		return "målet saknar värde"
	case ReasonBaselineNotBefore:
		return fmt.Sprintf("jämförelseåret %d är inte före %d", o.Baseline.Year, year)
	case ReasonPeriodsDiffer:
		return fmt.Sprintf("%d och %d är räknade över olika långa perioder", o.Baseline.Year, year)
	default:
		return "inget mål är satt"
	}
}

// Words writes a target after "målet": in the words of the decision, else as "att andelen ska vara minst 100 %".
func (t Target) Words(i Indicator) string {
	if text := strings.TrimRight(strings.TrimSpace(t.Text), "."); text != "" {
		return "”" + text + "”"
	}
	what, unchanged := "värdet", "oförändrat"
	switch i.Quantity {
	case QuantityShare:
		what, unchanged = "andelen", "oförändrad"
	case QuantityCount:
		what = "antalet"
	case QuantityNumber: // as above
	}
	return "att " + what + " ska " + t.should(i, unchanged) + t.since()
}

// should writes what is to happen.
func (t Target) should(i Indicator, unchanged string) string {
	switch t.Operator {
	case AtLeast:
		return "vara minst " + t.goal(i)
	case AtMost:
		return "vara högst " + t.goal(i)
	case Equals:
		return "vara " + t.goal(i)
	case Increase:
		return "öka"
	case Decrease:
		return "minska"
	case Unchanged:
		return "vara " + unchanged
	default:
		return "följas"
	}
}

// since names a baseline other than the year before.
func (t Target) since() string {
	if t.BaselineYear == 0 || !t.Operator.directional() {
		return ""
	}
	return fmt.Sprintf(" jämfört med %d", t.BaselineYear)
}

// goal writes the value to reach with no needless decimals.
func (t Target) goal(i Indicator) string {
	switch {
	case t.Value == nil:
		return nothing
	case i.Quantity == QuantityShare:
		return Plain(*t.Value) + noBreak + "%"
	case i.Quantity == QuantityNumber && i.plain().unit(Plain(*t.Value)) != "":
		return Plain(*t.Value) + " " + i.plain().unit(Plain(*t.Value))
	default:
		return Plain(*t.Value)
	}
}
