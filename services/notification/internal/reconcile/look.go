package reconcile

import (
	"cmp"
	"context"
	"slices"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/notification/internal/facts"
	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

// look compares one committee.
type look struct {
	*Reconciler
	municipality *facts.Municipality
	committee    string
	// asked tells that told is what the owners of the deadlines say now.
	asked bool
	told  []*riskv1.Deadline

	// What follows is found out anew by each compare.
	now       time.Time
	deadlines []sqlstore.Deadline
	about     map[string]*riskv1.Deadline
	stmts     []sqldb.Stmt
	turns     []sqlstore.Turn
	left      []string
}

// store compares, and stores what has changed. When nothing has, nothing is written: the most frequent case costs no write.
func (l *look) store(ctx context.Context) error {
	db, tenant := l.deps.Store.DB(), resource.Tenant(l.committee)
	if err := db.Snapshot(ctx, tenant, l.compare); err != nil || len(l.stmts) == 0 {
		return err
	}
	var held int64
	hold := sqlstore.HoldPass(l.leaseOf(l.municipality.Name), &held)
	err := db.Write(ctx, tenant, []sqldb.Stmt{hold}, func(ctx context.Context, r sqldb.Runner) ([]sqldb.Stmt, error) {
		if held == 0 {
			return nil, errHeld
		}
		err := l.compare(ctx, r)
		return l.stmts, err
	})
	if err == nil && len(l.turns) > 0 && l.deps.Planned != nil {
		l.deps.Planned(l.turns)
	}
	return err
}

// compare finds out what has to change.
func (l *look) compare(ctx context.Context, r sqldb.Runner) error {
	l.now, l.deadlines, l.about, l.stmts, l.turns, l.left = l.deps.Store.Clock().Now(), nil, map[string]*riskv1.Deadline{}, nil, nil, nil
	var stored []sqlstore.Deadline
	err := r.Run(ctx, sqlstore.SelectDeadlines(l.committee, true, func(d sqlstore.Deadline) error {
		stored = append(stored, d)
		return nil
	}))
	if err != nil {
		return err
	}
	if err := l.project(stored); err != nil {
		return err
	}
	actual, lost, err := l.read(ctx, r)
	if err != nil {
		return err
	}
	return l.reconcile(actual, lost)
}

// add adds a statement that may not have been made.
func (l *look) add(stmt sqldb.Stmt, err error) error {
	l.stmts = append(l.stmts, stmt)
	return err
}

// project makes the stored deadlines those that were told, if anybody was asked.
func (l *look) project(stored []sqlstore.Deadline) error {
	l.deadlines = stored
	if l.asked {
		if err := l.renew(stored); err != nil {
			return err
		}
	}
	for _, d := range l.deadlines {
		l.about[d.About.GetKey()] = d.About
	}
	return nil
}

// renew stores the deadlines that were told, where they differ, and takes away those that are no more.
func (l *look) renew(stored []sqlstore.Deadline) error {
	known := make(map[string]sqlstore.Deadline, len(stored))
	for _, d := range stored {
		known[d.About.GetKey()] = d
	}
	l.deadlines = make([]sqlstore.Deadline, 0, len(l.told))
	for _, about := range l.told {
		was, found := known[about.GetKey()]
		delete(known, about.GetKey())
		d := sqlstore.Deadline{Committee: l.committee, About: about, Known: l.now.Truncate(time.Microsecond)}
		if found && was.About.GetDueDate() == about.GetDueDate() {
			d.Known = was.Known
		}
		l.deadlines = append(l.deadlines, d)
		if found && proto.Equal(was.About, about) {
			continue
		}
		if err := l.add(sqlstore.PutDeadline(d)); err != nil {
			return err
		}
	}
	for key := range known {
		l.stmts = append(l.stmts, sqlstore.DeleteDeadline(l.committee, key))
	}
	return nil
}

// read reads the reminders to compare with, and the turns that got lost.
func (l *look) read(ctx context.Context, r sqldb.Runner) ([]sqlstore.Reminder, []sqlstore.Turn, error) {
	var (
		open   []string
		actual []sqlstore.Reminder
		lost   []sqlstore.Turn
	)
	for _, d := range l.deadlines {
		if !d.About.GetDone() {
			open = append(open, d.About.GetKey())
		}
	}
	err := r.Run(ctx,
		sqlstore.SelectComparable(l.deps.Store.DB().Engine(), l.committee, open, func(r sqlstore.Reminder) error {
			actual = append(actual, r)
			return nil
		}),
		sqlstore.SelectLostTurns(l.committee, func(mail string, at time.Time) {
			lost = append(lost, sqlstore.Turn{Tenant: resource.Tenant(l.committee), Mail: mail, At: at})
		}))
	return actual, lost, err
}

// reconcile stores what the rules say has to change.
func (l *look) reconcile(actual []sqlstore.Reminder, lost []sqlstore.Turn) error {
	at := facts.Place{Calendar: l.deps.Calendar, Zone: l.deps.Zone, Now: l.now}
	in := l.municipality.Input(at, l.deadlines, facts.Told(actual))
	desired, _ := notice.Desired(in)
	stored := make(map[string]sqlstore.Reminder, len(actual))
	plain := make([]notice.Reminder, len(actual))
	for i, r := range actual {
		stored[r.ID], plain[i] = r, r.Reminder
	}
	for _, change := range notice.Reconcile(desired, plain, in) {
		if err := l.change(change, stored[change.Reminder.ID]); err != nil {
			return err
		}
		delete(stored, change.Reminder.ID)
	}
	if err := l.refresh(actual, stored); err != nil {
		return err
	}
	l.arm(lost)
	return nil
}

// change stores one change.
func (l *look) change(c notice.Change, was sqlstore.Reminder) error {
	r := sqlstore.Reminder{Reminder: c.Reminder, StateTime: l.now, About: l.about[c.Reminder.Deadline]}
	if r.About == nil || c.Was != 0 && r.State != notice.Planned {
		r.About = was.About // what is no longer to come stays as it was
	}
	if r.State == notice.Planned {
		l.turns = append(l.turns, sqlstore.Turn{Tenant: resource.Tenant(l.committee), Mail: r.Mail, At: r.At})
	}
	if c.Was == 0 {
		return l.add(sqlstore.InsertReminder(r))
	}
	if c.Was == r.State {
		r.StateTime = was.StateTime
	}
	if c.Was == notice.Planned && (r.State != notice.Planned || r.Mail != was.Mail) {
		l.left = append(l.left, was.Mail)
	}
	return l.add(sqlstore.UpdateReminder(r, c.Was))
}

// refresh stores how the deadlines of planned reminders stand now, where only words have changed.
func (l *look) refresh(actual []sqlstore.Reminder, unchanged map[string]sqlstore.Reminder) error {
	for _, r := range actual {
		about := l.about[r.Deadline]
		if _, same := unchanged[r.ID]; !same || r.State != notice.Planned || about == nil || proto.Equal(r.About, about) {
			continue
		}
		r.About = about
		if err := l.add(sqlstore.UpdateReminder(r, notice.Planned)); err != nil {
			return err
		}
	}
	return nil
}

// arm gives the mails that now hold something their turns, and takes away the turns of those that hold nothing any more. The
// turns come last and in order of mail, so that nobody waits for them in another order.
func (l *look) arm(lost []sqlstore.Turn) {
	l.turns = append(l.turns, lost...)
	slices.SortFunc(l.turns, func(a, b sqlstore.Turn) int { return cmp.Or(cmp.Compare(a.Mail, b.Mail), a.At.Compare(b.At)) })
	l.turns = slices.CompactFunc(l.turns, func(a, b sqlstore.Turn) bool { return a.Mail == b.Mail })
	for _, t := range l.turns {
		l.stmts = append(l.stmts, sqlstore.InsertTurn(t.Tenant, t.Mail, t.At))
	}
	if len(l.left) > 0 {
		l.stmts = append(l.stmts, sqlstore.DeleteEmptyTurns(l.deps.Store.DB().Engine(), resource.Tenant(l.committee), l.left))
	}
}
