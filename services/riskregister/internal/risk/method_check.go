package risk

import (
	"fmt"
	"slices"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// Check finds everything that keeps a method from giving each risk one value and one level. Paths are those of a method
// version's fields.
func (m *Method) Check() []fault.Field {
	return slices.Concat(m.checkAxes(), m.checkRule(), m.checkIDs(), m.checkReferences(), m.checkBands(), m.checkTrees(),
		m.checkActionScale(), m.checkGradeScale())
}

// checkAxes: both axes or none, each with ascending steps.
func (m *Method) checkAxes() []fault.Field {
	var faults []fault.Field
	if (m.Likelihood == nil) != (m.Consequence == nil) {
		missing := "likelihood"
		if m.Consequence == nil {
			missing = "consequence"
		}
		faults = append(faults, bad(missing, "AXES_BOTH_OR_NONE",
			"En metod har båda skalorna eller ingen. Lägg till den som saknas eller ta bort den andra.",
			"a method has both axes or none"))
	}
	return slices.Concat(faults, m.Likelihood.check("likelihood"), m.Consequence.check("consequence"))
}

// check finds steps that do not ascend; a nil axis has none.
func (a *Axis) check(path string) []fault.Field {
	if a == nil {
		return nil
	}
	if len(a.Steps) < 2 {
		return []fault.Field{bad(path+".steps", "STEPS_TOO_FEW",
			"En skala behöver minst två steg.", "an axis needs at least two steps")}
	}
	var faults []fault.Field
	for i := 1; i < len(a.Steps); i++ {
		if a.Steps[i] <= a.Steps[i-1] {
			faults = append(faults, bad(at(path+".steps", i)+".value", "STEPS_NOT_ASCENDING",
				fmt.Sprintf("Stegen ska stå i stigande ordning med olika tal; %d kommer efter %d.", a.Steps[i], a.Steps[i-1]),
				fmt.Sprintf("steps must ascend; %d follows %d", a.Steps[i], a.Steps[i-1])))
		}
	}
	return faults
}

// checkRule: a computed value needs axes; a table needs one cell for each pair of steps, and only a table has cells.
func (m *Method) checkRule() []fault.Field {
	if m.Rule != RuleNone && !m.hasAxes() {
		return []fault.Field{bad("value_rule", "RULE_WITHOUT_AXES",
			"Ett värde kan bara beräknas av två skalor. Lägg till skalorna eller välj att värden anges direkt.",
			"a value can only be computed from two axes")}
	}
	if m.Rule == RuleTable {
		return m.checkCells()
	}
	if len(m.Cells) > 0 {
		return []fault.Field{bad("cells", "CELLS_WITHOUT_TABLE",
			"En värdetabell används bara när värden läses ur tabell. Ta bort tabellen eller byt beräkningssätt.",
			"cells belong to the table rule only")}
	}
	return nil
}

// hasAxes reports whether both axes are there.
func (m *Method) hasAxes() bool { return m.Likelihood != nil && m.Consequence != nil }

// pair is one pair of steps.
type pair struct{ likelihood, consequence int }

// checkCells finds cells that are missing, doubled or beside the axes.
func (m *Method) checkCells() []fault.Field {
	var faults []fault.Field
	seen := make(map[pair]bool, len(m.Cells))
	for i, c := range m.Cells {
		p := pair{c.Likelihood, c.Consequence}
		switch {
		case !slices.Contains(m.Likelihood.Steps, p.likelihood) || !slices.Contains(m.Consequence.Steps, p.consequence):
			faults = append(faults, cellFault(i, p, "CELL_OUTSIDE_AXES", "hör inte till skalornas steg. Ta bort den.", "is beside the axes"))
		case seen[p]:
			faults = append(faults, cellFault(i, p, "DUPLICATE", "finns två gånger. Ta bort den ena.", "occurs twice"))
		}
		seen[p] = true
	}
	return append(faults, m.missingCells(seen)...)
}

// cellFault is the fault of one cell.
func cellFault(i int, p pair, reason, swedish, english string) fault.Field {
	return bad(at("cells", i), reason,
		fmt.Sprintf("Rutan (%d, %d) %s", p.likelihood, p.consequence, swedish),
		fmt.Sprintf("cell (%d, %d) %s", p.likelihood, p.consequence, english))
}

// missingCells names the pairs of steps without a cell.
func (m *Method) missingCells(seen map[pair]bool) []fault.Field {
	var missing []string
	for _, l := range m.Likelihood.Steps {
		for _, c := range m.Consequence.Steps {
			if !seen[pair{l, c}] {
				missing = append(missing, fmt.Sprintf("(%d, %d)", l, c))
			}
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return []fault.Field{bad("cells", "CELLS_MISSING",
		"Tabellen saknar värde i rutorna "+swedishList(missing)+" (sannolikhet, konsekvens).",
		"the table lacks the cells "+englishList(missing))}
}

// checkIDs finds ids that are used twice.
func (m *Method) checkIDs() []fault.Field {
	id := func(list string) func(int) string {
		return func(i int) string { return at(list, i) + ".id" }
	}
	return slices.Concat(
		duplicates(m.levelIDs(), id("levels")),
		duplicates(m.treatmentIDs(), id("treatments")),
		duplicates(m.Questions, id("questions")),
		duplicates(m.scaleIDs(), id("follow_up_scale")),
		duplicates(collect(m.Classifications, func(c Classification) string { return c.ID }), id("classifications")),
	)
}

// checkReferences finds levels and treatments that are named but do not exist.
func (m *Method) checkReferences() []fault.Field {
	var faults []fault.Field
	for i, level := range m.Levels {
		list := at("levels", i) + ".prescribed_treatments"
		faults = append(faults, duplicates(level.Prescribed, func(j int) string { return at(list, j) })...)
		for j, id := range level.Prescribed {
			if _, ok := m.treatment(id); !ok {
				faults = append(faults, unknown(at(list, j), "UNKNOWN_TREATMENT", "Hanteringen", "treatment", id, m.treatmentIDs()))
			}
		}
	}
	faults = append(faults, duplicates(m.SelectedLevels, func(i int) string { return at("selected_levels", i) })...)
	for i, id := range m.SelectedLevels {
		faults = append(faults, m.checkLevel(at("selected_levels", i), id)...)
	}
	for i, band := range m.Bands {
		faults = append(faults, m.checkLevel(at("bands", i)+".level", band.Level)...)
	}
	return faults
}

// checkLevel finds a level that the method does not have.
func (m *Method) checkLevel(path, id string) []fault.Field {
	if _, ok := m.level(id); ok {
		return nil
	}
	return []fault.Field{unknown(path, "UNKNOWN_LEVEL", "Nivån", "level", id, m.levelIDs())}
}

// checkTrees finds headings that are doubled, lie under a heading that does not exist, or under themselves.
func (m *Method) checkTrees() []fault.Field {
	var faults []fault.Field
	for i, c := range m.Classifications {
		list := at("classifications", i) + ".items"
		ids := collect(c.Items, func(item Item) string { return item.ID })
		faults = append(faults, duplicates(ids, func(j int) string { return at(list, j) + ".id" })...)
		for j, item := range c.Items {
			if f, wrong := c.checkParent(at(list, j)+".parent", item); wrong {
				faults = append(faults, f)
			}
		}
	}
	return faults
}

// checkParent follows a heading upwards and reports a parent that is not there or a way that never ends.
func (c Classification) checkParent(path string, item Item) (fault.Field, bool) {
	if item.Parent == "" {
		return fault.Field{}, false
	}
	parents := make(map[string]string, len(c.Items))
	for _, other := range c.Items {
		parents[other.ID] = other.Parent
	}
	if _, ok := parents[item.Parent]; !ok {
		return bad(path, "UNKNOWN_PARENT",
			fmt.Sprintf("Rubriken ”%s” som ”%s” ska ligga under finns inte.", item.Parent, item.ID),
			fmt.Sprintf("the parent %q of %q does not exist", item.Parent, item.ID)), true
	}
	at := item.Parent
	for range c.Items {
		if at == item.ID {
			return bad(path, "CYCLE",
				fmt.Sprintf("Rubriken ”%s” ligger under sig själv. Flytta den eller någon av rubrikerna över den.", item.ID),
				fmt.Sprintf("%q lies under itself", item.ID)), true
		}
		at = parents[at]
	}
	return fault.Field{}, false
}
