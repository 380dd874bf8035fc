package web

import (
	"slices"
	"strconv"
	"strings"

	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
)

// Answers to when a value holds and how it is stated.
const (
	wholeYear  = "ar"
	oneDay     = "dag"
	fromTo     = "period"
	byCounting = "antal"
	byValue    = "varde"
	tryOutcome = "utfall"
)

// measurementView is what stands beside the form of a measurement.
type measurementView struct {
	Targets []targetRow
	Last    []fact
	// Outcome says what the typed measurement would mean; nil until somebody asked.
	Outcome *outcomeView
	Address string
	// Remove leads to taking the measurement away; empty for a new one.
	Remove string
	Note   noteView
}

// outcomeView is what a measurement would mean, were it stored.
type outcomeView struct {
	// Typed is what was typed, when the year is judged by another value; else empty.
	Typed                     string
	Value, Sentence, Previous string
	Status                    statusView
	Targets                   []targetRow
}

// createMeasurement adds a measurement of an indicator.
func (s *server) createMeasurement(c *call) (*page, error) {
	i, err := s.Controls.GetIndicator(c.ctx(), &controlv1.GetIndicatorRequest{Name: c.name(3)})
	if err != nil {
		return nil, err
	}
	year, err := c.year()
	if err != nil {
		return nil, err
	}
	m := &controlv1.Measurement{Indicator: i.GetName(), BeginDate: strconv.Itoa(year) + "-01-01", EndDate: strconv.Itoa(year) + "-12-31"}
	return c.measurementPage(i, m, "Registrera mätning", func(next *controlv1.Measurement, _ *form) error {
		_, err := s.Controls.CreateMeasurement(c.ctx(), &controlv1.CreateMeasurementRequest{Parent: c.name(2), Measurement: next})
		return err
	})
}

// editMeasurement changes a measurement.
func (s *server) editMeasurement(c *call) (*page, error) {
	m, err := s.Controls.GetMeasurement(c.ctx(), &controlv1.GetMeasurementRequest{Name: c.name(3)})
	if err != nil {
		return nil, err
	}
	i, err := s.Controls.GetIndicator(c.ctx(), &controlv1.GetIndicatorRequest{Name: m.GetIndicator()})
	if err != nil {
		return nil, err
	}
	p, err := c.measurementPage(i, m, "Ändra mätningen", func(next *controlv1.Measurement, f *form) error {
		next.Name, next.Etag = m.GetName(), f.value("etag")
		_, err := s.Controls.UpdateMeasurement(c.ctx(), &controlv1.UpdateMeasurementRequest{Measurement: next,
			UpdateMask: mask("unit", "begin_date", "end_date", "numerator", "denominator", "value", "approximate", "note", "derived")})
		return err
	})
	if err == nil && p.Location == "" && c.user.may(authzv1.Permission_PERMISSION_JOURNAL_READ, m.GetName()) {
		p.History = "/historik/" + m.GetName()
	}
	return p, err
}

// measurementPage shows the form of a measurement with its target and the last value, and stores what was typed.
func (c *call) measurementPage(i *controlv1.Indicator, m *controlv1.Measurement, title string, store func(*controlv1.Measurement, *form) error) (*page, error) {
	earlier, err := c.listMeasurements(i.GetName())
	if err != nil {
		return nil, err
	}
	units := c.entryUnits()
	p := measuringPage(i, m, earlier, unitsByName(units), title)
	if may, err := c.mayMeasure(i); err != nil || !may && !c.posted() {
		return readOnlyMeasurement(p), err
	}
	f := measurementForm(i, m, units)
	f.Cancel = address(i.GetName())
	f.try = func() error {
		next, err := typedMeasurement(f, i)
		if err != nil {
			return err
		}
		next.Name = m.GetName()
		r, err := c.Controls.CheckMeasurement(c.ctx(), &controlv1.CheckMeasurementRequest{Parent: committeeOf(i.GetName()), Measurement: next})
		if err != nil {
			return err
		}
		v := p.Data.(measurementView)
		v.Outcome = outcomeOf(i, r)
		v.Outcome.Typed = typedBeside(i, next, r.GetEvaluation(), unitsByName(units))
		p.Data = v
		return nil
	}
	return c.form(p, f, func() (string, error) {
		next, err := typedMeasurement(f, i)
		if err != nil {
			return "", err
		}
		return receipt(f.Cancel, "matning"), store(next, f)
	})
}

// readOnlyMeasurement says why there is no form.
func readOnlyMeasurement(p *page) *page {
	v := p.Data.(measurementView)
	v.Remove = ""
	v.Note = noteView{Kind: "info", Text: "Du kan läsa men inte skriva mätningar. Samordnaren eller den som ansvarar för kontrollen skriver."}
	p.Data = v
	return p
}

// unitsByName are the names of units.
func unitsByName(units []*directoryv1.Unit) map[string]string {
	names := map[string]string{}
	for _, u := range units {
		names[u.GetName()] = u.GetDisplayName()
	}
	return names
}

// measuringPage is the page of the form of a measurement, with what to compare with.
func measuringPage(i *controlv1.Indicator, m *controlv1.Measurement, earlier []*controlv1.Measurement, units map[string]string, title string) *page {
	v := measurementView{Address: address(i.GetName())}
	for _, t := range applicable(i.GetTargets(), yearOf(m)) {
		v.Targets = append(v.Targets, targetRow{Text: targetText(i, t), Since: sinceYear(t)})
	}
	for _, e := range slices.Backward(earlier) {
		if e.GetName() != m.GetName() && len(v.Last) < 6 {
			label := periodText(e)
			if e.GetUnit() != "" {
				label += ", " + unitWord(units, e.GetUnit())
			}
			v.Last = append(v.Last, fact{Label: label, Text: strings.TrimSuffix(measurementText(i, e)+" ("+countsText(e)+")", " ()")})
		}
	}
	if m.GetName() != "" {
		v.Remove = address(m.GetName()) + "/ta-bort"
	}
	return &page{Title: title, Over: i.GetTitle(), Section: sectionControls, Template: "measurement", Wide: true, Data: v, Crumbs: append(controlCrumbs(i.GetName()), link{"Mätningen", v.Address})}
}

// applicable are the targets of the newest year not after the given one, as the service takes them.
func applicable(targets []*controlv1.Target, year int) []*controlv1.Target {
	newest := int32(-1)
	for _, t := range targets {
		if int(t.GetYear()) <= year {
			newest = max(newest, t.GetYear())
		}
	}
	return slices.DeleteFunc(slices.Clone(targets), func(t *controlv1.Target) bool { return t.GetYear() != newest })
}

// outcomeOf shows what a measurement would mean.
func outcomeOf(i *controlv1.Indicator, r *controlv1.CheckMeasurementResponse) *outcomeView {
	e := r.GetEvaluation()
	v := &outcomeView{Value: "–", Sentence: e.GetSentence(), Status: fulfilmentStatus(e.GetFulfilment())}
	if e != nil && e.Value != nil {
		v.Value = measured(i, e.GetValue())
	}
	if r.GetPrevious() != nil {
		v.Previous = measurementText(i, r.GetPrevious()) + " (" + periodText(r.GetPrevious()) + ")"
	}
	for _, o := range e.GetTargets() {
		v.Targets = append(v.Targets, targetRow{targetText(i, o.GetTarget()), sinceYear(o.GetTarget()), o.GetReason(), fulfilmentStatus(o.GetFulfilment())})
	}
	return v
}

// typedBeside says what was typed when the year is judged by another value: that of a later period, or of the whole.
func typedBeside(i *controlv1.Indicator, m *controlv1.Measurement, e *controlv1.Evaluation, units map[string]string) string {
	typed := controlv1.Measurement{Approximate: m.GetApproximate(), EffectiveValue: m.Value}
	if m.Value == nil && m.Numerator != nil && m.GetDenominator() != 0 {
		share := m.GetNumerator() / m.GetDenominator()
		if i.GetQuantity() == controlv1.Quantity_QUANTITY_SHARE {
			share *= 100
		}
		typed.EffectiveValue = &share
	}
	if typed.EffectiveValue == nil || e != nil && e.Value != nil && measured(i, e.GetValue()) == measured(i, typed.GetEffectiveValue()) {
		return ""
	}
	text := measurementText(i, &typed) + " (" + periodText(m)
	if m.GetUnit() != "" {
		text += ", " + unitWord(units, m.GetUnit())
	}
	return text + ")"
}

// measurementForm asks for a measurement.
func measurementForm(i *controlv1.Indicator, m *controlv1.Measurement, units []*directoryv1.Unit) *form {
	f := newForm("Spara", hidden("etag", m.GetEtag()), periodField(m))
	if len(units) > 0 || m.GetUnit() != "" {
		f.Groups[0].Fields = append(f.Groups[0].Fields, choose("enhet", "Vilken enhet gäller det?", m.GetUnit(), unitOptions(units, m.GetUnit()), "measurement.unit").optional())
	}
	f.add("Värdet", "", statedField(i, m),
		checks("cirka", "Är värdet exakt?", flags(m.GetApproximate()), []option{{Value: "ja", Label: "Värdet är ungefärligt", Hint: "Skrivs med ”cirka” i dokumenten."}}, "measurement.approximate"),
		checks("harlett", "Är värdet mätt?", flags(m.GetDerived()), []option{{Value: "ja", Label: "Värdet är inte mätt utan beräknat ur något annat"}}, "measurement.derived"),
		area("anmarkning", "Anmärkning", m.GetNote(), "measurement.note").optional().rows(3).
			hint("Trycks bredvid värdet. Är värdet beräknat ska texten fortsätta orden ”beräknat ur”, till exempel ”den skillnad som anges i årsrapporten”."))
	f.Extra = []button{{Text: "Visa utfall", Do: tryOutcome}}
	return f
}

// flags is the choice of a checkbox that stands alone.
func flags(on bool) []string {
	if on {
		return []string{"ja"}
	}
	return nil
}

// unitOptions offers the units, and the one that is chosen even when it is gone.
func unitOptions(units []*directoryv1.Unit, chosen string) []option {
	options := []option{{Label: "Alla"}}
	for _, u := range units {
		options = append(options, option{Value: u.GetName(), Label: u.GetDisplayName()})
	}
	if chosen != "" && !slices.ContainsFunc(options, func(o option) bool { return o.Value == chosen }) {
		options = append(options, option{Value: chosen, Label: last(chosen)})
	}
	return options
}

// periodField asks when a value holds: a year, a day, or from when to when.
func periodField(m *controlv1.Measurement) *field {
	from, to := m.GetBeginDate(), m.GetEndDate()
	kind, year := fromTo, strconv.Itoa(yearOf(m))
	switch {
	case from == year+"-01-01" && to == year+"-12-31":
		kind = wholeYear
	case from == to:
		kind = oneDay
	}
	return radios("nar", "När gäller värdet?", kind, []option{
		{Value: wholeYear, Label: "Ett helt år", Extra: text("ar", "Vilket år?", year, "measurement.end_date").width("short").missing(yearWords)},
		{Value: oneDay, Label: "En dag", Hint: "Till exempel en punktmätning.", Extra: date("dag", "Vilken dag?", to, "measurement.end_date").missing("Välj vilken dag det mättes.")},
		{Value: fromTo, Label: "En annan period", Extra: cells(date("fran", "Från", from, "measurement.begin_date").missing("Välj periodens första dag."),
			date("till", "Till och med", to, "measurement.end_date").missing("Välj periodens sista dag."))},
	}, "measurement.begin_date")
}

// statedField asks for the value: counted from two numbers, or stated.
func statedField(i *controlv1.Indicator, m *controlv1.Measurement) *field {
	kind := byCounting
	if i.GetQuantity() != controlv1.Quantity_QUANTITY_SHARE || m.Value != nil {
		kind = byValue
	}
	value := text("varde", "Värde", optionalNumber(m.Value != nil, m.GetValue()), "measurement.value").width("short").hint("Till exempel 93,5 eller cirka 93.").missing("Skriv värdet.")
	if i.GetQuantity() == controlv1.Quantity_QUANTITY_SHARE {
		value.Label, value.Hint = "Andel i procent", "Till exempel 93,5 eller 93 %."
	}
	return radios("hur", "Hur vill du ange värdet?", kind, []option{
		{Value: byCounting, Label: "Räknat: så många av så många", Hint: "Då kan andelen räknas exakt.", Extra: cells(
			text("taljare", "Antal som uppfyller", optionalNumber(m.Numerator != nil, m.GetNumerator()), "measurement.numerator").missing("Skriv hur många som uppfyller."),
			text("namnare", "Av hur många", optionalNumber(m.Denominator != nil, m.GetDenominator()), "measurement.denominator").missing("Skriv av hur många."))},
		{Value: byValue, Label: "Ett värde", Extra: value},
	})
}

// typedMeasurement reads a measurement from its form.
func typedMeasurement(f *form, i *controlv1.Indicator) (*controlv1.Measurement, error) {
	t := &typist{form: f}
	m := &controlv1.Measurement{Indicator: i.GetName(), Unit: f.value("enhet"), Approximate: f.field("cirka").has("ja"), Derived: f.field("harlett").has("ja"), Note: f.value("anmarkning")}
	t.period(f.value("nar"))
	switch f.value("nar") {
	case wholeYear:
		year := f.value("ar")
		if y := t.whole("ar", yearWords, -1); y >= 0 && (y < 1900 || y > 2200) {
			t.wrong("ar", yearWords)
		}
		m.BeginDate, m.EndDate = year+"-01-01", year+"-12-31"
	case oneDay:
		m.BeginDate, m.EndDate = f.value("dag"), f.value("dag")
	default:
		m.BeginDate, m.EndDate = f.value("fran"), f.value("till")
	}
	if f.value("hur") == byCounting {
		m.Numerator, m.Denominator = t.number("taljare"), t.number("namnare")
		return m, t.fault()
	}
	m.Value = t.number("varde")
	if typed, ok := parseMeasured(f.value("varde")); ok && typed.approximate {
		m.Approximate = true
	}
	return m, t.fault()
}

// period puts faults about the dates at the fields that were used.
func (t *typist) period(kind string) {
	for _, name := range []string{"ar", "dag", "fran", "till"} {
		t.form.field(name).paths = nil
	}
	switch kind {
	case wholeYear:
		t.place(map[string]string{"ar": "measurement.end_date"})
	case oneDay:
		t.place(map[string]string{"dag": "measurement.end_date"})
	default:
		t.place(map[string]string{"fran": "measurement.begin_date", "till": "measurement.end_date"})
		t.form.field("nar").paths = nil
	}
}

// deleteMeasurement takes a measurement away.
func (s *server) deleteMeasurement(c *call) (*page, error) {
	m, err := s.Controls.GetMeasurement(c.ctx(), &controlv1.GetMeasurementRequest{Name: c.name(3)})
	if err != nil {
		return nil, err
	}
	f := removeForm(m.GetEtag(), address(m.GetName()))
	f.Submit = "Ta bort"
	p := &page{Title: "Ta bort mätningen", Over: periodText(m), Section: sectionControls, Crumbs: append(controlCrumbs(m.GetName()), link{"Mätningen", address(m.GetIndicator())}),
		Lead: "Mätningen tas bort ur tabellen och diagrammen. Historiken finns kvar."}
	return c.form(p, f, func() (string, error) {
		_, err := s.Controls.DeleteMeasurement(c.ctx(), &controlv1.DeleteMeasurementRequest{Name: m.GetName(), Etag: f.value("etag"), Reason: f.value("skal")})
		return receipt(address(m.GetIndicator()), "borttagen"), err
	})
}
