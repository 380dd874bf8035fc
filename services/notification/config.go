package notification

import (
	"errors"
	"fmt"
	"time"
)

// Config says how the service behaves.
type Config struct {
	// SMTP is the address of the mail server, "smtp://user:password@host:587", "smtps://…" or "smtp://…?tls=none"; empty puts
	// mails into Outbox.
	SMTP string
	// Outbox is the folder for mails where there is no mail server; made when it is not there.
	Outbox string
	// From is who mails are from, such as "Uppsikt <uppsikt@exempelkommun.example>".
	From string
	// PublicURL is where people reach the pages; the links in mails begin with it.
	PublicURL string
	// Redis is the address of the schedule; empty for one in the process.
	Redis string
	// KeepMails is for how long mails are kept as they were sent. The ledger is kept for as long as the committee's papers.
	KeepMails time.Duration
}

// DefaultConfig returns the configuration that the suite runs with, without addresses.
func DefaultConfig() Config { return Config{KeepMails: 400 * 24 * time.Hour} }

// Validate returns an error for a configuration that cannot work.
func (c Config) Validate() error {
	if (c.SMTP == "") == (c.Outbox == "") {
		return errors.New("either a mail server or a folder for mails is needed")
	}
	if c.From == "" || c.PublicURL == "" {
		return errors.New("who mails are from and the public address of the pages are needed")
	}
	if c.KeepMails < 24*time.Hour {
		return fmt.Errorf("mails are kept for %s; it must be a day at least", c.KeepMails)
	}
	return nil
}
