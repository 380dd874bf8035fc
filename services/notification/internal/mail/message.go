package mail

import (
	"time"

	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
)

// Message is what one person is told at one time.
type Message struct {
	// ID of the delivery; a repeat has the same. It becomes the Message-ID.
	ID string
	// Name and Address of the recipient.
	Name, Address string
	// Digest: one mail for everything, with a list of what else waits.
	Digest bool
	// Date is when the mail is due. The days left are counted from its day in the composer's zone.
	Date time.Time
	// Lines are what the mail is about, at least one. Compose puts them in order of last day.
	Lines []Line
	// Others are open tasks of the recipient that the mail is not about; a digest lists the first ten of them.
	Others []Line
}

// Line is one thing that is to be done.
type Line struct {
	// Committee: "municipalities/{m}/committees/{c}", and its name.
	Committee, CommitteeName string
	// Key of the deadline, unique in the committee; the calendar's identifier is made of both.
	Key string
	// Kind of deadline, and whose turn it is.
	Kind notice.Kind
	Role notice.Role
	// Title in words, and that of the round; the latter empty for an action.
	Title, RoundTitle string
	// Due is the last day, as "2025-05-12".
	Due string
	// Path of the page where it is done, such as "/municipalities/…/followUps/jav".
	Path string
	// Cause is why the recipient is told; not used of Others.
	Cause notice.Cause
	// Recipient is as what the recipient is told.
	Recipient notice.Recipient
	// RoleWords is what the recipient is called in this, such as "kontrollansvarig"; empty lets kind and role decide.
	RoleWords string
	// InsteadOf is who should have been told, in words; empty otherwise.
	InsteadOf string
	// Sequence is how often the last day has moved, for the calendar.
	Sequence int
}

// Mail is a composed message.
type Mail struct {
	// Subject, Text, HTML (a whole page) and Calendar (RFC 5545) as they are read.
	Subject, Text, HTML, Calendar string
	// MessageID without angle brackets.
	MessageID string
	// Address is the recipient's as it was understood, with the domain in ASCII.
	Address string
	// Raw is the whole message as it is handed over (RFC 5322).
	Raw []byte
}

// Feed is a person's calendar by subscription.
type Feed struct {
	// Name of the calendar as calendar programs show it; empty gives one.
	Name string
	// Date is when it is read, or was last changed.
	Date time.Time
	// Lines are what waits for the person.
	Lines []Line
}
