package report

import (
	"fmt"
	"strings"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// Placed is what the matrix needs to know of a risk.
type Placed struct {
	// Number is what the documents call it; Title is the risk in a sentence.
	Number int
	Title  string
	// Likelihood and Consequence are the stated steps; nil when not stated.
	Likelihood, Consequence *float64
	// Level is the id of its level; empty when it has none.
	Level string
}

// Matrix is where the risks of a plan lie. Every risk is in exactly one place: in a cell, between cells, or not placed.
type Matrix struct {
	// Rows are the steps of likelihood and Columns those of consequence, ascending; with the names of their axes.
	Rows, Columns          []Step
	RowTitle, ColumnTitle  string
	Levels                 []Level
	cells                  [][]MatrixCell
	Between, Unplaced      []Placed
	byLevel                []int
	total, withoutLevel    int
	base                   string
	baseTotal, baseOutside int
}

// MatrixCell is one cell.
type MatrixCell struct {
	// Value is the cell's risk value; nil when the method gives none.
	Value *float64
	// Level is the index of its level; -1 when none applies.
	Level int
	Risks []Placed
	// Before counts the risks of the earlier plan.
	Before int
}

// Earlier is the plan that a matrix is compared with.
type Earlier struct {
	// Name is what to call it, such as "2024".
	Name  string
	Risks []Placed
}

// NewMatrix places risks. It returns fault.Precondition for a method without axes; plan is the resource it concerns.
func NewMatrix(m Method, risks []Placed, plan string) (*Matrix, error) {
	if !m.HasAxes() {
		return nil, fault.State("INCOMPLETE",
			"Planens metod anger riskvärden utan sannolikhet och konsekvens, så det finns ingen riskmatris. Riskerna visas i planens tabeller.",
			"the method of the plan has no axes", fault.Field{Path: plan, Reason: "NO_AXES",
				Swedish: "Metoden har inga axlar.", English: "the method has no axes"})
	}
	x := &Matrix{Rows: m.Likelihood.Steps, Columns: m.Consequence.Steps, RowTitle: m.Likelihood.Title, ColumnTitle: m.Consequence.Title,
		Levels: m.Levels, byLevel: make([]int, len(m.Levels)), total: len(risks)}
	for _, row := range x.Rows {
		cells := make([]MatrixCell, len(x.Columns))
		for i, column := range x.Columns {
			cells[i].Value = m.value(row.Value, column.Value)
			cells[i].Level = m.levelOf(cells[i].Value)
		}
		x.cells = append(x.cells, cells)
	}
	for _, r := range risks {
		x.place(m, r)
	}
	return x, nil
}

func (x *Matrix) place(m Method, r Placed) {
	if at := m.level(r.Level); at >= 0 {
		x.byLevel[at]++
	} else {
		x.withoutLevel++
	}
	if r.Likelihood == nil || r.Consequence == nil {
		x.Unplaced = append(x.Unplaced, r)
		return
	}
	row, column := m.Likelihood.at(*r.Likelihood), m.Consequence.at(*r.Consequence)
	if row < 0 || column < 0 {
		x.Between = append(x.Between, r)
		return
	}
	x.cells[row][column].Risks = append(x.cells[row][column].Risks, r)
}

// Compare adds where the risks of an earlier plan lay. A risk that lies in none of this matrix's cells is counted outside
// them.
func (x *Matrix) Compare(e Earlier) {
	x.base, x.baseTotal = e.Name, len(e.Risks)
	rows, columns := Axis{Steps: x.Rows}, Axis{Steps: x.Columns}
	for _, r := range e.Risks {
		if r.Likelihood == nil || r.Consequence == nil {
			x.baseOutside++
			continue
		}
		row, column := rows.at(*r.Likelihood), columns.at(*r.Consequence)
		if row < 0 || column < 0 {
			x.baseOutside++
			continue
		}
		x.cells[row][column].Before++
	}
}

// compared reports whether the matrix shows an earlier plan too.
func (x *Matrix) compared() bool { return x.base != "" }

// Cell returns the cell of a row and a column, by index.
func (x *Matrix) Cell(row, column int) MatrixCell { return x.cells[row][column] }

// Risks counts every risk of the matrix.
func (x *Matrix) Risks() int { return x.total }

// bare reports whether no cell has a value or a level: the method places risks, but computes nothing.
func (x *Matrix) bare() bool {
	for _, row := range x.cells {
		for _, c := range row {
			if c.Value != nil || c.Level != noLevel {
				return false
			}
		}
	}
	return true
}

// levelTitle names the level of a cell; empty when none applies.
func (x *Matrix) levelTitle(c MatrixCell) string {
	if c.Level == noLevel {
		return ""
	}
	return x.Levels[c.Level].Title
}

// count writes the number of risks in a cell, with the earlier number where there is one: "2", "1 → 2".
func (x *Matrix) count(c MatrixCell) string {
	if !x.compared() {
		return decimal(float64(len(c.Risks)))
	}
	return decimal(float64(c.Before)) + noBreak + "→" + noBreak + decimal(float64(len(c.Risks)))
}

// maxToldCells bounds how many cells the alternative text tells of; the table has them all.
const maxToldCells = 20

// Alternative says in words what the figure shows.
func (x *Matrix) Alternative() string {
	var out strings.Builder
	fmt.Fprintf(&out, "Riskmatris: %s. Lodrätt %s från %s till %s, vågrätt %s från %s till %s.", riskNoun.count(x.total),
		lowerFirst(x.RowTitle), x.Rows[0].words(), x.Rows[len(x.Rows)-1].words(),
		lowerFirst(x.ColumnTitle), x.Columns[0].words(), x.Columns[len(x.Columns)-1].words())
	out.WriteString(x.levelSentence() + x.cellSentences() + x.outsideSentence())
	if x.compared() {
		fmt.Fprintf(&out, " Planen för %s hade %s.", x.base, riskNoun.count(x.baseTotal))
	}
	return out.String()
}

func (x *Matrix) levelSentence() string {
	var parts []string
	for i := len(x.Levels) - 1; i >= 0; i-- {
		if x.byLevel[i] > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", lowerFirst(x.Levels[i].Title), x.byLevel[i]))
		}
	}
	if x.withoutLevel > 0 && len(x.Levels) > 0 {
		parts = append(parts, fmt.Sprintf("utan nivå %d", x.withoutLevel))
	}
	if len(parts) == 0 {
		return ""
	}
	return " Antal per nivå: " + enumerate(parts) + "."
}

// cellSentences tells of the cells that hold risks, the gravest corner first.
func (x *Matrix) cellSentences() string {
	var out strings.Builder
	told := 0
	for row := len(x.Rows) - 1; row >= 0; row-- {
		for column := len(x.Columns) - 1; column >= 0; column-- {
			n := len(x.cells[row][column].Risks)
			if n == 0 {
				continue
			}
			if told++; told > maxToldCells {
				return out.String() + " Tabellen visar alla rutor."
			}
			fmt.Fprintf(&out, " %s %d, %s %d: %s.", sentence(x.RowTitle), x.Rows[row].Value, lowerFirst(x.ColumnTitle), x.Columns[column].Value,
				riskNoun.count(n))
		}
	}
	return out.String()
}

func (x *Matrix) outsideSentence() string {
	text := ""
	if n := len(x.Between); n > 0 {
		text += " Mellan rutor: " + riskNoun.count(n) + "."
	}
	if n := len(x.Unplaced); n > 0 {
		text += " Inte placerade: " + riskNoun.count(n) + "."
	}
	return text
}
