package courier

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/uppsikt/uppsikt/internal/redistest"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	"github.com/uppsikt/uppsikt/services/notification/internal/mail"
	"github.com/uppsikt/uppsikt/services/notification/internal/schedule"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

// seeds is how many times a random test runs: UPPSIKT_SEEDS, else the number given.
func seeds(t *testing.T, n int) int {
	t.Helper()
	text := os.Getenv("UPPSIKT_SEEDS")
	if text == "" {
		return n
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("UPPSIKT_SEEDS: %v", err)
	}
	return n
}

// chaos is a suite in which everything but the database may end at any time.
type chaos struct {
	*fixture
	rand  *rand.Rand
	redis *redistest.Server
	down  bool // Redis is
	live  []*process
}

// process is a courier that can be killed.
type process struct {
	kill  func()
	ended chan struct{}
}

// TestChaos: whatever ends, at whatever moment, nothing is lost, and what is sent twice is the very same mail and its answer
// was not learnt.
func TestChaos(t *testing.T) {
	for seed := range seeds(t, 10) {
		engine := sqldbtest.Engines()[seed%len(sqldbtest.Engines())]
		t.Run(fmt.Sprintf("%d/%s", seed, engine), func(t *testing.T) {
			c := &chaos{fixture: newFixture(t, sqldbtest.Open(t, engine, sqlstore.Migrations())), rand: rand.New(rand.NewPCG(uint64(seed), 1)),
				redis: redistest.New(t)}
			defer c.killAll()
			const n = 60
			c.given(n)
			c.storm(40)
			c.calm(n)
		})
	}
}

// given plans mails to be sent within an hour, and makes the mail server moody.
func (c *chaos) given(n int) {
	c.Helper()
	putDirectory(c, c.db, n)
	var stmts []sqldb.Stmt
	for i := range n {
		stmts = append(stmts, planned(c, i, c.clock.Now().Add(time.Duration(c.rand.IntN(3600))*time.Second))...)
	}
	write(c, c.db, stmts...)
	var mu sync.Mutex
	moods := rand.New(rand.NewPCG(c.rand.Uint64(), 2))
	c.box.mu.Lock()
	defer c.box.mu.Unlock()
	c.box.decide = func(string) act {
		mu.Lock()
		defer mu.Unlock()
		return []act{take, take, take, take, take, take, busy421, later450, later451AtEnd, dropBefore, dropAfter}[moods.IntN(11)]
	}
}

// storm does things at random. Between them the couriers go on for some mails, or for a moment.
func (c *chaos) storm(events int) {
	c.Helper()
	for range events {
		switch c.rand.IntN(9) {
		case 0, 1:
			c.spawn()
		case 2:
			if len(c.live) > 0 {
				c.killOne(c.rand.IntN(len(c.live)))
			}
		case 3:
			c.toggleRedis()
		case 4:
			c.toggleMail()
		case 5:
			c.clock.Advance(-time.Duration(c.rand.IntN(600)) * time.Second)
		default:
			c.clock.Advance(time.Duration(c.rand.IntN(900)) * time.Second)
		}
		c.moment(c.rand.IntN(4))
	}
}

// moment waits until so many mails were taken, or for a moment.
func (c *chaos) moment(mails int) {
	timer := time.NewTimer(time.Duration(c.rand.IntN(40)) * time.Millisecond)
	defer timer.Stop()
	for range mails {
		select {
		case <-c.box.changed:
		case <-timer.C:
			return
		}
	}
}

// spawn starts a courier.
func (c *chaos) spawn() {
	c.Helper()
	if len(c.live) >= 3 {
		return
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(c.Context()))
	times, err := schedule.Open(ctx, schedule.Config{URL: "redis://" + c.redis.Addr()})
	if err != nil {
		c.Fatal(err)
	}
	sender := c.box.sender(c, mail.Config{})
	cfg := config()
	cfg.Grace = time.Millisecond
	courier, err := New(c.depsOf(life{DB: c.db, ctx: ctx}, times, mortal{sender, ctx}), cfg)
	if err != nil {
		c.Fatal(err)
	}
	p := &process{kill: cancel, ended: make(chan struct{})}
	go func() {
		defer close(p.ended)
		_ = courier.Run(ctx) // what it could not settle is what this test is about
		if err := errors.Join(courier.Close(), times.Close()); err != nil {
			c.Error(err)
		}
	}()
	c.live = append(c.live, p)
}

func (c *chaos) killOne(i int) {
	c.live[i].kill()
	<-c.live[i].ended
	c.live = append(c.live[:i], c.live[i+1:]...)
}

func (c *chaos) killAll() {
	for len(c.live) > 0 {
		c.killOne(0)
	}
}

func (c *chaos) toggleRedis() {
	c.Helper()
	change := c.redis.Kill
	if c.down {
		change = func() error { return c.redis.Restart(c.Context()) }
	}
	if err := change(); err != nil {
		c.Fatal(err)
	}
	c.down = !c.down
}

func (c *chaos) toggleMail() {
	c.Helper()
	if c.box.server != nil {
		c.box.stop(c)
		return
	}
	c.box.start(c)
}

// calm mends everything, lets one courier finish and checks what has become of the mails.
func (c *chaos) calm(n int) {
	c.Helper()
	if c.down {
		c.toggleRedis()
	}
	if c.box.server == nil {
		c.toggleMail()
	}
	c.killAll()
	last := c.courier(c.deps(c, schedule.Config{URL: "redis://" + c.redis.Addr()}), config())
	for range 200 {
		if c.turns() == 0 {
			break
		}
		if err := last.Once(c.Context()); err != nil {
			c.Fatal(err)
		}
		c.clock.Advance(10 * time.Minute)
	}
	c.audit(n)
}
