package report

import (
	"fmt"
	"slices"
	"strings"
)

// Keys of the texts of a plan that a case may replace, beside those that it shares with other kinds.
const (
	KeyIntroduction   = "introduction"
	KeyResponsibility = "responsibility"
	KeyScale          = "scale"
	KeyMatrix         = "matrix"
	KeyFollowUp       = "follow_up"
)

const responsibility = "Nämnden har det yttersta ansvaret för den interna kontrollen inom sitt område och beslutar om planen och om " +
	"uppföljningen av den. Förvaltningschefen leder arbetet och ser till att planen blir utförd. Den som är ansvarig för en risk, en " +
	"kontroll eller en åtgärd genomför den och redovisar resultatet. Kommunstyrelsen har uppsikt över nämndernas interna kontroll, och " +
	"revisorerna prövar om den är tillräcklig."

const planHowMade = "Riskerna i verksamhetens ansvarsområden, processer och system har inventerats. För varje risk har riskvärdet bedömts och en " +
	"hantering valts. De risker som nämnden valt att arbeta med under året ingår i planen. Övriga risker finns kvar i riskanalysen, med skälet till " +
	"att de inte valdes."

// text returns the case's own text for a part, else the plan's section with its heading, else the one without either.
func (p *ControlPlan) text(part piece) string {
	if own, stated := p.Case.own(part); stated {
		return own
	}
	if at := p.section(part); at >= 0 && (p.Sections[at].Empty || strings.TrimSpace(p.Sections[at].Text) != "") {
		return p.Sections[at].Text
	}
	if part.key == KeyHowMade && strings.TrimSpace(p.HowMade) != "" {
		return p.HowMade
	}
	return part.withoutCase()
}

func (p *ControlPlan) introduction() string {
	what, how := "vilka risker", "hur riskerna ska hanteras, granskas och följas upp"
	if p.areasAlone() {
		what, how = "vilka kontrollområden", "vilka mål som gäller för dem"
	}
	text := "Internkontrollplanen visar " + what + " som " + quote(lowerCommittee(p.Committee)) + " har valt att arbeta med under " + quote(p.Year) +
		", och " + how + ". " + p.counts()
	if p.Version > 1 {
		text += fmt.Sprintf("\n\nDet här är version %d av planen.", p.Version)
		if strings.TrimSpace(p.RevisionReason) != "" {
			text += " Planen reviderades av följande skäl: " + quote(strings.TrimRight(p.RevisionReason, " .\n")) + "."
		}
	}
	return text
}

// areasAlone reports whether the committee steers by control areas, without risks and checks.
func (p *ControlPlan) areasAlone() bool {
	return len(p.Areas) > 0 && len(p.Entries) == 0 && len(p.Points) == 0
}

// lowerCommittee writes a committee's name for the middle of a sentence.
func lowerCommittee(c Committee) string {
	name := strings.TrimSpace(c.Name)
	if word, _, _ := strings.Cut(name, " "); word == strings.ToUpper(word) {
		return name
	}
	return lowerFirst(name)
}

// counts says how much the plan holds.
func (p *ControlPlan) counts() string {
	if p.areasAlone() {
		return "Planen innehåller " + areaNoun.count(len(p.Areas)) + "."
	}
	chosen, reviews, checks, common := len(p.chosen()), 0, 0, 0
	for _, c := range p.Points {
		switch {
		case c.MovedTo != "":
		case c.Common:
			common++
		case c.Review:
			reviews++
		default:
			checks++
		}
	}
	text := "Riskanalysen omfattar " + riskNoun.count(len(p.Entries)) + ". Planen innehåller " + enumerate([]string{
		riskNoun.count(chosen), reviewNoun.count(reviews), checkNoun.count(checks), actionNoun.count(len(p.Actions))})
	if common > 0 {
		text += ", och dessutom " + noun{one: "kommungemensam granskning", many: "kommungemensamma granskningar"}.count(common)
	}
	return text + "."
}

var areaNoun = noun{one: "kontrollområde", many: "kontrollområden", neuter: true}

var actionNoun = noun{one: "åtgärd", many: "åtgärder"}

func (p *ControlPlan) scaleText() string {
	m := p.Method
	switch {
	case !m.HasAxes():
		return "Riskvärdet anges direkt, utan att sannolikhet och konsekvens redovisas var för sig. Riskvärdet ger risken dess nivå."
	case m.Rule == RuleProduct:
		return fmt.Sprintf("Varje risk bedöms på två skalor: %s och %s. Riskvärdet är de två stegen multiplicerade med varandra. Riskvärdet ger risken dess nivå.",
			quote(lowerFirst(m.Likelihood.Title)), quote(lowerFirst(m.Consequence.Title)))
	case m.Rule == RuleTable:
		return fmt.Sprintf("Varje risk bedöms på två skalor: %s och %s. Riskvärdet läses i riskmatrisen, där varje ruta har sitt värde. Riskvärdet ger risken dess nivå.",
			quote(lowerFirst(m.Likelihood.Title)), quote(lowerFirst(m.Consequence.Title)))
	}
	return fmt.Sprintf("Varje risk bedöms på två skalor: %s och %s. Inget riskvärde räknas ut.",
		quote(lowerFirst(m.Likelihood.Title)), quote(lowerFirst(m.Consequence.Title)))
}

func (p *ControlPlan) matrixText() string {
	if !p.Method.HasAxes() {
		return "Planen har ingen riskmatris, eftersom riskvärdena anges utan att sannolikhet och konsekvens redovisas var för sig. " +
			"Riskerna och deras nivåer finns i tabellerna under ”Risker i planen” och i bilagan."
	}
	return "Riskmatrisen visar alla risker i riskanalysen, både de som ingår i planen och de som inte valdes. Numren är desamma som i bilagan."
}

func (p *ControlPlan) followUpText() string {
	text := "Den som är ansvarig för en risk, en kontroll eller en åtgärd redovisar hur arbetet går. Förvaltningen sammanställer svaren, och nämnden " +
		"behandlar uppföljningen vid ett sammanträde. Allvarliga brister rapporteras genast."
	if len(p.Rounds) == 0 {
		return text + " Datum för uppföljningarna är inte bestämda."
	}
	return text + " Uppföljningarna och deras datum finns i tabellen."
}

// chosen returns the entries that the plan takes up, with their numbers.
func (p *ControlPlan) chosen() []numbered {
	var found []numbered
	for i, e := range p.Entries {
		if e.Choice == InPlan {
			found = append(found, numbered{i + 1, e})
		}
	}
	return found
}

// numbered is an entry with the number by which the document calls it.
type numbered struct {
	number int
	Entry
}

// entry returns the numbered entry of a resource name.
func (p *ControlPlan) entry(name string) (numbered, bool) {
	at := slices.IndexFunc(p.Entries, func(e Entry) bool { return e.Name == name })
	if at < 0 {
		return numbered{}, false
	}
	return numbered{at + 1, p.Entries[at]}, true
}
