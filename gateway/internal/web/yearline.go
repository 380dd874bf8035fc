package web

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// Shapes of marks on the time line, one for each kind of day.
const (
	shapeStep    = "steg"
	shapePapers  = "handlingar"
	shapeMeeting = "sammantrade"
)

// Sizes of the time line, in pixels and in percent of its width.
const (
	yearTop    = 46
	yearLane   = 30
	yearApart  = 8
	yearMonths = 18
)

// yearView is the year of a plan as a time line, and as a table of the same days.
type yearView struct {
	Title, Desc string
	// Bottom is where the line ends; the word for today stands below it.
	Height, Bottom, Foot int
	Months               []yearMonth
	Marks                []yearMark
	// Today is where today is; empty when it lies outside.
	Today string
	Rows  []yearRow
}

// yearMonth is one month on the line.
type yearMonth struct {
	X, Middle, Letter string
	// Year is written where one begins.
	Year string
}

// yearMark is one day on the line; its number leads to the row of the table.
type yearMark struct {
	X      string
	Y      int
	Number string
	Shape  string
	Past   bool
}

// yearRow is one day in the table.
type yearRow struct {
	link
	Number, Round, Kind, Date, Relative string
	Past                                bool
}

// yearDay is one day of a plan's year.
type yearDay struct {
	date, title, round, address, shape string
}

// yearKinds name the shapes in the table.
var yearKinds = map[string]string{shapeStep: "Steg", shapePapers: "Handlingar", shapeMeeting: "Sammanträde"}

// yearDays lists the days of a plan and its rounds, in order.
func yearDays(plan *riskv1.Plan, rounds []*riskv1.Round) []yearDay {
	var all []yearDay
	add := func(d yearDay) {
		if _, err := time.Parse(time.DateOnly, d.date); err == nil {
			all = append(all, d)
		}
	}
	if day := plan.GetDecision().GetMeetingDate(); day != "" {
		add(yearDay{day, "Planen fastställdes", "", address(plan.GetName()), shapeMeeting})
	}
	for _, r := range rounds {
		at := address(r.GetName())
		for _, s := range r.GetSteps() {
			add(yearDay{s.GetDueDate(), s.GetTitle(), r.GetTitle(), at, shapeStep})
		}
		add(yearDay{r.GetPapersDueDate(), "Handlingarna klara", r.GetTitle(), at, shapePapers})
		add(yearDay{r.GetMeetingDate(), "Nämndens sammanträde", r.GetTitle(), at, shapeMeeting})
	}
	slices.SortStableFunc(all, func(a, b yearDay) int { return cmp.Compare(a.date, b.date) })
	return all
}

// planYear shows the year of a plan; nil when no day is known.
func planYear(g *register) *yearView {
	plan := g.GetPlan()
	all := yearDays(plan, g.rounds)
	year, err := strconv.Atoi(last(plan.GetName()))
	if len(all) == 0 || err != nil {
		return nil
	}
	line := newYearLine(year, all)
	v := &yearView{Title: "Året " + yearText(int32(year)), Months: line.months()}
	for i, d := range all {
		v.add(line, i, d, g)
	}
	v.Bottom = yearTop + len(line.lanes)*yearLane
	v.Foot, v.Height = v.Bottom+14, v.Bottom+20
	today := g.now.In(g.zone).Format(time.DateOnly)
	v.Desc = "Tidslinje med " + plural(len(v.Marks), "dag", "dagar") + ". Siffrorna hör till raderna i tabellen."
	if x, inside := line.at(today); inside {
		v.Today = percent(x)
		v.Desc += " I dag är det " + dateText(today) + "."
	}
	return v
}

// add puts a day into the table, and on the line where it reaches.
func (v *yearView) add(line *yearLine, i int, d yearDay, g *register) {
	left, _ := days(d.date, g.now, g.zone)
	row := yearRow{link: link{d.title, d.address}, Round: d.round, Kind: yearKinds[d.shape], Date: d.date, Relative: relative(left), Past: left < 0}
	if x, inside := line.at(d.date); inside {
		row.Number = strconv.Itoa(i + 1)
		v.Marks = append(v.Marks, yearMark{X: percent(x), Y: yearTop + yearLane/2 + line.lane(x)*yearLane, Number: row.Number, Shape: d.shape, Past: row.Past})
	}
	v.Rows = append(v.Rows, row)
}

// yearLine is the months that a time line has, and how far each of its lanes is taken.
type yearLine struct {
	begin, end time.Time
	lanes      []float64
}

// newYearLine reaches over the year of a plan, and on to the days before and after it that lie near.
func newYearLine(year int, all []yearDay) *yearLine {
	l := &yearLine{begin: time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC), end: time.Date(year+1, 1, 1, 0, 0, 0, 0, time.UTC)}
	for _, d := range all {
		day, err := time.Parse(time.DateOnly, d.date)
		if err != nil {
			continue
		}
		month := time.Date(day.Year(), day.Month(), 1, 0, 0, 0, 0, time.UTC)
		if month.Before(l.begin) && !month.Before(time.Date(year-1, 11, 1, 0, 0, 0, 0, time.UTC)) {
			l.begin = month
		}
		if next := month.AddDate(0, 1, 0); next.After(l.end) && !next.After(l.begin.AddDate(0, yearMonths, 0)) {
			l.end = next
		}
	}
	return l
}

// at is where a day lies, in percent of the width; false when it lies outside.
func (l *yearLine) at(date string) (float64, bool) {
	day, err := time.Parse(time.DateOnly, date)
	if err != nil || day.Before(l.begin) || !day.Before(l.end) {
		return 0, false
	}
	return 100 * float64(day.Sub(l.begin)) / float64(l.end.Sub(l.begin)), true
}

// lane is the first lane where a mark does not lie on another.
func (l *yearLine) lane(x float64) int {
	for i, taken := range l.lanes {
		if x-taken >= yearApart {
			l.lanes[i] = x
			return i
		}
	}
	l.lanes = append(l.lanes, x)
	return len(l.lanes) - 1
}

// months lists the months of the line.
func (l *yearLine) months() []yearMonth {
	var out []yearMonth
	for m := l.begin; m.Before(l.end); m = m.AddDate(0, 1, 0) {
		from, _ := l.at(m.Format(time.DateOnly))
		middle, _ := l.at(m.AddDate(0, 0, 14).Format(time.DateOnly))
		month := yearMonth{X: percent(from), Middle: percent(middle), Letter: sentence(months[m.Month()-1])[:1]}
		if m.Month() == time.January || m.Equal(l.begin) && m.Month() < time.November {
			month.Year = strconv.Itoa(m.Year())
		}
		out = append(out, month)
	}
	return out
}

// percent writes a place on the line.
func percent(x float64) string { return fmt.Sprintf("%.2f%%", x) }
