package web

import (
	"slices"
	"strconv"
	"strings"

	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// createIndicator adds an indicator to a committee.
func (s *server) createIndicator(c *call) (*page, error) {
	g, err := c.planInWork()
	if err != nil {
		return nil, err
	}
	i := &controlv1.Indicator{Quantity: controlv1.Quantity_QUANTITY_SHARE}
	if om := c.query("om"); om != "" {
		i.Subjects = []string{c.name(2) + "/" + om}
	}
	f := indicatorForm(i, subjectOptions(g), c.rows)
	f.Submit, f.Cancel = "Lägg till indikatorn", address(c.name(2))+"/controls"
	p := &page{Title: "Ny indikator", Section: sectionControls, Crumbs: controlCrumbs(c.name(2)),
		Lead: "En indikator är något som mäts år efter år, med mål att jämföra mot."}
	return c.form(p, f, func() (string, error) {
		next, err := typedIndicator(f, i)
		if err != nil {
			return "", err
		}
		made, err := s.Controls.CreateIndicator(c.ctx(), &controlv1.CreateIndicatorRequest{Parent: c.name(2), Indicator: next})
		return receipt(address(made.GetName()), "skapad"), err
	})
}

// planInWork reads the plan that the address names, else the one in work; an empty register when there is none.
func (c *call) planInWork() (*register, error) {
	plans, err := c.Risks.ListPlans(c.ctx(), &riskv1.ListPlansRequest{Parent: c.name(2), PageSize: 1000})
	if err != nil {
		return nil, err
	}
	chosen := chosenPlan(plans.GetPlans(), c.query("plan"), c.Clock.Now().In(c.zone).Year())
	if chosen == "" {
		return indexed(nil, c.Clock.Now(), c.zone), nil
	}
	return c.snapshot(chosen)
}

// editIndicator changes an indicator and its targets.
func (s *server) editIndicator(c *call) (*page, error) {
	i, err := s.Controls.GetIndicator(c.ctx(), &controlv1.GetIndicatorRequest{Name: c.name(3)})
	if err != nil {
		return nil, err
	}
	g, err := c.planInWork()
	if err != nil {
		return nil, err
	}
	f := indicatorForm(i, subjectOptions(g), c.rows)
	f.Cancel = address(i.GetName())
	p := &page{Title: "Ändra indikatorn och målen", Over: i.GetTitle(), Section: sectionControls, Crumbs: append(controlCrumbs(i.GetName()), link{"Mätningen", f.Cancel})}
	return c.form(p, f, func() (string, error) {
		next, err := typedIndicator(f, i)
		if err != nil {
			return "", err
		}
		next.Name, next.Etag = i.GetName(), f.value("etag")
		_, err = s.Controls.UpdateIndicator(c.ctx(), &controlv1.UpdateIndicatorRequest{Indicator: next, Reason: f.value("skal"),
			UpdateMask: mask("title", "description", "quantity", "unit_label", "unit_label_one", "decimals", "targets", "subjects")})
		return receipt(f.Cancel, "sparad"), err
	})
}

// deleteIndicator takes an indicator away.
func (s *server) deleteIndicator(c *call) (*page, error) {
	i, err := s.Controls.GetIndicator(c.ctx(), &controlv1.GetIndicatorRequest{Name: c.name(3)})
	if err != nil {
		return nil, err
	}
	f := removeForm(i.GetEtag(), address(i.GetName()))
	f.Submit = "Ta bort"
	p := &page{Title: "Ta bort indikatorn", Over: i.GetTitle(), Section: sectionControls, Crumbs: append(controlCrumbs(i.GetName()), link{"Mätningen", f.Cancel}),
		Lead: "Indikatorn tas bort med sina mål. Det går bara om den inte har några mätningar. Historiken finns kvar."}
	return c.form(p, f, func() (string, error) {
		_, err := s.Controls.DeleteIndicator(c.ctx(), &controlv1.DeleteIndicatorRequest{Name: i.GetName(), Etag: f.value("etag"), Reason: f.value("skal")})
		return receipt(address(c.name(2))+"/controls", "borttagen"), err
	})
}

// subjectOptions are the control areas and control points of a plan, to choose among.
func subjectOptions(g *register) []option {
	var options []option
	for _, a := range g.GetControlAreas() {
		options = append(options, option{Value: a.GetName(), Label: a.GetTitle(), Hint: "Kontrollområde"})
		for _, k := range g.pointsIn(a.GetName()) {
			options = append(options, option{Value: k.GetName(), Label: k.GetTitle(), Hint: pointKind(k.GetKind()) + " i " + a.GetTitle()})
		}
	}
	for _, k := range g.pointsIn("") {
		options = append(options, option{Value: k.GetName(), Label: k.GetTitle(), Hint: pointKind(k.GetKind())})
	}
	return options
}

// indicatorForm asks for an indicator and its targets.
func indicatorForm(i *controlv1.Indicator, subjects []option, rows rowCount) *form {
	f := newForm("Spara", hidden("etag", i.GetEtag()),
		area("rubrik", "Vad mäts?", i.GetTitle(), "indicator.title").rows(2).hint("Till exempel: Andel genomförandeplaner som är aktuella.").missing("Skriv vad som mäts."),
		area("beskrivning", "Hur mäts det?", i.GetDescription(), "indicator.description").optional().rows(3),
		radios("slag", "Vilket slags tal är det?", strconv.Itoa(int(i.GetQuantity())), quantities, "indicator.quantity"),
		cells(text("enhetsord", "Räknas i", i.GetUnitLabel(), "indicator.unit_label").optional().hint("Till exempel dagar. Tomt för en andel."),
			text("enhetsord-ett", "När det är en", i.GetUnitLabelOne(), "indicator.unit_label_one").optional().hint("Till exempel dag."),
			text("decimaler", "Decimaler", strconv.Itoa(int(i.GetDecimals())), "indicator.decimals").hint("0–4 att visa.")))
	if len(subjects) > 0 {
		chosen := slices.DeleteFunc(slices.Clone(i.GetSubjects()), func(s string) bool {
			return !slices.ContainsFunc(subjects, func(o option) bool { return o.Value == s })
		})
		f.Groups[0].Fields = append(f.Groups[0].Fields, checks("hor-till", "Vilka kontrollområden och kontrollmoment hör den till?", chosen, subjects, "indicator.subjects").
			hint("De i årets plan. Det den hörde till tidigare år finns kvar."))
	}
	addTargets(f, i, rows)
	if i.GetName() != "" {
		f.add("Om ändringen", "", text("skal", "Varför ändrar du?", "", "reason").optional().hint("Syns i historiken."))
	}
	return f
}

// addTargets ask for the targets, one row each.
func addTargets(f *form, i *controlv1.Indicator, rows rowCount) {
	n := rows("mal", max(1, len(i.GetTargets())))
	fields := []*field{hidden(rowsField("mal"), strconv.Itoa(n))}
	operators := append([]option{{Label: "Välj"}}, targetOperators...)
	for k := range n {
		t := &controlv1.Target{}
		if k < len(i.GetTargets()) {
			t = i.GetTargets()[k]
		}
		id, nr := strconv.Itoa(k), strconv.Itoa(k+1)
		operator := ""
		if t.GetOperator() != 0 {
			operator = strconv.Itoa(int(t.GetOperator()))
		}
		fields = append(fields, hidden("mal-id"+id, t.GetId()),
			cells(choose("mal-slag"+id, "Mål "+nr, operator, operators).optional(),
				text("mal-varde"+id, "Värde, mål "+nr, optionalNumber(t.Value != nil, t.GetValue())).optional().hint("Till exempel 93,5."),
				text("mal-ar"+id, "Från år, mål "+nr, yearOrEmpty(t.GetYear())).optional().hint("Tomt: alla år."),
				text("mal-bas"+id, "Jämförelseår, mål "+nr, yearOrEmpty(t.GetBaselineYear())).optional().hint("Tomt: året före.")),
			text("mal-text"+id, "Mål "+nr+" som nämnden har skrivit det", t.GetText()).optional())
	}
	f.add("Mål", "Ett eller flera. Öka, minska och oförändrat jämförs med ett tidigare år och behöver inget värde. För att ta bort ett mål väljer du ”Välj” i listan.", fields...)
	f.button("Lägg till ett mål", addRow+"mal")
}

// optionalNumber writes a number that may be absent.
func optionalNumber(known bool, v float64) string {
	if !known {
		return ""
	}
	return number(v)
}

// yearOrEmpty writes a year; nothing for 0.
func yearOrEmpty(y int32) string {
	if y == 0 {
		return ""
	}
	return yearText(y)
}

// typedIndicator reads an indicator from its form. What it belongs to in other years' plans stays.
func typedIndicator(f *form, old *controlv1.Indicator) (*controlv1.Indicator, error) {
	t := &typist{form: f}
	i := &controlv1.Indicator{Title: f.value("rubrik"), Description: f.value("beskrivning"), UnitLabel: f.value("enhetsord"), UnitLabelOne: f.value("enhetsord-ett"),
		Quantity: controlv1.Quantity(t.whole("slag", "", 0)), Decimals: int32(t.whole("decimaler", "Skriv ett helt tal från 0 till 4.", 0))}
	offered := f.field("hor-till")
	for _, name := range old.GetSubjects() {
		if !slices.ContainsFunc(offered.Options, func(o option) bool { return o.Value == name }) {
			i.Subjects = append(i.Subjects, name)
		}
	}
	i.Subjects = append(i.Subjects, offered.Values...)
	i.Targets = t.targets()
	return i, t.fault()
}

// targets reads the targets; a row without a choice is none.
func (t *typist) targets() []*controlv1.Target {
	var out []*controlv1.Target
	for k := 0; t.form.field("mal-slag"+strconv.Itoa(k)).Name != ""; k++ {
		id := strconv.Itoa(k)
		if t.form.value("mal-slag"+id) == "" {
			if t.form.value("mal-varde"+id)+t.form.value("mal-text"+id) != "" {
				t.wrong("mal-slag"+id, "Välj när målet är uppfyllt.")
			}
			continue
		}
		at := "indicator.targets[" + strconv.Itoa(len(out)) + "]"
		t.place(map[string]string{"mal-slag" + id: at + ".operator", "mal-varde" + id: at + ".value", "mal-ar" + id: at + ".year", "mal-bas" + id: at + ".baseline_year", "mal-text" + id: at + ".text"})
		target := &controlv1.Target{Id: t.form.value("mal-id" + id), Operator: controlv1.TargetOperator(t.whole("mal-slag"+id, "", 0)), Text: t.form.value("mal-text" + id),
			Value: t.number("mal-varde" + id), Year: int32(t.whole("mal-ar"+id, yearWords, 0)), BaselineYear: int32(t.whole("mal-bas"+id, yearWords, 0))}
		if target.GetId() == "" {
			target.Id = t.freeID(k)
		}
		out = append(out, target)
	}
	return out
}

// freeID is an id for a new target that no other target of the form has.
func (t *typist) freeID(k int) string {
	for {
		k++
		id, taken := "mal-"+strconv.Itoa(k), false
		t.form.each(func(q *field) {
			taken = taken || strings.HasPrefix(q.Name, "mal-id") && q.Value == id
		})
		if !taken {
			return id
		}
	}
}

// yearWords say how a year is written.
const yearWords = "Skriv ett år med fyra siffror, till exempel 2025."

// typist reads typed text and notes what cannot be read, at its field.
type typist struct {
	form   *form
	faults []fault.Field
}

// wrong notes a fault of a field.
func (t *typist) wrong(name, text string) {
	path := "typed." + name
	q := t.form.field(name)
	q.paths = append(q.paths, path)
	t.faults = append(t.faults, fault.Field{Path: path, Swedish: text})
}

// place says which fields of the request the fields of the form fill.
func (t *typist) place(paths map[string]string) {
	for name, path := range paths {
		t.form.field(name).paths = []string{path}
	}
}

// fault returns everything that could not be read; nil when all could.
func (t *typist) fault() error {
	if len(t.faults) == 0 {
		return nil
	}
	return fault.Fields(t.faults...)
}

// whole reads a whole number; empty text gives the other.
func (t *typist) whole(name, words string, other int64) int64 {
	text := t.form.value(name)
	if text == "" {
		return other
	}
	v, ok := parseNumber(text)
	if !ok || v != float64(int64(v)) || v < 0 {
		t.wrong(name, orElse(words, "Skriv ett helt tal, till exempel 12."))
		return other
	}
	return int64(v)
}

// number reads a number that may be absent.
func (t *typist) number(name string) *float64 {
	m, ok := parseMeasured(t.form.value(name))
	if !ok {
		t.wrong(name, "Skriv ett tal med siffror och högst ett decimalkomma, till exempel 93,5.")
		return nil
	}
	return m.value
}

// measuredText is a number as people type it.
type measuredText struct {
	value       *float64
	approximate bool
}

// approximations are the words before a number that is not exact.
var approximations = []string{"cirka", "circa", "ca.", "ca", "c:a", "ungefär", "omkring", "runt", "~"}

// parseMeasured reads "93,5", "93 %" or "cirka 93"; nothing typed gives no value.
func parseMeasured(text string) (measuredText, bool) {
	text = strings.TrimSpace(strings.ToLower(text))
	m := measuredText{}
	for _, word := range approximations {
		if rest, ok := strings.CutPrefix(text, word); ok {
			text, m.approximate = strings.TrimSpace(rest), true
			break
		}
	}
	if text == "" {
		return m, !m.approximate
	}
	text = strings.TrimSpace(strings.TrimSuffix(strings.TrimSuffix(text, "procent"), "%"))
	v, ok := parseNumber(text)
	m.value = &v
	return m, ok
}
