package risk

import (
	"strconv"
	"strings"
	"testing"
)

func TestMethodCheckAcceptsTheThreeKinds(t *testing.T) {
	for name, m := range map[string]*Method{"product": fourByFour(), "stated": stated(), "table": table(), "empty": {}} {
		t.Run(name, func(t *testing.T) { wantCodes(t, m.Check()) })
	}
}

func TestMethodCheck(t *testing.T) {
	tests := []struct {
		name   string
		base   func() *Method
		change func(*Method)
		want   []string
	}{
		{"one axis alone", stated, func(m *Method) { m.Likelihood = &Axis{Title: "S", Steps: []int{1, 2}} }, []string{"consequence AXES_BOTH_OR_NONE"}},
		{"the other axis alone", stated, func(m *Method) { m.Consequence = &Axis{Title: "K", Steps: []int{1, 2}} }, []string{"likelihood AXES_BOTH_OR_NONE"}},
		{"an axis of one step", fourByFour, func(m *Method) { m.Rule = RuleNone; m.Likelihood.Steps = []int{1} }, []string{"likelihood.steps STEPS_TOO_FEW", "bands[1].lower BANDS_GAP", "bands[2].lower BANDS_GAP"}},
		{"steps that repeat and fall", fourByFour, func(m *Method) { m.Likelihood.Steps = []int{1, 2, 2, 1} }, []string{"likelihood.steps[2].value STEPS_NOT_ASCENDING", "likelihood.steps[3].value STEPS_NOT_ASCENDING"}},
		{"a rule without axes", stated, func(m *Method) { m.Rule = RuleProduct }, []string{"value_rule RULE_WITHOUT_AXES"}},
		{"cells without a table", fourByFour, func(m *Method) { m.Cells = []Cell{{1, 1, 1}} }, []string{"cells CELLS_WITHOUT_TABLE"}},
		{"a missing cell", table, func(m *Method) { m.Cells = m.Cells[1:] }, []string{"cells CELLS_MISSING"}},
		{"a doubled cell", table, func(m *Method) { m.Cells = append(m.Cells, m.Cells[0]) }, []string{"cells[9] DUPLICATE"}},
		{"a cell beside the axes", table, func(m *Method) { m.Cells = append(m.Cells, Cell{4, 1, 2}) }, []string{"cells[9] CELL_OUTSIDE_AXES"}},
		{"doubled ids", fourByFour, func(m *Method) {
			m.Levels[1].ID = "lag"
			m.Bands[1].Level = "lag"
			m.Treatments[1].ID = "acceptera"
			m.Questions[1] = "rutin"
			m.Scale[1].ID = "ja"
			m.Classifications = append(m.Classifications, Classification{ID: "kategori"})
		}, []string{"levels[1].id DUPLICATE", "treatments[1].id DUPLICATE", "questions[1].id DUPLICATE", "follow_up_scale[1].id DUPLICATE", "classifications[1].id DUPLICATE"}},
		{"doubled grades", stated, func(m *Method) { m.Grades = []Grade{{ID: "bra"}, {ID: "bra"}} }, []string{"grade_scale[1].id DUPLICATE"}},
		{"too many grades", stated, func(m *Method) {
			for i := range maxGrades + 1 {
				m.Grades = append(m.Grades, Grade{ID: strconv.Itoa(i)})
			}
		}, []string{"grade_scale TOO_MANY"}},
		{"references to nothing", fourByFour, func(m *Method) {
			m.Levels[2].Prescribed = []string{"forbattra", "forbattra", "be"}
			m.SelectedLevels = []string{"kritisk", "kritisk", "x"}
			m.Bands[0].Level = "y"
		}, []string{
			"levels[2].prescribed_treatments[1] DUPLICATE", "levels[2].prescribed_treatments[2] UNKNOWN_TREATMENT",
			"selected_levels[1] DUPLICATE", "selected_levels[2] UNKNOWN_LEVEL", "bands[0].level UNKNOWN_LEVEL",
		}},
		{"headings doubled, orphaned, under themselves", fourByFour, func(m *Method) {
			m.Classifications[0].Items = []Item{{ID: "a", Parent: "b"}, {ID: "b", Parent: "a"}, {ID: "c", Parent: "c"}, {ID: "d", Parent: "x"}, {ID: "e"}, {ID: "e"}, {ID: "f", Parent: "a"}}
		}, []string{
			"classifications[0].items[5].id DUPLICATE", "classifications[0].items[0].parent CYCLE", "classifications[0].items[1].parent CYCLE",
			"classifications[0].items[2].parent CYCLE", "classifications[0].items[3].parent UNKNOWN_PARENT",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := tt.base()
			tt.change(m)
			wantCodes(t, m.Check(), tt.want...)
		})
	}
}

func TestBands(t *testing.T) {
	tests := []struct {
		name  string
		base  func() *Method
		bands []Band
		want  []string
		says  string
	}{
		{"a gap between whole steps that nothing reaches", fourByFour, []Band{{Level: "lag", Upper: ref(12.0)}, {Level: "kritisk", Lower: ref(16.0)}}, nil, ""},
		{"reachable values without a level", fourByFour, []Band{{Level: "lag", Upper: ref(3.0)}, {Level: "kritisk", Lower: ref(9.0), LowerExclusive: true}}, []string{"bands BANDS_GAP"}, "4, 6, 8 och 9"},
		{"no bands at all", fourByFour, nil, []string{"bands BANDS_GAP"}, "1, 2, 3, 4, 6, 8, 9, 12 och 16"},
		{"one shared value", fourByFour, []Band{{Level: "lag", Upper: ref(8.0)}, {Level: "kritisk", Lower: ref(8.0)}}, []string{"bands[1] BANDS_OVERLAP"}, "Värdet 8 hör till två nivåer"},
		{"shared values in another order", fourByFour, []Band{{Level: "kritisk", Lower: ref(6.0)}, {Level: "lag", Upper: ref(8.5)}}, []string{"bands[0] BANDS_OVERLAP"}, "Värdena 6 till 8,5"},
		{"a band inside another", fourByFour, []Band{{Level: "lag", Lower: ref(1.0), Upper: ref(16.0)}, {Level: "medel", Lower: ref(4.0), Upper: ref(6.0)}, {Level: "kritisk", Lower: ref(9.0), Upper: ref(12.0)}}, []string{"bands[1] BANDS_OVERLAP", "bands[2] BANDS_OVERLAP"}, "Värdena 4 till 6"},
		{"two open ends upwards", stated, []Band{{Level: "ovrig", Lower: ref(1.0)}, {Level: "kritisk", Lower: ref(8.0)}}, []string{"bands[1] BANDS_OVERLAP"}, "Värdena 8 uppåt"},
		{"two open ends downwards", stated, []Band{{Level: "ovrig", Upper: ref(4.0)}, {Level: "kritisk", Upper: ref(8.0)}}, []string{"bands[1] BANDS_OVERLAP"}, "Värdena 4 nedåt"},
		{"a hole on the line", stated, []Band{{Level: "ovrig", Upper: ref(7.0)}, {Level: "kritisk", Lower: ref(8.0)}}, []string{"bands[1].lower BANDS_GAP"}, "mellan 7 och 8"},
		{"a bound that belongs to none", stated, []Band{{Level: "ovrig", Upper: ref(8.0), UpperExclusive: true}, {Level: "kritisk", Lower: ref(8.0), LowerExclusive: true}}, []string{"bands[1].lower BANDS_GAP"}, "Värdet 8 hör inte"},
		{"levels that are only stated", stated, nil, nil, ""},
		{"a band upside down", stated, []Band{{Level: "ovrig", Lower: ref(8.0), Upper: ref(7.0)}}, []string{"bands[0] BAND_EMPTY"}, ""},
		{"a band without its only value", stated, []Band{{Level: "ovrig", Lower: ref(8.0), Upper: ref(8.0), UpperExclusive: true}}, []string{"bands[0] BAND_EMPTY"}, ""},
		{"a milder level above a graver", stated, []Band{{Level: "kritisk", Upper: ref(8.0), UpperExclusive: true}, {Level: "ovrig", Lower: ref(8.0)}}, []string{"bands[1].level BANDS_NOT_ASCENDING"}, ""},
		{"one level in two bands", stated, []Band{{Level: "ovrig", Upper: ref(4.0)}, {Level: "ovrig", Lower: ref(4.0), LowerExclusive: true}}, nil, ""},
		{"table values without a level", table, []Band{{Level: "lag", Upper: ref(4.0)}}, []string{"bands BANDS_GAP"}, "kan ge 5,"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := tt.base()
			m.Bands = tt.bands
			faults := m.Check()
			wantCodes(t, faults, tt.want...)
			if len(faults) > 0 && !strings.Contains(faults[0].Swedish, tt.says) {
				t.Errorf("text = %q, want it to name %q", faults[0].Swedish, tt.says)
			}
		})
	}
}

func TestLongListsAreCutShort(t *testing.T) {
	m := fourByFour()
	m.Likelihood.Steps = []int{1, 2, 3, 4, 5, 6, 7}
	m.Consequence.Steps = m.Likelihood.Steps
	m.Bands = nil
	faults := m.Check()
	if want := "1, 2, 3, 4, 5, 6, 7, 8, 9, 10 och 15 till"; len(faults) != 1 || !strings.Contains(faults[0].Swedish, want) {
		t.Errorf("faults = %v, want one with %q", faults, want)
	}
}
