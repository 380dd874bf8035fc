package journal

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"sync"
	"time"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/sqldb"
)

// pollEvery is how often a feed looks at the heads.
const pollEvery = time.Second

// Feed tells every open stream of a process when chains have moved. One look at the heads each second serves all of
// them, and none is made while nobody listens.
type Feed struct {
	db    sqldb.DB
	every time.Duration

	mu      sync.Mutex
	streams map[chan struct{}]struct{}
	heads   []scopeHead
}

// NewFeed returns a feed over a database; Run drives it.
func NewFeed(db sqldb.DB) *Feed {
	return &Feed{db: db, every: pollEvery, streams: map[chan struct{}]struct{}{}}
}

// Run looks at the heads until ctx ends. A failed look is tried again at the next.
func (f *Feed) Run(ctx context.Context) error {
	tick := time.NewTicker(f.every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if f.listened() {
				_ = f.Poll(ctx) // streams say so when their own reads fail
			}
		}
	}
}

func (f *Feed) listened() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.streams) > 0
}

// Poll looks at the heads once and wakes every stream when any has moved.
func (f *Feed) Poll(ctx context.Context) error {
	var heads []scopeHead
	if err := f.db.Read(ctx, "", readHeads(&heads)); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if !moved(f.heads, heads) {
		return nil
	}
	f.heads = heads
	for wake := range f.streams {
		select {
		case wake <- struct{}{}:
		default: // it has not yet seen the last one, and will read everything then
		}
	}
	return nil
}

func moved(was, is []scopeHead) bool {
	if len(was) != len(is) {
		return true
	}
	for i := range is {
		if was[i].scope != is[i].scope || was[i].Seq != is[i].Seq {
			return true
		}
	}
	return false
}

// listen returns a channel that is woken when chains move, and the function that ends it.
func (f *Feed) listen() (<-chan struct{}, func()) {
	wake := make(chan struct{}, 1)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.streams[wake] = struct{}{}
	return wake, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.streams, wake)
	}
}

// position is how far a stream has come in each chain: the resume token.
type position map[string]int64

// fromStart asks for everything there ever was.
const fromStart = "start"

func (p position) token() string {
	text, err := json.Marshal(p)
	if err != nil {
		return "" // a map of numbers always marshals
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// parsePosition reads a resume token; nil means from now on.
func parsePosition(token string) (position, error) {
	switch token {
	case "":
		return nil, nil
	case fromStart:
		return position{}, nil
	}
	p := position{}
	text, err := base64.RawURLEncoding.DecodeString(token)
	if err == nil {
		err = json.Unmarshal(text, &p)
	}
	if err != nil {
		return nil, fault.Fields(fault.Field{Path: "resume_token", Reason: "RESUME_TOKEN",
			Swedish: "Fortsättningsmärket går inte att läsa. Börja om utan det.", English: "not a resume token of this method"})
	}
	return p, nil
}

// within refuses a position beyond the end of a chain: the service was restored from a backup older than the token, and
// what the caller has seen since then never happened. Without a fault it would miss everything until the chain is as long.
func (p position) within(heads []scopeHead) error {
	for _, h := range heads {
		if p[h.scope] > h.Seq {
			return fault.State("RESUME_TOKEN_AHEAD",
				"Fortsättningsmärket är nyare än registret, som har återställts från en säkerhetskopia. Läs allt på nytt och börja om utan märket.",
				"the resume token is ahead of the journal, which was restored from a backup; read everything anew and start without it")
		}
	}
	return nil
}
