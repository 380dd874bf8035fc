package sqlstore

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
)

// What the courier asks of many mails at once.
const (
	selectTurnsOfSQL = "select mail, at, lease from mail_turns where tenant = $1 and mail %s"
	countDueSQL      = "select count(*) from mail_turns where at <= $1"
	// What other indexes hold is joined to nothing, so that mails and deadlines are searched for by their own.
	selectMailsSQL = "select " + reminderFields + `, (select count(*) from deadlines d where d.tenant = r.tenant and d.committee = r.committee
and d.key = r.deadline and d.due || '' = r.due and d.done + 0 = 0), (select count(distinct o.due) - 1 from reminders o where o.tenant = r.tenant
and o.committee = r.committee and o.deadline = r.deadline) from reminders r where r.tenant = $1 and r.mail %s
and r.state || '' in ('planned', 'sending') order by r.mail, r.due, r.committee, r.deadline, r.id`
	settleMailsSQL = `update reminders set state = $4, state_time = $5 where tenant = $1 and delivery %s and state || '' = $3`
	selectRawsSQL  = "select id, raw from delivery_mails where tenant = $1 and id %s"
)

// Attempt returns the statement that reads nothing and calls begin whenever a transaction begins, also when it is tried
// again: what the statements after it collect is forgotten there.
func Attempt(begin func()) sqldb.Stmt {
	return sqldb.Stmt{SQL: "select 1", Brief: true, Each: func(sqldb.Row) error { begin(); return nil }}
}

// SelectTurns returns the statement that reads when the turns of mails are and until when they are held, of those that have
// one.
func SelectTurns(engine sqldb.Engine, tenant string, mails []string, each func(mail string, at, lease time.Time)) sqldb.Stmt {
	return sqldb.Stmt{SQL: fmt.Sprintf(selectTurnsOfSQL, engine.AnyOf("$2")), Args: []any{tenant, engine.ListArg(mails)}, Each: func(r sqldb.Row) error {
		var (
			mail      string
			at, lease int64
		)
		err := r.Scan(&mail, &at, &lease)
		each(mail, sqldb.Time(at), timeOf(lease))
		return err
	}}
}

// CountDueTurns returns the statement that counts the mails of all tenants whose time has come and that are not settled.
func CountDueTurns(now time.Time, count *int64) sqldb.Stmt {
	return sqldb.Stmt{SQL: countDueSQL, Args: []any{sqldb.Micros(now)}, Each: func(r sqldb.Row) error { return r.Scan(count) }}
}

// Content is a reminder that may go into a mail.
type Content struct {
	Reminder
	// Open says that there is still something to do by its day.
	Open bool
	// Moves is how often the last day of its deadline has moved.
	Moves int
}

// SelectMails returns the statement that reads what may still go into mails: their reminders that are planned or being sent, by
// mail and then in order of last day.
func SelectMails(engine sqldb.Engine, tenant string, mails []string, each func(Content) error) sqldb.Stmt {
	return sqldb.Stmt{SQL: fmt.Sprintf(selectMailsSQL, engine.AnyOf("$2")), Args: []any{tenant, engine.ListArg(mails)}, Each: func(row sqldb.Row) error {
		var open, moves int64
		r, err := scanReminder(row, &open, &moves)
		if err != nil {
			return err
		}
		return each(Content{Reminder: r, Open: open > 0, Moves: int(moves)})
	}}
}

// SelectFirstDeliveries returns the statements that read the first lines of the ledger about mails, of those that have one.
func SelectFirstDeliveries(engine sqldb.Engine, tenant string, mails []string, each func(Delivery) error) []sqldb.Stmt {
	return byKey(engine, mails, func(condition string, value any) sqldb.Stmt {
		return sqldb.Stmt{SQL: selectDeliveries + " where d.tenant = $1 and d.id " + condition, Args: []any{tenant, value}, Each: eachDelivery(each)}
	})
}

// SelectLaterDeliveries returns the statement that reads the other lines of one mail, in order of id: of one that was sent and
// then had something more to say there are several.
func SelectLaterDeliveries(tenant, mail string, each func(Delivery) error) sqldb.Stmt {
	w := &where{}
	w.add("d.tenant = %s", tenant)
	// A range, so that the key is searched: an id goes on with "-", and "." comes next after that.
	w.add("d.id > %s", mail)
	w.add("d.id < %s", mail+".")
	return w.stmt(selectDeliveries, "d.id", 0, eachDelivery(each))
}

// SettleMails is SettleReminders of many deliveries.
func SettleMails(engine sqldb.Engine, tenant string, deliveries []string, from, to notice.State, now time.Time) sqldb.Stmt {
	return sqldb.Stmt{SQL: fmt.Sprintf(settleMailsSQL, engine.AnyOf("$2")), Args: []any{tenant, engine.ListArg(deliveries), StateWord(from),
		StateWord(to), sqldb.Micros(now)}}
}

// PutDeliveries returns the statement that does what PutDelivery does for many lines of one tenant, at least one.
func PutDeliveries(list []Delivery) sqldb.Stmt {
	args := make([]any, 0, deliveryColumns*len(list))
	for _, d := range list {
		args = append(args, d.args()...)
	}
	return sqldb.Stmt{SQL: insertDeliverySQL + places(len(list), deliveryColumns) + updateDeliverySQL, Brief: true, Args: args}
}

// Raw is a mail as it is handed over, of a delivery.
type Raw struct {
	Delivery string
	Bytes    []byte
}

// InsertRaws returns the statement that keeps mails, at least one. One that is kept stays as it is.
func InsertRaws(tenant string, created time.Time, list []Raw) sqldb.Stmt {
	args := make([]any, 0, 4*len(list))
	for _, r := range list {
		args = append(args, tenant, r.Delivery, sqldb.Micros(created), r.Bytes)
	}
	return sqldb.Stmt{SQL: insertRawSQL + places(len(list), 4) + " on conflict do nothing", Brief: true, Args: args}
}

// InsertRaw is InsertRaws of one.
func InsertRaw(tenant, id string, created time.Time, raw []byte) sqldb.Stmt {
	return InsertRaws(tenant, created, []Raw{{Delivery: id, Bytes: raw}})
}

// SelectRaws returns the statement that reads mails, of those that are kept.
func SelectRaws(engine sqldb.Engine, tenant string, deliveries []string, each func(Raw)) sqldb.Stmt {
	return sqldb.Stmt{SQL: fmt.Sprintf(selectRawsSQL, engine.AnyOf("$2")), Args: []any{tenant, engine.ListArg(deliveries)}, Each: func(r sqldb.Row) error {
		var (
			id  string
			raw []byte
		)
		err := r.Scan(&id, &raw)
		each(Raw{Delivery: id, Bytes: bytes.Clone(raw)})
		return err
	}}
}

// places returns the placeholders of rows of values: "($1, $2), ($3, $4)".
func places(rows, columns int) string {
	var b strings.Builder
	row := make([]string, columns)
	for i := range rows {
		for j := range row {
			row[j] = fmt.Sprintf("$%d", i*columns+j+1)
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("(" + strings.Join(row, ", ") + ")")
	}
	return b.String()
}
