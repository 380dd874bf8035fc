package notice

import (
	"fmt"
	"slices"
	"strings"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// farthest is how many days before or after the last day a rule may remind.
const farthest = 365

// collection separates the place of a rule from its id.
const collection = "/reminderRules/"

// Place returns where the rule holds: the municipality or the committee that its name begins with.
func (r Rule) Place() string {
	place, _, _ := strings.Cut(r.Name, collection)
	return place
}

// municipality returns the municipality of a committee.
func municipality(committee string) string {
	place, _, _ := strings.Cut(committee, "/committees/")
	return place
}

// Match returns the rule that decides over a deadline: one of the committee before one of the municipality, one for its kind
// before one for its role, and one for both before either. It may be a disabled one, which silences the deadline.
func Match(rules []Rule, d Deadline) (Rule, bool) {
	best, found := Rule{}, 0
	for _, r := range rules {
		weight := r.weight(d)
		if weight > found || weight == found && weight > 0 && r.Name < best.Name {
			best, found = r, weight
		}
	}
	return best, found > 0
}

// weight tells how closely the rule fits a deadline; 0 when it does not.
func (r Rule) weight(d Deadline) int {
	if r.Kind != KindAny && r.Kind != d.Kind || r.Role != RoleAny && r.Role != d.Role {
		return 0
	}
	weight := 1
	switch r.Place() {
	case d.Committee:
		weight += 4
	case municipality(d.Committee):
	default:
		return 0
	}
	if r.Kind != KindAny {
		weight += 2
	}
	if r.Role != RoleAny {
		weight++
	}
	return weight
}

// Overlap returns another rule for the same kind and role in the same place, of which there may be only one.
func Overlap(rules []Rule, r Rule) (Rule, bool) {
	for _, other := range rules {
		if other.Name != r.Name && other.Place() == r.Place() && other.Kind == r.Kind && other.Role == r.Role {
			return other, true
		}
	}
	return Rule{}, false
}

// OverlapFault is the fault of a rule that stands beside another for the same kind and role; title is the other's.
func OverlapFault(title string) fault.Field {
	return bad("kind", "RULE_OVERLAPS",
		fmt.Sprintf("Regeln ”%s” gäller redan samma slags uppgifter och samma roll här. Ändra den, eller välj något annat.", title),
		fmt.Sprintf("the rule %q is for the same kind and role in the same place", title))
}

// steps returns whom to tell when nobody can be reached at a step: what the ladder has after it.
func (r Rule) steps(after Recipient) []Recipient {
	ladder := r.Ladder
	if len(ladder) == 0 {
		ladder = []Recipient{Manager, Coordinator}
	}
	return ladder[slices.Index(ladder, after)+1:]
}

// mode returns how a person gets what the rule sends.
func (r Rule) mode(p Person) Mode {
	switch {
	case p.Mode != ModeUnset:
		return p.Mode
	case r.Mode != ModeUnset:
		return r.Mode
	default:
		return Digest
	}
}

// Check finds everything in the rule that cannot be followed, or that says something twice.
func (r Rule) Check() []fault.Field {
	faults := when(len(r.Times) == 0, bad("times", "MISSING",
		"Ange minst en tidpunkt, till exempel 14 dagar före.", "a rule needs at least one time"))
	seen := make(map[string]bool, len(r.Times))
	for i, t := range r.Times {
		path := at("times", i)
		faults = append(faults, Under(path, t.Check())...)
		key := fmt.Sprintf("%s %d", t.distance(t.Days), t.to())
		faults = append(faults, when(seen[key], bad(path, "DUPLICATE",
			"Samma tidpunkt och mottagare står två gånger. Ta bort den ena eller ändra den.",
			"the same time and recipient occur more than once"))...)
		seen[key] = true
	}
	faults = append(faults, r.checkLadder()...)
	return append(faults, when(r.Hour < 0 || r.Hour > 23 || r.Minute < 0 || r.Minute > 59, bad("time_of_day", "TIME_OF_DAY",
		"Ange ett klockslag mellan 00:00 och 23:59, till exempel 07:00.", "there is no such time of day"))...)
}

// checkLadder finds steps that come twice, and the responsible, who is who could not be reached.
func (r Rule) checkLadder() []fault.Field {
	var faults []fault.Field
	for i, step := range r.Ladder {
		path := at("ladder", i)
		faults = append(faults, when(step < Manager || step > Head, bad(path, "LADDER_STEP",
			"Välj ansvarig chef, samordnare eller förvaltningschef.", "a step is the manager, the coordinator or the head"))...)
		faults = append(faults, when(slices.Contains(r.Ladder[:i], step), bad(path, "DUPLICATE",
			"Samma mottagare står två gånger. Ta bort den ena.", "the same step occurs more than once"))...)
	}
	return faults
}

// to returns the recipient; where none is stated, the responsible.
func (t Time) to() Recipient { return max(t.Recipient, Responsible) }

// Check finds a time that is too far away, or a share whose bounds leave nothing.
func (t Time) Check() []fault.Field {
	faults := when(t.Recipient < 0 || t.Recipient > Head, bad("recipient", "LADDER_STEP",
		"Välj den ansvariga, ansvarig chef, samordnare eller förvaltningschef.", "there is no such recipient"))
	if t.Share != nil {
		return append(faults, Under("share", t.Share.Check())...)
	}
	path := "days_before"
	if t.Days > 0 {
		path = "days_after"
	}
	return append(faults, daysFault(path, max(t.Days, -t.Days))...)
}

// Check finds a share that is none, or whose bounds leave nothing.
func (s Share) Check() []fault.Field {
	faults := when(s.Percent < 1 || s.Percent > 100, bad("percent", "RANGE",
		"Ange en andel mellan 1 och 100 procent.", "a share is 1 to 100 percent"))
	faults = append(faults, daysFault("min_days", s.Min)...)
	faults = append(faults, daysFault("max_days", s.Max)...)
	return append(faults, when(s.Max > 0 && s.Min > s.Max, bad("max_days", "BOUNDS_REVERSED",
		fmt.Sprintf("Minst %d dagar är fler än högst %d. Byt plats på talen eller rätta dem.", s.Min, s.Max),
		fmt.Sprintf("at least %d days is more than at most %d", s.Min, s.Max)))...)
}

// daysFault finds a number of days that is negative or more than a year.
func daysFault(path string, days int) []fault.Field {
	return when(days < 0 || days > farthest, bad(path, "RANGE",
		fmt.Sprintf("Ange högst %d dagar.", farthest), fmt.Sprintf("0 to %d days", farthest)))
}
