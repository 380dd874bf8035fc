package report

import (
	"fmt"
	"strings"
)

// Part is one part of a document and what it lacks.
type Part struct {
	// Key is that of the text that a case may replace; empty for a part made from data.
	Key   string
	Title string
	// Missing says what is missing and what to do; empty when the part is ready.
	Missing string
	// Resource is where to mend it; empty when the part is ready.
	Resource string
	// Standard is the text printed when the case has none; Markdown.
	Standard string
}

// Parts tells of which parts the document will consist, in its order, and what is missing.
func (i *Interim) Parts() []Part {
	var parts []Part
	for _, p := range i.arranged() {
		switch {
		case p.hidden || p.optional && p.silent(i.Case), p.key == "risks", p.key == "results":
		case p.key == "account":
			parts = append(parts, i.decisionPart(p.heading))
		default:
			made := p.part()
			if title := i.partTitle(p); title != "" {
				made.Title = title
			}
			parts = append(parts, made)
		}
	}
	for n := range i.Risks {
		parts = append(parts, i.riskPart(n))
	}
	for _, c := range i.Controls {
		parts = append(parts, c.part())
	}
	return append(parts, i.numberPart(), i.roundPart())
}

// partTitle names a part that has no heading of its own.
func (i *Interim) partTitle(p piece) string {
	if !p.bare {
		return ""
	}
	return map[string]string{KeyHowMade: "Hur planen togs fram", KeySummary: "Risker och hantering", KeyConclusion: "Slutsats",
		KeyYearEnd: "Redovisning efter årets slut"}[p.key]
}

func (i *Interim) decisionPart(heading string) Part {
	p := Part{Title: heading}
	if i.Plan.Decision == nil {
		p.Missing = "Planen är inte beslutad. Registrera nämndens beslut om den."
		p.Resource = i.Plan.Name
	}
	return p
}

// riskPart tells what a risk's table lacks; an answer is asked for before what lies in the plan.
func (i *Interim) riskPart(n int) Part {
	r := i.Risks[n]
	p := Part{Title: i.caption(n)}
	switch {
	case r.Answer == Unanswered:
		p.Missing, p.Resource = "Svar på om hanteringen följer planen saknas: "+r.brief()+". Svara i uppföljningen.", r.FollowUp
	case strings.TrimSpace(r.Comment) == "":
		p.Missing, p.Resource = "Kommentar saknas: "+r.brief()+". Skriv vad som har gjorts och vad som återstår.", r.FollowUp
	case strings.TrimSpace(r.Handling) == "":
		p.Missing, p.Resource = "Planerad hantering saknas: "+r.brief()+". Den hör till planen.", r.Entry
	}
	return p
}

// brief is the risk in few words.
func (r Risk) brief() string {
	const most = 120
	text := []rune(strings.TrimSuffix(strings.Join(strings.Fields(r.Title), " "), "."))
	if len(text) > most {
		return string(text[:most]) + " …"
	}
	return string(text)
}

func (i *Interim) numberPart() Part {
	p := Part{Title: "Diarienummer"}
	if i.caseNumber() == "" {
		p.Missing = "Diarienummer saknas. Ange det i ärendet, eller i planen."
		p.Resource = i.Case.Name
		if p.Resource == "" {
			p.Resource = i.Plan.Name
		}
	}
	return p
}

func (i *Interim) roundPart() Part {
	p := Part{Title: "Uppföljningen är avslutad"}
	if !i.Round.Closed {
		p.Missing = "Uppföljningen är öppen. Avsluta den innan dokumentet görs slutligt."
		p.Resource = i.Round.Name
	}
	return p
}

// Replaced returns the part that tells of characters which the document typeface lacks; runes in the order found. It
// concerns the named resource.
func Replaced(runes []rune, resource string) Part {
	var shown []string
	seen := map[rune]bool{}
	for _, r := range runes {
		if !seen[r] {
			seen[r] = true
			shown = append(shown, fmt.Sprintf("%c (U+%04X)", r, r))
		}
	}
	const most = 10
	if len(shown) > most {
		shown = append(shown[:most:most], "flera andra")
	}
	return Part{Title: "Tecken som inte kan skrivas", Resource: resource,
		Missing: "Typsnittet saknar " + enumerate(shown) + ". De ersätts med sin kod i dokumentet. Byt ut dem i texterna."}
}
