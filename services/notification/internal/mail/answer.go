package mail

import (
	"context"
)

// Outcome is what a mail server did with a mail.
type Outcome int

// The outcomes.
const (
	// Taken: it answers for the mail from now on.
	Taken Outcome = iota + 1
	// Later: it has not taken it, and may do so at another time. So too when it cannot be reached, or does not let us in:
	// what is wrong then is wrong with every mail, and mended without touching this one.
	Later
	// Refused: it will never take this mail to this address.
	Refused
	// Unlearnt: the whole mail was handed over, and the answer never came. It may have been taken.
	Unlearnt
)

// Step is how far the conversation with a mail server came.
type Step int

// The steps, in order.
const (
	// StepAddress: before anything was said, as the address cannot be one.
	StepAddress Step = iota + 1
	// StepConnect: reaching the server, until it greets.
	StepConnect
	// StepTLS: encrypting the connection.
	StepTLS
	// StepSignIn: user name and password.
	StepSignIn
	// StepSender: naming the sender.
	StepSender
	// StepRecipient: naming the recipient.
	StepRecipient
	// StepData: handing over the mail, until its last line.
	StepData
	// StepEnd: the answer to the mail.
	StepEnd
)

// Answer is what came of handing over a mail.
type Answer struct {
	Outcome Outcome
	// Step it ended with.
	Step Step
	// Code is that of SMTP, such as 250; 0 when the server said nothing.
	Code int
	// Enhanced status code (RFC 3463), such as "4.2.2"; empty when there is none.
	Enhanced string
	// Text is what the server said, or what went wrong in getting there; one line.
	Text string
}

// Sender hands mails over.
type Sender interface {
	// Send hands over one whole message to one address. What the mail server did is in the answer. An error means that
	// nothing was handed over and nothing was learnt: the context ended before, or the message has no Message-ID of ours.
	// Safe for concurrent use.
	Send(ctx context.Context, to string, raw []byte) (Answer, error)
	// Close ends idle connections. Send must not be called after.
	Close() error
}
