package courier

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/uppsikt/uppsikt/services/notification/internal/mail"
	"github.com/uppsikt/uppsikt/services/notification/internal/schedule"
)

// turn is a mail whose time has come.
type turn struct {
	tenant, mail string
	// lease is that of the schedule; nil when the database said so.
	lease *schedule.Lease
}

// session is what runs while mails are sent: workers that hand over, and one that settles what they learnt.
type session struct {
	courier *Courier
	jobs    chan *job
	results chan result
	// handing is closed when the mails that were claimed last are with the workers.
	handing chan struct{}
	// more, which only settling sets, says that a mail is due again at once.
	more bool
}

// session starts the workers, calls fn and waits until all that it dispatched is settled. When ctx ends, handing over and
// settling may go on for a while.
func (c *Courier) session(ctx context.Context, fn func(*session) error) error {
	lasting, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	stop := context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(c.config.Grace, cancel)
		context.AfterFunc(lasting, func() { timer.Stop() })
	})
	defer stop()
	s := &session{courier: c, jobs: make(chan *job), results: make(chan result, settled), handing: make(chan struct{})}
	close(s.handing)
	var workers, settler sync.WaitGroup
	for range c.config.Workers {
		workers.Go(func() { s.work(lasting) })
	}
	var settling error
	settler.Go(func() { settling = s.settle(lasting) })
	err := fn(s)
	<-s.handing
	close(s.jobs)
	workers.Wait()
	close(s.results)
	settler.Wait()
	return errors.Join(err, settling)
}

// dispatch claims the mails of turns in the database, some of one tenant at a time, and gives them to the workers. While these
// hand over some, the next are claimed and written.
func (s *session) dispatch(ctx context.Context, from *desks, turns []turn) error {
	// By tenant, and in the order they came within each.
	slices.SortStableFunc(turns, func(a, b turn) int { return strings.Compare(a.tenant, b.tenant) })
	for len(turns) > 0 {
		n := 1
		for n < min(len(turns), claimed) && turns[n].tenant == turns[0].tenant {
			n++
		}
		d, err := from.at(ctx, turns[0].tenant)
		if err != nil {
			return err
		}
		// A claim that has begun is finished, also when ctx ends: else it may be that nobody learns what was claimed.
		jobs, err := s.courier.claim(context.WithoutCancel(ctx), d, turns[0].tenant, turns[:n])
		if err != nil {
			return err
		}
		s.hand(ctx, jobs)
		turns = turns[n:]
	}
	return nil
}

// hand gives jobs to the workers when these have the ones before; those that nobody is to send any more are given back.
func (s *session) hand(ctx context.Context, jobs []*job) {
	<-s.handing
	handed := make(chan struct{})
	s.handing = handed
	go func() {
		defer close(handed)
		for _, j := range jobs {
			select {
			case s.jobs <- j:
			case <-ctx.Done():
				s.results <- result{job: j, untouched: true}
			}
		}
	}()
}

// work hands over one mail after another.
func (s *session) work(ctx context.Context) {
	for j := range s.jobs {
		s.results <- s.courier.send(ctx, j)
	}
}

// send hands over one mail, unless so much of its lease has passed that this might take longer.
func (c *Courier) send(ctx context.Context, j *job) result {
	now := c.deps.Store.Clock().Now()
	if ctx.Err() != nil || now.Add(c.config.Limit).After(j.held.Until) {
		return result{job: j, untouched: true}
	}
	c.meters.late(ctx, now.Sub(j.delivery.At))
	limited, cancel := context.WithTimeout(ctx, c.config.Limit)
	defer cancel()
	answer, err := c.deps.Sender.Send(limited, j.delivery.Address, j.raw)
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return result{job: j, untouched: true}
	default:
		c.deps.Logger.WarnContext(ctx, "a mail could not be handed over", "mail", j.turn.mail, "error", err)
		answer = mail.Answer{Outcome: mail.Later, Step: mail.StepConnect, Text: err.Error()}
	}
	return result{job: j, answer: answer}
}
