package web

import (
	"slices"
	"strconv"

	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
)

// mailPolicy holds for a mail that is shown as the recipient saw it: it may have its own style, and nothing else.
const mailPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"

// deliveryView is what the page of one mail shows.
type deliveryView struct {
	Status statusView
	Notes  []noteView
	Facts  []fact
	Rows   []reminderRow
	// Retry tells that the user may have it sent again.
	Retry bool
	// Mail is absent when it is no longer kept or not for the user; HTML is where it is shown as it looked.
	Mail *notificationv1.Mail
	HTML string
}

// deliveryName is the delivery that the address names.
func (c *call) deliveryName() string {
	return upTo(c.scope(), 1) + "/deliveries/" + c.r.PathValue("d")
}

// delivery shows a mail, and has it sent again.
func (s *server) delivery(c *call) (*page, error) {
	if c.posted() && !c.restored {
		if _, err := s.Notices.RetryDelivery(c.ctx(), &notificationv1.RetryDeliveryRequest{Name: c.deliveryName()}); err != nil {
			return nil, err
		}
		return &page{Location: receipt(c.r.URL.Path, "skickas")}, nil
	}
	r, err := s.Notices.GetDelivery(c.ctx(), &notificationv1.GetDeliveryRequest{Name: c.deliveryName()})
	if err != nil {
		return nil, err
	}
	status, _ := s.Notices.GetNotificationStatus(c.ctx(), &notificationv1.GetNotificationStatusRequest{Parent: c.scope()}) // who may not know sees the mail all the same
	return s.deliveryPage(c.scope(), r, status.GetOutbox(), c.user), nil
}

// deliveryPage shows a mail: to whom, what became of it, what it was about and how it read.
func (s *server) deliveryPage(scope string, r *notificationv1.GetDeliveryResponse, outbox bool, u *user) *page {
	d := r.GetDelivery()
	at := address(scope) + "/utskick"
	v := deliveryView{Status: s.deliveryStatus(d), Rows: reminderRows(d.GetReminders(), u), Mail: r.GetMail(), Retry: mayRetry(d, u)}
	v.Facts = []fact{{Label: "Till", Text: d.GetPersonName()}, {Label: "Adress", Text: orElse(d.GetAddress(), "Saknas")},
		{Label: "Skulle skickas", Text: momentText(d.GetSendTime(), s.zone)}, {Label: "Försök", Text: strconv.Itoa(int(d.GetAttempts()))}}
	if d.GetState() == notificationv1.DeliveryState_DELIVERY_STATE_SENT {
		v.Facts = append(v.Facts, fact{Label: "Togs emot", Text: momentText(d.GetSettleTime(), s.zone)})
	}
	if d.GetResponse() != "" {
		v.Facts = append(v.Facts, fact{Label: "E-postservern svarade", Text: d.GetResponse()})
	}
	v.Facts = append(v.Facts, fact{Label: "Mejlets nummer (Message-ID)", Text: d.GetMessageId()})
	if outbox {
		v.Notes = append(v.Notes, noteView{"info", outboxTitle, outboxText})
	}
	if d.GetFault() != "" {
		v.Notes = append(v.Notes, noteView{"late", "Det här gick fel", d.GetFault()})
	}
	if d.GetUnlearntAnswers() > 0 {
		v.Notes = append(v.Notes, noteView{"info", "Mejlet kan ha kommit två gånger", "E-postserverns svar nådde inte fram, så mejlet skickades igen med samma nummer. De flesta e-postprogram visar det då bara en gång."})
	}
	if v.Mail.GetHtml() != "" {
		v.HTML = at + "/" + last(d.GetName()) + "/fil/mejl"
	}
	return &page{Title: d.GetSubject(), Section: sectionDeliveries, Template: "delivery", Data: v, Crumbs: []link{{"Utskick", at}}}
}

// mayRetry reports whether the user may have a mail sent again: one that waits or was given up.
func mayRetry(d *notificationv1.Delivery, u *user) bool {
	if d.GetState() != notificationv1.DeliveryState_DELIVERY_STATE_WAITING && d.GetState() != notificationv1.DeliveryState_DELIVERY_STATE_PARKED {
		return false
	}
	return slices.ContainsFunc(d.GetReminders(), func(r *notificationv1.Reminder) bool {
		return u.may(authzv1.Permission_PERMISSION_DELIVERY_RETRY, r.GetCommittee())
	})
}

// deliveryMail shows a mail as its recipient saw it. It is a document of its own, fenced in by its policy.
func (s *server) deliveryMail(c *call) (*page, error) {
	r, err := s.Notices.GetDelivery(c.ctx(), &notificationv1.GetDeliveryRequest{Name: c.deliveryName()})
	if err != nil {
		return nil, err
	}
	if r.GetMail().GetHtml() == "" {
		return nil, notFound()
	}
	c.w.Header().Set("Content-Security-Policy", mailPolicy)
	return &page{File: &file{MediaType: "text/html; charset=utf-8", Body: []byte(r.GetMail().GetHtml())}}, nil
}
