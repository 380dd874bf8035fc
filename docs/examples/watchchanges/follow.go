package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	journalv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/journal/v1"
)

// longestPause bounds the wait between two attempts.
const longestPause = 30 * time.Second

// follower follows one service of one municipality.
type follower struct {
	service      service
	municipality string
	history      bool
	tokens       tokens
	place        place
	lines, log   io.Writer
	pause        time.Duration
}

// lastingError is a failure that another attempt would meet too.
type lastingError struct{ error }

// Unwrap returns the cause.
func (e lastingError) Unwrap() error { return e.error }

// follow opens the stream again and again until ctx ends. Streams end as a matter of course: when the token expires, when
// the server is replaced, when the network breaks. It returns an error only when going on is of no use.
func (f *follower) follow(ctx context.Context) error {
	pause := f.pause
	for {
		moved, err := f.stream(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if lasting(err) {
			return fmt.Errorf("%s %s: %w", f.service.name, f.municipality, err)
		}
		if err == nil || moved {
			pause = f.pause
		}
		if err != nil {
			fmt.Fprintf(f.log, "%s %s: trying again: %v\n", f.service.name, f.municipality, err)
		}
		if !sleep(ctx, pause/2+rand.N(pause/2+1)) {
			return nil
		}
		pause = min(2*pause, longestPause)
	}
}

// lasting tells failures that need a person from those that pass.
func lasting(err error) bool {
	if errors.As(err, &lastingError{}) {
		return true
	}
	switch status.Code(err) {
	case codes.PermissionDenied, codes.NotFound, codes.InvalidArgument, codes.Unimplemented:
		return true
	default:
		return false
	}
}

// sleep waits and reports whether the time has come; false when ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// stream reads one stream to its end: nil when the server ended it. It reports whether it came any further.
func (f *follower) stream(ctx context.Context) (moved bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	at, err := f.place.load()
	if err != nil {
		return false, lastingError{err}
	}
	if at == "" && f.history {
		at = "start"
	}
	token, err := f.tokens.token(ctx)
	if err != nil {
		return false, err
	}
	ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+token)
	changes, err := f.service.watch(ctx, &journalv1.WatchChangesRequest{Parent: f.municipality, ResumeToken: at})
	if err != nil {
		return false, err
	}
	for {
		change, err := changes.Recv()
		if errors.Is(err, io.EOF) {
			return moved, nil
		}
		if err != nil {
			return moved, err
		}
		// What fails before it is done is done again by the next attempt, which begins after the change before.
		if err := f.handle(ctx, change); err != nil {
			return moved, err
		}
		if err := f.place.save(change.GetResumeToken()); err != nil {
			return moved, lastingError{err}
		}
		if change.GetName() == "" {
			fmt.Fprintf(f.log, "%s %s: following\n", f.service.name, f.municipality)
		}
		moved = true
	}
}

// line is what is printed about a change.
type line struct {
	Service  string `json:"service"`
	Scope    string `json:"scope"`
	Sequence int64  `json:"sequence"`
	Kind     string `json:"kind"`
	Name     string `json:"name"`
	// Resource is how it stands now, which may be later than the change; null when it is gone or not for this account.
	Resource json.RawMessage `json:"resource"`
}

// handle is what this system does with a change: it reads the resource and prints it. Put your own work here.
func (f *follower) handle(ctx context.Context, change *journalv1.WatchChangesResponse) error {
	if change.GetName() == "" {
		return nil // the first message of a stream only says where the stream begins
	}
	resource, err := f.read(ctx, change)
	if err != nil {
		return err
	}
	text, err := json.Marshal(line{
		Service: f.service.name, Scope: change.GetScope(), Sequence: change.GetSequence(),
		Kind: strings.TrimPrefix(change.GetKind().String(), "CHANGE_KIND_"), Name: change.GetName(), Resource: resource,
	})
	if err != nil {
		return lastingError{err}
	}
	if _, err := f.lines.Write(append(text, '\n')); err != nil {
		return lastingError{err}
	}
	return nil
}

// read returns the changed resource as JSON, or null. A resource that is not found was deleted later, which a change to
// come will say, or is not for this account to see.
func (f *follower) read(ctx context.Context, change *journalv1.WatchChangesResponse) (json.RawMessage, error) {
	get := f.service.get[kind(change.GetName())]
	if get == nil || change.GetKind() == journalv1.ChangeKind_CHANGE_KIND_DELETED {
		return nil, nil
	}
	m, err := get(ctx, change.GetName())
	switch status.Code(err) {
	case codes.OK:
		return marshal(m)
	case codes.NotFound, codes.PermissionDenied:
		return nil, nil
	default:
		return nil, fmt.Errorf("read %s: %w", change.GetName(), err)
	}
}

func marshal(m proto.Message) (json.RawMessage, error) {
	text, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(m)
	if err != nil {
		return nil, lastingError{err}
	}
	return text, nil
}
