package report

import (
	"fmt"
	"strings"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
)

// Operator tells when a target is met.
type Operator int

// The operators.
const (
	NoTarget Operator = iota
	AtLeast
	AtMost
	Equals
	Increase
	Decrease
	Unchanged
)

// Target is what an indicator should reach.
type Target struct {
	// Text is the target in the words of the decision; may be empty.
	Text     string
	Operator Operator
	Value    *float64
	// Baseline is the year to compare with; 0 for the year before.
	Baseline int
	// Share tells that values are percentages; Unit is what else is counted.
	Share bool
	Unit  string
}

// Goal writes a target in the words of the decision, else in a few of its own; empty for none.
func Goal(t Target) string {
	if text := strings.TrimSpace(t.Text); text != "" {
		return text
	}
	since := ""
	if t.Baseline != 0 {
		since = fmt.Sprintf(" jämfört med %d", t.Baseline)
	}
	switch t.Operator {
	case AtLeast:
		return "minst " + t.value()
	case AtMost:
		return "högst " + t.value()
	case Equals:
		return t.value()
	case Increase:
		return "ska öka" + since
	case Decrease:
		return "ska minska" + since
	case Unchanged:
		return "ska vara oförändrat" + since
	case NoTarget:
	}
	return ""
}

func (t Target) value() string {
	if t.Value == nil {
		return document.EmptyMark
	}
	if t.Share {
		return decimal(*t.Value) + noBreak + "%"
	}
	return strings.TrimSpace(decimal(*t.Value) + " " + t.Unit)
}
