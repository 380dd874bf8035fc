package courier

import (
	"context"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/services/notification/internal/mail"
	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

const (
	// unknown is how long a mail waits whose municipality is not known yet.
	unknown = time.Minute
	// dated is how late a mail may be and still bear the time at which it was due.
	dated = time.Hour
)

// What a coordinator reads of mails that are not handed over.
const (
	faultNobody = "Personen har ingen mejladress eller får inte längre logga in. Ordna det i katalogen och försök igen."
	faultDone   = "Allt i mejlet är redan klart, så det skickas inte."
)

// page collects what a batch writes, so that many mails take few statements.
type page struct {
	*batch
	// stmts are those that concern one mail or reminder.
	stmts []sqldb.Stmt
	// ledger are the lines to store, raws the mails to keep, ended the mails whose turns end, and failed the deliveries whose
	// reminders have failed.
	ledger        []sqlstore.Delivery
	raws          []sqlstore.Raw
	ended, failed []string
	// joined are the reminders that go into deliveries, by what these add to the ids of their mails.
	joined map[string][]string
}

// prepare decides what becomes of the mails whose turns were taken. Where one is not to be handed over, its turn is ended or
// given back.
func (p *page) prepare(ctx context.Context, r sqldb.Runner) error {
	var open []*claiming
	for _, x := range p.all {
		switch {
		case !x.took:
		case !p.desk.Known():
			x.again = p.now.Add(unknown)
			p.stmts = append(p.stmts, sqlstore.DelayTurn(p.lease, x.turn.mail, x.again, false, nil))
		default:
			x.delivery, x.fresh = x.current()
			if err := p.sift(x); err != nil {
				return err
			}
			if len(x.lines) == 0 {
				p.nothing(x)
				continue
			}
			open = append(open, x)
		}
	}
	if err := p.readKept(ctx, r, open); err != nil {
		return err
	}
	if err := p.composeAll(open); err != nil {
		return err
	}
	for _, x := range open {
		p.enter(x)
	}
	return nil
}

// sift finds the reminders that go into a mail, and settles those that do not: what is done is cancelled, and what is too late
// skipped.
func (p *page) sift(x *claiming) error {
	for _, r := range x.reminders {
		state := notice.State(0)
		switch {
		case !r.Open:
			state = notice.Cancelled
		case late(r, p.now):
			state = notice.Skipped
		default:
			x.lines = append(x.lines, r)
			continue
		}
		was := r.State
		r.State, r.StateTime = state, p.now
		stmt, err := sqlstore.UpdateReminder(r.Reminder, was)
		if err != nil {
			return err
		}
		p.stmts = append(p.stmts, stmt)
	}
	return nil
}

// nothing ends the turn of a mail that has nothing to say any more.
func (p *page) nothing(x *claiming) {
	p.ended = append(p.ended, x.turn.mail)
	if !x.fresh {
		p.park(x, faultDone)
	}
}

// park enters a mail in the ledger as one that is not sent.
func (p *page) park(x *claiming, why string) {
	x.delivery.State, x.delivery.Next, x.delivery.Settled, x.delivery.Fault = parked, time.Time{}, p.now, why
	p.ledger = append(p.ledger, x.delivery)
}

// readKept reads the mails as they were written before, where they were.
func (p *page) readKept(ctx context.Context, r sqldb.Runner, open []*claiming) error {
	of := map[string]*claiming{}
	var ids []string
	for _, x := range open {
		if !x.fresh {
			ids, of[x.delivery.ID] = append(ids, x.delivery.ID), x
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return r.Run(ctx, sqlstore.SelectRaws(p.courier.db().Engine(), p.lease.Tenant, ids, func(raw sqlstore.Raw) { of[raw.Delivery].kept = raw.Bytes }))
}

// mayHaveCome reports whether the mail may have been taken without our learning of it: its answer never came, or whoever
// sent it last never settled.
func (x *claiming) mayHaveCome() bool { return x.delivery.Unlearnt > 0 || x.delivery.State == sending }

// asBefore reports whether the mail that was written before is sent: because it may have come, or because it says what is to be
// said. In the former case what has joined it meanwhile waits for the next, and what is done meanwhile is in it all the same.
func (x *claiming) asBefore() bool { return x.kept != nil && (x.mayHaveCome() || x.unchanged()) }

// unchanged reports whether a mail that was written before holds these reminders and no others.
func (x *claiming) unchanged() bool {
	if len(x.lines) != len(x.reminders) {
		return false
	}
	for _, r := range x.lines {
		if r.State != notice.Sending || r.Delivery != x.delivery.ID {
			return false
		}
	}
	return true
}

// composeAll writes those mails that were not written before, on all processors.
func (p *page) composeAll(open []*claiming) error {
	var writers errgroup.Group
	writers.SetLimit(runtime.GOMAXPROCS(0))
	for _, x := range open {
		if !x.asBefore() {
			writers.Go(func() error { return p.compose(x) })
		}
	}
	return writers.Wait()
}

// compose writes a mail, or says why there is nobody to send it to.
func (p *page) compose(x *claiming) error {
	d, first := &x.delivery, x.lines[0]
	d.Person, d.Digest, d.MessageID = first.Person, first.Digest, p.courier.deps.Composer.MessageID(d.ID)
	person := p.desk.Person(d.Person)
	if person != nil {
		d.PersonName, d.Address = person.GetDisplayName(), person.GetEmail()
	}
	if person == nil || person.GetDisabled() || person.GetEmail() == "" {
		x.why = faultNobody
		return nil
	}
	date := d.At
	if p.now.Sub(date) > dated {
		date = p.now
	}
	m := mail.Message{ID: d.ID, Name: d.PersonName, Address: d.Address, Digest: d.Digest, Date: date, Lines: p.desk.lines(x.lines)}
	if d.Digest {
		m.Others = p.desk.others(d.Person, x.lines)
	}
	written, err := p.courier.deps.Composer.Compose(m)
	if fault.Is(err, fault.Invalid) {
		x.why = mail.FaultText(mail.Answer{Outcome: mail.Refused, Step: mail.StepAddress})
		return nil
	}
	d.Address, d.Subject, x.raw = written.Address, written.Subject, written.Raw
	return err
}

// enter enters a mail in the ledger: as one that is being sent, or as one that cannot be.
func (p *page) enter(x *claiming) {
	if x.asBefore() {
		if x.delivery.State == sending {
			x.delivery.Unlearnt++
		}
		x.raw = x.kept
		p.begin(x)
		return
	}
	suffix := strings.TrimPrefix(x.delivery.ID, x.turn.mail)
	if p.joined == nil {
		p.joined = map[string][]string{}
	}
	for _, r := range x.lines {
		p.joined[suffix] = append(p.joined[suffix], r.ID)
	}
	if x.why != "" {
		p.park(x, x.why)
		p.ended, p.failed = append(p.ended, x.turn.mail), append(p.failed, x.delivery.ID)
		return
	}
	if !x.fresh {
		p.stmts = append(p.stmts, sqlstore.DeleteRaw(p.lease.Tenant, x.delivery.ID))
	}
	p.raws = append(p.raws, sqlstore.Raw{Delivery: x.delivery.ID, Bytes: x.raw})
	p.begin(x)
}

// begin enters a mail in the ledger as being sent.
func (p *page) begin(x *claiming) {
	x.delivery.State, x.delivery.Next, x.delivery.Settled = sending, time.Time{}, time.Time{}
	x.delivery.Attempts++
	p.ledger, p.ready = append(p.ledger, x.delivery), append(p.ready, &x.job)
}

// statements returns what the page says.
func (p *page) statements() []sqldb.Stmt {
	engine, tenant, stmts := p.courier.db().Engine(), p.lease.Tenant, p.stmts
	for suffix, ids := range p.joined {
		stmts = append(stmts, sqlstore.SendReminders(engine, tenant, ids, suffix, p.now))
	}
	if len(p.ledger) > 0 {
		stmts = append(stmts, sqlstore.PutDeliveries(p.ledger))
	}
	if len(p.raws) > 0 {
		stmts = append(stmts, sqlstore.InsertRaws(tenant, p.now, p.raws))
	}
	if len(p.failed) > 0 {
		stmts = append(stmts, sqlstore.SettleMails(engine, tenant, p.failed, notice.Sending, notice.Failed, p.now))
	}
	if len(p.ended) > 0 {
		stmts = append(stmts, sqlstore.SettleTurns(engine, p.lease, p.ended, nil)...)
	}
	return stmts
}
