package workbook

import (
	"fmt"
	"strings"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// maxFaults bounds an answer: a sheet of the wrong kind would else give one fault for each of its cells.
const maxFaults = 200

// Fault is one thing wrong with, or worth knowing about, a sheet.
type Fault struct {
	// Sheet is the name of the sheet; Row counts from 1, and is 0 for the sheet as a whole.
	Sheet string
	Row   int
	// Column is the letter of the column, such as "C"; empty for a whole row.
	Column string
	// Heading is the column's heading, and Typed what the cell holds.
	Heading, Typed string
	// Reason is machine-readable, such as "NUMBER".
	Reason string
	// Swedish says what is wrong and how to mend it; English says the same.
	Swedish, English string
}

// Place says where it is: "Risker, C7 (Sannolikhet)", "Risker, rad 7" or "Risker".
func (f Fault) Place() string {
	switch {
	case f.Row == 0:
		return f.Sheet
	case f.Column == "":
		return fmt.Sprintf("%s, rad %d", f.Sheet, f.Row)
	case f.Heading == "":
		return fmt.Sprintf("%s, %s%d", f.Sheet, f.Column, f.Row)
	default:
		return fmt.Sprintf("%s, %s%d (%s)", f.Sheet, f.Column, f.Row, f.Heading)
	}
}

// Field returns the fault as every other: its place is the path.
func (f Fault) Field() fault.Field {
	return fault.Field{Path: f.Place(), Reason: f.Reason, Swedish: f.Swedish, English: f.English}
}

// Fields returns faults as those of a file.
func Fields(faults []Fault) []fault.Field {
	fields := make([]fault.Field, len(faults))
	for i, f := range faults {
		fields[i] = f.Field()
	}
	return fields
}

// collection gathers faults, at most maxFaults, and counts the rest.
type collection struct {
	list []Fault
	more int
}

func (c *collection) add(f Fault) {
	if len(c.list) >= maxFaults {
		c.more++
		return
	}
	c.list = append(c.list, f)
}

// all returns what was gathered, with a last one that tells of the rest.
func (c *collection) all(sheet string) []Fault {
	if c.more == 0 {
		return c.list
	}
	return append(c.list, Fault{Sheet: sheet, Reason: "MORE_FAULTS",
		Swedish: fmt.Sprintf("Bladet har %d fel till. Rätta de första och försök igen.", c.more),
		English: fmt.Sprintf("%d more faults are left out", c.more)})
}

// wrong is what a parser says of a text; it has no reason when all is well.
type wrong struct{ reason, swedish, english string }

func (w wrong) is() bool { return w.reason != "" }

// unreadable returns the error of a file that is not read at all.
func unreadable(reason, swedish, english string) error {
	return &fault.Error{Kind: fault.Invalid, Reason: "INVALID_FIELDS", Swedish: "Filen går inte att läsa in.", English: "the file cannot be read",
		Fields: []fault.Field{{Path: "file", Reason: reason, Swedish: swedish, English: english}}}
}

// tooMuch returns the error of a file beyond a limit.
func tooMuch(swedish, english string) error {
	return &fault.Error{Kind: fault.Exhausted, Reason: "LIMIT_EXCEEDED", Swedish: swedish, English: english}
}

// clip shortens what somebody typed, for a message.
func clip(text string) string {
	const most = 60
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
