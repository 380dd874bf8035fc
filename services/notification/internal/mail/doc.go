// Package mail makes the mails that remind people, and hands them over. Composer turns what one person is to be told into a
// whole message: subject, text, HTML and a calendar file, in plain Swedish. Sender takes such a message on: SMTP to a mail
// server, Outbox to a folder where none is set up. Both tell what became of it as an Answer, which FaultText puts into words
// that a coordinator can act on.
//
// The same input gives the same words, addresses and identifiers; nothing here reads a clock. Nobody but the recipient is
// named in a mail.
package mail
