package web

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// controlBook is what was found about a plan, looked up by name. It changes nothing.
type controlBook struct {
	*register
	found *controlv1.GetControlSnapshotResponse
	// units are the names of the organisation's units.
	units map[string]string
}

// controlBook reads what was found about a plan, as far back as the years say; 0 takes what pages usually show.
func (c *call) controlBook(g *register, years int32) (*controlBook, error) {
	r, err := c.Controls.GetControlSnapshot(c.ctx(), &controlv1.GetControlSnapshotRequest{Plan: g.GetPlan().GetName(), Years: years})
	if err != nil {
		return nil, err
	}
	return &controlBook{register: g, found: r, units: c.unitNames()}, nil
}

// unitNames are the names of the committee's units; none when the directory cannot say, since a name is no reason to
// withhold a page.
func (c *call) unitNames() map[string]string {
	names := map[string]string{}
	for _, u := range c.entryUnits() {
		names[u.GetName()] = u.GetDisplayName()
	}
	return names
}

// unitName names a unit; the whole has no name of its own.
func (b *controlBook) unitName(name string) string { return unitWord(b.units, name) }

func unitWord(units map[string]string, name string) string {
	if name == "" {
		return "Alla"
	}
	return orElse(units[name], last(name))
}

// resultsOf returns the results about a control area or control point, the round with the latest deadline last.
func (b *controlBook) resultsOf(subject string) []*controlv1.Result {
	var own []*controlv1.Result
	for _, r := range b.found.GetResults() {
		if r.GetSubject() == subject {
			own = append(own, r)
		}
	}
	slices.SortStableFunc(own, func(x, y *controlv1.Result) int { return cmp.Compare(b.roundPlace(x), b.roundPlace(y)) })
	return own
}

// roundPlace is the place of a result's round among the plan's.
func (b *controlBook) roundPlace(r *controlv1.Result) int {
	return slices.IndexFunc(b.rounds, func(o *riskv1.Round) bool { return o.GetName() == upTo(r.GetName(), 3) })
}

// latest returns the newest result about a control area or control point; nil when there is none.
func (b *controlBook) latest(subject string) *controlv1.Result {
	own := b.resultsOf(subject)
	if len(own) == 0 {
		return nil
	}
	return own[len(own)-1]
}

// indicatorsOf returns the indicators that belong to a control area or control point.
func (b *controlBook) indicatorsOf(subject string) []*controlv1.Indicator {
	var own []*controlv1.Indicator
	for _, i := range b.found.GetIndicators() {
		if slices.Contains(i.GetSubjects(), subject) {
			own = append(own, i)
		}
	}
	return own
}

// evaluation returns the plan's year of an indicator; nil when nobody told.
func (b *controlBook) evaluation(indicator string) *controlv1.Evaluation {
	for _, e := range b.found.GetEvaluations() {
		if e.GetIndicator() == indicator {
			return e
		}
	}
	return nil
}

// gradeScale returns the grades that results may have: the method's own, else the ones every method has.
func gradeScale(m *riskv1.MethodVersion) []*riskv1.GradeStep {
	if own := m.GetGradeScale(); len(own) > 0 {
		return own
	}
	return []*riskv1.GradeStep{
		{Id: "ingen-avvikelse", Title: "Ingen avvikelse"},
		{Id: "mindre-avvikelse", Title: "Mindre avvikelse", Deviation: true},
		{Id: "storre-avvikelse", Title: "Större avvikelse", Deviation: true},
	}
}

// gradeStatus shows a grade as icon and word; a grade that the scale does not know is shown by its id.
func gradeStatus(scale []*riskv1.GradeStep, id string) statusView {
	for _, s := range scale {
		if s.GetId() != id {
			continue
		}
		if s.GetDeviation() {
			return statusView{"late", s.GetTitle()}
		}
		return statusView{"done", s.GetTitle()}
	}
	if id == "" {
		return statusView{"todo", "Inte bedömd"}
	}
	return statusView{"info", id}
}

// executionStatus shows how far a check has come.
func executionStatus(e controlv1.Execution) statusView {
	switch e {
	case controlv1.Execution_EXECUTION_ONGOING:
		return stateDoing
	case controlv1.Execution_EXECUTION_DONE:
		return statusView{"done", "Utförd"}
	case controlv1.Execution_EXECUTION_NOT_PERFORMED:
		return statusView{"stop", "Inte utförd"}
	default:
		return statusView{"todo", "Inget resultat"}
	}
}

// fulfilmentStatus shows whether a target is met.
func fulfilmentStatus(f controlv1.Fulfilment) statusView {
	switch f {
	case controlv1.Fulfilment_FULFILMENT_MET:
		return statusView{"done", "Uppfyllt"}
	case controlv1.Fulfilment_FULFILMENT_PARTLY:
		return statusView{"doing", "Delvis uppfyllt"}
	case controlv1.Fulfilment_FULFILMENT_NOT_MET:
		return statusView{"stop", "Inte uppfyllt"}
	default:
		return statusView{"todo", "Inte bedömt"}
	}
}

// fulfilment is the goal fulfilment that counts: the stated one, else the computed one.
func fulfilment(r *controlv1.Result) controlv1.Fulfilment {
	if r.GetStatedFulfilment() != controlv1.Fulfilment_FULFILMENT_UNSPECIFIED {
		return r.GetStatedFulfilment()
	}
	return r.GetComputedFulfilment()
}

// threeView is what a result says in three words: how far the check has come, its grade, and whether the goal is met.
type threeView struct{ Execution, Grade, Fulfilment statusView }

// three keeps execution, grade and goal fulfilment apart.
func three(r *controlv1.Result, scale []*riskv1.GradeStep) threeView {
	v := threeView{executionStatus(r.GetExecution()), gradeStatus(scale, r.GetGrade()), fulfilmentStatus(fulfilment(r))}
	if r.GetExecution() == controlv1.Execution_EXECUTION_NOT_PERFORMED && r.GetGrade() == "" {
		v.Grade = statusView{"info", "Bedöms inte"}
	}
	return v
}

// measured writes a value as the indicator's kind and decimals have it: "93,5 %", "13 orosanmälningar".
func measured(i *controlv1.Indicator, v float64) string {
	text := decimals(v, int(i.GetDecimals()))
	label := i.GetUnitLabel()
	if v == 1 && i.GetUnitLabelOne() != "" {
		label = i.GetUnitLabelOne()
	}
	if i.GetQuantity() == controlv1.Quantity_QUANTITY_SHARE {
		label = "%"
	}
	if label == "" {
		return text
	}
	return text + nbsp + label
}

// decimals writes a number with at least so many decimals; more when it has more.
func decimals(v float64, n int) string {
	text := number(v)
	_, after, found := strings.Cut(text, ",")
	if missing := n - len(after); missing > 0 {
		if !found {
			text += ","
		}
		text += strings.Repeat("0", missing)
	}
	return text
}

// measurementText writes the value that counts; "–" when there is none.
func measurementText(i *controlv1.Indicator, m *controlv1.Measurement) string {
	if m == nil || m.EffectiveValue == nil {
		return "–"
	}
	text := measured(i, m.GetEffectiveValue())
	if m.GetApproximate() {
		text = "cirka" + nbsp + text
	}
	return text
}

// countsText writes what a value was counted from; empty when it was stated.
func countsText(m *controlv1.Measurement) string {
	if m.Numerator == nil || m.Denominator == nil {
		return ""
	}
	return number(m.GetNumerator()) + " av " + number(m.GetDenominator())
}

// periodText writes when a measurement was made: a year, a day, or from when to when.
func periodText(m *controlv1.Measurement) string {
	from, to := m.GetBeginDate(), m.GetEndDate()
	switch {
	case len(from) == 10 && from[4:] == "-01-01" && to == from[:4]+"-12-31":
		return from[:4]
	case from == to:
		return dateText(to)
	default:
		return dateText(from) + " – " + dateText(to)
	}
}

// yearOf is the year that a measurement counts for.
func yearOf(m *controlv1.Measurement) int {
	y, _, _ := strings.Cut(m.GetEndDate(), "-")
	n, err := strconv.Atoi(y)
	if err != nil {
		return 0
	}
	return n
}

// targetOperators are when a target is met.
var targetOperators = []option{{Value: "1", Label: "Minst"}, {Value: "2", Label: "Högst"}, {Value: "3", Label: "Exakt"},
	{Value: "4", Label: "Öka"}, {Value: "5", Label: "Minska"}, {Value: "6", Label: "Oförändrat"}, {Value: "7", Label: "Inget mål, bara följa"}}

// targetText writes a target: the words of the decision, else "Minst 95 %" or "Öka jämfört med året före".
func targetText(i *controlv1.Indicator, t *controlv1.Target) string {
	if t.GetText() != "" {
		return t.GetText()
	}
	text := optionLabel(targetOperators, strconv.Itoa(int(t.GetOperator())))
	if t.Value != nil {
		text += " " + measured(i, t.GetValue())
	}
	switch t.GetOperator() {
	case controlv1.TargetOperator_TARGET_OPERATOR_INCREASE, controlv1.TargetOperator_TARGET_OPERATOR_DECREASE, controlv1.TargetOperator_TARGET_OPERATOR_UNCHANGED:
		if t.GetBaselineYear() != 0 {
			return text + " jämfört med " + strconv.Itoa(int(t.GetBaselineYear()))
		}
		return text + " jämfört med året före"
	default:
		return text
	}
}

// mayRecord reports whether the user may write results about a control area or control point: any, or what the user owns.
func (g *register) mayRecord(subject string, u *user) bool {
	return u.recordsAll(subject) || u.owns(g.GetControlAreas(), g.GetControlPoints(), subject)
}

// recordsAll reports whether the user may write every result and measurement of a committee.
func (u *user) recordsAll(resource string) bool {
	return u.may(authzv1.Permission_PERMISSION_RESULT_WRITE, resource) && u.has(resource, "coordinator", "head")
}

// owns reports whether the user may write about what the own role assignments answer for: one of the subjects is a control
// area that the user owns, or a control point, or the area of one, whose owner or responsible manager the user is.
func (u *user) owns(areas []*riskv1.ControlArea, points []*riskv1.ControlPoint, subjects ...string) bool {
	own := u.assignments()
	names := func(o *riskv1.Owner) bool {
		return o.GetRoleAssignment() != "" && slices.Contains(own, o.GetRoleAssignment())
	}
	is := func(subject string) bool {
		return slices.Contains(subjects, subject) && u.may(authzv1.Permission_PERMISSION_RESULT_WRITE, subject)
	}
	return slices.ContainsFunc(areas, func(a *riskv1.ControlArea) bool {
		return is(a.GetName()) && slices.ContainsFunc(a.GetOwners(), names)
	}) || slices.ContainsFunc(points, func(k *riskv1.ControlPoint) bool {
		return (is(k.GetName()) || is(k.GetControlArea())) && (slices.ContainsFunc(k.GetOwners(), names) || names(k.GetResponsibleManager()))
	})
}

// mayMeasure reports whether the user may write measurements of an indicator, as the service decides it: all, or those of
// an indicator with a subject that the user owns in the newest plan that it names.
func (c *call) mayMeasure(i *controlv1.Indicator) (bool, error) {
	if c.user.recordsAll(i.GetName()) || !c.user.may(authzv1.Permission_PERMISSION_RESULT_WRITE, i.GetName()) {
		return c.user.recordsAll(i.GetName()), nil
	}
	newest := ""
	for _, subject := range i.GetSubjects() {
		newest = max(newest, upTo(subject, 3))
	}
	if newest == "" {
		return false, nil
	}
	areas, err := c.Risks.ListControlAreas(c.ctx(), &riskv1.ListControlAreasRequest{Parent: newest, PageSize: 1000})
	if err != nil {
		return false, err
	}
	points, err := c.Risks.ListControlPoints(c.ctx(), &riskv1.ListControlPointsRequest{Parent: newest, PageSize: 1000})
	return c.user.owns(areas.GetControlAreas(), points.GetControlPoints(), i.GetSubjects()...), err
}

// subjectTitle names a control area or control point of the plan; empty when it holds none of the name.
func (g *register) subjectTitle(name string) string {
	for _, a := range g.GetControlAreas() {
		if a.GetName() == name {
			return a.GetTitle()
		}
	}
	for _, k := range g.GetControlPoints() {
		if k.GetName() == name {
			return k.GetTitle()
		}
	}
	return ""
}

// pointsIn returns the control points of an area that are still the committee's; with no area those that have none.
func (g *register) pointsIn(area string) []*riskv1.ControlPoint {
	var own []*riskv1.ControlPoint
	for _, k := range g.GetControlPoints() {
		if k.GetControlArea() == area && k.GetMovedTo() == "" {
			own = append(own, k)
		}
	}
	return own
}
