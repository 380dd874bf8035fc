package report

import (
	"strings"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
)

// found writes what a result says was found.
func (r *Result) found() []document.Block {
	var blocks []document.Block
	if r.Execution == NotPerformed {
		blocks = append(blocks, document.Text(r.notPerformed()))
	}
	blocks = append(blocks, document.FromMarkdown(r.Text)...)
	for _, s := range r.Samples {
		blocks = append(blocks, s.blocks()...)
	}
	for _, s := range r.Surveys {
		blocks = append(blocks, s.blocks()...)
	}
	return blocks
}

// notPerformed says that it was not performed, and why.
func (r *Result) notPerformed() string {
	if reason := strings.TrimSpace(r.NotPerformedReason); reason != "" {
		return "Kontrollen har inte genomförts. Skäl: " + ended(reason)
	}
	return "Kontrollen har inte genomförts."
}

// ended closes a text as a sentence.
func ended(text string) string {
	text = strings.TrimSpace(text)
	if text == "" || strings.ContainsAny(text[len(text)-1:], ".!?") {
		return text
	}
	return text + "."
}

// judged writes execution, fulfilment, grade and comparison, which are different things, and the actions. Without a target
// there is nothing to be met, and nothing is said of it.
func (r *Result) judged(t Template, aims bool) []document.Block {
	fulfilment := r.fulfilment()
	if !aims && r.Stated == FulfilmentBlank && r.Computed == NotAssessed {
		fulfilment = ""
	}
	var lines []line
	for _, l := range []line{{labelKeyExecution, r.execution()}, {labelKeyFulfilment, fulfilment}, {labelKeyGrade, r.Grade},
		{labelKeyComparison, r.compared()}} {
		if strings.TrimSpace(l.value) != "" {
			lines = append(lines, line{t.label(l.label), l.value})
		}
	}
	for _, a := range r.Actions {
		lines = append(lines, line{"Åtgärd", a.words()})
	}
	if len(lines) == 0 {
		return nil
	}
	return []document.Block{labelledLines(lines)}
}

// line is a value with its label.
type line struct{ label, value string }

// labelledLines writes one line for each value, its label strong.
func labelledLines(lines []line) document.Paragraph {
	var p document.Paragraph
	for n, l := range lines {
		text := firstOf(l.value, document.EmptyMark)
		if n < len(lines)-1 {
			text += "\n"
		}
		p.Runs = append(p.Runs, document.Run{Text: l.label + ": ", Strong: true}, document.Run{Text: text})
	}
	return p
}

// execution names how far it has come; what was not performed is said above with its reason.
func (r *Result) execution() string {
	switch r.Execution {
	case Ongoing:
		return "Påbörjad"
	case Done:
		return "Genomförd"
	case NotPerformed:
		return "Inte genomförd"
	case ExecutionBlank:
	}
	return ""
}

// fulfilment names the stated fulfilment with the reason for it, else the computed one.
func (r *Result) fulfilment() string {
	if r.Stated == FulfilmentBlank || r.Stated == r.Computed {
		return r.Computed.words()
	}
	text := r.Stated.words()
	if r.Computed != FulfilmentBlank {
		text += " (beräknat: " + lowerFirst(r.Computed.words()) + ")"
	}
	if reason := strings.TrimSpace(r.OverrideReason); reason != "" {
		text += ". Skäl: " + ended(reason)
	}
	return text
}

func (f Fulfilment) words() string {
	switch f {
	case Met:
		return "Uppfyllt"
	case PartlyMet:
		return "Delvis uppfyllt"
	case NotMet:
		return "Inte uppfyllt"
	case NotAssessed:
		return "Kan inte bedömas"
	case FulfilmentBlank:
	}
	return ""
}

// compared says how it stands to earlier years.
func (r *Result) compared() string {
	words := ""
	switch r.Standpoint {
	case Better:
		words = "Bättre"
	case Worse:
		words = "Sämre"
	case Same:
		words = "Oförändrat"
	case NotComparable:
		words = "Går inte att jämföra"
	case StandpointBlank:
	}
	if comment := strings.TrimSpace(r.Comment); comment != "" {
		return strings.TrimPrefix(words+". "+comment, ". ")
	}
	return words
}

// words writes an action with who does it and when.
func (a ResultAction) words() string {
	text := strings.TrimRight(strings.TrimSpace(a.Title), ".")
	var more []string
	if a.State != "" {
		more = append(more, a.State)
	}
	if who := enumerate(a.Owners); who != "" {
		more = append(more, "ansvarig: "+who)
	}
	if a.Due != "" {
		more = append(more, "klar senast "+longDate(a.Due))
	}
	if len(more) > 0 {
		text += " (" + strings.Join(more, ", ") + ")"
	}
	return text
}

// blocks writes a sample: how many were examined, and the deviations by kind as they are known, in numbers or in words.
// None listed is not none found.
func (s Sample) blocks() []document.Block {
	text := "Stickprov: " + strings.TrimRight(strings.TrimSpace(s.Title), ".:")
	if strings.TrimSpace(s.Unit) != "" {
		text += " (" + s.Unit + ")"
	}
	if n := s.extent(); n != "" {
		text += ". Antal granskade: " + n
	}
	blocks := []document.Block{document.Text(text + ".")}
	list := document.List{}
	for _, d := range s.Deviations {
		list.Items = append(list.Items, document.Item{Blocks: []document.Block{document.Text(d.words(s.Approximate))}})
	}
	if len(list.Items) > 0 {
		blocks = append(blocks, list)
	}
	return blocks
}

// extent writes how many were examined, of how many.
func (s Sample) extent() string {
	n := figure(s.Examined, s.ExaminedWords)
	if n == "" {
		return ""
	}
	if s.Approximate && s.Examined != nil {
		n = "cirka " + n
	}
	if s.Population != nil {
		n += " av " + document.FormatInteger(*s.Population)
	}
	return n
}

// words writes a kind of deviation with its number.
func (d Deviation) words(approximate bool) string {
	count := figure(d.Count, d.CountWords)
	if approximate && d.Count != nil {
		count = "cirka " + count
	}
	if d.Of != nil && count != "" {
		count += " av " + document.FormatInteger(*d.Of)
	}
	return strings.TrimRight(strings.TrimSpace(d.Kind), ".:") + ": " + firstOf(count, "antal inte angivet")
}

// figure writes a number, else the words for it.
func figure(n *int64, words string) string {
	if n == nil {
		return strings.TrimSpace(words)
	}
	return document.FormatInteger(*n)
}

// blocks writes a survey: the question, how many answered, and what the answers show.
func (s Survey) blocks() []document.Block {
	text := "Enkät: " + strings.TrimSpace(s.Question)
	switch {
	case s.Respondents != nil && s.Invited != nil:
		text = ended(text) + " Antal svar: " + document.FormatInteger(*s.Respondents) + " av " + document.FormatInteger(*s.Invited) + " tillfrågade."
	case s.Respondents != nil:
		text = ended(text) + " Antal svar: " + document.FormatInteger(*s.Respondents) + "."
	case s.Invited != nil:
		text = ended(text) + " Antal tillfrågade: " + document.FormatInteger(*s.Invited) + "."
	}
	return append([]document.Block{document.Text(text)}, document.FromMarkdown(s.Answer)...)
}
