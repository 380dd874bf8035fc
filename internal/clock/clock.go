// Package clock is how the suite learns the time: every component is handed a Clock, so that tests and demonstrations
// can run a year in seconds.
package clock

import (
	"sync/atomic"
	"time"
)

// Clock tells the time. It is safe for concurrent use.
type Clock interface {
	// Now returns the current time.
	Now() time.Time
}

// System is the machine's own clock.
type System struct{}

// Now returns the machine's time.
func (System) Now() time.Time { return time.Now() }

// Shifted is a clock that runs as another does, from another starting point. It is for demonstrations.
type Shifted struct {
	base  Clock
	shift atomic.Int64 // nanoseconds
}

// NewShifted returns a clock that shows what base shows, until it is set.
func NewShifted(base Clock) *Shifted { return &Shifted{base: base} }

// Set lets the clock show now, and run on from there.
func (s *Shifted) Set(now time.Time) { s.shift.Store(int64(now.Sub(s.base.Now()))) }

// Shift returns how far the clock is ahead of its base.
func (s *Shifted) Shift() time.Duration { return time.Duration(s.shift.Load()) }

// ShiftBy sets how far the clock is ahead of its base.
func (s *Shifted) ShiftBy(d time.Duration) { s.shift.Store(int64(d)) }

// Now returns the shifted time.
func (s *Shifted) Now() time.Time { return s.base.Now().Add(s.Shift()) }
