package risk

import (
	"fmt"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// maxGrades is how many steps a grade scale may have.
const maxGrades = 20

// Grade is one step of how results are graded.
type Grade struct {
	ID, Title string
	// Deviation marks the grades whose results deviate.
	Deviation bool
}

// builtInGradeScale is how results are graded where a method says nothing about it, from the best to the gravest.
func builtInGradeScale() []Grade {
	return []Grade{
		{ID: "ingen-avvikelse", Title: "Ingen avvikelse"},
		{ID: "mindre-avvikelse", Title: "Mindre avvikelse", Deviation: true},
		{ID: "storre-avvikelse", Title: "Större avvikelse", Deviation: true},
	}
}

// GradeScale returns the grades that a result may have: the method's, or the built-in ones where it has none. A nil
// method has none.
func (m *Method) GradeScale() []Grade {
	if m == nil || len(m.Grades) == 0 {
		return builtInGradeScale()
	}
	return m.Grades
}

// checkGradeScale: each id once, and no more steps than anybody can tell apart.
func (m *Method) checkGradeScale() []fault.Field {
	ids := collect(m.Grades, func(g Grade) string { return g.ID })
	faults := duplicates(ids, func(i int) string { return at("grade_scale", i) + ".id" })
	if len(m.Grades) > maxGrades {
		faults = append(faults, bad("grade_scale", "TOO_MANY",
			fmt.Sprintf("Bedömningsskalan har %d steg. Den får ha högst %d.", len(m.Grades), maxGrades),
			fmt.Sprintf("the grade scale has %d steps, at most %d are allowed", len(m.Grades), maxGrades)))
	}
	return faults
}
