package web

import (
	"net/url"
	"strings"

	"golang.org/x/sync/errgroup"

	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
)

// States of deliveries in addresses.
const (
	stateSent    = "skickade"
	stateSending = "pa-vag"
	stateWaiting = "vantar"
	stateParked  = "stoppade"
)

// deliveryChoices are the choices of which deliveries to list.
var deliveryChoices = []struct {
	option
	state notificationv1.DeliveryState
}{
	{option{Value: stateSent, Label: "Skickade"}, notificationv1.DeliveryState_DELIVERY_STATE_SENT},
	{option{Value: stateSending, Label: "På väg"}, notificationv1.DeliveryState_DELIVERY_STATE_SENDING},
	{option{Value: stateWaiting, Label: "Väntar på nytt försök"}, notificationv1.DeliveryState_DELIVERY_STATE_WAITING},
	{option{Value: stateParked, Label: "Kunde inte skickas"}, notificationv1.DeliveryState_DELIVERY_STATE_PARKED},
}

// deliveriesData is what the ledger's page is made of.
type deliveriesData struct {
	scope      string
	deliveries []*notificationv1.Delivery
	next       string
	outbox     bool
	// people are those that the typed name fits; more than one means that somebody has to be chosen.
	people []*directoryv1.Person
}

// deliveriesView is what the ledger shows.
type deliveriesView struct {
	Path                    string
	Person, State, From, To string
	States                  []option
	Active                  bool
	// People are to choose among, NoPerson tells that nobody has the name.
	People   []link
	NoPerson bool
	Outbox   *noteView
	Rows     []deliveryRow
	More     string
	Empty    *emptyView
}

// deliveryRow is one mail that was, or was to be, sent.
type deliveryRow struct {
	link
	When, Name, Fault string
	Status            statusView
}

// deliveries shows the ledger of what was sent.
func (s *server) deliveries(c *call) (*page, error) {
	d := &deliveriesData{scope: c.scope()}
	var err error
	if d.people, err = c.peopleNamed(c.query("person")); err != nil {
		return nil, err
	}
	var g errgroup.Group
	g.Go(func() error {
		r, err := s.Notices.GetNotificationStatus(c.ctx(), &notificationv1.GetNotificationStatusRequest{Parent: d.scope})
		d.outbox = r.GetOutbox()
		return err
	})
	if c.query("person") == "" || len(d.people) == 1 {
		g.Go(func() error { return c.listDeliveries(d) })
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return s.deliveriesPage(d, c.user, c.r.URL.Query()), nil
}

// listDeliveries reads a page of the ledger.
func (c *call) listDeliveries(d *deliveriesData) error {
	req := &notificationv1.ListDeliveriesRequest{Parent: d.scope, PageSize: maxRows, PageToken: c.query("sida"), FromDate: isoDate(c.query("fran")), ToDate: isoDate(c.query("till"))}
	for _, choice := range deliveryChoices {
		if choice.Value == c.query("lage") {
			req.State = choice.state
		}
	}
	if len(d.people) == 1 {
		req.Person = d.people[0].GetName()
	}
	r, err := c.Notices.ListDeliveries(c.ctx(), req)
	d.deliveries, d.next = r.GetDeliveries(), r.GetNextPageToken()
	return err
}

// isoDate returns a date that was typed; empty when it is none, so that no bound holds.
func isoDate(typed string) string {
	if dateText(typed) == typed {
		return ""
	}
	return typed
}

// peopleNamed returns the people whose name holds the typed text; the one alone whose name or address is just that.
func (c *call) peopleNamed(typed string) ([]*directoryv1.Person, error) {
	if typed == "" {
		return nil, nil
	}
	r, err := c.Directory.ListPeople(c.ctx(), &directoryv1.ListPeopleRequest{Parent: upTo(c.scope(), 1), PageSize: 1000})
	return fitting(r.GetPeople(), typed), err
}

// fitting returns the people that a typed name fits.
func fitting(all []*directoryv1.Person, typed string) []*directoryv1.Person {
	var some []*directoryv1.Person
	for _, p := range all {
		if last(p.GetName()) == typed || strings.EqualFold(p.GetDisplayName(), typed) || strings.EqualFold(p.GetEmail(), typed) {
			return []*directoryv1.Person{p}
		}
		if strings.Contains(strings.ToLower(p.GetDisplayName()), strings.ToLower(typed)) {
			some = append(some, p)
		}
	}
	sortSwedish(some, (*directoryv1.Person).GetDisplayName)
	return some
}

// deliveriesPage shows the ledger, the newest first.
func (s *server) deliveriesPage(d *deliveriesData, u *user, q url.Values) *page {
	at := address(d.scope) + "/utskick"
	v := deliveriesView{Path: at, Person: q.Get("person"), State: q.Get("lage"), From: q.Get("fran"), To: q.Get("till")}
	v.Active = v.Person+v.State+v.From+v.To != ""
	for _, choice := range deliveryChoices {
		v.States = append(v.States, choice.option)
	}
	if d.outbox {
		v.Outbox = &noteView{"info", outboxTitle, outboxText}
	}
	v.choose(d.people)
	reads := u.may(authzv1.Permission_PERMISSION_DELIVERY_READ, d.scope)
	for _, one := range d.deliveries {
		row := deliveryRow{link: link{one.GetSubject(), ""}, When: momentText(one.GetSendTime(), s.zone), Name: one.GetPersonName(), Fault: one.GetFault(), Status: s.deliveryStatus(one)}
		if reads {
			row.Address = at + "/" + last(one.GetName())
		}
		v.Rows = append(v.Rows, row)
	}
	if d.next != "" {
		more := without(q, "kvitto")
		more.Set("sida", d.next)
		v.More = at + "?" + more.Encode()
	}
	if len(v.Rows) == 0 && !v.Active {
		v.Empty = &emptyView{Title: "Inget har skickats än", Text: "Här visas varje mejl som har skickats: till vem, när, om vad och hur det gick."}
	}
	p := &page{Title: "Utskick", Section: sectionDeliveries, Template: "deliveries", Data: v, Wide: true, Lead: "Mejlen om internkontrollen, det senaste först."}
	if committeeOf(d.scope) == "" {
		p.Over = "Hela kommunen"
	}
	return p
}

// choose offers the people that a typed name fits, when it is not just one.
func (v *deliveriesView) choose(people []*directoryv1.Person) {
	if v.Person == "" {
		return
	}
	v.NoPerson = len(people) == 0
	if len(people) == 1 {
		v.Person = people[0].GetDisplayName()
		return
	}
	for _, p := range people[:min(len(people), maxRows)] {
		q := url.Values{"person": {last(p.GetName())}}
		for key, value := range map[string]string{"lage": v.State, "fran": v.From, "till": v.To} {
			if value != "" {
				q.Set(key, value)
			}
		}
		v.People = append(v.People, link{p.GetDisplayName(), v.Path + "?" + q.Encode()})
	}
}

// without returns the values of an address but for some.
func without(q url.Values, keys ...string) url.Values {
	rest := url.Values{}
	for key, values := range q {
		rest[key] = values
	}
	for _, key := range keys {
		rest.Del(key)
	}
	return rest
}

// deliveryStatus shows where a mail stands.
func (s *server) deliveryStatus(d *notificationv1.Delivery) statusView {
	switch d.GetState() {
	case notificationv1.DeliveryState_DELIVERY_STATE_SENT:
		return statusView{"done", "Skickat"}
	case notificationv1.DeliveryState_DELIVERY_STATE_WAITING:
		return statusView{"todo", strings.TrimSpace("Väntar, nytt försök " + momentText(d.GetNextAttemptTime(), s.zone))}
	case notificationv1.DeliveryState_DELIVERY_STATE_PARKED:
		return statusView{"stop", "Kunde inte skickas"}
	default:
		return statusView{"doing", "Är på väg"}
	}
}
