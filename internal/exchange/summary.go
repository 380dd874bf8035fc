package exchange

// KindCount is how many resources of one kind a file holds.
type KindCount struct {
	// Kind is the bundle's field, such as "risk_entries".
	Kind  string
	Count int
}

// Counts returns how many resources of each kind the file holds, in the order of the contract, without empty kinds.
func (f *File) Counts() []KindCount {
	var counts []KindCount
	for item := range items(f.Bundle) {
		kind := string(item.field.Name())
		if last := len(counts) - 1; last < 0 || counts[last].Kind != kind {
			counts = append(counts, KindCount{Kind: kind})
		}
		counts[len(counts)-1].Count++
	}
	return counts
}

// Committees returns the names of the committees that the file speaks of, in order of first mention.
func (f *File) Committees() []string {
	var names []string
	seen := map[string]bool{}
	for item := range items(f.Bundle) {
		if c := committeeOf(item.name); c != "" && !seen[c] {
			seen[c] = true
			names = append(names, c)
		}
	}
	return names
}
