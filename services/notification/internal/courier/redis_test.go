package courier

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/uppsikt/uppsikt/internal/redistest"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	"github.com/uppsikt/uppsikt/services/notification/internal/schedule"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

// within tries until try succeeds, and fails the test with the last error when that takes too long.
func within(t testing.TB, what string, try func() error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		err := try()
		if err == nil {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("%s: %v", what, err)
		}
	}
}

// running is a courier that runs over a real Redis, and how many mails it was given.
type running struct {
	*fixture
	redis *redistest.Server
	given int
}

// overRedis runs a test with a courier that runs over a real Redis.
func overRedis(t *testing.T, test func(r *running)) {
	t.Helper()
	server := redistest.New(t)
	f := newFixture(t, sqldbtest.Open(t, sqldb.SQLite, sqlstore.Migrations()))
	f.Courier = f.courier(f.deps(f, schedule.Config{URL: "redis://" + server.Addr()}), config())
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- f.Courier.Run(ctx) }()
	defer func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	test(&running{fixture: f, redis: server})
}

// sends plans a mail that is due now and waits until it was taken and settled.
func (r *running) sends() {
	r.Helper()
	n := r.given
	r.given++
	write(r, r.db, planned(r, n, r.clock.Now())...)
	r.Wake()
	within(r, fmt.Sprintf("mail %d is sent", n), func() error {
		if d := r.delivery(fmt.Sprintf("m%d", n)); d.State != sent {
			return fmt.Errorf("it is %v: %s", d.State, d.Fault)
		}
		return nil
	})
}

// degraded waits until the courier says so, or not.
func (r *running) degraded(want bool) {
	r.Helper()
	within(r, "the status changes", func() error {
		if r.Status().Degraded != want {
			return fmt.Errorf("degraded is %t", !want)
		}
		return nil
	})
}

// TestRedisIsKilled: the service works on by the database, says so, and recovers by itself.
func TestRedisIsKilled(t *testing.T) {
	overRedis(t, func(r *running) {
		r.sends()
		r.degraded(false)
		if err := r.redis.Kill(); err != nil {
			r.Fatal(err)
		}
		r.sends()
		r.degraded(true)
		r.sends()
		if err := r.redis.Restart(r.Context()); err != nil {
			r.Fatal(err)
		}
		r.degraded(false)
		r.sends()
		r.audit(r.given)
	})
}

// TestRedisIsFlushed: what is lost in the schedule is put back by the next sweep.
func TestRedisIsFlushed(t *testing.T) {
	overRedis(t, func(r *running) {
		client := redis.NewClient(&redis.Options{Addr: r.redis.Addr()})
		defer client.Close()
		write(r, r.db, planned(r, 0, r.clock.Now().Add(time.Hour))...)
		r.given++
		r.Wake()
		r.sends()
		if err := client.FlushAll(r.Context()).Err(); err != nil {
			r.Fatal(err)
		}
		r.clock.Advance(2 * time.Hour)
		within(r, "it is sent all the same", func() error {
			if r.turns() != 0 {
				return errors.New("it waits")
			}
			return nil
		})
		r.audit(r.given)
	})
}

// TestRedisIsFull: the same, while it takes nothing.
func TestRedisIsFull(t *testing.T) {
	overRedis(t, func(r *running) {
		client := redis.NewClient(&redis.Options{Addr: r.redis.Addr()})
		defer client.Close()
		memory := func(limit string) {
			if err := client.ConfigSet(r.Context(), "maxmemory", limit).Err(); err != nil {
				r.Fatal(err)
			}
		}
		r.sends()
		memory("1")
		r.sends()
		memory("0")
		r.sends()
		r.degraded(false)
		r.audit(r.given)
	})
}
