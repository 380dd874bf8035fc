package sqlstore

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
)

// MeasurementsPeriod is the constraint that there is one measurement of an indicator, a unit and a period.
const MeasurementsPeriod = "measurements_period"

func measurements() *resource.Table[*controlv1.Measurement] {
	return resource.Define(resource.Spec[*controlv1.Measurement]{
		Table: "measurements",
		Columns: []resource.Column[*controlv1.Measurement]{
			{Name: "indicator", Value: func(m *controlv1.Measurement) any { return m.GetIndicator() }},
			{Name: "unit", Value: func(m *controlv1.Measurement) any { return m.GetUnit() }},
			{Name: "begin_date", Value: func(m *controlv1.Measurement) any { return m.GetBeginDate() }},
			{Name: "end_date", Value: func(m *controlv1.Measurement) any { return m.GetEndDate() }},
			{Name: "year", Value: func(m *controlv1.Measurement) any { return YearOf(m.GetEndDate()) }},
			{Name: "value", Value: effectiveValue},
		},
		Order: []string{"end_date"},
	})
}

// effectiveValue is the value that counts, else null: unknown.
func effectiveValue(m *controlv1.Measurement) any {
	if m.EffectiveValue == nil {
		return nil
	}
	return m.GetEffectiveValue()
}

// YearOf returns the year of a date as it lies in the column.
func YearOf(date string) string { return date[:min(len(date), len("2025"))] }

// YearWord returns a year as it lies in the column of measurements; empty for 0.
func YearWord(year int32) string {
	if year == 0 {
		return ""
	}
	return fmt.Sprintf("%04d", year)
}

// YearsUpTo returns the years from the first one up to a last one as they lie in the column.
func YearsUpTo(first, last int) []string {
	var years []string
	for y := first; y <= last; y++ {
		years = append(years, YearWord(int32(y)))
	}
	return years
}

const selectSeriesSQL = `select version, created, updated, body from measurements
where tenant = $1 and parent = $2 and indicator %s and year between $4 and $5`

// SelectSeries returns the statement that reads the measurements of indicators of a committee that count for a year from the
// first to the last, into a list that SortSeries then puts in order. One range is read faster than the years one by one.
func SelectSeries(engine sqldb.Engine, committee string, indicators []string, first, last int, into *[]*controlv1.Measurement) sqldb.Stmt {
	return sqldb.Stmt{
		SQL:  fmt.Sprintf(selectSeriesSQL, engine.AnyOf("$3")),
		Args: []any{resource.Tenant(committee), committee, engine.ListArg(indicators), YearWord(int32(first)), YearWord(int32(last))},
		Each: scanMeasurement(into),
	}
}

const selectAtSQL = `select version, created, updated, body from measurements
where tenant = $1 and parent = $2 and indicator = $3 and unit = $4 and begin_date = $5 and end_date = $6`

// SelectSamePeriod returns the statement that reads the measurement of the same indicator, unit and period.
func SelectSamePeriod(m *controlv1.Measurement, into *[]*controlv1.Measurement) sqldb.Stmt {
	committee := resource.Parent(m.GetName())
	return sqldb.Stmt{SQL: selectAtSQL, Each: scanMeasurement(into),
		Args: []any{resource.Tenant(committee), committee, m.GetIndicator(), m.GetUnit(), m.GetBeginDate(), m.GetEndDate()}}
}

const selectBeforeSQL = `select version, created, updated, body from measurements
where tenant = $1 and parent = $2 and indicator = $3 and unit = $4 and (end_date, begin_date) < ($5, $6)
order by end_date desc, begin_date desc limit 1`

// SelectBefore returns the statement that reads the last measurement of the same indicator and unit before one.
func SelectBefore(committee string, m *controlv1.Measurement, into *[]*controlv1.Measurement) sqldb.Stmt {
	return sqldb.Stmt{SQL: selectBeforeSQL, Each: scanMeasurement(into),
		Args: []any{resource.Tenant(committee), committee, m.GetIndicator(), m.GetUnit(), m.GetEndDate(), m.GetBeginDate()}}
}

// row is a measurement with its times, in one piece of memory.
type row struct {
	measurement      controlv1.Measurement
	created, updated timestamppb.Timestamp
}

// rowsAtOnce is how many rows memory is taken for at once.
const rowsAtOnce = 64

// scanMeasurement decodes rows as package resource does, without its detour by reflection and with fewer pieces of memory:
// there may be thousands.
func scanMeasurement(into *[]*controlv1.Measurement) func(sqldb.Row) error {
	var (
		version, created, updated int64
		// body is decoded before the next row takes its memory, and so need not be copied.
		body sql.RawBytes
		rows []row
	)
	return func(r sqldb.Row) error {
		if err := r.Scan(&version, &created, &updated, &body); err != nil {
			return err
		}
		if len(rows) == 0 {
			rows = make([]row, rowsAtOnce)
		}
		one := &rows[0]
		rows = rows[1:]
		m := &one.measurement
		if err := proto.Unmarshal(body, m); err != nil {
			return fmt.Errorf("decode a measurement: %w", err)
		}
		setTime(&one.created, created)
		setTime(&one.updated, updated)
		m.Etag, m.CreateTime, m.UpdateTime = resource.Etag(version), &one.created, &one.updated
		*into = append(*into, m)
		return nil
	}
}

// setTime sets a time from microseconds.
func setTime(t *timestamppb.Timestamp, micros int64) {
	at := time.UnixMicro(micros)
	t.Seconds, t.Nanos = at.Unix(), int32(at.Nanosecond())
}

// SortSeries puts measurements in order of indicator, last day, unit and name.
func SortSeries(list []*controlv1.Measurement) {
	slices.SortFunc(list, func(a, b *controlv1.Measurement) int {
		if c := strings.Compare(a.GetIndicator(), b.GetIndicator()); c != 0 {
			return c
		}
		if c := strings.Compare(a.GetEndDate(), b.GetEndDate()); c != 0 {
			return c
		}
		if c := strings.Compare(a.GetUnit(), b.GetUnit()); c != 0 {
			return c
		}
		return strings.Compare(a.GetName(), b.GetName())
	})
}
