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

// blocks writes a sample: how many were examined, and the kinds of deviations in the words that were given for them. None
// listed is not none found.
func (s Sample) blocks() []document.Block {
	label := "Stickprov"
	if unit := strings.TrimSpace(s.Unit); unit != "" {
		label += " (" + unit + ")"
	}
	text := firstOf(strings.TrimSpace(s.Extent), ended(s.Title))
	blocks := []document.Block{document.Paragraph{Runs: []document.Run{{Text: label + ": ", Strong: true}, {Text: text}}}}
	return append(blocks, bulleted(s.Deviations)...)
}

// blocks writes a survey: the question, how many answered, and what the answers show.
func (s Survey) blocks() []document.Block {
	text := strings.TrimSpace(s.Question)
	if answered := strings.TrimSpace(s.Answered); answered != "" {
		text = ended(text) + " " + answered
	}
	first := document.Paragraph{Runs: []document.Run{{Text: "Enkät: ", Strong: true}, {Text: text}}}
	return append([]document.Block{first}, document.FromMarkdown(s.Answer)...)
}
