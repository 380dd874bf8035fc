package notice

import (
	"fmt"
	"strings"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// bad returns one fault of one field.
func bad(path, reason, swedish, english string) fault.Field {
	return fault.Field{Path: path, Reason: reason, Swedish: swedish, English: english}
}

// Under returns the faults with their paths below a prefix, such as "reminder_rule".
func Under(prefix string, faults []fault.Field) []fault.Field {
	if prefix == "" {
		return faults
	}
	below := make([]fault.Field, len(faults))
	for i, f := range faults {
		below[i] = f
		below[i].Path = prefix + "." + f.Path
	}
	return below
}

// at returns the path of an element, such as "times[2]".
func at(list string, i int) string { return fmt.Sprintf("%s[%d]", list, i) }

// when returns the fault alone if the condition holds, else nothing.
func when(condition bool, f fault.Field) []fault.Field {
	if !condition {
		return nil
	}
	return []fault.Field{f}
}

// enumerate joins words into one phrase: "a, b och c". What is said twice is said once, and nothing is left out.
func enumerate(words []string) string {
	var some []string
	seen := make(map[string]bool, len(words))
	for _, w := range words {
		if w = strings.TrimSpace(w); w != "" && !seen[w] {
			some, seen[w] = append(some, w), true
		}
	}
	if len(some) < 2 {
		return strings.Join(some, "")
	}
	last := len(some) - 1
	return strings.Join(some[:last], ", ") + " och " + some[last]
}

// Words names a role as it stands after "i stället för".
func (r Role) Words() string {
	switch r {
	case RoleManager:
		return "ansvarig chef"
	case RoleCoordinator:
		return "internkontrollsamordnare"
	case RoleHead:
		return "förvaltningschef"
	case RoleCommittee:
		return "nämndsekreterare"
	default:
		return "ansvarig"
	}
}

// Words names a step of the ladder as it stands after "i stället för".
func (r Recipient) Words() string {
	switch r {
	case Manager:
		return RoleManager.Words()
	case Coordinator:
		return RoleCoordinator.Words()
	case Head:
		return RoleHead.Words()
	default:
		return RoleOwner.Words()
	}
}
