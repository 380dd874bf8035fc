// Package calendar tells the working days of Swedish offices: neither weekends, nor holidays, nor the eves that offices keep
// free as if they were.
package calendar

import (
	"strconv"
	"sync"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/se"
)

// Calendar tells working days in Sweden. It reckons each year once and keeps it. Safe for concurrent use.
type Calendar struct {
	mu sync.RWMutex
	// years hold the names of the holidays by day.
	years map[int]map[string]string
}

// New returns a calendar.
func New() *Calendar { return &Calendar{years: make(map[int]map[string]string)} }

// holidays are the days that offices keep free: the public ones, and the eves of Midsummer, Christmas and New Year. Easter
// Day and Whit Sunday are Sundays, but have names too.
func holidays() []*cal.Holiday {
	return []*cal.Holiday{se.Nyarsdagen, se.TrettondedagJul, se.Langfredagen, se.Paskdagen, se.AnnandagPask, se.ForstaMaj,
		se.KristiHimmelfardsdag, se.Pingstdagen, se.Nationaldagen, se.Midsommarafton, se.Midsommardagen, se.AllaHelgonsDag,
		se.Julafton, se.Juldagen, se.AnnandagJul, se.Nyarsafton}
}

// WorkingDay reports whether offices are open on a day, as "2025-05-12". What is no day is no working day.
func (c *Calendar) WorkingDay(day string) bool {
	date, err := time.Parse(time.DateOnly, day)
	return err == nil && !cal.IsWeekend(date) && c.Holiday(day) == ""
}

// Holiday returns the Swedish name of the day when offices keep it free, also on a weekend; empty otherwise.
func (c *Calendar) Holiday(day string) string {
	if len(day) != len(time.DateOnly) {
		return ""
	}
	year, err := strconv.Atoi(day[:4])
	if err != nil {
		return ""
	}
	return c.year(year)[day]
}

// year returns the holidays of a year by day.
func (c *Calendar) year(year int) map[string]string {
	c.mu.RLock()
	days, known := c.years[year]
	c.mu.RUnlock()
	if known {
		return days
	}
	days = reckon(year)
	c.mu.Lock()
	c.years[year] = days
	c.mu.Unlock()
	return days
}

// reckon computes the holidays of a year by day. A day that is two at once keeps the name of the first in the list.
func reckon(year int) map[string]string {
	days := make(map[string]string)
	for _, h := range holidays() {
		actual, _ := h.Calc(year)
		if day := actual.Format(time.DateOnly); days[day] == "" {
			days[day] = h.Name
		}
	}
	return days
}
