package web

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// noLevel is how the address of a filter names the risks without a level.
const noLevel = "-"

// filter reads the choice of risks from the address and lists what can be chosen.
func (g *register) filter(q url.Values) filterView {
	v := filterView{Level: q.Get("niva"), Owner: q.Get("ansvarig"), Category: q.Get("rubrik"), Sort: q.Get("sort"), Order: q.Get("ordning")}
	for _, l := range slices.Backward(g.levels()) {
		v.Levels = append(v.Levels, option{Value: l.ID, Label: l.Title})
	}
	var roles []string
	for _, e := range g.GetRiskEntries() {
		roles = append(roles, owners(e.GetOwners())...)
	}
	slices.Sort(roles)
	roles = slices.Compact(roles)
	sortSwedish(roles, func(s string) string { return s })
	for _, r := range roles {
		v.Owners = append(v.Owners, option{Value: r, Label: r})
	}
	for _, k := range g.GetMethodVersion().GetClassifications() {
		for _, i := range k.GetItems() {
			v.Categories = append(v.Categories, option{Value: k.GetId() + "/" + i.GetId(), Label: i.GetTitle()})
		}
	}
	v.Likelihood, v.Consequence = q.Get("x"), q.Get("y")
	v.Active = v.Level+v.Owner+v.Category+v.Likelihood+v.Consequence != ""
	return v
}

// matches reports whether an entry is among those chosen.
func (v filterView) matches(e *riskv1.RiskEntry) bool {
	return (v.Level == "" || v.Level == levelID(e) || v.Level == noLevel && levelID(e) == "") &&
		(v.Owner == "" || slices.Contains(owners(e.GetOwners()), v.Owner)) &&
		(v.Category == "" || slices.Contains(e.GetClassifications(), v.Category)) &&
		onStep(v.Likelihood, e.Likelihood) && onStep(v.Consequence, e.Consequence)
}

// onStep reports whether a stated step is the chosen one; no choice takes every step.
func onStep(chosen string, stated *float64) bool {
	if chosen == "" || chosen == noStep {
		return true
	}
	step, ok := parseNumber(chosen)
	return ok && stated != nil && *stated == step
}

// rows returns the chosen entries: those in the plan or not decided, and those not chosen for it.
func (g *register) rows(v filterView) (in, left []entryRow) {
	for _, e := range g.GetRiskEntries() {
		if !v.matches(e) || v.Likelihood == noStep && g.placed(e) {
			continue
		}
		row := entryRow{Address: address(e.GetName()), Title: g.title(e), Process: e.GetProcess(), Value: valueText(e),
			Level: g.level(e), Treatments: strings.Join(g.treatments(e), ", "), Owners: strings.Join(owners(e.GetOwners()), ", "),
			Reason: e.GetNotChosenReason(), entry: e}
		if e.GetSelection() == riskv1.Selection_SELECTION_NOT_CHOSEN {
			left = append(left, row)
		} else {
			in = append(in, row)
		}
	}
	sortRows(in, v)
	sortRows(left, v)
	return in, left
}

// sortRows orders rows as chosen; without a choice they keep the plan's order.
func sortRows(rows []entryRow, v filterView) {
	switch v.Sort {
	case "risk":
		sortSwedish(rows, func(r entryRow) string { return r.Title })
	case "omrade":
		sortSwedish(rows, func(r entryRow) string { return r.Process })
	case "ansvarig":
		sortSwedish(rows, func(r entryRow) string { return r.Owners })
	case "varde":
		slices.SortStableFunc(rows, func(a, b entryRow) int {
			x, _ := value(a.entry)
			y, _ := value(b.entry)
			return cmp.Compare(x, y)
		})
	default:
		return
	}
	if v.Order == "fallande" {
		slices.Reverse(rows)
	}
}

// columns are the header cells of the table of risks.
func columns(path string, v filterView) []column {
	cells := []struct{ text, key, class string }{
		{"Risk", "risk", ""}, {"Ansvarsområde/\u200bprocess", "omrade", ""}, {"Riskvärde", "varde", "num"}, {"Nivå", "", "lvl"},
		{"Hantering", "", ""}, {"Ansvarig", "ansvarig", ""},
	}
	var out []column
	for _, cell := range cells {
		col := column{Text: cell.text, Class: cell.class}
		if cell.key != "" {
			order := "stigande"
			if v.Sort == cell.key {
				col.State = "descending"
				if v.Order != "fallande" {
					order, col.State = "fallande", "ascending"
				}
			} else if cell.key == "varde" {
				order = "fallande"
			}
			col.Address = path + "?" + v.query(cell.key, order) + "#risker"
		}
		out = append(out, col)
	}
	return out
}

// query writes the choice with another order.
func (v filterView) query(sort, order string) string {
	q := url.Values{"sort": {sort}, "ordning": {order}}
	for key, val := range map[string]string{"niva": v.Level, "ansvarig": v.Owner, "rubrik": v.Category,
		"x": v.Likelihood, "y": v.Consequence} {
		if val != "" {
			q.Set(key, val)
		}
	}
	return q.Encode()
}

// counts counts the risks in the plan per level, the gravest first; every number leads to its risks.
func (g *register) counts(path string) []countView {
	in := g.inPlan()
	out := []countView{{len(in), "I planen", path + "#risker"}}
	for _, l := range slices.Backward(g.levels()) {
		n := 0
		for _, e := range in {
			if levelID(e) == l.ID {
				n++
			}
		}
		out = append(out, countView{n, l.Title, path + "?niva=" + url.QueryEscape(l.ID) + "#risker"})
	}
	return out
}

// inPlan returns the entries that were not left out.
func (g *register) inPlan() []*riskv1.RiskEntry {
	var in []*riskv1.RiskEntry
	for _, e := range g.GetRiskEntries() {
		if e.GetSelection() != riskv1.Selection_SELECTION_NOT_CHOSEN {
			in = append(in, e)
		}
	}
	return in
}
