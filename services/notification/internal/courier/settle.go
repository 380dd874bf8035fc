package courier

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/services/notification/internal/mail"
	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
	"github.com/uppsikt/uppsikt/services/notification/internal/schedule"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

// result is what came of handing over a mail.
type result struct {
	job    *job
	answer mail.Answer
	// untouched: it was not handed over, and nothing was learnt.
	untouched bool
}

// firstRest and longestRest bound the pause between attempts to settle while the database is away.
const (
	firstRest   = 50 * time.Millisecond
	longestRest = 2 * time.Second
)

// settle writes down what the workers learnt, all that waits in one transaction for each tenant and lease. It returns why
// something could not be.
func (s *session) settle(ctx context.Context) error {
	var faults []error
	for r := range s.results {
		batch := s.gather(r)
		slices.SortStableFunc(batch, func(a, b result) int {
			one, two := a.job.held, b.job.held
			return cmp.Or(cmp.Compare(one.Tenant, two.Tenant), one.Until.Compare(two.Until))
		})
		for len(batch) > 0 {
			n := 1
			for n < len(batch) && batch[n].job.held == batch[0].job.held {
				n++
			}
			faults = append(faults, s.settleTogether(ctx, batch[:n]))
			batch = batch[n:]
		}
	}
	return errors.Join(faults...)
}

// gather returns a result and those that wait already.
func (s *session) gather(first result) []result {
	batch := []result{first}
	for len(batch) < settled {
		select {
		case r, open := <-s.results:
			if !open {
				return batch
			}
			batch = append(batch, r)
		default:
			return batch
		}
	}
	return batch
}

// settleTogether writes results that are held by one lease. An answer that is not written down would be sent again, so it is tried for as
// long as the mails are held.
func (s *session) settleTogether(ctx context.Context, batch []result) error {
	c, rest := s.courier, firstRest
	for {
		more, err := c.record(ctx, batch)
		s.more = s.more || more
		if err == nil {
			return nil
		}
		if ctx.Err() != nil || !c.deps.Store.Clock().Now().Before(batch[0].job.held.Until) {
			return fmt.Errorf("settle %d mails of %s: %w", len(batch), batch[0].job.turn.tenant, err)
		}
		c.deps.Logger.WarnContext(ctx, "mails were handed over and could not be settled; trying again", "error", err)
		timer := time.NewTimer(rest)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
		}
		rest = min(2*rest, longestRest)
	}
}

// verdict is what a result means: where the mail stands, and when it is tried again, zero for never.
type verdict struct {
	result
	delivery sqlstore.Delivery
	again    time.Time
	// held is 1 if the turn was still ours.
	held int64
}

// record writes results that are held by one lease in one transaction, and reports whether one of the mails is due again at
// once. Where somebody else has taken the turn since, it changes nothing. A mail that something joined while it was being sent
// gets its turn again.
func (c *Courier) record(ctx context.Context, results []result) (more bool, err error) {
	var (
		now, held, engine = c.deps.Store.Clock().Now(), results[0].job.held, c.db().Engine()
		verdicts          = make([]*verdict, len(results))
		of                = make(map[string]*verdict, len(results))
		ended             []string
		rearmed           int64
	)
	for i, r := range results {
		verdicts[i] = c.judge(r, now)
		of[r.job.turn.mail] = verdicts[i]
	}
	first := []sqldb.Stmt{sqlstore.Attempt(func() {
		ended, rearmed = nil, 0
		for _, v := range verdicts {
			v.held = 0
		}
	})}
	first = append(first, release(engine, held, verdicts, func(mail string) {
		of[mail].held = 1
		ended = append(ended, mail)
	})...)
	err = c.db().Write(ctx, held.Tenant, first, func(context.Context, sqldb.Runner) ([]sqldb.Stmt, error) {
		stmts := entries(engine, held.Tenant, verdicts, now)
		if len(ended) > 0 {
			stmts = append(stmts, sqlstore.RearmTurns(engine, held.Tenant, ended, &rearmed))
		}
		return stmts, nil
	})
	if err != nil {
		return false, err
	}
	c.recorded(ctx, verdicts)
	if rearmed > 0 {
		c.Wake()
	}
	return rearmed > 0 || slices.ContainsFunc(verdicts, func(v *verdict) bool { return v.untouched }), nil
}

// release returns the statements that end turns or give them back, where they are still ours. Ended is called for each that is
// ended.
func release(engine sqldb.Engine, held sqlstore.TurnLease, verdicts []*verdict, ended func(mail string)) []sqldb.Stmt {
	var (
		stmts []sqldb.Stmt
		mails []string
	)
	for _, v := range verdicts {
		if v.again.IsZero() {
			mails = append(mails, v.job.turn.mail)
		} else {
			stmts = append(stmts, sqlstore.DelayTurn(held, v.job.turn.mail, v.again, v.untouched, &v.held))
		}
	}
	if len(mails) > 0 {
		stmts = append(stmts, sqlstore.SettleTurns(engine, held, mails, ended)...)
	}
	return stmts
}

// entries returns the statements that enter what came of mails, of those whose turns were still ours.
func entries(engine sqldb.Engine, tenant string, verdicts []*verdict, now time.Time) []sqldb.Stmt {
	var (
		stmts  = []sqldb.Stmt{}
		ledger []sqlstore.Delivery
		ids    = map[notice.State][]string{}
	)
	for _, v := range verdicts {
		if v.held != 1 {
			continue
		}
		ledger = append(ledger, v.delivery)
		switch v.delivery.State {
		case sent:
			ids[notice.Sent] = append(ids[notice.Sent], v.delivery.ID)
		case parked:
			ids[notice.Failed] = append(ids[notice.Failed], v.delivery.ID)
		default: // it is tried again
		}
	}
	if len(ledger) > 0 {
		stmts = append(stmts, sqlstore.PutDeliveries(ledger))
	}
	for to, settled := range ids {
		stmts = append(stmts, sqlstore.SettleMails(engine, tenant, settled, notice.Sending, to, now))
	}
	return stmts
}

// judge says what an answer means.
func (c *Courier) judge(r result, now time.Time) *verdict {
	v := &verdict{result: r, delivery: r.job.delivery}
	d := &v.delivery
	if r.untouched {
		d.State, d.Next, v.again = waiting, now, now
		d.Attempts--
		return v
	}
	d.Fault, d.Response = mail.FaultText(r.answer), response(r.answer)
	switch r.answer.Outcome {
	case mail.Taken:
		d.State, d.Settled = sent, now
		return v
	case mail.Refused:
		d.State, d.Settled = parked, now
		return v
	case mail.Unlearnt:
		d.Unlearnt++
		v.again = now.Add(max(pause(r.job.attempts, r.job.turn.mail), unlearntPause))
	case mail.Later:
		v.again = now.Add(pause(r.job.attempts, r.job.turn.mail))
	}
	d.State, d.Next = waiting, v.again
	if exhausted(r.job.attempts) {
		d.State, d.Next, d.Settled, v.again = parked, time.Time{}, now, time.Time{}
	}
	return v
}

// response is what the mail server said, as it is shown.
func response(a mail.Answer) string {
	if a.Code == 0 {
		return a.Text
	}
	return fmt.Sprintf("%d %s", a.Code, a.Text)
}

// recorded counts results that were written and settles them in the schedule.
func (c *Courier) recorded(ctx context.Context, verdicts []*verdict) {
	var ends []schedule.End
	for _, v := range verdicts {
		if v.held != 1 {
			c.deps.Logger.WarnContext(ctx, "a mail was handed over after its lease had ended", "mail", v.job.turn.mail)
			continue
		}
		if !v.untouched {
			c.meters.answered(ctx, v.delivery.State, v.answer.Outcome)
		}
		if lease := v.job.turn.lease; lease != nil {
			ends = append(ends, schedule.End{Lease: *lease, Again: v.again})
		}
	}
	c.unschedule(ctx, ends)
}
