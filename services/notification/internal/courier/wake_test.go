package courier

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

// TestWoken: a turn that was made for the next minutes is in the schedule before the next sweep.
func TestWoken(t *testing.T) {
	run(t, func(f *fixture) {
		soon := f.clock.Now().Add(time.Minute)
		err := f.session(f.Context(), func(s *session) error {
			if err := s.pass(f.Context(), false, false); err != nil {
				return err
			}
			write(f, f.db, planned(f, 1, soon)...)
			f.Wake()
			<-f.wake
			return s.pass(f.Context(), true, false)
		})
		if err != nil {
			f.Fatal(err)
		}
		leases, err := f.Courier.deps.Schedule.Claim(f.Context(), soon, time.Minute, 10, "test")
		if err != nil || len(leases) != 1 || leases[0].ID != "ume/m1" {
			f.Errorf("the schedule holds %v, %v", leases, err)
		}
	})
}

// TestWokenWhileItRuns: a courier that was woken sends at the time of the turn, without another sweep.
func TestWokenWhileItRuns(t *testing.T) {
	run(t, func(f *fixture) {
		cfg := config()
		cfg.Sweep = 1000 * time.Hour
		c := f.courier(f.Courier.deps, cfg)
		ctx, stop := context.WithCancel(f.Context())
		ended := make(chan error, 1)
		go func() { ended <- c.Run(ctx) }()
		within(f, "the first sweep", func() error {
			c.mu.Lock()
			defer c.mu.Unlock()
			if c.swept.IsZero() {
				return errors.New("not yet")
			}
			return nil
		})
		write(f, f.db, planned(f, 1, f.clock.Now().Add(time.Minute))...)
		c.Wake()
		f.clock.Advance(time.Minute)
		<-f.box.changed
		stop()
		if err := <-ended; err != nil {
			f.Error(err)
		}
		f.want("m1", "r1", sqlstore.Delivery{State: sent, Attempts: 1}, notice.Sent, 1)
	})
}
