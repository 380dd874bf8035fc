package rpc

import (
	"context"
	"strings"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/notification/internal/courier"
	"github.com/uppsikt/uppsikt/services/notification/internal/facts"
	"github.com/uppsikt/uppsikt/services/notification/internal/mail"
	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

// known is everything that reminders of a municipality, or of one of its committees, follow from.
type known struct {
	*facts.Municipality
	input notice.Input
	// deadlines are as the risk register told them, and moves how often the last day of each has moved.
	deadlines map[deadlineKey]sqlstore.Deadline
	moves     map[deadlineKey]int
}

type deadlineKey struct{ committee, key string }

// history is what is to be known of what was sent before.
type history int

const (
	// untold is nothing, toldOf what people have been reminded of, and moved how often last days have moved.
	untold history = iota
	toldOf
	moved
)

// known reads what is known of a municipality or committee, in one state.
func (s *Server) known(ctx context.Context, scope string, with history) (k *known, err error) {
	if err := resource.RefuseWildcard(scope); err != nil {
		return nil, err
	}
	err = s.Store.View(ctx, municipality(scope), func(ctx context.Context, v *resource.View) (err error) {
		k, err = s.knownIn(ctx, v, scope, with)
		return err
	})
	return k, err
}

// knownIn reads what is known of a municipality or committee in the state that a reader shows.
func (s *Server) knownIn(ctx context.Context, r facts.Reader, scope string, with history) (*known, error) {
	m, err := facts.ReadIn(ctx, r, s.Tables, municipality(scope))
	if err != nil {
		return nil, err
	}
	var (
		deadlines []sqlstore.Deadline
		told      []notice.Reminder
	)
	k := &known{Municipality: m, deadlines: map[deadlineKey]sqlstore.Deadline{}, moves: map[deadlineKey]int{}}
	tell := func(r sqlstore.Reminder) error { told = append(told, r.Reminder); return nil }
	stmts := []sqldb.Stmt{sqlstore.SelectDeadlines(scope, false, func(d sqlstore.Deadline) error { deadlines = append(deadlines, d); return nil })}
	switch with {
	case toldOf:
		stmts = append(stmts, sqlstore.SelectReminders(sqlstore.ReminderQuery{Scope: scope, State: notice.Sent, Undone: true}, tell),
			sqlstore.SelectReminders(sqlstore.ReminderQuery{Scope: scope, State: notice.Sending, Undone: true}, tell))
	case moved:
		stmts = append(stmts, sqlstore.SelectAllMoves(resource.Tenant(scope), func(committee, key string, moves int) {
			k.moves[deadlineKey{committee, key}] = moves
		}))
	case untold:
	}
	err = r.Run(ctx, stmts...)
	for _, d := range deadlines {
		k.deadlines[deadlineKey{d.Committee, d.About.GetKey()}] = d
	}
	k.input = m.Input(facts.Place{Calendar: s.Calendar, Zone: s.Zone, Now: s.now()}, deadlines, told)
	return k, err
}

// municipality returns the municipality of a name.
func municipality(name string) string {
	parts := strings.SplitN(name, "/", 3)
	return strings.Join(parts[:min(len(parts), 2)], "/")
}

// with returns what is known with a rule in the place of the stored one of its name, or for the same kind and role; k itself
// without a rule.
func (k *known) with(rule *notificationv1.ReminderRule) *known {
	if rule == nil {
		return k
	}
	tried := *k
	tried.input.Rules = []notice.Rule{facts.Rule(rule)}
	for _, r := range k.input.Rules {
		_, overlaps := notice.Overlap(tried.input.Rules[:1], r)
		if r.Name != rule.GetName() && !overlaps {
			tried.input.Rules = append(tried.input.Rules, r)
		}
	}
	return &tried
}

func (k *known) personName(name string) string { return k.Person(name).GetDisplayName() }

// about returns a deadline as the risk register told it.
func (k *known) about(committee, key string) *riskv1.Deadline {
	return k.deadlines[deadlineKey{committee, key}].About
}

// line returns a deadline as a line of a mail or calendar.
func (k *known) line(committee, key string) mail.Line {
	l := courier.Line(k.Municipality, committee, k.about(committee, key))
	l.Sequence = k.moves[deadlineKey{committee, key}]
	return l
}

// waiting returns what waits for somebody, for a calendar.
func (k *known) waiting(t notice.Task) mail.Line {
	l := k.line(t.Deadline.Committee, t.Deadline.Key)
	l.Recipient, l.InsteadOf = t.Recipient, t.InsteadOf
	return l
}

// message returns the mail that would hold reminders, all of one person, as far as its subject needs it.
func (k *known) message(reminders []notice.Reminder) mail.Message {
	m := mail.Message{Digest: reminders[0].Digest, Date: reminders[0].At}
	for _, r := range reminders {
		l := k.line(r.Committee, r.Deadline)
		l.Cause, l.Recipient, l.InsteadOf = r.Cause, r.Recipient, r.InsteadOf
		m.Lines = append(m.Lines, l)
	}
	return m
}

// reminderTo shows a reminder that is not stored.
func (k *known) reminderTo(r notice.Reminder) *notificationv1.Reminder {
	return reminderTo(r, k.about(r.Committee, r.Deadline), k.personName(r.Person))
}

// unreachableTo shows a deadline that nobody can be told of.
func (k *known) unreachableTo(u notice.Unreachable) *notificationv1.Reminder {
	return &notificationv1.Reminder{Committee: u.Committee, Deadline: k.about(u.Committee, u.Deadline), InsteadOf: u.Role}
}

// reminderTo writes a reminder as the API has it.
func reminderTo(r notice.Reminder, about *riskv1.Deadline, person string) *notificationv1.Reminder {
	return &notificationv1.Reminder{Id: r.ID, Deadline: about, Committee: r.Committee, Person: r.Person, PersonName: person,
		Cause: notificationv1.ReminderCause(r.Cause), Days: int32(r.Days), Recipient: notificationv1.LadderStep(r.Recipient),
		InsteadOf: r.InsteadOf, SendTime: timestamppb.New(r.At), State: notificationv1.ReminderState(r.State), Rule: r.Rule}
}
