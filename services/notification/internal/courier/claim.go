package courier

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uppsikt/uppsikt/internal/sqldb"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
	"github.com/uppsikt/uppsikt/services/notification/internal/schedule"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

// The states of a delivery, shorter.
const (
	sending = notificationv1.DeliveryState_DELIVERY_STATE_SENDING
	waiting = notificationv1.DeliveryState_DELIVERY_STATE_WAITING
	sent    = notificationv1.DeliveryState_DELIVERY_STATE_SENT
	parked  = notificationv1.DeliveryState_DELIVERY_STATE_PARKED
)

// job is a mail that is claimed and ready to be handed over.
type job struct {
	turn     turn
	held     sqlstore.TurnLease
	attempts int64 // of the turn, this one too
	delivery sqlstore.Delivery
	raw      []byte
}

// claiming is what the database says of one mail while it is claimed, and what becomes of it.
type claiming struct {
	job
	// took says that the turn is ours; otherwise at and lease say why not, and exists whether there is one at all.
	took, exists bool
	at, lease    time.Time
	reminders    []sqlstore.Content
	former       []sqlstore.Delivery
	// lines are the reminders that go into the mail; fresh says that no line of the ledger goes on; kept is the mail as it was
	// written before, nil if it was not.
	lines []sqlstore.Content
	fresh bool
	kept  []byte
	// why says why there is nobody to send it to.
	why string
	// again is when a turn that we took and gave back is due; zero when it was ended.
	again time.Time
}

// batch are mails of one tenant that are claimed in one transaction.
type batch struct {
	courier *Courier
	desk    *desk
	now     time.Time
	lease   sqlstore.TurnLease
	mails   []string
	all     []*claiming
	of      map[string]*claiming
	ready   []*job
}

// claim takes the turns of some mails of one tenant in one transaction, writes the mails and enters them in the ledger. It
// returns those that are to be handed over; the others it settles in the schedule.
func (c *Courier) claim(ctx context.Context, d *desk, tenant string, turns []turn) ([]*job, error) {
	now := c.deps.Store.Clock().Now()
	b := &batch{courier: c, desk: d, now: now, lease: sqlstore.TurnLease{Tenant: tenant, Owner: c.owner, Until: now.Add(c.config.lease())},
		of: make(map[string]*claiming, len(turns))}
	for _, t := range turns {
		b.mails = append(b.mails, t.mail)
	}
	if err := c.db().Write(ctx, tenant, b.read(turns), b.write); err != nil {
		return nil, err
	}
	c.dismiss(ctx, b)
	return b.ready, nil
}

// read returns the statements that take the turns and read what the mails are about.
func (b *batch) read(turns []turn) []sqldb.Stmt {
	engine, tenant := b.courier.db().Engine(), b.lease.Tenant
	return slices.Concat([]sqldb.Stmt{sqlstore.Attempt(func() { b.reset(turns) })},
		sqlstore.ClaimTurns(engine, b.lease, b.mails, b.now, func(t sqlstore.Turn) {
			x := b.of[t.Mail]
			x.took, x.at, x.attempts = true, t.At, t.Attempts
		}),
		[]sqldb.Stmt{sqlstore.SelectMails(engine, tenant, b.mails, func(r sqlstore.Content) error {
			x := b.of[r.Mail]
			x.reminders = append(x.reminders, r)
			return nil
		})},
		sqlstore.SelectFirstDeliveries(engine, tenant, b.mails, func(d sqlstore.Delivery) error {
			x := b.of[d.ID]
			x.former = append(x.former, d)
			return nil
		}))
}

// reset forgets what an attempt has read.
func (b *batch) reset(turns []turn) {
	b.all, b.ready = make([]*claiming, len(turns)), nil
	for i, t := range turns {
		b.all[i] = &claiming{job: job{turn: t, held: b.lease}}
		b.of[t.mail] = b.all[i]
	}
}

// write returns the statements that say what becomes of the mails whose turns were taken.
func (b *batch) write(ctx context.Context, r sqldb.Runner) ([]sqldb.Stmt, error) {
	if err := b.readMissed(ctx, r); err != nil {
		return nil, err
	}
	p := &page{batch: b, stmts: []sqldb.Stmt{}}
	if err := p.prepare(ctx, r); err != nil {
		return nil, fmt.Errorf("prepare %d mails: %w", len(b.mails), err)
	}
	return p.statements(), nil
}

// readMissed reads why turns could not be taken, and what is in the ledger of mails that were sent or refused before.
func (b *batch) readMissed(ctx context.Context, r sqldb.Runner) error {
	var (
		missed []string
		stmts  []sqldb.Stmt
	)
	for _, x := range b.all {
		if !x.took {
			missed = append(missed, x.turn.mail)
		} else if _, fresh := x.current(); fresh && len(x.former) > 0 {
			stmts = append(stmts, sqlstore.SelectLaterDeliveries(b.lease.Tenant, x.turn.mail, func(d sqlstore.Delivery) error {
				x.former = append(x.former, d)
				return nil
			}))
		}
	}
	if len(missed) > 0 {
		stmts = append(stmts, sqlstore.SelectTurns(b.courier.db().Engine(), b.lease.Tenant, missed, func(mail string, at, lease time.Time) {
			x := b.of[mail]
			x.at, x.lease, x.exists = at, lease, true
		}))
	}
	if len(stmts) == 0 {
		return nil
	}
	return r.Run(ctx, stmts...)
}

// dismiss settles in the schedule what is not to be handed over: what has no turn any more is taken out, and what is not due
// or held by another comes again then.
func (c *Courier) dismiss(ctx context.Context, b *batch) {
	handed := make(map[string]bool, len(b.ready))
	for _, j := range b.ready {
		handed[j.turn.mail] = true
	}
	var ends []schedule.End
	for _, x := range b.all {
		if x.turn.lease == nil || handed[x.turn.mail] {
			continue
		}
		end := schedule.End{Lease: *x.turn.lease}
		switch {
		case x.took:
			end.Again = x.again
		case x.exists && x.at.After(b.now):
			end.Again = x.at
		case x.exists:
			end.Again = x.lease
		}
		ends = append(ends, end)
	}
	c.unschedule(ctx, ends)
}

// unschedule settles in the schedule. A schedule that is lost is found out by the next claim, and what stays in it is
// dismissed when it is due again.
func (c *Courier) unschedule(ctx context.Context, ends []schedule.End) {
	if len(ends) == 0 {
		return
	}
	if _, err := c.deps.Schedule.Settle(ctx, ends...); err != nil && ctx.Err() == nil {
		c.deps.Logger.DebugContext(ctx, "mails were not settled in the schedule", "error", err)
	}
}

// current returns the line of the ledger that a mail goes on with: the one that is not settled, else a new one. What was sent
// or refused before stays as it is.
func (x *claiming) current() (d sqlstore.Delivery, fresh bool) {
	for _, d := range x.former {
		if d.State == sending || d.State == waiting {
			return d, false
		}
	}
	id := x.turn.mail
	if n := len(x.former); n > 0 {
		id = fmt.Sprintf("%s-%d", id, n+1)
	}
	return sqlstore.Delivery{Tenant: x.turn.tenant, ID: id, At: x.at}, true
}

// late reports whether the time of a reminder has passed so long ago that it is not sent any more.
func late(r sqlstore.Content, now time.Time) bool {
	return r.State == notice.Planned && now.Sub(r.At) > notice.Late
}
