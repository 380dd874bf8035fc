package web

import (
	"net/url"
	"slices"
	"strconv"

	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// wideMatrix is the number of steps from which a matrix may be wider than a narrow screen.
const wideMatrix = 5

// matrixView is the risk matrix: likelihood down, consequence across.
type matrixView struct {
	Down, Across *riskv1.Axis
	Heads        []*riskv1.Step
	Rows         []matrixRow
	Legend       []legendView
	// Year is the plan's; Base that of the earlier plan beside it, empty without one.
	Year, Base string
	// Outside are the plan's risks that lie in no cell, and OutsideBase those of the earlier plan.
	Outside     countView
	OutsideBase int
	// Wide matrices can be scrolled on a narrow screen.
	Wide bool
	// Other switches the comparison on or off.
	Other link
	// Files are the figure to download.
	Files []link
	// Note says why something cannot be shown.
	Note string
}

// matrixRow is one step of likelihood, the most likely first.
type matrixRow struct {
	Step  *riskv1.Step
	Cells []matrixCell
}

// matrixCell is one pair of steps.
type matrixCell struct {
	Value   string
	Level   levelView
	Count   int
	Before  int
	Address string
}

// legendView is one level with what it means.
type legendView struct {
	Level levelView
	Text  string
}

// matrix returns the matrix of a method with axes; nil without axes.
func (g *register) matrix(path string) *matrixView {
	m := g.GetMethodVersion()
	if m.GetLikelihood() == nil || m.GetConsequence() == nil {
		return nil
	}
	v := &matrixView{Down: m.GetLikelihood(), Across: m.GetConsequence(), Heads: m.GetConsequence().GetSteps(), Year: last(g.GetPlan().GetName())}
	v.Wide = len(v.Heads) > wideMatrix
	placed := 0
	for _, down := range slices.Backward(m.GetLikelihood().GetSteps()) {
		row := matrixRow{Step: down}
		for _, across := range v.Heads {
			cell := g.cell(path, down.GetValue(), across.GetValue())
			placed += cell.Count
			row.Cells = append(row.Cells, cell)
		}
		v.Rows = append(v.Rows, row)
	}
	v.Outside = countView{len(g.inPlan()) - placed, "", path + "?x=" + noStep + "#risker"}
	for i, l := range g.levels() {
		v.Legend = append(v.Legend, legendView{l, m.GetLevels()[i].GetDescription()})
	}
	return v
}

// noStep is how the address of a filter names the risks that lie in no cell.
const noStep = "-"

// cell counts the entries of one pair of steps, and finds the pair's value and level.
func (g *register) cell(path string, likelihood, consequence int32) matrixCell {
	x, y := float64(likelihood), float64(consequence)
	cell := matrixCell{Count: g.countAt(x, y)}
	cell.Address = path + "?" + url.Values{"x": {strconv.Itoa(int(likelihood))}, "y": {strconv.Itoa(int(consequence))}}.Encode() + "#risker"
	if v, ok := cellValue(g.GetMethodVersion(), x, y); ok {
		cell.Value = number(v)
		cell.Level = g.levelByID(bandOf(g.GetMethodVersion(), v))
	}
	return cell
}

// countAt counts the plan's entries on a pair of steps.
func (g *register) countAt(likelihood, consequence float64) int {
	n := 0
	for _, e := range g.inPlan() {
		if e.Likelihood != nil && e.GetLikelihood() == likelihood && e.Consequence != nil && e.GetConsequence() == consequence {
			n++
		}
	}
	return n
}

// placed reports whether an entry lies in a cell of the matrix: on a step of both axes.
func (g *register) placed(e *riskv1.RiskEntry) bool {
	on := func(a *riskv1.Axis, stated bool, v float64) bool {
		return stated && slices.ContainsFunc(a.GetSteps(), func(s *riskv1.Step) bool { return float64(s.GetValue()) == v })
	}
	m := g.GetMethodVersion()
	return on(m.GetLikelihood(), e.Likelihood != nil, e.GetLikelihood()) && on(m.GetConsequence(), e.Consequence != nil, e.GetConsequence())
}

// compareMatrix puts the risks of an earlier plan beside those of this one. Plans whose methods have different axes cannot
// lie in one matrix.
func (g *register) compareMatrix(v *matrixView, base *register) {
	if !sameAxes(g.GetMethodVersion(), base.GetMethodVersion()) {
		v.Note = "Planen för " + last(base.GetPlan().GetName()) + " gjordes med andra skalor. Den kan inte visas i samma matris."
		return
	}
	v.Base = last(base.GetPlan().GetName())
	v.OutsideBase = len(base.inPlan())
	for i := range v.Rows {
		for j := range v.Rows[i].Cells {
			cell := &v.Rows[i].Cells[j]
			cell.Before = base.countAt(float64(v.Rows[i].Step.GetValue()), float64(v.Heads[j].GetValue()))
			v.OutsideBase -= cell.Before
		}
	}
}

// sameAxes reports whether two methods have the same steps on both axes.
func sameAxes(a, b *riskv1.MethodVersion) bool {
	same := func(x, y *riskv1.Axis) bool {
		return x != nil && y != nil && slices.EqualFunc(x.GetSteps(), y.GetSteps(), func(s, t *riskv1.Step) bool { return s.GetValue() == t.GetValue() })
	}
	return same(a.GetLikelihood(), b.GetLikelihood()) && same(a.GetConsequence(), b.GetConsequence())
}

// cellValue returns what the method makes of a pair of steps.
func cellValue(m *riskv1.MethodVersion, likelihood, consequence float64) (float64, bool) {
	switch m.GetValueRule() {
	case riskv1.ValueRule_VALUE_RULE_PRODUCT:
		return likelihood * consequence, true
	case riskv1.ValueRule_VALUE_RULE_TABLE:
		for _, k := range m.GetCells() {
			if float64(k.GetLikelihood()) == likelihood && float64(k.GetConsequence()) == consequence {
				return k.GetValue(), true
			}
		}
	default: // nothing is computed
	}
	return 0, false
}

// bandOf returns the id of the level that a value has; empty when no band holds it.
func bandOf(m *riskv1.MethodVersion, v float64) string {
	for _, b := range m.GetBands() {
		above := b.Lower == nil || v > b.GetLower() || v == b.GetLower() && !b.GetLowerExclusive()
		below := b.Upper == nil || v < b.GetUpper() || v == b.GetUpper() && !b.GetUpperExclusive()
		if above && below {
			return b.GetLevel()
		}
	}
	return ""
}
