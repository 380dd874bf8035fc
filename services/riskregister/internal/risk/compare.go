package risk

// ChangeKind tells what became of a risk between two plans.
type ChangeKind int

// The kinds.
const (
	// ChangeNew: in the plan alone.
	ChangeNew ChangeKind = iota + 1
	// ChangeRemaining: in both.
	ChangeRemaining
	// ChangeDropped: in the earlier plan alone.
	ChangeDropped
	// ChangeReplaced: in the earlier plan alone, and a risk of the plan replaces it.
	ChangeReplaced
	// ChangeMoved: in the earlier plan alone, and moved to another committee.
	ChangeMoved
)

// Compared is an entry of one of two plans, as far as its risk's identity goes.
type Compared struct {
	// Risk is the name of the risk.
	Risk string
	// Replaces names the risks that it replaces.
	Replaces []string
	// Moved tells that the risk belongs to another committee now.
	Moved bool
}

// Change is what became of one risk.
type Change struct {
	Risk string
	Kind ChangeKind
	// ReplacedBy is the risk of the plan that replaces it; empty otherwise.
	ReplacedBy string
}

// ComparePlans returns one change for each risk of either plan: those of the plan in its order, then those that it lacks
// in the order of the earlier one. A risk that a plan assesses in several entries is one risk.
func ComparePlans(plan, earlier []Compared) []Change {
	now, before := risksIn(plan), risksIn(earlier)
	var changes []Change
	for _, c := range firsts(plan) {
		kind := ChangeNew
		if before[c.Risk] {
			kind = ChangeRemaining
		}
		changes = append(changes, Change{Risk: c.Risk, Kind: kind})
	}
	replacing := replacements(plan)
	for _, c := range firsts(earlier) {
		if !now[c.Risk] {
			changes = append(changes, gone(c, replacing[c.Risk]))
		}
	}
	return changes
}

// gone tells why a risk is no longer there: what took its place in the plan says most.
func gone(c Compared, replacedBy string) Change {
	switch {
	case replacedBy != "":
		return Change{Risk: c.Risk, Kind: ChangeReplaced, ReplacedBy: replacedBy}
	case c.Moved:
		return Change{Risk: c.Risk, Kind: ChangeMoved}
	default:
		return Change{Risk: c.Risk, Kind: ChangeDropped}
	}
}

// risksIn returns the set of risks of a plan.
func risksIn(entries []Compared) map[string]bool {
	in := make(map[string]bool, len(entries))
	for _, c := range entries {
		in[c.Risk] = true
	}
	return in
}

// firsts returns the first entry of each risk, in order.
func firsts(entries []Compared) []Compared {
	seen := make(map[string]bool, len(entries))
	var some []Compared
	for _, c := range entries {
		if !seen[c.Risk] {
			seen[c.Risk] = true
			some = append(some, c)
		}
	}
	return some
}

// replacements maps each replaced risk to the first risk of the plan that replaces it.
func replacements(plan []Compared) map[string]string {
	by := map[string]string{}
	for _, c := range plan {
		for _, old := range c.Replaces {
			if by[old] == "" && old != c.Risk {
				by[old] = c.Risk
			}
		}
	}
	return by
}
