package risk

import (
	"fmt"
	"slices"
)

// insteadReminded tells what happens to the reminders of something that no person answers for.
const insteadReminded = "Ingen person är knuten, så påminnelser går till ansvarig chef eller samordnaren. Välj vem som ansvarar."

// unreminded is something of a plan that no person is reminded of.
type unreminded struct{ resource, swedish string }

// checkReminded remarks on what no person answers for, once for each kind: a plan that names roles in words alone is whole,
// and would have the same remark on every row.
func (p Plan) checkReminded() []Finding {
	empty, areas := p.unremindedAreas()
	return slices.Concat(
		p.unreminded(p.unremindedEntries(), "%d risker i planen har bara roller i ord som ansvariga.", "risk entries have owners in words alone"),
		p.unreminded(p.unremindedPoints(), "%d kontrollmoment har bara roller i ord som kontrollansvariga.", "control points have owners in words alone"),
		p.unreminded(empty, "%d kontrollområden har varken kontrollmoment eller ansvarig.", "control areas have neither control points nor owners"),
		p.unreminded(areas, "%d kontrollområden har bara roller i ord som ansvariga.", "control areas have owners in words alone"))
}

func (p Plan) unremindedEntries() []unreminded {
	var out []unreminded
	for _, e := range p.Entries {
		if e.takenUp() && wordsAlone(e.Owners) {
			out = append(out, unreminded{e.Name, about(e, "har bara roller i ord som ansvariga.")})
		}
	}
	return out
}

func (p Plan) unremindedPoints() []unreminded {
	var out []unreminded
	for _, c := range p.Points {
		if wordsAlone(c.Owners) {
			out = append(out, unreminded{c.Name, fmt.Sprintf("Kontrollmomentet ”%s” har bara roller i ord som kontrollansvariga.", c.Title)})
		}
	}
	return out
}

// unremindedAreas are the control areas that are reported by themselves: those without owners, and those with roles alone.
// Where there are control points, they say who.
func (p Plan) unremindedAreas() (empty, words []unreminded) {
	for _, a := range p.Areas {
		switch {
		case slices.ContainsFunc(p.Points, func(c Point) bool { return c.Area == a.Name }):
		case len(a.Owners) == 0:
			empty = append(empty, unreminded{a.Name, fmt.Sprintf("Kontrollområdet ”%s” har varken kontrollmoment eller ansvarig.", a.Title)})
		case wordsAlone(a.Owners):
			words = append(words, unreminded{a.Name, fmt.Sprintf("Kontrollområdet ”%s” har bara roller i ord som ansvariga.", a.Title)})
		}
	}
	return empty, words
}

// wordsAlone reports whether there are owners, and none of them is tied to a person. That there are none is another matter.
func wordsAlone(owners []Owner) bool {
	return len(owners) > 0 && !slices.ContainsFunc(owners, func(o Owner) bool { return o.Assignment != "" })
}

// unreminded is the remark on one kind: about the thing when it is alone, else about the plan, with how many they are.
func (p Plan) unreminded(all []unreminded, many, english string) []Finding {
	switch len(all) {
	case 0:
		return nil
	case 1:
		return []Finding{remark(all[0].resource, "owners", all[0].swedish+" "+insteadReminded, "no person is reminded of it")}
	default:
		return []Finding{remark(p.Name, "owners", fmt.Sprintf(many, len(all))+" "+insteadReminded, fmt.Sprintf("no person is reminded: %d %s", len(all), english))}
	}
}
