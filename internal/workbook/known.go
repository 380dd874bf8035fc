package workbook

import (
	"slices"

	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// Known is what the committee has already: rows find their resources in it, and words their names. Load fetches it.
type Known struct {
	Units []*directoryv1.Unit
	// Plan holds the method and the plan with its entries, control areas and control points; nil without a plan.
	Plan *riskv1.PlanSnapshot
	// Risks are those of every year.
	Risks        []*riskv1.Risk
	Indicators   []*controlv1.Indicator
	Measurements []*controlv1.Measurement
}

// names finds resource names by what people call them. A word that means several means none.
type names map[string][]string

func (n names) add(name string, words ...string) {
	for _, word := range words {
		if word = same(word); word != "" && !slices.Contains(n[word], name) {
			n[word] = append(n[word], name)
		}
	}
}

// put is add for a word that is compared as it stands.
func (n names) put(name, word string) { n[word] = append(n[word], name) }

// only returns the only name that was put under the word.
func (n names) only(word string) string {
	if all := n[word]; len(all) == 1 {
		return all[0]
	}
	return ""
}

// one returns the only name that the word means; ambiguous is true when there are several.
func (n names) one(word string) (name string, ambiguous bool) {
	switch all := n[same(word)]; len(all) {
	case 0:
		return "", false
	case 1:
		return all[0], false
	default:
		return "", true
	}
}

// titled is a method's list of choices: something with an id and a title.
type titled interface {
	GetId() string
	GetTitle() string
}

func namesOf[T titled](list []T) names {
	n := names{}
	for _, x := range list {
		n.add(x.GetId(), x.GetId(), x.GetTitle())
	}
	return n
}

// catalogue is Known, arranged for reading rows.
type catalogue struct {
	units, indicators, areas, entryWords, risks names
	levels, treatments, headings                names
	// likelihood and consequence find steps by their labels.
	likelihood, consequence names
	method                  *riskv1.MethodVersion
	shares                  map[string]bool

	riskByName map[string]*riskv1.Risk
	entries    map[string]*riskv1.RiskEntry
	points     map[string]*riskv1.ControlPoint
	measured   map[string]*controlv1.Measurement
	// entryOf, pointOf and measurementOf find what is stored by what a row says.
	entryOf, pointOf, measurementOf names
	// last is the highest position among the entries, areas and points.
	lastEntry, lastArea, lastPoint int32
}

func newCatalogue(k *Known) *catalogue {
	c := &catalogue{units: names{}, indicators: names{}, areas: names{}, entryWords: names{}, risks: names{}, headings: names{},
		shares: map[string]bool{}, riskByName: map[string]*riskv1.Risk{}, entries: map[string]*riskv1.RiskEntry{}, points: map[string]*riskv1.ControlPoint{},
		measured: map[string]*controlv1.Measurement{}, entryOf: names{}, pointOf: names{}, measurementOf: names{}}
	if k == nil {
		k = &Known{}
	}
	for _, u := range k.Units {
		c.units.add(u.GetName(), lastPart(u.GetName()), u.GetDisplayName())
	}
	for _, i := range k.Indicators {
		c.indicators.add(i.GetName(), lastPart(i.GetName()), i.GetTitle())
		c.shares[i.GetName()] = i.GetQuantity() == controlv1.Quantity_QUANTITY_SHARE
	}
	for _, m := range k.Measurements {
		c.measured[m.GetName()] = m
		c.measurementOf.put(m.GetName(), measurementIdentity(m.GetIndicator(), m.GetUnit(), m.GetBeginDate(), m.GetEndDate()))
	}
	for _, r := range k.Risks {
		c.riskByName[r.GetName()] = r
		c.risks.add(r.GetName(), r.GetTitle())
	}
	c.addMethod(k.Plan.GetMethodVersion())
	c.addPlan(k.Plan)
	return c
}

func (c *catalogue) addMethod(m *riskv1.MethodVersion) {
	c.method = m
	c.levels, c.treatments = namesOf(m.GetLevels()), namesOf(m.GetTreatments())
	c.likelihood, c.consequence = stepsOf(m.GetLikelihood()), stepsOf(m.GetConsequence())
	for _, set := range m.GetClassifications() {
		for _, item := range set.GetItems() {
			c.headings.add(set.GetId()+"/"+item.GetId(), set.GetId()+"/"+item.GetId(), item.GetTitle())
		}
	}
}

func (c *catalogue) addPlan(p *riskv1.PlanSnapshot) {
	for _, r := range p.GetRisks() {
		if c.riskByName[r.GetName()] == nil {
			c.riskByName[r.GetName()] = r
			c.risks.add(r.GetName(), r.GetTitle())
		}
	}
	for _, e := range p.GetRiskEntries() {
		title := c.riskByName[e.GetRisk()].GetTitle()
		c.entries[e.GetName()] = e
		c.entryWords.add(e.GetName(), lastPart(e.GetName()), title)
		c.entryOf.put(e.GetName(), riskIdentity(title, e.GetProcess()))
		c.lastEntry = max(c.lastEntry, e.GetPosition())
	}
	for _, a := range p.GetControlAreas() {
		c.areas.add(a.GetName(), lastPart(a.GetName()), a.GetTitle())
		c.lastArea = max(c.lastArea, a.GetPosition())
	}
	for _, point := range p.GetControlPoints() {
		c.points[point.GetName()] = point
		c.pointOf.add(point.GetName(), point.GetTitle())
		c.lastPoint = max(c.lastPoint, point.GetPosition())
	}
}

// stepsOf finds the values of an axis by their labels, written as numbers.
func stepsOf(a *riskv1.Axis) names {
	n := names{}
	for _, s := range a.GetSteps() {
		n.add(decimalText(s.GetValue()), s.GetLabel())
	}
	return n
}
