package reconcile

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"time"

	"google.golang.org/grpc"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
	journalv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/journal/v1"
)

// Feed is the change feed of a service; the JournalService client of each is one.
type Feed interface {
	// WatchChanges opens a stream of changes.
	WatchChanges(context.Context, *journalv1.WatchChangesRequest, ...grpc.CallOption) (grpc.ServerStreamingClient[journalv1.WatchChangesResponse], error)
}

// follower follows one feed of one municipality.
type follower struct {
	*Reconciler
	feed         Feed
	name         string
	municipality string
	// dirt says what a change may have touched; the zero value is nothing.
	dirt func(change string) dirt
	// resume is where to go on; empty means from now on.
	resume string
	pause  time.Duration
}

// follow begins to follow the feeds of a municipality, once.
func (l *loop) follow(ctx context.Context, municipality string) {
	if l.followed[municipality] {
		return
	}
	l.followed[municipality] = true
	for _, f := range []follower{
		{feed: l.deps.DirectoryChanges, name: "directory", dirt: func(string) dirt { return dirt{directory: true} }},
		{feed: l.deps.DeadlineChanges, name: "riskregister", dirt: ofCommittee},
		{feed: l.deps.ResultChanges, name: "controlmeasurement", dirt: ofResults},
	} {
		f.Reconciler, f.municipality, f.pause = l.Reconciler, municipality, l.config.FirstPause
		l.running.Go(func() error { f.run(ctx); return nil })
	}
}

// ofCommittee is the dirt of a change in a committee; what belongs to the municipality bears no deadlines.
func ofCommittee(name string) dirt {
	committee := committeeOf(name)
	if committee == "" {
		return dirt{}
	}
	return dirt{committees: map[string]bool{committee: true}}
}

// ofResults is the dirt of a change in control measurement, where only results tell that something is done.
func ofResults(name string) dirt {
	if !strings.Contains(name, "/results/") {
		return dirt{}
	}
	return ofCommittee(name)
}

// empty reports whether nothing is dirty.
func (d dirt) empty() bool {
	return !d.rules && !d.directory && !d.everything && len(d.committees) == 0
}

// run opens the stream again and again until ctx ends. Streams end as a matter of course: when the token expires, when the
// server is replaced, when the network breaks.
func (f *follower) run(ctx context.Context) {
	for ctx.Err() == nil {
		moved, err := f.stream(ctx)
		if moved || err == nil {
			f.pause = f.config.FirstPause
		}
		f.report(ctx, moved, err)
		if !sleep(ctx, f.pause/2+rand.N(f.pause/2+1)) {
			return
		}
		if err != nil {
			f.pause = min(2*f.pause, f.config.LongestPause)
		}
	}
}

// report remembers whether the feed can be followed: one that fails before anything came cannot.
func (f *follower) report(ctx context.Context, moved bool, err error) {
	if ctx.Err() != nil {
		return
	}
	if err != nil && !moved {
		f.warn(ctx, "a change feed cannot be followed", err, "service", f.name, "municipality", f.municipality)
		f.setBroken(true)
	}
}

// setBroken notes whether the feed can be followed.
func (f *follower) setBroken(broken bool) {
	key := f.name + " " + f.municipality
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.broken, key)
	if broken {
		f.broken[key] = true
	}
}

// stream reads one stream to its end: nil when the server ended it. It reports whether anything came.
func (f *follower) stream(ctx context.Context) (moved bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	with, token, err := f.source.tokens.carry(ctx)
	if err != nil {
		return false, err
	}
	changes, err := f.feed.WatchChanges(with, &journalv1.WatchChangesRequest{Parent: f.municipality, ResumeToken: f.resume})
	for err == nil {
		var change *journalv1.WatchChangesResponse
		if change, err = changes.Recv(); err == nil {
			f.handle(change)
			moved = true
		}
	}
	if errors.Is(err, io.EOF) {
		return moved, nil
	}
	f.forget(token, err)
	return moved, err
}

// forget lets go of what the server no longer takes: the token, or the place to go on from.
func (f *follower) forget(token string, err error) {
	switch {
	case refused(err):
		f.source.tokens.drop(token)
	case f.resume != "" && rpcerr.FromStatus(err).Kind == fault.Invalid:
		f.resume = ""
	}
}

// handle puts what a change may have touched into the backlog. A stream that begins anew says nothing of what changed before
// it: everything is compared then.
func (f *follower) handle(change *journalv1.WatchChangesResponse) {
	f.setBroken(false)
	d := f.dirt(change.GetName())
	if change.GetName() == "" {
		d = dirt{everything: f.resume == ""}
	}
	f.resume = change.GetResumeToken()
	if !d.empty() {
		f.mark(f.municipality, d)
	}
}
