package risk

import (
	"fmt"
	"slices"
	"strings"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// Plan is a plan with all it holds, as far as completeness depends on it.
type Plan struct {
	// Name identifies the plan.
	Name string
	// Method is nil while none is chosen.
	Method *Method
	// HowMade tells how the risk analysis was made.
	HowMade  string
	Sections []Section
	// ConfirmedEmpty are the headings that were considered and hold no risk.
	ConfirmedEmpty []string
	Entries        []Entry
	Areas          []Area
	Points         []Point
	// Committee and Year decide which of the common items apply.
	Committee string
	Year      int
	Common    []CommonItem
}

// Area is a heading that results are reported under.
type Area struct {
	Name, Title string
	Owners      []Owner
}

// Point is one planned check or review.
type Point struct {
	Name, Title, Method, Frequency, Scope, Sample, Purpose string
	Review                                                 bool
	// Area is the name of the control area it belongs to; may be empty.
	Area string
	// Entries are the names of the risk entries it comes from.
	Entries []string
	Owners  []Owner
	// CommonItem is the common item that it carries out; empty for the committee's own.
	CommonItem string
	// MovedTo is the point in another committee that took over; a moved point asks for nothing any more.
	MovedTo string
}

// Finding is one thing that a plan lacks.
type Finding struct {
	// Resource lacks it.
	Resource string
	// Field is what is missing.
	Field            string
	Swedish, English string
	// Blocking findings keep the plan from being proposed; the others are remarks.
	Blocking bool
}

// lacks is a blocking finding.
func lacks(resource, field, swedish, english string) Finding {
	return Finding{Resource: resource, Field: field, Swedish: swedish, English: english, Blocking: true}
}

// remark is a finding that does not block.
func remark(resource, field, swedish, english string) Finding {
	return Finding{Resource: resource, Field: field, Swedish: swedish, English: english}
}

// CheckPlan finds what a plan lacks before a committee is asked to decide on it, in the order of the plan: the plan
// itself, its sections, the common items, its headings, its entries, its control points, who can be
// reminded. What was moved to another committee fills nothing and asks for nothing; an entry whose risk was moved is only
// pointed at.
func CheckPlan(p Plan) []Finding {
	gone := movedEntries(p.Entries)
	p.Entries = slices.DeleteFunc(slices.Clone(p.Entries), func(e Entry) bool { return e.Moved })
	p.Points = slices.DeleteFunc(slices.Clone(p.Points), func(c Point) bool { return c.MovedTo != "" })
	findings := slices.Concat(p.checkSelf(), p.checkSections(), p.checkCommon(), gone)
	if p.Method != nil {
		findings = append(findings, p.checkCategories()...)
		for _, e := range p.Entries {
			findings = append(findings, p.checkEntry(e)...)
		}
	}
	for _, point := range p.Points {
		findings = append(findings, point.check()...)
	}
	return append(findings, p.checkReminded()...)
}

// Proposable refuses a plan with blocking findings; the fault lists each.
func Proposable(findings []Finding) error {
	var missing []fault.Field
	for _, f := range findings {
		if f.Blocking {
			missing = append(missing, bad(f.Resource+"."+f.Field, "MISSING", f.Swedish, f.English))
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return fault.State("INCOMPLETE", "Planen är inte klar att föreslå. Komplettera det som saknas och försök igen.",
		"the plan is incomplete", missing...)
}

// checkSelf: a method, some content, and how the analysis was made.
func (p Plan) checkSelf() []Finding {
	var findings []Finding
	if p.Method == nil {
		findings = append(findings, lacks(p.Name, "method_version",
			"Välj vilken metod planen är gjord med.", "no method is chosen"))
	}
	if len(p.Entries)+len(p.Areas)+len(p.Points) == 0 {
		findings = append(findings, lacks(p.Name, "risk_entries",
			"Planen är tom. Lägg till risker, kontrollområden eller kontrollmoment.", "the plan holds nothing"))
	}
	if blank(p.HowMade) {
		findings = append(findings, remark(p.Name, "how_made",
			"Beskriv hur riskanalysen gjordes och vilka som deltog.", "it is not told how the plan was made"))
	}
	return findings
}

// checkSections: each has text or is empty on purpose.
func (p Plan) checkSections() []Finding {
	var findings []Finding
	for i, s := range p.Sections {
		if blank(s.Text) && !s.Empty {
			findings = append(findings, lacks(p.Name, at("sections", i)+".text",
				fmt.Sprintf("Avsnittet ”%s” är tomt. Skriv texten eller markera att avsnittet är tomt med avsikt.", s.Title),
				fmt.Sprintf("section %q is empty", s.Title)))
		}
	}
	return findings
}

// movedEntries points at the entries whose risk belongs to another committee now.
func movedEntries(entries []Entry) []Finding {
	var findings []Finding
	for _, e := range entries {
		if e.Moved {
			findings = append(findings, remark(e.Name, "risk",
				about(e, "har flyttats till en annan nämnd. Ta bort den ur planen om den inte ska stå kvar som historik."),
				"the risk was moved to another committee"))
		}
	}
	return findings
}

// checkCommon: each common item that applies is carried out by a control point. One that was withdrawn may go.
func (p Plan) checkCommon() []Finding {
	var findings []Finding
	for _, c := range Lacking(p.Common, p.Committee, p.Year, p.Points) {
		findings = append(findings, lacks(p.Name, "control_points",
			fmt.Sprintf("Kommunstyrelsens gemensamma granskning ”%s” saknas. Välj ”Lägg till gemensamma granskningar” i planens utkast.", c.Title),
			fmt.Sprintf("common item %s is missing; AddCommonItems adds it", c.Name)))
	}
	for _, point := range p.Points {
		withdrawn := func(c CommonItem) bool { return c.Name == point.CommonItem && c.State == CommonWithdrawn }
		if slices.ContainsFunc(p.Common, withdrawn) {
			findings = append(findings, remark(point.Name, "common_item",
				fmt.Sprintf("Kommunstyrelsen har dragit tillbaka granskningen ”%s”. Ta bort den ur planen om den inte ska göras.", point.Title),
				"the common item was withdrawn"))
		}
	}
	return findings
}

// checkCategories: each mandatory heading holds a risk or is confirmed empty, and no confirmed heading holds one.
func (p Plan) checkCategories() []Finding {
	var findings []Finding
	for _, c := range p.Method.Classifications {
		for _, item := range c.Items {
			if f, missing := p.checkHeading(c, item); missing {
				findings = append(findings, f)
			}
		}
	}
	return findings
}

// checkHeading checks one heading. A risk under a heading below it counts.
func (p Plan) checkHeading(c Classification, item Item) (Finding, bool) {
	confirmed := slices.Contains(p.ConfirmedEmpty, c.ID+"/"+item.ID)
	used := slices.ContainsFunc(p.Entries, func(e Entry) bool { return c.covers(item.ID, e.Headings) })
	switch {
	case used && confirmed:
		return lacks(p.Name, "confirmed_empty",
			fmt.Sprintf("Rubriken ”%s” är bekräftad som tom men har risker. Ta bort bekräftelsen.", item.Title),
			fmt.Sprintf("%q is confirmed empty but holds risks", item.ID)), true
	case item.Mandatory && !used && !confirmed:
		return lacks(p.Name, "confirmed_empty",
			fmt.Sprintf("Ingen risk finns under ”%s” (%s). Lägg till en risk eller bekräfta att ni har prövat rubriken och att den är tom.", item.Title, c.Title),
			fmt.Sprintf("the mandatory heading %q holds no risk and is not confirmed empty", item.ID)), true
	}
	return Finding{}, false
}

// covers reports whether one of the headings is the item or lies below it.
func (c Classification) covers(item string, headings []string) bool {
	for _, h := range headings {
		id, ok := strings.CutPrefix(h, c.ID+"/")
		for range c.Items {
			if ok && id == item {
				return true
			}
			id = c.parent(id)
		}
	}
	return false
}

// parent returns the id of the heading above; empty at the top.
func (c Classification) parent(id string) string {
	for _, item := range c.Items {
		if item.ID == id {
			return item.Parent
		}
	}
	return ""
}

// checkEntry: assessed, a stand taken, and for a chosen risk what is to be done and by whom.
func (p Plan) checkEntry(e Entry) []Finding {
	var findings []Finding
	if !e.Assessed(e.Score) {
		findings = append(findings, lacks(e.Name, "stated_value",
			about(e, "är inte bedömd. Ange riskvärde, nivå eller sannolikhet och konsekvens."), "the risk is not assessed"))
	}
	if e.Value(e.Score) != nil && e.EffectiveLevel() == "" && len(p.Method.Levels) > 0 {
		findings = append(findings, remark(e.Name, "stated_level",
			about(e, "har ett värde som inte hör till någon nivå. Ange nivån."), "the value has no level"))
	}
	if e.StatedLevel != "" && e.ComputedLevel != "" && e.StatedLevel != e.ComputedLevel && blank(e.SourceNote) {
		findings = append(findings, remark(e.Name, "source_note",
			about(e, "har en angiven nivå som skiljer sig från den som metoden ger. Skriv varför."), "the stated level differs from the method's, and nothing says why"))
	}
	switch e.Selection {
	case Undecided:
		findings = append(findings, lacks(e.Name, "selection",
			about(e, "är varken vald eller bortvald. Ta ställning till om den ska ingå i planen."), "it is not decided whether the risk is in the plan"))
	case InPlan:
		findings = append(findings, p.checkChosen(e)...)
	case NotChosen: // its reason is a matter of CheckEntry
	}
	return findings
}

// checkChosen: treatment, planned handling and owner. A risk that is only accepted has a reason instead of handling.
func (p Plan) checkChosen(e Entry) []Finding {
	var findings []Finding
	missing := p.Method.missingTreatments(e)
	switch {
	case len(missing) > 0:
		f := p.Method.prescribed("treatments", e, missing)
		findings = append(findings, lacks(e.Name, "treatments", about(e, "saknar föreskriven hantering. "+f.Swedish), f.English))
	case len(e.Treatments) == 0:
		findings = append(findings, lacks(e.Name, "treatments",
			about(e, "saknar hantering. Välj minst en."), "no treatment is chosen"))
	}
	if blank(e.PlannedHandling) && !p.onlyAccepted(e) {
		findings = append(findings, lacks(e.Name, "planned_handling",
			about(e, "saknar planerad hantering. Beskriv vad som ska göras."), "planned handling is missing"))
	}
	if len(e.Owners) == 0 {
		findings = append(findings, lacks(e.Name, "owners",
			about(e, "saknar ansvarig. Ange vilken roll som ansvarar."), "an owner is missing"))
	}
	return append(findings, p.checkReviewed(e)...)
}

// onlyAccepted reports whether every treatment of the entry is acceptance.
func (p Plan) onlyAccepted(e Entry) bool {
	return len(e.Treatments) > 0 && !slices.ContainsFunc(e.Treatments, func(c Chosen) bool {
		t, _ := p.Method.treatment(c.Treatment)
		return t.Kind != TreatAccept
	})
}

// checkReviewed remarks on a risk that is to be reviewed without any control point that does it.
func (p Plan) checkReviewed(e Entry) []Finding {
	review := slices.ContainsFunc(e.Treatments, func(c Chosen) bool {
		t, _ := p.Method.treatment(c.Treatment)
		return t.Kind == TreatReview
	})
	planned := slices.ContainsFunc(p.Points, func(point Point) bool { return slices.Contains(point.Entries, e.Name) })
	if !review || planned {
		return nil
	}
	return []Finding{remark(e.Name, "treatments",
		about(e, "ska granskas, men ingen granskning och inget kontrollmoment i planen hör till den."), "no control point belongs to a risk to be reviewed")}
}

// about begins a sentence with the risk.
func about(e Entry, rest string) string { return fmt.Sprintf("Risken ”%s” %s", e.Title, rest) }

// check: how, how often and by whom block; how much, why and from which risk are remarks.
func (c Point) check() []Finding {
	var findings []Finding
	add := func(missing bool, kind func(resource, field, swedish, english string) Finding, field, swedish string) {
		if missing {
			findings = append(findings, kind(c.Name, field,
				fmt.Sprintf("Kontrollmomentet ”%s” saknar %s", c.Title, swedish), "the control point lacks "+field))
		}
	}
	add(blank(c.Method), lacks, "method", "metod. Beskriv hur kontrollen görs.")
	add(blank(c.Frequency), lacks, "frequency", "frekvens eller tidpunkt. Ange hur ofta eller när kontrollen görs.")
	add(len(c.Owners) == 0, lacks, "owners", "kontrollansvarig. Ange vilken roll som gör kontrollen.")
	add(blank(c.Scope), remark, "scope", "omfattning. Ange enheter, period och vad som ingår.")
	add(blank(c.Sample), remark, "planned_sample", "antal stickprov. Ange hur mycket som kontrolleras.")
	add(c.Review && blank(c.Purpose), remark, "purpose", "syfte. Beskriv vad granskningen ska ge svar på.")
	add(len(c.Entries) == 0, remark, "risk_entries", "koppling till en risk.")
	return findings
}
