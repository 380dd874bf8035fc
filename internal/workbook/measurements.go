package workbook

import (
	"fmt"

	"google.golang.org/protobuf/proto"

	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
)

// measurementIdentity is what tells one measurement from another when there is no key.
func measurementIdentity(indicator, unit, begin, end string) string {
	return indicator + " " + unit + " " + begin + " " + end
}

// measurement reads the current row as a measurement.
func (w *work) measurement() {
	m := &controlv1.Measurement{}
	if _, ok := w.required("indicator", "Skriv vilken indikator det gäller."); !ok {
		return
	}
	before := len(w.faults.list) + w.faults.more
	w.named("indicator", w.c.indicators, "nämndens indikatorer", &m.Indicator)
	w.named("unit", w.c.units, "nämndens enheter", &m.Unit)
	period := w.period()
	if len(w.faults.list)+w.faults.more > before {
		w.values(m)
		return
	}
	m.BeginDate, m.EndDate = period.begin, period.end
	identity := measurementIdentity(m.GetIndicator(), m.GetUnit(), m.GetBeginDate(), m.GetEndDate())
	id, ok := w.id(w.c.measurementOf.only(identity), identity)
	if !ok || !w.once("indicator", identity, "Samma indikator, enhet och period står redan på rad %d. Ta bort den ena.") {
		return
	}
	m.Name = w.o.Committee + "/measurements/" + id
	if !w.once("key", m.GetName(), "Nyckeln står redan på rad %d.") {
		return
	}
	if old := w.c.measured[m.GetName()]; old != nil {
		kept := proto.CloneOf(old)
		kept.Indicator, kept.BeginDate, kept.EndDate = m.GetIndicator(), m.GetBeginDate(), m.GetEndDate()
		if m.GetUnit() != "" {
			kept.Unit = m.GetUnit()
		}
		kept.EffectiveValue = nil
		m = kept
	}
	w.values(m)
	w.bundle.Measurements = append(w.bundle.Measurements, m)
	w.place("measurements", len(w.bundle.GetMeasurements()))
}

// period reads the days, from one column or two.
func (w *work) period() span {
	if c, ok := w.cell("period"); ok {
		s, bad := c.asPeriod(w.since1904)
		if bad.is() {
			w.fault("period", bad)
		}
		return s
	}
	var s span
	w.date("begin_date", &s.begin)
	w.date("end_date", &s.end)
	switch {
	case s.begin == "" && s.end == "":
		field := "period"
		if _, has := w.header.of[field]; !has {
			field = "end_date"
		}
		w.fault(field, wrong{"MISSING", fmt.Sprintf("Skriv vilken period det gäller, till exempel %d.", w.o.Year), "the period is missing"})
	case s.begin == "":
		s.begin = s.end
	case s.end == "":
		s.end = s.begin
	}
	return s
}

func (w *work) date(field string, to *string) {
	c, ok := w.cell(field)
	if !ok {
		return
	}
	date, bad := c.asDate(w.since1904)
	if bad.is() {
		w.fault(field, bad)
		date = " "
	}
	*to = date
}

// values reads what was measured. A value that is stated takes the place of a ratio, and the other way round.
func (w *work) values(m *controlv1.Measurement) {
	var value, numerator, denominator *float64
	n := w.number("value", &value)
	w.number("numerator", &numerator)
	w.number("denominator", &denominator)
	if value != nil || numerator != nil || denominator != nil {
		m.Value, m.Numerator, m.Denominator = value, numerator, denominator
	}
	if n.percent && m.GetIndicator() != "" && !w.c.shares[m.GetIndicator()] {
		w.fault("value", wrong{"NOT_A_SHARE", "Värdet står i procent, men indikatorn är ingen andel. Skriv värdet utan procenttecken.", "a percentage of what is no share"})
	}
	if yes, ok := w.yes("approximate"); ok {
		m.Approximate = yes
	} else if value != nil {
		m.Approximate = n.approximate
	}
	if yes, ok := w.yes("derived"); ok {
		m.Derived = yes
	}
	w.text("note", &m.Note)
}
