package sqlstore

import (
	"fmt"
	"time"

	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
)

// Turn is when a mail is to be sent. There is one for each mail that holds reminders to be sent and is not settled; what the
// mail says lies in tables of the tenant.
type Turn struct {
	Tenant, Mail string
	At           time.Time
	// Attempts counts how often it was taken.
	Attempts int64
}

const (
	insertTurnSQL = `insert into mail_turns (tenant, mail, at, lease, owner, attempts) values ($1, $2, $3, 0, '', 0)
on conflict (tenant, mail) do update set at = mail_turns.at`
	// States are joined to nothing where mails are to be searched for, and not all that is planned.
	rearmTurnsSQL = `insert into mail_turns (tenant, mail, at, lease, owner, attempts) select tenant, mail, min(at), 0, '', 0 from reminders
where tenant = $1 and mail %s and state || '' = 'planned' group by tenant, mail on conflict do nothing`
	selectLostSQL = `select r.mail, min(r.at) from reminders r left join mail_turns t on t.tenant = r.tenant and t.mail = r.mail
where r.tenant = $1 and r.committee = $2 and r.state = 'planned' and t.mail is null group by r.mail order by r.mail`
	renewTurnSQL = `insert into mail_turns (tenant, mail, at, lease, owner, attempts) values ($1, $2, $3, 0, '', 0)
on conflict (tenant, mail) do update set at = excluded.at where mail_turns.owner = ''`
	claimTurnsSQL = `update mail_turns set lease = $5, owner = $4, attempts = attempts + 1
where tenant = $1 and mail %s and at <= $3 and (lease <= $3 or lease > $5) returning mail, at, attempts`
	settleTurnsSQL = `delete from mail_turns where tenant = $1 and mail %s and owner = $3 and lease = $4`
	delayTurnSQL   = `update mail_turns set at = $5, lease = 0, owner = '', attempts = attempts - $6
where tenant = $1 and mail = $2 and owner = $3 and lease = $4`
	deleteEmptyTurns = `delete from mail_turns where tenant = $1 and mail %s and not exists (select 1 from reminders r where r.tenant = $1
and r.mail = mail_turns.mail and r.state in ('planned', 'sending'))`
	selectTurns = "select tenant, mail, at, attempts from mail_turns"
)

// InsertTurn returns the statement that gives a mail its turn. The one that it has stays as it is, but is locked: who settles
// it meanwhile does so after this transaction and sees what it has stored; see RearmTurns.
func InsertTurn(tenant, mail string, at time.Time) sqldb.Stmt {
	return sqldb.Stmt{SQL: insertTurnSQL, Brief: true, Args: []any{tenant, mail, sqldb.Micros(at)}}
}

// RearmTurns returns the statement, to be run after SettleTurns, that gives mails their turns again for which more was planned
// while they were being sent; affected counts them.
func RearmTurns(engine sqldb.Engine, tenant string, mails []string, affected *int64) sqldb.Stmt {
	return sqldb.Stmt{SQL: fmt.Sprintf(rearmTurnsSQL, engine.AnyOf("$2")), Args: []any{tenant, engine.ListArg(mails)}, Affected: affected}
}

// SelectLostTurns returns the statement that reads the mails of a committee that hold planned reminders and have no turn, as
// after a restored backup.
func SelectLostTurns(committee string, each func(mail string, at time.Time)) sqldb.Stmt {
	return sqldb.Stmt{SQL: selectLostSQL, Args: []any{resource.Tenant(committee), committee}, Each: func(r sqldb.Row) error {
		var (
			mail string
			at   int64
		)
		if err := r.Scan(&mail, &at); err != nil {
			return err
		}
		each(mail, sqldb.Time(at))
		return nil
	}}
}

// RenewTurn returns the statement that makes it a mail's turn at a time, unless it is being sent just now.
func RenewTurn(tenant, mail string, at time.Time) sqldb.Stmt {
	return sqldb.Stmt{SQL: renewTurnSQL, Brief: true, Args: []any{tenant, mail, sqldb.Micros(at)}}
}

// DeleteEmptyTurns returns the statement that takes away the turns of those mails that have nothing left to send.
func DeleteEmptyTurns(engine sqldb.Engine, tenant string, mails []string) sqldb.Stmt {
	return sqldb.Stmt{SQL: fmt.Sprintf(deleteEmptyTurns, engine.AnyOf("$2")), Args: []any{tenant, engine.ListArg(mails)}}
}

// TurnLease says who has taken turns of one tenant: Owner, who is unlike any other, until Until.
type TurnLease struct {
	Tenant, Owner string
	Until         time.Time
}

// ClaimTurns returns the statements that take those turns of mails whose time has come and that nobody holds; taken is called
// for each, in any order. A lease beyond Until was made before the clock was set back, and counts for nothing.
func ClaimTurns(engine sqldb.Engine, l TurnLease, mails []string, now time.Time, taken func(Turn)) []sqldb.Stmt {
	each := func(r sqldb.Row) error {
		t := Turn{Tenant: l.Tenant}
		var at int64
		if err := r.Scan(&t.Mail, &at, &t.Attempts); err != nil {
			return err
		}
		t.At = sqldb.Time(at)
		taken(t)
		return nil
	}
	return byKey(engine, mails, func(condition string, value any) sqldb.Stmt {
		return sqldb.Stmt{SQL: fmt.Sprintf(claimTurnsSQL, condition),
			Args: []any{l.Tenant, value, sqldb.Micros(now), l.Owner, sqldb.Micros(l.Until)}, Each: each}
	})
}

// SettleTurns returns the statements that end the turns of mails that are sent or parked. Each is called for those that this
// lease held, and not for what somebody else has taken since; nil calls nobody.
func SettleTurns(engine sqldb.Engine, l TurnLease, mails []string, each func(mail string)) []sqldb.Stmt {
	return byKey(engine, mails, func(condition string, value any) sqldb.Stmt {
		stmt := sqldb.Stmt{SQL: fmt.Sprintf(settleTurnsSQL, condition), Args: []any{l.Tenant, value, l.Owner, sqldb.Micros(l.Until)}}
		if each == nil {
			return stmt
		}
		stmt.SQL += " returning mail"
		stmt.Each = func(r sqldb.Row) error {
			var mail string
			if err := r.Scan(&mail); err != nil {
				return err
			}
			each(mail)
			return nil
		}
		return stmt
	})
}

// byKey returns the statements for rows with these keys, the second argument. On SQLite it is one for all. PostgreSQL, while it
// knows nothing of a table, would look through all of a municipality for that; one for each goes by the key, in the same trip.
func byKey(engine sqldb.Engine, keys []string, stmt func(condition string, value any) sqldb.Stmt) []sqldb.Stmt {
	if engine == sqldb.SQLite {
		return []sqldb.Stmt{stmt(engine.AnyOf("$2"), engine.ListArg(keys))}
	}
	stmts := make([]sqldb.Stmt, len(keys))
	for i, key := range keys {
		stmts[i] = stmt("= $2", key)
	}
	return stmts
}

// DelayTurn returns the statement that gives a turn back until a later time; untried takes back that it was taken. Affected is
// 0 when somebody else has taken it since.
func DelayTurn(l TurnLease, mail string, at time.Time, untried bool, affected *int64) sqldb.Stmt {
	return sqldb.Stmt{SQL: delayTurnSQL, Brief: true, Args: []any{l.Tenant, mail, l.Owner, sqldb.Micros(l.Until), sqldb.Micros(at), yes(untried)},
		Affected: affected}
}

// SelectDueTurns returns the statement that reads the turns whose time has come and that nobody holds, the earliest first.
// Leases beyond farthest were made before the clock was set back.
func SelectDueTurns(now, farthest time.Time, limit int, each func(Turn)) sqldb.Stmt {
	w := &where{}
	w.add("at <= %s", sqldb.Micros(now))
	w.add("(lease <= %s or lease > %s)", sqldb.Micros(now), sqldb.Micros(farthest))
	return w.stmt(selectTurns, "at, tenant, mail", limit, eachTurn(each))
}

// SelectTurnsUpTo returns the statement that reads the turns up to a time, of all tenants and held or not, in order of time,
// tenant and mail; after is the last of the page before, the zero value for the first.
func SelectTurnsUpTo(until time.Time, after Turn, limit int, each func(Turn)) sqldb.Stmt {
	w := &where{}
	w.add("at <= %s", sqldb.Micros(until))
	if after != (Turn{}) {
		w.add("(at, tenant, mail) > (%s, %s, %s)", sqldb.Micros(after.At), after.Tenant, after.Mail)
	}
	return w.stmt(selectTurns, "at, tenant, mail", limit, eachTurn(each))
}

func eachTurn(each func(Turn)) func(sqldb.Row) error {
	return func(r sqldb.Row) error {
		var (
			t  Turn
			at int64
		)
		if err := r.Scan(&t.Tenant, &t.Mail, &at, &t.Attempts); err != nil {
			return err
		}
		t.At = sqldb.Time(at)
		each(t)
		return nil
	}
}
