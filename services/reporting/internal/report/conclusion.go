package report

import (
	"fmt"
	"strings"
)

// terms are the words for the risks that a round takes up.
type terms struct {
	// The definite forms, "den kritiska risken" and "de kritiska riskerna", and the bare plural, "kritiska risker".
	one, many, bare string
}

// terms returns "kritiska risker" only where every risk of the round is critical still.
func (i *Interim) terms() terms {
	if i.Round.Selection == SelectCritical && i.allCritical() {
		return terms{one: "den kritiska risken", many: "de kritiska riskerna", bare: "kritiska risker"}
	}
	return terms{one: "den uppföljda risken", many: "de uppföljda riskerna", bare: "uppföljda risker"}
}

func (i *Interim) allCritical() bool {
	critical := i.criticalEntries()
	for _, r := range i.Risks {
		if !critical[r.Entry] {
			return false
		}
	}
	return true
}

func (i *Interim) criticalEntries() map[string]bool {
	entries := map[string]bool{}
	for _, r := range i.Plan.Risks {
		if r.Critical {
			entries[r.Entry] = true
		}
	}
	return entries
}

// conclusion says what the answers amount to, no more and no less; Markdown.
func (i *Interim) conclusion() string {
	paragraphs := []string{i.introduction()}
	if len(i.Risks) > 0 {
		paragraphs[0] = strings.TrimSpace(paragraphs[0] + " " + i.verdict())
		paragraphs = append(paragraphs, i.exceptions()...)
	}
	paragraphs = append(paragraphs, i.leftOut())
	return strings.Join(nonEmpty(paragraphs), "\n\n")
}

func nonEmpty(texts []string) []string {
	var kept []string
	for _, text := range texts {
		if text != "" {
			kept = append(kept, text)
		}
	}
	return kept
}

// introduction says what is reported and for which period.
func (i *Interim) introduction() string {
	period := ""
	if p := strings.TrimSpace(i.Round.Period); p != "" {
		period = " för " + quote(p)
	}
	if i.areasAlone() {
		return "Uppföljningen" + period + " gäller kontrollområdena. " + resultSentence(i.Controls)
	}
	if len(i.Risks) == 0 {
		if i.Round.Selection == SelectCritical && len(i.criticalEntries()) == 0 {
			return "Inga risker i planen är bedömda som kritiska. Det finns därför inga att följa upp" + period + "."
		}
		return "Uppföljningen" + period + " omfattar inga risker."
	}
	t := i.terms()
	return "Nämnden får en återkoppling om " + plural(len(i.Risks), t.one, t.many) + period + ". " +
		plural(len(i.Risks), "Tabellen", "Tabellerna") +
		" nedan visar om hanteringen följer planen och vad som har gjorts och ska göras."
}

// with returns the risks that have an answer.
func (i *Interim) with(a Answer) []Risk {
	var found []Risk
	for _, r := range i.Risks {
		if r.Answer == a {
			found = append(found, r)
		}
	}
	return found
}

// verdict says how many risks are handled as planned; empty when there is nothing to say before the exceptions.
func (i *Interim) verdict() string {
	n, good, t := len(i.Risks), len(i.with(Follows)), i.terms()
	switch {
	case len(i.with(Unanswered)) == n:
		return ""
	case good == n && n == 1:
		return "Svaret visar att " + t.one + " hanteras enligt planen."
	case good == n && n == 2:
		return "Svaren visar att båda " + t.many + " hanteras enligt planen."
	case good == n:
		return "Svaren visar att samtliga " + number(n) + " " + t.bare + " hanteras enligt planen."
	case good > 0:
		return fmt.Sprintf("Svaren visar att %s av %s hanteras enligt planen.", number(good), definite(n, t))
	}
	return ""
}

// definite writes "de fyra kritiska riskerna".
func definite(n int, t terms) string {
	rest := strings.TrimPrefix(t.many, "de ")
	return "de " + number(n) + " " + rest
}

// exceptions lists every risk that is not simply handled as planned, one paragraph and list for each sort.
func (i *Interim) exceptions() []string {
	yet := " ännu"
	if i.Round.Closed {
		yet = ""
	}
	var out []string
	for _, group := range []struct {
		answer Answer
		lead   string
	}{
		{FollowsNot, "Hanteringen följer **inte** planen för %s:"},
		{FollowsPartly, "Hanteringen följer planen **delvis** för %s:"},
		{CannotTell, "Det går inte att säga om hanteringen följer planen för %s:"},
		{Unanswered, "Svar saknas" + yet + " för %s:"},
	} {
		if risks := i.with(group.answer); len(risks) > 0 {
			out = append(out, fmt.Sprintf(group.lead, i.countOf(len(risks))), bullets(risks))
		}
	}
	if len(i.with(Unanswered)) > 0 && i.Round.Closed && strings.TrimSpace(i.Round.UnansweredReason) != "" {
		out = append(out, "Uppföljningen avslutades utan dessa svar. Skälet är: "+quote(i.Round.UnansweredReason))
	}
	return out
}

// countOf writes "en av de fyra kritiska riskerna".
func (i *Interim) countOf(n int) string {
	all, t := len(i.Risks), i.terms()
	switch {
	case n == all && n == 1:
		return t.one
	case n == all:
		return "samtliga " + number(n) + " " + t.bare
	}
	return number(n) + " av " + definite(all, t)
}

// bullets lists risks as Markdown.
func bullets(risks []Risk) string {
	lines := make([]string, len(risks))
	for i, r := range risks {
		lines[i] = "- " + quote(strings.TrimSuffix(strings.TrimSpace(r.Title), "."))
		if r.Assessment.Value != nil {
			lines[i] += " (riskvärde" + noBreak + decimal(*r.Assessment.Value) + ")"
		}
	}
	return strings.Join(lines, "\n")
}

// leftOut tells of critical risks that the round does not take up, as when the plan was revised after it was opened.
func (i *Interim) leftOut() string {
	entries := i.criticalEntries()
	for _, r := range i.Risks {
		delete(entries, r.Entry)
	}
	n := len(entries)
	if n == 0 || i.Round.Selection == SelectDue {
		return ""
	}
	return sentence(noun{one: "kritisk risk", many: "kritiska risker"}.count(n)) + " i planen ingår inte i uppföljningen."
}
