package rpc

import (
	"context"
	"regexp"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/uppsikt/uppsikt/internal/authz"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	"github.com/uppsikt/uppsikt/services/notification/internal/mail"
	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

// span is what both lists are narrowed by.
type span interface {
	resource.PageRequest
	GetPerson() string
	GetFromDate() string
	GetToDate() string
}

// between returns the bounds of a request in time.
func (s *Server) between(req span) (from, to time.Time, err error) {
	if from, err = s.midnight("from_date", req.GetFromDate(), 0); err != nil {
		return from, to, err
	}
	to, err = s.midnight("to_date", req.GetToDate(), 1)
	return from, to, err
}

// midnight returns when a day begins, or the one so many days after it; the zero time for no day.
func (s *Server) midnight(field, day string, after int) (time.Time, error) {
	if day == "" {
		return time.Time{}, nil
	}
	at, err := time.ParseInLocation(time.DateOnly, day, s.Zone)
	if err != nil {
		return at, fault.Fields(fault.Field{Path: field, Reason: "DATE", Swedish: "Skriv ett datum som finns, till exempel 2025-05-12.", English: "no such day"})
	}
	return at.AddDate(0, 0, after), nil
}

// ListReminders returns reminders of a municipality or committee.
func (s *Server) ListReminders(ctx context.Context, req *notificationv1.ListRemindersRequest) (*notificationv1.ListRemindersResponse, error) {
	filters := []string{req.GetPerson(), req.GetState().String(), req.GetFromDate(), req.GetToDate()}
	q := sqlstore.ReminderQuery{Scope: req.GetParent(), Person: req.GetPerson(), State: notice.State(req.GetState()), Limit: resource.PageSize(req) + 1}
	after, err := s.narrow(req, filters, &q.From, &q.To)
	if err != nil {
		return nil, err
	}
	q.After = after
	var found []sqlstore.Reminder
	err = s.Store.DB().Read(ctx, resource.Tenant(req.GetParent()), sqlstore.SelectReminders(q, func(r sqlstore.Reminder) error { found = append(found, r); return nil }))
	if err != nil {
		return nil, err
	}
	answer := &notificationv1.ListRemindersResponse{}
	if len(found) == q.Limit {
		found = found[:q.Limit-1]
		last := found[len(found)-1]
		answer.NextPageToken = resource.Row{Number: sqldb.Micros(last.At), ID: last.ID}.Token(req, filters...)
	}
	answer.Reminders, err = s.remindersTo(ctx, req.GetParent(), found)
	return answer, err
}

// narrow reads the bounds and the token of a list.
func (s *Server) narrow(req span, filters []string, from, to *time.Time) (sqlstore.Place, error) {
	if err := resource.RefuseWildcard(req.GetParent()); err != nil {
		return sqlstore.Place{}, err
	}
	var err error
	if *from, *to, err = s.between(req); err != nil {
		return sqlstore.Place{}, err
	}
	row, err := resource.After(req, filters...)
	if err != nil || row == (resource.Row{}) {
		return sqlstore.Place{}, err
	}
	return sqlstore.Place{At: sqldb.Time(row.Number), ID: row.ID}, nil
}

// remindersTo writes stored reminders as the API has them, with the names that people have now.
func (s *Server) remindersTo(ctx context.Context, scope string, all []sqlstore.Reminder) ([]*notificationv1.Reminder, error) {
	var d sqlstore.Directory
	if err := s.Store.DB().Read(ctx, resource.Tenant(scope), sqlstore.SelectDirectory(resource.Tenant(scope), &d)); err != nil {
		return nil, err
	}
	names := make(map[string]string, len(d.People))
	for _, p := range d.People {
		names[p.GetName()] = p.GetDisplayName()
	}
	shown := make([]*notificationv1.Reminder, len(all))
	for i, r := range all {
		shown[i] = reminderTo(r.Reminder, r.About, names[r.Person])
		shown[i].StateTime = timestamppb.New(r.StateTime)
		if r.Delivery != "" {
			shown[i].Delivery = resource.Join(municipality(r.Committee), deliveries, r.Delivery)
		}
	}
	return shown, nil
}

// ListDeliveries returns lines of the ledger.
func (s *Server) ListDeliveries(ctx context.Context, req *notificationv1.ListDeliveriesRequest) (*notificationv1.ListDeliveriesResponse, error) {
	filters := []string{req.GetPerson(), req.GetState().String(), req.GetFromDate(), req.GetToDate()}
	q := sqlstore.DeliveryQuery{Scope: req.GetParent(), Person: req.GetPerson(), State: req.GetState(), Limit: resource.PageSize(req) + 1}
	after, err := s.narrow(req, filters, &q.From, &q.To)
	if err != nil {
		return nil, err
	}
	q.After = after
	var found []sqlstore.Delivery
	err = s.Store.DB().Read(ctx, resource.Tenant(req.GetParent()), sqlstore.SelectDeliveries(q, func(d sqlstore.Delivery) error { found = append(found, d); return nil }))
	if err != nil {
		return nil, err
	}
	answer := &notificationv1.ListDeliveriesResponse{}
	if len(found) == q.Limit {
		found = found[:q.Limit-1]
		last := found[len(found)-1]
		answer.NextPageToken = resource.Row{Number: sqldb.Micros(last.At), ID: last.ID}.Token(req, filters...)
	}
	answer.Deliveries, err = s.deliveriesTo(ctx, req.GetParent(), authzv1.Permission_PERMISSION_REMINDER_READ, found)
	return answer, err
}

// deliveriesTo writes lines of the ledger with those of their reminders whose committees lie in the scope and may be seen.
func (s *Server) deliveriesTo(ctx context.Context, scope string, permission authz.Permission, found []sqlstore.Delivery) ([]*notificationv1.Delivery, error) {
	tenant, ids := resource.Tenant(scope), make([]string, len(found))
	for i, d := range found {
		ids[i] = d.ID
	}
	var held []sqlstore.Reminder
	err := s.Store.DB().Read(ctx, tenant, sqlstore.SelectDeliveryReminders(s.Store.DB().Engine(), tenant, ids, func(r sqlstore.Reminder) error {
		if (r.Committee == scope || strings.HasPrefix(r.Committee, scope+"/")) && may(ctx, permission, r.Committee) {
			held = append(held, r)
		}
		return nil
	}))
	if err != nil {
		return nil, err
	}
	shown, err := s.remindersTo(ctx, scope, held)
	if err != nil {
		return nil, err
	}
	of := map[string][]*notificationv1.Reminder{}
	for i, r := range held {
		of[r.Delivery] = append(of[r.Delivery], shown[i])
	}
	all := make([]*notificationv1.Delivery, len(found))
	for i, d := range found {
		all[i] = deliveryTo(municipality(scope), d)
		all[i].Reminders = of[d.ID]
	}
	return all, nil
}

func deliveryTo(municipality string, d sqlstore.Delivery) *notificationv1.Delivery {
	shown := &notificationv1.Delivery{Name: resource.Join(municipality, deliveries, d.ID), Person: d.Person, PersonName: d.PersonName, Address: d.Address,
		Subject: d.Subject, Digest: d.Digest, SendTime: timestamppb.New(d.At), State: d.State, Attempts: d.Attempts, Fault: d.Fault,
		Response: d.Response, MessageId: d.MessageID, UnlearntAnswers: d.Unlearnt}
	if !d.Next.IsZero() {
		shown.NextAttemptTime = timestamppb.New(d.Next)
	}
	if !d.Settled.IsZero() {
		shown.SettleTime = timestamppb.New(d.Settled)
	}
	return shown
}

// GetDelivery returns one line of the ledger with the mail.
func (s *Server) GetDelivery(ctx context.Context, req *notificationv1.GetDeliveryRequest) (*notificationv1.GetDeliveryResponse, error) {
	shown, whole, err := s.delivery(ctx, req.GetName(), authzv1.Permission_PERMISSION_DELIVERY_READ)
	if err != nil {
		return nil, err
	}
	answer := &notificationv1.GetDeliveryResponse{Delivery: shown}
	if !whole {
		return answer, nil
	}
	var raw []byte
	tenant := resource.Tenant(req.GetName())
	if err := s.Store.DB().Read(ctx, tenant, sqlstore.SelectRaw(tenant, resource.ID(req.GetName()), &raw)); err != nil || raw == nil {
		return answer, err
	}
	m, err := mail.Parse(raw)
	if err != nil {
		return nil, err
	}
	if !mayReadAll(ctx, authzv1.Permission_PERMISSION_DELIVERY_READ, m) {
		return answer, nil
	}
	answer.Mail = &notificationv1.Mail{Subject: m.Subject, Text: m.Text, Html: m.HTML, Calendar: m.Calendar}
	return answer, nil
}

// delivery returns a line of the ledger as far as the caller holds a permission in its committees, and whether that is all of
// it. NotFound when it is none of it.
func (s *Server) delivery(ctx context.Context, name string, permission authz.Permission) (shown *notificationv1.Delivery, whole bool, err error) {
	tenant := resource.Tenant(name)
	parent, collection, id := resource.Split(name)
	var d sqlstore.Delivery
	if collection != deliveries || parent != municipality(parent) {
		return nil, false, fault.Missing(name)
	}
	count := 0
	err = s.Store.DB().Read(ctx, tenant, sqlstore.SelectDelivery(tenant, id, &d),
		sqlstore.SelectDeliveryReminders(s.Store.DB().Engine(), tenant, []string{id}, func(sqlstore.Reminder) error { count++; return nil }))
	if err != nil {
		return nil, false, err
	}
	if d.ID == "" {
		return nil, false, fault.Missing(name)
	}
	all, err := s.deliveriesTo(ctx, parent, permission, []sqlstore.Delivery{d})
	if err != nil {
		return nil, false, err
	}
	if len(all[0].GetReminders()) == 0 {
		return nil, false, fault.Missing(name)
	}
	return all[0], len(all[0].GetReminders()) == count, nil
}

// linked finds the committees that a mail links to.
var linked = regexp.MustCompile(`municipalities/[a-z0-9-]+/committees/[a-z0-9-]+`)

// mayReadAll reports whether the caller holds a permission in every committee that a mail links to. A digest also lists what
// else waits for its person, so its own reminders do not tell all that it holds; that each thing has its link does.
func mayReadAll(ctx context.Context, permission authz.Permission, m mail.Mail) bool {
	for _, part := range []string{m.Text, m.HTML} {
		for _, committee := range linked.FindAllString(part, -1) {
			if !may(ctx, permission, committee) {
				return false
			}
		}
	}
	return true
}

// RetryDelivery tries a waiting or parked delivery again at once. Only what is still to be done is worth a mail.
func (s *Server) RetryDelivery(ctx context.Context, req *notificationv1.RetryDeliveryRequest) (*notificationv1.Delivery, error) {
	if _, _, err := s.delivery(ctx, req.GetName(), authzv1.Permission_PERMISSION_DELIVERY_RETRY); err != nil {
		return nil, err
	}
	tenant, id := resource.Tenant(req.GetName()), resource.ID(req.GetName())
	err := s.Store.DB().Write(ctx, tenant, nil, func(ctx context.Context, r sqldb.Runner) ([]sqldb.Stmt, error) {
		return s.retry(ctx, r, tenant, id)
	})
	if err != nil {
		return nil, err
	}
	s.Send()
	shown, _, err := s.delivery(ctx, req.GetName(), authzv1.Permission_PERMISSION_DELIVERY_RETRY)
	return shown, err
}

// retry returns the statements that make a delivery due now, with its mail written anew: to the address that the person has.
func (s *Server) retry(ctx context.Context, r sqldb.Runner, tenant, id string) ([]sqldb.Stmt, error) {
	var (
		d    sqlstore.Delivery
		open int64
		mail string
	)
	err := r.Run(ctx, sqlstore.SelectDelivery(tenant, id, &d), sqlstore.CountOpen(tenant, id, &open),
		sqlstore.SelectDeliveryReminders(s.Store.DB().Engine(), tenant, []string{id}, func(r sqlstore.Reminder) error { mail = r.Mail; return nil }))
	if err != nil {
		return nil, err
	}
	again := d.State == notificationv1.DeliveryState_DELIVERY_STATE_WAITING || d.State == notificationv1.DeliveryState_DELIVERY_STATE_PARKED
	if !again || open == 0 {
		return nil, fault.State("DELIVERY_SETTLED", "Mejlet är redan skickat, eller så är arbetet klart. Det skickas inte igen.",
			"the delivery is settled, or its work is done")
	}
	now := s.now()
	d.State, d.Next, d.Settled = notificationv1.DeliveryState_DELIVERY_STATE_WAITING, now, time.Time{}
	return []sqldb.Stmt{sqlstore.PutDelivery(d), sqlstore.SettleReminders(tenant, id, notice.Failed, notice.Sending, now),
		sqlstore.DeleteRaw(tenant, id), sqlstore.RenewTurn(tenant, mail, now)}, nil
}
