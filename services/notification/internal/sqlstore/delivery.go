package sqlstore

import (
	"bytes"
	"time"

	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
)

// Delivery is one line of the ledger as it lies in the database.
type Delivery struct {
	// Tenant is the municipality's id, and ID the last part of the delivery's name: the id of the mail, with "-2" and so on
	// when that mail had been sent before.
	Tenant, ID         string
	Person, PersonName string
	Address, Subject   string
	Digest             bool
	At                 time.Time
	State              notificationv1.DeliveryState
	Attempts, Unlearnt int32
	// Next is when it is tried next, and Settled when it was sent or parked; zero otherwise.
	Next, Settled   time.Time
	Fault, Response string
	MessageID       string
}

const (
	deliveryFields = `d.tenant, d.id, d.person, d.person_name, d.address, d.subject, d.digest, d.at, d.state, d.attempts, d.unlearnt, d.next,
d.settled, d.fault, d.response, d.message_id`
	selectDeliveries = "select " + deliveryFields + " from deliveries d"
	// deliveryColumns is how many values a line has.
	deliveryColumns   = 16
	insertDeliverySQL = `insert into deliveries (tenant, id, person, person_name, address, subject, digest, at, state, attempts, unlearnt, next,
settled, fault, response, message_id) values `
	updateDeliverySQL = `
on conflict (tenant, id) do update set person_name = excluded.person_name, address = excluded.address, subject = excluded.subject,
state = excluded.state, attempts = excluded.attempts, unlearnt = excluded.unlearnt, next = excluded.next, settled = excluded.settled,
fault = excluded.fault, response = excluded.response`
	ofCommitteeSQL       = "exists (select 1 from reminders r where r.tenant = d.tenant and r.delivery = d.id and r.committee = %s)"
	insertRawSQL         = "insert into delivery_mails (tenant, id, created, raw) values "
	selectRawSQL         = "select raw from delivery_mails where tenant = $1 and id = $2"
	deleteRawSQL         = "delete from delivery_mails where tenant = $1 and id = $2"
	purgeRawSQL          = "delete from delivery_mails where tenant = $1 and created < $2"
	oldRawSQL            = "select 1 from delivery_mails where tenant = $1 and created < $2 limit 1"
	countDeliveriesSQL   = "select d.state, count(*) from deliveries d"
	countDeliveriesGroup = " group by d.state"
)

// PutDelivery returns the statement that stores a line of the ledger. Of one that is there, to whom it is, when it was due and
// its Message-ID stay.
func PutDelivery(d Delivery) sqldb.Stmt { return PutDeliveries([]Delivery{d}) }

// args are the values of a line.
func (d Delivery) args() []any {
	return []any{d.Tenant, d.ID, d.Person, d.PersonName, d.Address, d.Subject, yes(d.Digest), sqldb.Micros(d.At), word(d.State, deliveryPrefix),
		int64(d.Attempts), int64(d.Unlearnt), micros(d.Next), micros(d.Settled), d.Fault, d.Response, d.MessageID}
}

// SelectDelivery returns the statement that reads one line; found stays as it is when there is none.
func SelectDelivery(tenant, id string, found *Delivery) sqldb.Stmt {
	w := &where{}
	w.add("d.tenant = %s", tenant)
	w.add("d.id = %s", id)
	return w.stmt(selectDeliveries, "", 0, eachDelivery(func(d Delivery) error { *found = d; return nil }))
}

// DeliveryQuery says which lines of the ledger, the newest first.
type DeliveryQuery struct {
	// Scope is a municipality, or a committee that a reminder in the mail belongs to.
	Scope string
	// Person and State narrow the list; empty and zero are all.
	Person string
	State  notificationv1.DeliveryState
	// From and To bound the time it was due, the last not included; zero is no bound.
	From, To time.Time
	// After is where the page before ended.
	After Place
	// Limit is how many rows are read at most; 0 is all.
	Limit int
}

// SelectDeliveries returns the statement that reads a page of the ledger.
func SelectDeliveries(q DeliveryQuery, each func(Delivery) error) sqldb.Stmt {
	w := deliveriesOf(q.Scope)
	w.text("d.person = %s", q.Person)
	w.text("d.state = %s", word(q.State, deliveryPrefix))
	w.time("d.at >= %s", q.From)
	w.time("d.at < %s", q.To)
	if q.After != (Place{}) {
		w.add("(d.at, d.id) < (%s, %s)", sqldb.Micros(q.After.At), q.After.ID)
	}
	return w.stmt(selectDeliveries, "d.at desc, d.id desc", q.Limit, eachDelivery(each))
}

// deliveriesOf returns the condition that a delivery belongs to a municipality or a committee.
func deliveriesOf(scope string) *where {
	w := &where{}
	w.add("d.tenant = %s", resource.Tenant(scope))
	if resource.Parent(scope) != resource.Platform {
		w.add(ofCommitteeSQL, scope)
	}
	return w
}

// CountDeliveries returns the statement that counts the lines of a municipality or committee by their state.
func CountDeliveries(scope string, each func(state notificationv1.DeliveryState, count int64)) sqldb.Stmt {
	w := deliveriesOf(scope)
	stmt := w.stmt(countDeliveriesSQL, "", 0, func(r sqldb.Row) error {
		var (
			state string
			count int64
		)
		if err := r.Scan(&state, &count); err != nil {
			return err
		}
		each(notificationv1.DeliveryState(number(notificationv1.DeliveryState(0), state, deliveryPrefix)), count)
		return nil
	})
	stmt.SQL += countDeliveriesGroup
	return stmt
}

func eachDelivery(each func(Delivery) error) func(sqldb.Row) error {
	return func(r sqldb.Row) error {
		var (
			d                                             Delivery
			digest, at, attempts, unlearnt, next, settled int64
			state                                         string
		)
		err := r.Scan(&d.Tenant, &d.ID, &d.Person, &d.PersonName, &d.Address, &d.Subject, &digest, &at, &state, &attempts, &unlearnt, &next, &settled,
			&d.Fault, &d.Response, &d.MessageID)
		if err != nil {
			return err
		}
		d.State = notificationv1.DeliveryState(number(notificationv1.DeliveryState(0), state, deliveryPrefix))
		d.Digest, d.At, d.Attempts, d.Unlearnt = digest != 0, sqldb.Time(at), int32(attempts), int32(unlearnt)
		d.Next, d.Settled = timeOf(next), timeOf(settled)
		return each(d)
	}
}

// SelectRaw returns the statement that reads a mail; raw stays nil when it is not kept.
func SelectRaw(tenant, id string, raw *[]byte) sqldb.Stmt {
	return sqldb.Stmt{SQL: selectRawSQL, Args: []any{tenant, id}, Brief: true, Each: func(r sqldb.Row) error {
		var read []byte
		err := r.Scan(&read)
		*raw = bytes.Clone(read)
		return err
	}}
}

// DeleteRaw returns the statement that forgets a mail, so that it is written anew.
func DeleteRaw(tenant, id string) sqldb.Stmt {
	return sqldb.Stmt{SQL: deleteRawSQL, Brief: true, Args: []any{tenant, id}}
}

// SelectOldRaw returns the statement that tells whether PurgeRaw would forget anything.
func SelectOldRaw(tenant string, before time.Time, found *bool) sqldb.Stmt {
	return sqldb.Stmt{SQL: oldRawSQL, Args: []any{tenant, sqldb.Micros(before)}, Each: func(sqldb.Row) error {
		*found = true
		return nil
	}}
}

// PurgeRaw returns the statement that forgets the mails of a tenant that were made before a time. The ledger stays.
func PurgeRaw(tenant string, before time.Time, affected *int64) sqldb.Stmt {
	return sqldb.Stmt{SQL: purgeRawSQL, Args: []any{tenant, sqldb.Micros(before)}, Affected: affected}
}
