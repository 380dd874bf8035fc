package risk

import (
	"fmt"
	"slices"
	"strings"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// Selection tells whether a risk is taken up in the plan. The zero value is undecided, which is not "no".
type Selection int

// The selections.
const (
	// Undecided: nobody has taken a stand.
	Undecided Selection = iota
	// InPlan: taken up.
	InPlan
	// NotChosen: analysed but left out, with a reason.
	NotChosen
)

// Entry is a risk as one plan assesses it.
type Entry struct {
	// Name identifies the entry.
	Name string
	// Title is the risk's, for messages.
	Title string
	Assessment
	Score
	// Headings are its classifications, as "classification/item".
	Headings        []string
	Treatments      []Chosen
	PlannedHandling string
	Selection       Selection
	NotChosenReason string
	// Answered holds the ids of the questions that have an answer; the others are blank.
	Answered []string
	Owners   []Owner
	// SourceNote tells where the assessment comes from.
	SourceNote string
	// Moved tells that the risk belongs to another committee now: the entry is history.
	Moved bool
}

// Chosen is one treatment of a risk with its reason.
type Chosen struct{ Treatment, Reason string }

// takenUp reports whether the plan takes the risk up: a risk that was moved before the plan was decided is history there.
func (e Entry) takenUp() bool { return e.Selection == InPlan && !e.Moved }

// EffectiveLevel is the stated level, else the computed one.
func (e Entry) EffectiveLevel() string { return e.Level(e.Score) }

// CheckEntry finds what is wrong with an entry as it stands; what is merely missing yet is CheckPlan's matter. It
// returns the score for the entry to carry.
func (m *Method) CheckEntry(e Entry) (Score, []fault.Field) {
	score, faults := m.Assess(e.Assessment)
	e.Score = score
	return score, slices.Concat(faults, m.checkTreatments(e), m.checkHeadings("classifications", e.Headings),
		m.checkSelection(e), m.checkAnswers(e.Answered))
}

// checkTreatments: a set of known treatments, with reasons where the method asks for them. A chosen risk whose set lacks
// what its level prescribes is a contradiction; an empty set is merely not filled in yet.
func (m *Method) checkTreatments(e Entry) []fault.Field {
	ids := collect(e.Treatments, func(c Chosen) string { return c.Treatment })
	faults := duplicates(ids, func(i int) string { return at("treatments", i) + ".treatment" })
	for i, c := range e.Treatments {
		t, ok := m.treatment(c.Treatment)
		switch {
		case !ok:
			faults = append(faults, unknown(at("treatments", i)+".treatment", "UNKNOWN_TREATMENT", "Hanteringen", "treatment",
				c.Treatment, m.treatmentIDs()))
		case t.ReasonRequired && blank(c.Reason):
			faults = append(faults, bad(at("treatments", i)+".reason", "REASON_REQUIRED",
				fmt.Sprintf("Skriv varför ni väljer ”%s”.", t.Title), fmt.Sprintf("treatment %q needs a reason", t.ID)))
		}
	}
	if missing := m.missingTreatments(e); len(e.Treatments) > 0 && e.Selection == InPlan && len(missing) > 0 {
		faults = append(faults, m.prescribed("treatments", e, missing))
	}
	return faults
}

// missingTreatments lists the treatments that the entry's level prescribes and the entry lacks.
func (m *Method) missingTreatments(e Entry) []Treatment {
	level, _ := m.level(e.EffectiveLevel())
	var missing []Treatment
	for _, id := range level.Prescribed {
		has := slices.ContainsFunc(e.Treatments, func(c Chosen) bool { return c.Treatment == id })
		if t, ok := m.treatment(id); ok && !has {
			missing = append(missing, t)
		}
	}
	return missing
}

// prescribed is the fault of treatments that a level prescribes.
func (m *Method) prescribed(path string, e Entry, missing []Treatment) fault.Field {
	level, _ := m.level(e.EffectiveLevel())
	titles := collect(missing, func(t Treatment) string { return "”" + t.Title + "”" })
	ids := collect(missing, func(t Treatment) string { return t.ID })
	return bad(path, "PRESCRIBED_TREATMENT",
		fmt.Sprintf("En risk på nivån ”%s” ska ha hanteringen %s. Lägg till den.", level.Title, swedishList(titles)),
		fmt.Sprintf("level %q prescribes the treatment %s", level.ID, englishList(ids)))
}

// checkHeadings finds headings that are doubled or that the method does not have.
func (m *Method) checkHeadings(path string, headings []string) []fault.Field {
	place := func(i int) string { return at(path, i) }
	faults := duplicates(headings, place)
	known := m.headings()
	for i, h := range headings {
		if !slices.Contains(known, h) {
			faults = append(faults, unknown(place(i), "UNKNOWN_HEADING", "Rubriken", "heading", h, known))
		}
	}
	return faults
}

// checkSelection: a risk that is left out needs a reason, and only such a risk has one.
func (m *Method) checkSelection(e Entry) []fault.Field {
	switch {
	case e.Selection == NotChosen && blank(e.NotChosenReason):
		return []fault.Field{bad("not_chosen_reason", "REASON_REQUIRED",
			"Skriv varför risken inte tas med i planen.", "a risk that is not chosen needs a reason")}
	case e.Selection != NotChosen && !blank(e.NotChosenReason):
		return []fault.Field{bad("not_chosen_reason", "REASON_WITHOUT_CHOICE",
			"Ett skäl att inte ta med risken är angivet, men risken är inte bortvald. Välj bort den eller ta bort skälet.",
			"a reason for not choosing is given, but the risk is not left out")}
	}
	return nil
}

// checkAnswers finds answers to questions that are not asked, or two to one. A question without an answer is blank.
func (m *Method) checkAnswers(answered []string) []fault.Field {
	place := func(i int) string { return at("answers", i) + ".question" }
	faults := duplicates(answered, place)
	for i, id := range answered {
		if !slices.Contains(m.Questions, id) {
			faults = append(faults, unknown(place(i), "UNKNOWN_QUESTION", "Frågan", "question", id, m.Questions))
		}
	}
	return faults
}

// Owner is who answers for something: a role in words, optionally tied to a role assignment.
type Owner struct{ Role, Assignment string }

// CheckOwners finds owners without a role in words, doubled ones, and assignments of another municipality.
func CheckOwners(path, municipality string, owners []Owner) []fault.Field {
	var faults []fault.Field
	seen := make(map[Owner]bool, len(owners))
	for i, o := range owners {
		faults = append(faults, CheckOwner(at(path, i), municipality, o)...)
		if seen[o] {
			faults = append(faults, bad(at(path, i), "DUPLICATE",
				fmt.Sprintf("”%s” står två gånger. Ta bort den ena.", o.Role), fmt.Sprintf("owner %q occurs twice", o.Role)))
		}
		seen[o] = true
	}
	return faults
}

// CheckOwner finds what is wrong with one owner.
func CheckOwner(path, municipality string, o Owner) []fault.Field {
	var faults []fault.Field
	if blank(o.Role) {
		faults = append(faults, bad(path+".role", "ROLE_REQUIRED",
			"Skriv vilken roll som ansvarar, till exempel ”enhetschefer”.", "an owner needs a role in words"))
	}
	if o.Assignment == "" {
		return faults
	}
	id, ok := strings.CutPrefix(o.Assignment, municipality+"/roleAssignments/")
	if !ok || id == "" || strings.Contains(id, "/") {
		faults = append(faults, bad(path+".role_assignment", "ROLE_ASSIGNMENT_NAME",
			fmt.Sprintf("”%s” är inget uppdrag i kommunen. Välj ett uppdrag ur listan eller lämna fältet tomt.", o.Assignment),
			fmt.Sprintf("%q is not %s/roleAssignments/{id}", o.Assignment, municipality)))
	}
	return faults
}
