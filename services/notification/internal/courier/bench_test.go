package courier

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/uppsikt/uppsikt/internal/rpctest"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	"github.com/uppsikt/uppsikt/services/notification/internal/mail"
	"github.com/uppsikt/uppsikt/services/notification/internal/schedule"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

// stopwatch is a sender that notes when each mail is handed over.
type stopwatch struct {
	Sender
	mu sync.Mutex
	at map[string]time.Time // by address, as to
	to map[string][]byte
}

// Send notes the moment and hands over.
func (s *stopwatch) Send(ctx context.Context, to string, raw []byte) (mail.Answer, error) {
	now := time.Now()
	s.mu.Lock()
	s.at[to], s.to[to] = now, raw
	s.mu.Unlock()
	return s.Sender.Send(ctx, to, raw)
}

// claims is a database that notes when each transaction begins that enters mails in the ledger, by their recipients' addresses.
type claims struct {
	sqldb.DB
	mu    sync.Mutex
	begun map[string]time.Time
}

// Write notes the moment and writes.
func (c *claims) Write(ctx context.Context, tenant string, first []sqldb.Stmt, fn func(context.Context, sqldb.Runner) ([]sqldb.Stmt, error)) error {
	begun := time.Now()
	return c.DB.Write(ctx, tenant, first, func(ctx context.Context, r sqldb.Runner) ([]sqldb.Stmt, error) {
		stmts, err := fn(ctx, r)
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, s := range stmts {
			for _, arg := range s.Args {
				if address, is := arg.(string); is && strings.HasSuffix(address, "@kommun.example") && c.begun[address].IsZero() {
					c.begun[address] = begun
				}
			}
		}
		return stmts, err
	})
}

// BenchmarkTenThousand sends 10,000 mails that are due at once. handover-p99-ms is from the beginning of the transaction that
// claims a mail to its handing over; of-bare compares with the same mails sent by the same client with as many workers and
// nothing else.
func BenchmarkTenThousand(b *testing.B) {
	for _, engine := range sqldbtest.Engines() {
		b.Run(string(engine), func(b *testing.B) {
			for b.Loop() {
				benchmark(b, engine)
			}
		})
	}
}

const benchMails = 10_000

func benchmark(b *testing.B, engine sqldb.Engine) {
	b.StopTimer()
	box, clock := newMailbox(b), rpctest.NewClock()
	db := &claims{DB: sqldbtest.Open(b, engine, sqlstore.Migrations()), begun: map[string]time.Time{}}
	putDirectory(b, db.DB, benchMails)
	var stmts []sqldb.Stmt
	for i := range benchMails {
		stmts = append(stmts, planned(b, i, clock.Now())...)
	}
	write(b, db.DB, stmts...)
	watch := &stopwatch{Sender: box.sender(b, mail.Config{}), at: map[string]time.Time{}, to: map[string][]byte{}}
	c, err := New(depsOf(b, db, clock, newComposer(b), newSchedule(b, schedule.Config{}), watch), config())
	if err != nil {
		b.Fatal(err)
	}
	b.StartTimer()
	begin := time.Now()
	if err := c.Once(b.Context()); err != nil {
		b.Fatal(err)
	}
	own := time.Since(begin)
	b.StopTimer()
	if box.count() != benchMails {
		b.Fatalf("%d mails were taken", box.count())
	}
	b.ReportMetric(benchMails/own.Seconds(), "mails/s")
	b.ReportMetric(float64(db.percentile(watch))/1e6, "handover-p99-ms")
	b.ReportMetric(bare(b, box, watch.to).Seconds()/own.Seconds(), "of-bare")
	b.StartTimer()
}

// percentile returns the 99th of the times from the beginning of a claim to handing over.
func (c *claims) percentile(w *stopwatch) time.Duration {
	waits := make([]time.Duration, 0, len(w.at))
	for to, at := range w.at {
		waits = append(waits, at.Sub(c.begun[to]))
	}
	slices.Sort(waits)
	return waits[len(waits)*99/100]
}

// bare sends the same mails with the same client and nothing else.
func bare(b *testing.B, box *mailbox, mails map[string][]byte) time.Duration {
	b.Helper()
	sender := box.sender(b, mail.Config{})
	type one struct {
		to  string
		raw []byte
	}
	work := make(chan one)
	var workers sync.WaitGroup
	begin := time.Now()
	for range config().Workers {
		workers.Go(func() {
			for m := range work {
				if a, err := sender.Send(b.Context(), m.to, m.raw); err != nil || a.Outcome != mail.Taken {
					b.Error(fmt.Errorf("%+v: %w", a, err))
				}
			}
		})
	}
	for to, raw := range mails {
		work <- one{to, raw}
	}
	close(work)
	workers.Wait()
	return time.Since(begin)
}
