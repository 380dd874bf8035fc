// Package schedule keeps what is due when, for a window of time ahead, in a sorted set of Redis: the score of an entry is
// the moment it is due or, once somebody has taken it, the moment that lease ends. The database stays the truth: what is
// lost here is put back by the next sweep, and what is handed out twice is refused there.
//
// The clock that decides what is due is the caller's, never that of Redis.
package schedule

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

const (
	// key is the sorted set, and owners says who holds what is leased. The common tag in braces keeps both on one node of a
	// cluster.
	key    = "{uppsikt.notification}:due"
	owners = "{uppsikt.notification}:owners"
	// batch is how many entries one command carries.
	batch = 1000
	// most is how many entries one claim may take: a script holds them on its stack.
	most = 1000
)

//go:embed claim.lua
var claimSource string

//go:embed settle.lua
var settleSource string

// Entry is something that is due at a time. The same ID again moves it.
type Entry struct {
	ID string
	At time.Time
}

// Lease is an entry that its owner has to itself until a time.
type Lease struct {
	ID, Owner string
	Until     time.Time
}

// Schedule is the sorted set. It is safe for concurrent use, by any number of processes.
type Schedule struct {
	client   redis.UniversalClient
	own      *miniredis.Miniredis // nil for a real Redis
	checked  atomic.Bool
	unproven func(error)
	claim    *redis.Script
	settle   *redis.Script
}

// Put adds entries, and moves those that are there; it takes a lease from its holder.
func (s *Schedule) Put(ctx context.Context, entries []Entry) error {
	for len(entries) > 0 {
		n := min(batch, len(entries))
		members := make([]redis.Z, n)
		for i, e := range entries[:n] {
			members[i] = redis.Z{Score: float64(e.At.UnixMilli()), Member: e.ID}
		}
		if err := s.client.ZAdd(ctx, key, members...).Err(); err != nil {
			return fmt.Errorf("put %d entries into the schedule: %w", n, err)
		}
		entries = entries[n:]
	}
	return nil
}

// Claim leases up to limit entries that are due at now, earliest first. Nobody else gets one before its lease has ended by
// the clock of who asks. After an answer that was lost they stay leased until then.
func (s *Schedule) Claim(ctx context.Context, now time.Time, lease time.Duration, limit int, owner string) ([]Lease, error) {
	until := now.Add(lease).Truncate(time.Millisecond)
	ids, err := s.claim.Run(ctx, s.client, []string{key, owners}, now.UnixMilli(), until.UnixMilli(), min(limit, most), owner).StringSlice()
	if err != nil {
		return nil, fmt.Errorf("claim from the schedule: %w", err)
	}
	leases := make([]Lease, len(ids))
	for i, id := range ids {
		leases[i] = Lease{ID: id, Owner: owner, Until: until}
	}
	return leases, nil
}

// End is what becomes of an entry that was leased: out of the schedule, or due again at a time.
type End struct {
	Lease
	// Again is when it is due next; the zero value takes it out.
	Again time.Time
}

// Settle ends leases. For each it reports whether the lease was still held; where it was not, the entry was moved or somebody
// else has it, and it stays as it is.
func (s *Schedule) Settle(ctx context.Context, ends ...End) ([]bool, error) {
	held := make([]bool, 0, len(ends))
	for part := range slices.Chunk(ends, most) {
		args := make([]any, 0, 4*len(part))
		for _, e := range part {
			again := ""
			if !e.Again.IsZero() {
				again = strconv.FormatInt(e.Again.UnixMilli(), 10)
			}
			args = append(args, e.ID, e.Until.UnixMilli(), e.Owner, again)
		}
		answers, err := s.settle.Run(ctx, s.client, []string{key, owners}, args...).BoolSlice()
		if err != nil {
			return held, fmt.Errorf("settle in the schedule: %w", err)
		}
		held = append(held, answers...)
	}
	return held, nil
}

// Ping reports whether Redis answers and keeps what it is given. It returns a PolicyError for one that does not.
func (s *Schedule) Ping(ctx context.Context) error {
	if !s.checked.Load() {
		return s.check(ctx)
	}
	if err := s.client.Ping(ctx).Err(); err != nil {
		return fmt.Errorf("reach Redis: %w", err)
	}
	return nil
}

// Close ends all connections, and the server in the process if there is one.
func (s *Schedule) Close() error {
	err := s.client.Close()
	if s.own != nil {
		s.own.Close()
	}
	return err
}
