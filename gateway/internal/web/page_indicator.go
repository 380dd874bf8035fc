package web

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// quantities are the kinds of numbers that an indicator has.
var quantities = []option{
	{Value: "1", Label: "Andel i procent", Hint: "0–100 %. Skillnader visas i procentenheter."},
	{Value: "2", Label: "Antal", Hint: "Ett helt tal, till exempel orosanmälningar."},
	{Value: "3", Label: "Annat tal", Hint: "Till exempel dagar eller kronor."},
}

// indicatorData is what the page of an indicator is made of.
type indicatorData struct {
	indicator    *controlv1.Indicator
	measurements []*controlv1.Measurement
	// evaluation is the year shown; nil when nobody can tell.
	evaluation *controlv1.Evaluation
	year       int
	units      map[string]string
	// subjects are the control areas and control points that it belongs to, by what they are called.
	subjects []link
	// mayMeasure tells that the user may write measurements.
	mayMeasure bool
}

// indicatorView is what the page of an indicator shows.
type indicatorView struct {
	Year     string
	Value    string
	Status   statusView
	Sentence string
	Note     noteView
	Targets  []targetRow
	Figures  []chartView
	Rows     []measurementRow
	Window   window
	Years    []option
	Path     string
	Facts    []fact
	Empty    *emptyView
}

// targetRow is one target with how the year stands to it.
type targetRow struct {
	Text, Since, Reason string
	Status              statusView
}

// chartView is a picture with the same in words, and its files.
type chartView struct {
	Title, Source, Alternative string
	Files                      []link
}

// measurementRow is one measurement.
type measurementRow struct {
	Period, Address, Unit, Value, Counts, Note string
	Derived                                    bool
}

// indicator shows an indicator with its targets, figures and measurements.
func (s *server) indicator(c *call) (*page, error) {
	i, err := s.Controls.GetIndicator(c.ctx(), &controlv1.GetIndicatorRequest{Name: c.name(3)})
	if err != nil {
		return nil, err
	}
	d := &indicatorData{indicator: i, units: c.unitNames()}
	if d.measurements, err = c.listMeasurements(i.GetName()); err != nil {
		return nil, err
	}
	if d.mayMeasure, err = c.mayMeasure(i); err != nil {
		return nil, err
	}
	asked, err := c.year()
	if err != nil {
		return nil, err
	}
	if d.year = d.latestYear(asked); c.query("ar") != "" {
		d.year = asked
	}
	if err := c.evaluate(d); err != nil {
		return nil, err
	}
	return indicatorPage(d, c.user, c.query("fran")), nil
}

// listMeasurements reads every measurement of an indicator.
func (c *call) listMeasurements(indicator string) ([]*controlv1.Measurement, error) {
	var all []*controlv1.Measurement
	for token := ""; ; {
		r, err := c.Controls.ListMeasurements(c.ctx(), &controlv1.ListMeasurementsRequest{Parent: committeeOf(indicator), Indicator: indicator, PageSize: 1000, PageToken: token})
		if err != nil {
			return nil, err
		}
		all = append(all, r.GetMeasurements()...)
		if token = r.GetNextPageToken(); token == "" {
			return all, nil
		}
	}
}

// latestYear is the newest year that has a measurement, else another.
func (d *indicatorData) latestYear(other int) int {
	latest := 0
	for _, m := range d.measurements {
		latest = max(latest, yearOf(m))
	}
	if latest == 0 {
		return other
	}
	return latest
}

// evaluate asks how the year stands to the targets, and what the areas and points of the year's plan are called. A year
// without a plan has no evaluation.
func (c *call) evaluate(d *indicatorData) error {
	g, err := c.snapshot(committeeOf(d.indicator.GetName()) + "/plans/" + strconv.Itoa(d.year))
	if err != nil {
		return passMissing(err)
	}
	b, err := c.controlBook(g, 1)
	if err != nil {
		return passMissing(err)
	}
	d.evaluation = b.evaluation(d.indicator.GetName())
	for _, name := range d.indicator.GetSubjects() {
		if title := g.subjectTitle(name); title != "" {
			d.subjects = append(d.subjects, link{title, address(name)})
		}
	}
	return nil
}

// passMissing lets through that something is not there, or not there for this user.
func passMissing(err error) error {
	if e := toFaultOrNil(err); fault.Is(e, fault.NotFound) || fault.Is(e, fault.Denied) {
		return nil
	}
	return err
}

// indicatorPage shows an indicator.
func indicatorPage(d *indicatorData, u *user, from string) *page {
	i, at := d.indicator, address(d.indicator.GetName())
	v := indicatorView{Year: strconv.Itoa(d.year), Value: "–", Path: at, Status: fulfilmentStatus(d.evaluation.GetFulfilment()), Sentence: d.evaluation.GetSentence(), Facts: d.facts()}
	if d.evaluation != nil && d.evaluation.Value != nil {
		v.Value = measured(i, d.evaluation.GetValue())
		if d.evaluation.GetApproximate() {
			v.Value = "cirka" + nbsp + v.Value
		}
	}
	v.Targets = d.targets()
	for _, y := range slices.Backward(d.years()) {
		v.Years = append(v.Years, option{Value: strconv.Itoa(y), Label: strconv.Itoa(y)})
	}
	rows := d.rows()
	v.Rows, v.Window = windowOf(rows, at, map[string][]string{"ar": {v.Year}, "fran": {from}}, "matningar")
	create := link{"Registrera mätning", at + "/ny-matning"}
	if len(rows) == 0 {
		v.Empty = &emptyView{Title: "Inga mätningar än", Text: "Här visas varje mätning med period, enhet och värde, och hur målen nås år för år."}
		if d.mayMeasure {
			v.Empty.Action = create
		}
	} else {
		v.Figures = d.figures(at)
	}
	p := &page{Title: i.GetTitle(), Over: "Mätning", Section: sectionControls, Template: "indicator", Wide: true, Data: v, Crumbs: controlCrumbs(i.GetName())}
	if d.mayMeasure && len(rows) > 0 {
		p.Actions = []link{create}
	}
	if u.may(authzv1.Permission_PERMISSION_INDICATOR_WRITE, i.GetName()) {
		p.Actions = append(p.Actions, link{"Ändra indikatorn och målen", at + "/andra"}, link{"Ta bort", at + "/ta-bort"})
	}
	if u.may(authzv1.Permission_PERMISSION_JOURNAL_READ, i.GetName()) {
		p.History = "/historik/" + i.GetName()
	}
	return p
}

// controlCrumbs lead back from the pages of indicators, measurements and results.
func controlCrumbs(name string) []link {
	return []link{{"Kontroller", address(committeeOf(name)) + "/controls"}}
}

// years are the years that have a measurement, the oldest first.
func (d *indicatorData) years() []int {
	var years []int
	for _, m := range d.measurements {
		if y := yearOf(m); y != 0 {
			years = append(years, y)
		}
	}
	slices.Sort(years)
	return slices.Compact(years)
}

// facts are the facts about an indicator.
func (d *indicatorData) facts() []fact {
	i := d.indicator
	facts := []fact{{Label: "Slag", Text: optionLabel(quantities, strconv.Itoa(int(i.GetQuantity())))}, {Label: "Så mäts det", Markdown: i.GetDescription()}}
	if i.GetUnitLabel() != "" {
		facts = append(facts, fact{Label: "Räknas i", Text: i.GetUnitLabel()})
	}
	for _, s := range d.subjects {
		facts = append(facts, fact{Label: "Hör till", Text: s.Text, Address: s.Address})
	}
	return facts
}

// targets are the targets of the year with their outcome; when nobody can tell, every target as it stands.
func (d *indicatorData) targets() []targetRow {
	var rows []targetRow
	for _, o := range d.evaluation.GetTargets() {
		rows = append(rows, targetRow{targetText(d.indicator, o.GetTarget()), sinceYear(o.GetTarget()), o.GetReason(), fulfilmentStatus(o.GetFulfilment())})
	}
	if d.evaluation != nil {
		return rows
	}
	for _, t := range d.indicator.GetTargets() {
		rows = append(rows, targetRow{targetText(d.indicator, t), sinceYear(t), "", fulfilmentStatus(controlv1.Fulfilment_FULFILMENT_NOT_ASSESSED)})
	}
	return rows
}

// sinceYear says from when a target holds.
func sinceYear(t *controlv1.Target) string {
	if t.GetYear() == 0 {
		return "Alla år"
	}
	return "Från " + yearText(t.GetYear())
}

// rows shows the measurements, the newest year first and in it the whole before its units.
func (d *indicatorData) rows() []measurementRow {
	sorted := slices.Clone(d.measurements)
	slices.SortStableFunc(sorted, func(a, b *controlv1.Measurement) int {
		if by := strings.Compare(b.GetEndDate(), a.GetEndDate()); by != 0 {
			return by
		}
		return strings.Compare(unitOrder(d.units, a), unitOrder(d.units, b))
	})
	rows := make([]measurementRow, 0, len(sorted))
	for _, m := range sorted {
		row := measurementRow{Period: periodText(m), Unit: unitWord(d.units, m.GetUnit()), Value: measurementText(d.indicator, m), Counts: countsText(m), Note: noteText(m), Derived: m.GetDerived()}
		if d.mayMeasure {
			row.Address = address(m.GetName())
		}
		rows = append(rows, row)
	}
	return rows
}

// noteText is the note of a measurement; that of a derived one goes on from the words "beräknat ur", with which some begin.
func noteText(m *controlv1.Measurement) string {
	const begins = "beräknat ur "
	note := m.GetNote()
	if m.GetDerived() && len(note) > len(begins) && strings.EqualFold(note[:len(begins)], begins) {
		return note[len(begins):]
	}
	return note
}

// unitOrder orders units by name, the whole first.
func unitOrder(units map[string]string, m *controlv1.Measurement) string {
	if m.GetUnit() == "" {
		return ""
	}
	return unitWord(units, m.GetUnit())
}

// Figures of an indicator, by the first part of the file's name.
var indicatorFigures = map[string]reportv1.IndicatorFigure{
	"ar": reportv1.IndicatorFigure_INDICATOR_FIGURE_TREND, "enheter": reportv1.IndicatorFigure_INDICATOR_FIGURE_UNITS,
}

// figures are the pictures of the year: the years against the target, and the units when there are several.
func (d *indicatorData) figures(at string) []chartView {
	year := strconv.Itoa(d.year)
	chart := func(id, title string) chartView {
		v := chartView{Title: title, Source: at + "/fil/" + id + ".svg?ar=" + year, Alternative: d.alternative(title)}
		for _, f := range figureFormats {
			v.Files = append(v.Files, link{f.name, at + "/fil/" + id + "." + f.path + "?ar=" + year + "&spara=ja"})
		}
		return v
	}
	var charts []chartView
	if d.drawable() {
		charts = append(charts, chart("ar", d.indicator.GetTitle()+", år för år till och med "+year))
	}
	units := map[string]bool{}
	for _, m := range d.measurements {
		if yearOf(m) == d.year && m.GetUnit() != "" && m.EffectiveValue != nil {
			units[m.GetUnit()] = true
		}
	}
	if len(units) > 1 {
		charts = append(charts, chart("enheter", d.indicator.GetTitle()+" "+year+", enhet för enhet"))
	}
	return charts
}

// drawable reports whether the whole has a value to draw: measured as such, or told from its units.
func (d *indicatorData) drawable() bool {
	return d.evaluation != nil && d.evaluation.Value != nil || slices.ContainsFunc(d.measurements, func(m *controlv1.Measurement) bool {
		return m.GetUnit() == "" && m.EffectiveValue != nil && yearOf(m) <= d.year
	})
}

// alternative says what a figure shows to those who do not see it: the sentence, and that the numbers stand beneath.
func (d *indicatorData) alternative(title string) string {
	return strings.TrimSpace("Diagram: " + title + ". " + d.evaluation.GetSentence() + " Alla värden står i tabellen under diagrammet.")
}

// indicatorFigure answers with a figure of an indicator as a file.
func (s *server) indicatorFigure(c *call) (*page, error) {
	which, extension, _ := strings.Cut(c.r.PathValue("file"), ".")
	figure := indicatorFigures[which]
	year, err := c.year()
	if err != nil {
		return nil, err
	}
	for _, f := range figureFormats {
		if f.path != extension || figure == reportv1.IndicatorFigure_INDICATOR_FIGURE_UNSPECIFIED {
			continue
		}
		body, err := s.Reports.RenderIndicatorFigure(c.ctx(), &reportv1.RenderIndicatorFigureRequest{Indicator: c.name(3), Year: int32(year), Figure: figure, Format: f.format})
		if err != nil {
			return nil, err
		}
		disposition := "inline"
		if c.query("spara") != "" {
			disposition = fmt.Sprintf(`attachment; filename="%s-%s-%d.%s"`, last(c.name(3)), which, year, extension)
		}
		c.w.Header().Set("Content-Disposition", disposition)
		c.w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox")
		return &page{File: &file{MediaType: body.GetContentType(), Body: body.GetData()}}, nil
	}
	return nil, notFound()
}
