package risk

import "slices"

// The functions of this file fit what an earlier plan held to the method of a new one. Whatever the new method does not
// know is left out, so that a new method never keeps a year from being begun.

// Adapt returns what the method can hold of an assessment.
func (m *Method) Adapt(a Assessment) Assessment {
	if len(m.checkStep("likelihood", m.Likelihood, a.Likelihood)) > 0 {
		a.Likelihood = nil
	}
	if len(m.checkStep("consequence", m.Consequence, a.Consequence)) > 0 {
		a.Consequence = nil
	}
	if len(m.checkStatedValue(a.StatedValue)) > 0 {
		a.StatedValue = nil
	}
	if _, ok := m.level(a.StatedLevel); !ok {
		a.StatedLevel = ""
	}
	return a
}

// HasHeading reports whether the method has a heading, written as "classification/item".
func (m *Method) HasHeading(heading string) bool { return slices.Contains(m.headings(), heading) }

// HasQuestion reports whether the method asks a question.
func (m *Method) HasQuestion(id string) bool { return slices.Contains(m.Questions, id) }

// Admits reports whether the method has a treatment, and a reason is given where it wants one.
func (m *Method) Admits(c Chosen) bool {
	t, ok := m.treatment(c.Treatment)
	return ok && (!t.ReasonRequired || !blank(c.Reason))
}

// Continue returns the sections of a new plan: those of the earlier one in their order, each with the text of the new
// plan where it states the same heading, and then what else the new plan states.
func Continue(earlier, stated []Section) []Section {
	var all []Section
	used := make([]bool, len(stated))
	for _, s := range earlier {
		for i, n := range stated {
			if n.Title == s.Title && !used[i] {
				s, used[i] = n, true
				break
			}
		}
		all = append(all, s)
	}
	for i, s := range stated {
		if !used[i] {
			all = append(all, s)
		}
	}
	return all
}
