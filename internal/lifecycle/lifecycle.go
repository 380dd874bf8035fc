// Package lifecycle runs the parts of a process together: started in order, ended at the first error or when the
// process is told to stop, and closed in reverse order within a bounded time.
package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
)

// Part is something that a process consists of.
type Part struct {
	// Name for errors.
	Name string
	// Run works until ctx ends and returns nil then, or returns why it cannot go on. Nil for a part that only needs
	// to be closed.
	Run func(ctx context.Context) error
	// Stop ends Run, if the end of its context does not, and frees what the part holds. Nil when there is nothing to
	// do. Its context ends when the time is up.
	Stop func(ctx context.Context) error
}

// Group holds parts. It is not safe for concurrent use.
type Group struct {
	limit time.Duration
	parts []Part
}

// New returns a group that gives all Stops together the time limit.
func New(limit time.Duration) *Group { return &Group{limit: limit} }

// Add appends a part; parts are started in the order of Add and stopped in reverse.
func (g *Group) Add(parts ...Part) { g.parts = append(g.parts, parts...) }

// Run starts every part and waits until ctx ends or a part returns. Then it stops the parts in reverse order: the
// context of a part ends just before its Stop is called, so that a part may still use those added before it. It returns
// the first error of a part together with those of the Stops, or nil. A part that does not return within the limit is
// reported and left behind.
func (g *Group) Run(ctx context.Context) error {
	running, ended := errgroup.WithContext(context.WithoutCancel(ctx))
	parts := g.start(running, ended)
	select {
	case <-ctx.Done():
	case <-ended.Done():
	}
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), g.limit)
	defer cancel()
	var faults []error
	for i := len(parts) - 1; i >= 0; i-- {
		faults = append(faults, parts[i].stop(limited))
	}
	if stillRunning(parts) {
		faults = append(faults, context.Cause(ended)) // nil unless a part had failed
	} else {
		faults = append(faults, running.Wait())
	}
	slices.Reverse(faults)
	return errors.Join(faults...)
}

// started is a part that runs.
type started struct {
	Part
	cancel context.CancelFunc
	done   chan struct{}
}

var errReturned = errors.New("returned although it was not told to stop")

func (g *Group) start(running *errgroup.Group, ended context.Context) []started {
	parts := make([]started, 0, len(g.parts))
	for _, p := range g.parts {
		ctx, cancel := context.WithCancel(context.WithoutCancel(ended))
		s := started{Part: p, cancel: cancel, done: make(chan struct{})}
		parts = append(parts, s)
		if p.Run == nil {
			close(s.done)
			continue
		}
		running.Go(func() error { return s.run(ctx) })
	}
	return parts
}

// run turns an early return into an error, because the process is not whole without the part.
func (s started) run(ctx context.Context) error {
	defer close(s.done)
	err := s.Run(ctx)
	switch {
	case ctx.Err() != nil && (err == nil || errors.Is(err, context.Canceled)):
		return nil
	case err == nil:
		err = errReturned
	}
	return fmt.Errorf("%s: %w", s.Name, err)
}

// stop ends the part and waits for it.
func (s started) stop(ctx context.Context) error {
	s.cancel()
	var fault error
	if s.Stop != nil {
		if err := s.Stop(ctx); err != nil {
			fault = fmt.Errorf("stop %s: %w", s.Name, err)
		}
	}
	select {
	case <-s.done:
		return fault
	case <-ctx.Done():
	}
	select {
	case <-s.done: // both were ready
		return fault
	default:
		return errors.Join(fault, fmt.Errorf("stop %s: it did not end in time", s.Name))
	}
}

func stillRunning(parts []started) bool {
	for _, p := range parts {
		select {
		case <-p.done:
		default:
			return true
		}
	}
	return false
}
