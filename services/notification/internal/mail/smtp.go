package mail

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/textproto"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// SMTP hands mails to a mail server. Connections are kept for the mails that follow; there are as many as mails are sent at
// the same time.
type SMTP struct {
	config Config
	from   string

	mu     sync.Mutex
	closed bool
	idle   []*connection
}

// OpenSMTP returns a sender. It does not connect: a mail server that is away when the process starts may come back.
func OpenSMTP(config Config) (*SMTP, error) {
	if err := config.validate(); err != nil {
		return nil, err
	}
	from, err := parseAddress(config.From)
	if err != nil {
		return nil, invalidConfig("the sender's address is no mail address")
	}
	if config.Hello == "" {
		config.Hello = from[strings.LastIndexByte(from, '@')+1:]
	}
	return &SMTP{config: config.withDefaults(), from: from}, nil
}

// Check connects and signs in, so that wrong settings show before the first mail. The answer is Taken when a mail could be
// sent.
func (s *SMTP) Check(ctx context.Context) Answer {
	c, err := s.connect(ctx)
	if err != nil {
		return answerOf(err)
	}
	s.keep(c)
	return Answer{Outcome: Taken, Step: StepSignIn}
}

// Send hands over one mail. An idle connection that the server has ended meanwhile is replaced by a new one, once.
func (s *SMTP) Send(ctx context.Context, to string, raw []byte) (Answer, error) {
	if err := ctx.Err(); err != nil {
		return Answer{}, err
	}
	address, err := parseAddress(to)
	if err != nil {
		return Answer{Outcome: Refused, Step: StepAddress, Text: "not a mail address"}, nil
	}
	err = s.deliver(ctx, address, raw)
	answer := answerOf(err)
	if ctx.Err() != nil && answer.Outcome == Later && answer.Code == 0 {
		return Answer{}, ctx.Err()
	}
	return answer, nil
}

// deliver sends over an idle connection where there is one.
func (s *SMTP) deliver(ctx context.Context, to string, raw []byte) error {
	if c := s.takeIdle(); c != nil {
		err := s.over(ctx, c, to, raw)
		if !ended(err) {
			return err
		}
	}
	c, err := s.connect(ctx)
	if err != nil {
		return err
	}
	return s.over(ctx, c, to, raw)
}

// over sends one mail over a connection, and keeps the connection if it is still good.
func (s *SMTP) over(ctx context.Context, c *connection, to string, raw []byte) error {
	err := c.send(ctx, s.from, to, raw)
	var said *textproto.Error
	if err == nil || errors.As(err, &said) && said.Code != serviceEnds && c.reset(ctx) == nil {
		s.keep(c)
		return err
	}
	c.close()
	return err
}

// serviceEnds is the code of a server that ends the connection.
const serviceEnds = 421

// ended reports whether a used connection turned out to have ended: the first command on it found nobody.
func ended(err error) bool {
	var at *stepError
	if !errors.As(err, &at) || at.step != StepSender {
		return false
	}
	var said *textproto.Error
	return !errors.As(err, &said) || said.Code == serviceEnds
}

// takeIdle returns the connection that was used last, or nil.
func (s *SMTP) takeIdle() *connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.idle) > 0 {
		c := s.idle[len(s.idle)-1]
		s.idle = s.idle[:len(s.idle)-1]
		if c.timer.Stop() {
			return c
		}
	}
	return nil
}

// keep puts a connection aside for the next mail, for a while.
func (s *SMTP) keep(c *connection) {
	if !s.aside(c) {
		c.quit()
	}
}

// aside reports whether the connection is wanted for another mail, and if so keeps it.
func (s *SMTP) aside(c *connection) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || c.spent() {
		return false
	}
	c.timer = time.AfterFunc(s.config.Idle, func() { s.expire(c) })
	s.idle = append(s.idle, c)
	return true
}

// expire ends a connection that nobody needed for a while.
func (s *SMTP) expire(c *connection) {
	s.mu.Lock()
	s.idle = slices.DeleteFunc(s.idle, func(other *connection) bool { return other == c })
	s.mu.Unlock()
	c.quit()
}

// Close ends the idle connections.
func (s *SMTP) Close() error {
	s.mu.Lock()
	idle := s.idle
	s.idle, s.closed = nil, true
	s.mu.Unlock()
	for _, c := range idle {
		if c.timer.Stop() {
			c.quit()
		}
	}
	return nil
}

// stepError says at which step something went wrong.
type stepError struct {
	step  Step
	cause error
}

func (e *stepError) Error() string { return fmt.Sprintf("smtp step %d: %v", e.step, e.cause) }

func (e *stepError) Unwrap() error { return e.cause }

// enhanced is the status code that a server begins its text with (RFC 2034).
var enhanced = regexp.MustCompile(`^([245]\.\d{1,3}\.\d{1,3})(?:\s|$)`)

// answerOf reads what came of a mail. Whatever the server says before the recipient is named concerns us and not the mail,
// so that it is tried again; so does a refused sign-in at any step.
func answerOf(err error) Answer {
	if err == nil {
		return Answer{Outcome: Taken, Step: StepEnd, Code: 250}
	}
	var at *stepError
	if !errors.As(err, &at) {
		return Answer{Outcome: Later, Step: StepConnect, Text: oneLine(err.Error())}
	}
	var said *textproto.Error
	if errors.As(err, &said) {
		return saidAnswer(at.step, said)
	}
	a := Answer{Outcome: Later, Step: at.step, Text: failure(at.cause)}
	switch at.step {
	case StepEnd:
		a.Outcome = Unlearnt
	case StepAddress:
		a.Outcome, a.Enhanced = Refused, "5.6.7"
	default:
	}
	return a
}

// saidAnswer reads an answer of the server.
func saidAnswer(step Step, said *textproto.Error) Answer {
	a := Answer{Outcome: Later, Step: step, Code: said.Code, Text: oneLine(said.Msg)}
	if found := enhanced.FindStringSubmatch(a.Text); found != nil {
		a.Enhanced = found[1]
	}
	if step >= StepRecipient && said.Code >= 500 && !wantsSignIn(said.Code) {
		a.Outcome = Refused
	}
	return a
}

// wantsSignIn tells the codes of a server that we have not signed in to as it wants (RFC 4954, 6).
func wantsSignIn(code int) bool { return code == 530 || code == 534 || code == 535 || code == 538 }

// failure says what happened to a conversation that came to no answer.
func failure(cause error) string {
	switch {
	case errors.Is(cause, os.ErrDeadlineExceeded), errors.Is(cause, context.DeadlineExceeded):
		return "no answer in time"
	case errors.Is(cause, io.EOF), errors.Is(cause, io.ErrUnexpectedEOF):
		return "the mail server ended the connection"
	default:
		return oneLine(cause.Error())
	}
}
