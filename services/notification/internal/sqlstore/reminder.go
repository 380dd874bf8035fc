package sqlstore

import (
	"fmt"
	"time"

	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
)

// Reminder is a reminder as it lies in the database.
type Reminder struct {
	notice.Reminder
	// StateTime is when the state last changed.
	StateTime time.Time
	// Delivery is the mail it was sent, or is being sent, with: the last part of the delivery's name. Empty before.
	Delivery string
	// About is the deadline as it stood when the reminder was last planned.
	About *riskv1.Deadline
}

const (
	reminderFields = `r.id, r.committee, r.deadline, r.due, r.person, r.cause, r.days, r.recipient, r.instead_of, r.rule, r.at, r.mail,
r.digest, r.state, r.state_time, r.delivery, r.body`
	selectReminders   = "select " + reminderFields + " from reminders r"
	insertReminderSQL = `insert into reminders (tenant, id, committee, deadline, due, person, cause, days, recipient, instead_of, rule, at, mail,
digest, state, state_time, delivery, body) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
on conflict do nothing`
	updateReminderSQL = `update reminders set recipient = $4, instead_of = $5, rule = $6, at = $7, mail = $8, digest = $9, state = $10,
state_time = $11, body = $12 where tenant = $1 and id = $2 and state = $3`
	// The mail is asked for so that no index holds all that is: SQLite would walk through such a one instead of searching for ids.
	sendRemindersSQL = `update reminders set state = 'sending', state_time = case when state = 'sending' then state_time else $3 end, delivery = mail || $4
where tenant = $1 and id %s and state || '' in ('planned', 'sending') and mail <> ''`
	settleRemindersSQL = `update reminders set state = $4, state_time = $5 where tenant = $1 and delivery = $2 and state = $3`
	undoneSQL          = "exists (select 1 from deadlines d where d.tenant = r.tenant and d.committee = r.committee and d.key = r.deadline and d.done = 0)"
)

// StateWord returns a state as it lies in the column of reminders.
func StateWord(s notice.State) string { return word(notificationv1.ReminderState(s), statePrefix) }

// ReminderQuery says which reminders, in order of time and id.
type ReminderQuery struct {
	// Scope is a municipality or a committee.
	Scope string
	// Person, "municipalities/{m}/people/{p}", State and Deadline, its key, narrow the list; empty and zero are all.
	Person, Deadline string
	State            notice.State
	// Undone leaves out those of deadlines that are done or exist no more.
	Undone bool
	// From and To bound the time it is sent, the last not included; zero is no bound.
	From, To time.Time
	// After is where the page before ended.
	After Place
	// Limit is how many rows are read at most; 0 is all.
	Limit int
}

// SelectReminders returns the statement that reads a page of reminders.
func SelectReminders(q ReminderQuery, each func(Reminder) error) sqldb.Stmt {
	w := within(q.Scope, "r.committee")
	w.text("r.person = %s", q.Person)
	w.text("r.deadline = %s", q.Deadline)
	w.text("r.state = %s", StateWord(q.State))
	if q.Undone {
		w.conditions = append(w.conditions, undoneSQL)
	}
	w.time("r.at >= %s", q.From)
	w.time("r.at < %s", q.To)
	if q.After != (Place{}) {
		w.add("(r.at, r.id) > (%s, %s)", sqldb.Micros(q.After.At), q.After.ID)
	}
	return w.stmt(selectReminders, "r.at, r.id", q.Limit, eachReminder(each))
}

// SelectComparable returns the statement that reads the reminders of a committee that comparing needs: those that are
// planned, and all of the deadlines with these keys, whatever became of them.
func SelectComparable(engine sqldb.Engine, committee string, keys []string, each func(Reminder) error) sqldb.Stmt {
	w := within(committee, "r.committee")
	w.add("(r.state = 'planned' or r.deadline "+engine.AnyOf("%s")+")", engine.ListArg(keys))
	return w.stmt(selectReminders, "r.at, r.id", 0, eachReminder(each))
}

// SelectDeliveryReminders returns the statement that reads the reminders that deliveries hold, in order of last day.
func SelectDeliveryReminders(engine sqldb.Engine, tenant string, deliveries []string, each func(Reminder) error) sqldb.Stmt {
	w := &where{}
	w.add("r.tenant = %s", tenant)
	w.add("r.delivery "+engine.AnyOf("%s"), engine.ListArg(deliveries))
	return w.stmt(selectReminders, "r.delivery, r.due, r.committee, r.deadline, r.id", 0, eachReminder(each))
}

// eachReminder decodes rows.
func eachReminder(each func(Reminder) error) func(sqldb.Row) error {
	return func(row sqldb.Row) error {
		r, err := scanReminder(row)
		if err != nil {
			return err
		}
		return each(r)
	}
}

// scanReminder decodes a row, and what is selected after its fields into more.
func scanReminder(row sqldb.Row, more ...any) (Reminder, error) {
	var (
		r                       = Reminder{About: &riskv1.Deadline{}}
		cause, recipient, state string
		days, at, digest, since int64
		body                    []byte
	)
	dest := []any{&r.ID, &r.Committee, &r.Deadline, &r.Due, &r.Person, &cause, &days, &recipient, &r.InsteadOf, &r.Rule, &at,
		&r.Mail, &digest, &state, &since, &r.Delivery, &body}
	if err := row.Scan(append(dest, more...)...); err != nil {
		return r, err
	}
	r.Cause = notice.Cause(number(notificationv1.ReminderCause(0), cause, causePrefix))
	r.Recipient = notice.Recipient(number(notificationv1.LadderStep(0), recipient, recipientPrefix))
	r.State = notice.State(number(notificationv1.ReminderState(0), state, statePrefix))
	r.Days, r.At, r.Digest, r.StateTime = int(days), sqldb.Time(at), digest != 0, sqldb.Time(since)
	return r, decode(body, r.About)
}

// InsertReminder returns the statement that stores a new reminder. One of the same id stays as it is.
func InsertReminder(r Reminder) (sqldb.Stmt, error) {
	body, err := encode(r.About)
	return sqldb.Stmt{SQL: insertReminderSQL, Brief: true, Args: []any{resource.Tenant(r.Committee), r.ID, r.Committee, r.Deadline, r.Due, r.Person,
		word(notificationv1.ReminderCause(r.Cause), causePrefix), int64(r.Days), recipientWord(r.Recipient), r.InsteadOf, r.Rule, sqldb.Micros(r.At),
		r.Mail, yes(r.Digest), StateWord(r.State), sqldb.Micros(r.StateTime), r.Delivery, body}}, err
}

// UpdateReminder returns the statement that stores what comparing changes in a reminder, unless its state is no longer what
// it was: one that a courier has taken meanwhile stays as it is.
func UpdateReminder(r Reminder, was notice.State) (sqldb.Stmt, error) {
	body, err := encode(r.About)
	return sqldb.Stmt{SQL: updateReminderSQL, Brief: true, Args: []any{resource.Tenant(r.Committee), r.ID, StateWord(was), recipientWord(r.Recipient),
		r.InsteadOf, r.Rule, sqldb.Micros(r.At), r.Mail, yes(r.Digest), StateWord(r.State), sqldb.Micros(r.StateTime), body}}, err
}

func recipientWord(r notice.Recipient) string {
	return word(notificationv1.LadderStep(r), recipientPrefix)
}

// SendReminders returns the statement that puts reminders that are planned, or being sent already, into the deliveries of their
// mails: those whose id is the mail's with the suffix, which is empty for the first.
func SendReminders(engine sqldb.Engine, tenant string, ids []string, suffix string, now time.Time) sqldb.Stmt {
	return sqldb.Stmt{SQL: fmt.Sprintf(sendRemindersSQL, engine.AnyOf("$2")), Args: []any{tenant, engine.ListArg(ids), sqldb.Micros(now), suffix}}
}

// SettleReminders returns the statement that takes the reminders of a delivery from one state to another: from being sent to
// sent or failed, and back when it is tried again.
func SettleReminders(tenant, delivery string, from, to notice.State, now time.Time) sqldb.Stmt {
	return sqldb.Stmt{SQL: settleRemindersSQL, Args: []any{tenant, delivery, StateWord(from), StateWord(to), sqldb.Micros(now)}}
}
