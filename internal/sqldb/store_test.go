package sqldb

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// stubborn is an engine whose every transaction is busy until the last.
type stubborn struct{ refuse, begun, released int }

func (s *stubborn) send(_ context.Context, b batch) error {
	if b.starts {
		s.begun++
		if s.begun <= s.refuse {
			return busy(errors.New("locked"))
		}
	}
	return nil
}

func (s *stubborn) release(context.Context) { s.released++ }

func (s *stubborn) store() *store {
	return &store{engine: SQLite, acquire: func(context.Context, mode) (session, error) { return s, nil }}
}

func TestBusyIsRetriedABoundedNumberOfTimes(t *testing.T) {
	for refuse, want := range map[int]struct {
		begun int
		ok    bool
	}{0: {1, true}, 1: {2, true}, maxAttempts - 1: {maxAttempts, true}, maxAttempts: {maxAttempts, false}} {
		synctest.Test(t, func(t *testing.T) {
			engine := &stubborn{refuse: refuse}
			began := time.Now()
			err := engine.store().Write(t.Context(), "a", nil, Stmts())
			if engine.begun != want.begun || engine.released != want.begun || (err == nil) != want.ok {
				t.Errorf("refused %d times: begun %d, released %d, %v", refuse, engine.begun, engine.released, err)
			}
			if err != nil && !fault.Is(err, fault.Unavailable) {
				t.Errorf("got %v", err)
			}
			if waited := time.Since(began); waited > time.Second {
				t.Errorf("waited %v", waited)
			}
		})
	}
}

func TestRetriesEndWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	engine := &stubborn{refuse: maxAttempts}
	s := engine.store()
	acquire := s.acquire
	s.acquire = func(ctx context.Context, m mode) (session, error) { cancel(); return acquire(ctx, m) }
	if err := s.Write(ctx, "a", nil, Stmts()); !errors.Is(err, context.Canceled) || engine.begun != 1 {
		t.Errorf("begun %d, %v", engine.begun, err)
	}
}
