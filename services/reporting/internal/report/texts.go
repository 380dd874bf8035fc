package report

import (
	"fmt"
	"slices"
	"strings"
)

// Keys of the texts that a case may replace.
const (
	KeyBackground = "background"
	KeyHowMade    = "how_made"
	KeySummary    = "summary"
	KeyConclusion = "conclusion"
	KeyYearEnd    = "year_end"
)

const background = "Nämnden ansvarar för verksamheten inom sitt område. Enligt 6 kap. 6\u00a0§ kommunallagen (2017:725) ska " +
	"den styra verksamheten mot fullmäktiges mål och riktlinjer och se till att lagar och andra regler följs. Den " +
	"interna kontrollen ska räcka för att förebygga fel och oegentligheter, och verksamheten ska fungera väl även i övrigt. " +
	"Ansvaret gäller också när någon annan sköter uppgiften åt kommunen enligt 10 kap. 1\u00a0§."

const howMade = "Planen bygger på en riskanalys. Riskerna i verksamhetens ansvarsområden, processer och system har " +
	"inventerats, riskvärdet har bedömts och nämnden har valt hur varje risk ska hanteras."

// howMade says how the plan was made, in its own words where it has some; Markdown.
func (i *Interim) howMade() string {
	switch {
	case strings.TrimSpace(i.Plan.HowMade) != "":
		return i.Plan.HowMade
	case i.areasAlone():
		return "Planen består av kontrollområden som nämnden har valt att följa under året."
	}
	return howMade
}

// decided says what the plan is and who decided it when; Markdown.
func (i *Interim) decided() string {
	committee, d := quote(sentence(i.Committee.Name)), i.Plan.Decision
	what := "en internkontrollplan för " + quote(i.Plan.Year)
	if i.Plan.Version > 1 {
		what = "en reviderad internkontrollplan för " + quote(i.Plan.Year)
	}
	number, text := i.Plan.CaseNumber, ""
	switch {
	case d == nil:
		text = committee + " har " + what + " som ännu inte är beslutad"
	case d.MeetingDate == "":
		text = committee + " har beslutat om " + what
	default:
		text = committee + " beslutade den " + longDate(quote(d.MeetingDate)) + d.paragraph() + " om " + what
	}
	if d != nil && d.CaseNumber != "" {
		number = d.CaseNumber
	}
	if number != "" {
		text += " (diarienummer " + quote(number) + ")"
	}
	text += "."
	if i.Plan.Revising {
		text += " En ny version av planen är under arbete. Uppföljningen gäller den beslutade."
	}
	return text
}

// paragraph refers to the minutes, between commas; Markdown.
func (d *Decision) paragraph() string {
	if d.Paragraph == "" {
		return ""
	}
	return ", §" + noBreak + quote(d.Paragraph) + ","
}

// summary counts the plan's risks and says what follows for the critical ones.
func (i *Interim) summary() string {
	if i.areasAlone() {
		return countControls(i.Controls)
	}
	critical, unassessed := 0, 0
	for _, r := range i.Plan.Risks {
		if r.Critical {
			critical++
		}
		if !r.Assessed {
			unassessed++
		}
	}
	text := counts(len(i.Plan.Risks), critical)
	if unassessed > 0 {
		text += fmt.Sprintf(" För %s saknas en bedömd risknivå.", riskNoun.count(unassessed))
	}
	if critical > 0 {
		text += " " + i.treatments(critical)
	}
	if i.Round.Selection != SelectCritical {
		text += fmt.Sprintf(" I uppföljningen ingår %s.", riskNoun.count(len(i.Risks)))
	}
	return text
}

// counts says how many risks there are and how many of them are critical.
func counts(total, critical int) string {
	text := "Planen omfattar " + riskNoun.count(total)
	switch {
	case total == 0:
		return text + "."
	case critical == 0:
		return text + ". " + plural(total, "Den är inte kritisk.", "Ingen av dem är kritisk.")
	case total == 1:
		return text + ", och den är kritisk."
	case total == critical:
		return text + ", samtliga kritiska."
	}
	return text + ", " + number(critical) + " av dem " + plural(critical, "kritisk", "kritiska") + "."
}

// phrase says what a treatment does, after "ska".
func (t Treatment) phrase() string {
	switch t {
	case Improve:
		return "omhändertas i det systematiska förbättringsarbetet"
	case Reduce:
		return "minskas genom åtgärder"
	case DirectAction:
		return "mötas med direktåtgärder"
	case Transfer:
		return "överföras till eller delas med någon annan"
	case Watch:
		return "bevakas"
	case Accept:
		return "accepteras"
	case Review:
		return "granskas"
	}
	return "hanteras"
}

// treatments says what is to be done with the critical risks.
func (i *Interim) treatments(critical int) string {
	var parts []string
	treated := map[string]bool{}
	whole := true // every clause so far speaks of all critical risks, so "dem" is clear
	for t := Improve; t <= Review; t++ {
		having := i.treatedBy(t)
		if len(having) == 0 {
			continue
		}
		also := ""
		if !slices.ContainsFunc(having, func(entry string) bool { return !treated[entry] }) {
			also = "även "
		}
		parts = append(parts, subject(len(having), critical, len(parts) == 0, whole)+" ska "+also+t.phrase())
		whole = whole && (len(parts) > 1 || len(having) == critical)
		for _, entry := range having {
			treated[entry] = true
		}
	}
	text := ""
	if len(parts) > 0 {
		text = sentence(clauses(parts)) + "."
	}
	if left := critical - len(treated); left > 0 {
		text = strings.TrimSpace(text + fmt.Sprintf(" För %s är ingen hantering vald.",
			noun{one: "kritisk risk", many: "kritiska risker"}.count(left)))
	}
	return text
}

// treatedBy returns the critical risks that have a treatment.
func (i *Interim) treatedBy(t Treatment) []string {
	var entries []string
	for _, r := range i.Plan.Risks {
		if r.Critical && slices.Contains(r.Treatments, t) {
			entries = append(entries, r.Entry)
		}
	}
	return entries
}

// subject names n of the critical risks at the beginning of a clause.
func subject(n, critical int, first, whole bool) string {
	switch {
	case first && critical == 1:
		return "den kritiska risken"
	case first && n == critical:
		return "de kritiska riskerna"
	case first:
		return number(n) + " av de kritiska riskerna"
	case critical == 1:
		return "den"
	case !whole:
		return noun{one: "kritisk risk", many: "kritiska risker"}.count(n)
	case n == critical:
		return "samtliga"
	}
	return number(n) + " av dem"
}

// yearEnd says what the committee will be told after the year.
func (i *Interim) yearEnd() string {
	var points []string
	if i.Plan.Reviews > 0 {
		points = append(points, reviewNoun.count(i.Plan.Reviews))
	}
	if i.Plan.Checks > 0 {
		points = append(points, checkNoun.count(i.Plan.Checks))
	}
	actions := "vad som har blivit gjort av åtgärderna från föregående års internkontrollplan"
	if i.areasAlone() {
		return "Efter årets slut redovisas resultatet för kontrollområdena och " + actions + "."
	}
	if len(points) == 0 {
		return "Planen innehåller inga beslutade granskningar eller kontrollmoment. Efter årets slut redovisas för nämnden " +
			"hur planen för " + i.Plan.Year + " har följts och " + actions + "."
	}
	return "Efter årets slut, i uppföljningen för helåret " + i.Plan.Year + ", redovisas för nämnden resultatet av de " +
		"granskningar och kontroller som planen innehåller (" + enumerate(points) + ") och " + actions + "."
}
