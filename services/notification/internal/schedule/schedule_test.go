package schedule

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/uppsikt/uppsikt/internal/redistest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// noon is when tests begin; the schedule has no clock of its own.
var noon = time.Date(2025, 5, 12, 12, 0, 0, 0, time.UTC)

const lease = time.Minute

// both runs a test over the server in the process and over a real one.
func both(t *testing.T, test func(t *testing.T, s *Schedule)) {
	t.Helper()
	t.Run("in the process", func(t *testing.T) { test(t, open(t, Config{})) })
	t.Run("Redis", func(t *testing.T) { test(t, open(t, Config{URL: "redis://" + redistest.New(t).Addr()})) })
}

// open opens a schedule and closes it with the test. All must be proven to keep what they are given.
func open(t testing.TB, cfg Config) *Schedule {
	t.Helper()
	if cfg.Unproven == nil {
		cfg.Unproven = func(err error) { t.Error(err) }
	}
	s, err := Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func put(t testing.TB, s *Schedule, entries ...Entry) {
	t.Helper()
	if err := s.Put(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
}

// claim claims and returns the leases; their IDs must be want.
func claim(t *testing.T, s *Schedule, now time.Time, owner string, want ...string) []Lease {
	t.Helper()
	leases, err := s.Claim(t.Context(), now, lease, 10, owner)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range leases {
		got = append(got, l.ID)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("claimed at %s by %s (-want +got):\n%s", now.Format(time.TimeOnly), owner, diff)
	}
	return leases
}

// done settles, with at not zero for later; whether the lease was held must be want.
func done(t *testing.T, s *Schedule, l Lease, at time.Time, want bool) {
	t.Helper()
	got, err := s.Settle(t.Context(), End{l, at})
	if err != nil || len(got) != 1 || got[0] != want {
		t.Errorf("settle %+v: %v, %v; want %t", l, got, err, want)
	}
}

func TestDueInOrderAndOnce(t *testing.T) {
	both(t, func(t *testing.T, s *Schedule) {
		put(t, s, Entry{"ume/c", noon.Add(2)}, Entry{"ume/b", noon.Add(-time.Second)}, Entry{"ume/a", noon.Add(-time.Hour)},
			Entry{"ume/later", noon.Add(time.Millisecond)})
		leases := claim(t, s, noon, "one", "ume/a", "ume/b", "ume/c")
		claim(t, s, noon, "two")
		for _, l := range leases {
			done(t, s, l, time.Time{}, true)
			done(t, s, l, time.Time{}, false)
		}
		claim(t, s, noon.Add(2*lease), "two", "ume/later")
	})
}

// TestALeaseEnds: what was claimed and never settled is claimed again after the lease and not before, and the late first
// owner changes nothing.
func TestALeaseEnds(t *testing.T) {
	both(t, func(t *testing.T, s *Schedule) {
		put(t, s, Entry{"a", noon})
		late := claim(t, s, noon, "one", "a")[0]
		claim(t, s, noon.Add(lease-time.Millisecond), "two")
		held := claim(t, s, noon.Add(lease), "two", "a")[0]
		done(t, s, late, time.Time{}, false)
		done(t, s, late, noon, false)
		claim(t, s, noon.Add(lease), "three")
		done(t, s, held, time.Time{}, true)
	})
}

// TestOwnersWithTheSameLease: after the clock was set back and the entry put again, two leases may end at the same moment;
// the owner tells them apart.
func TestOwnersWithTheSameLease(t *testing.T) {
	both(t, func(t *testing.T, s *Schedule) {
		put(t, s, Entry{"a", noon})
		first := claim(t, s, noon, "one", "a")[0]
		put(t, s, Entry{"a", noon})
		second := claim(t, s, noon, "two", "a")[0]
		done(t, s, first, time.Time{}, false)
		done(t, s, second, time.Time{}, true)
	})
}

// TestMovedWhileHeld: who moves an entry wins over who holds it.
func TestMovedWhileHeld(t *testing.T) {
	both(t, func(t *testing.T, s *Schedule) {
		put(t, s, Entry{"a", noon})
		held := claim(t, s, noon, "one", "a")[0]
		put(t, s, Entry{"a", noon.Add(time.Hour)})
		done(t, s, held, time.Time{}, false)
		claim(t, s, noon.Add(lease), "two")
		claim(t, s, noon.Add(time.Hour), "two", "a")
	})
}

func TestAgain(t *testing.T) {
	both(t, func(t *testing.T, s *Schedule) {
		put(t, s, Entry{"a", noon})
		done(t, s, claim(t, s, noon, "one", "a")[0], noon.Add(time.Hour), true)
		claim(t, s, noon.Add(time.Hour-time.Millisecond), "one")
		claim(t, s, noon.Add(time.Hour), "one", "a")
	})
}

func TestMoreThanABatch(t *testing.T) {
	both(t, func(t *testing.T, s *Schedule) {
		put(t, s, many(2*batch+1)...)
		total := 0
		for {
			leases, err := s.Claim(t.Context(), noon.Add(time.Hour), lease, 10_000, "one")
			if err != nil || len(leases) == 0 {
				if total != 2*batch+1 {
					t.Errorf("claimed %d entries, %v; want %d", total, err, 2*batch+1)
				}
				return
			}
			total += len(leases)
		}
	})
}

// many returns entries whose IDs look like those of the service, each due a millisecond after the other.
func many(n int) []Entry {
	entries := make([]Entry, n)
	for i := range entries {
		entries[i] = Entry{ID: fmt.Sprintf("municipality-%02d/%026d", i%10, i), At: noon.Add(time.Duration(i) * time.Millisecond)}
	}
	return entries
}

// TestNobodyClaimsTwice: eight at once share entries without one handed out twice.
func TestNobodyClaimsTwice(t *testing.T) {
	both(t, func(t *testing.T, s *Schedule) {
		const n = 4000
		put(t, s, many(n)...)
		var (
			mu    sync.Mutex
			times = map[string]int{}
			wg    sync.WaitGroup
		)
		for worker := range 8 {
			wg.Go(func() {
				for {
					leases, err := s.Claim(t.Context(), noon.Add(time.Hour), lease, 20, fmt.Sprint(worker))
					if err != nil || len(leases) == 0 {
						return
					}
					mu.Lock()
					for _, l := range leases {
						times[l.ID]++
					}
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		for id, n := range times {
			if n > 1 {
				t.Errorf("%s was claimed %d times", id, n)
			}
		}
		if len(times) != n {
			t.Errorf("claimed %d of %d", len(times), n)
		}
	})
}

func TestAddresses(t *testing.T) {
	for _, tt := range []struct {
		url, master, user, password string
		addrs                       []string
		db                          int
		tls, cluster                bool
	}{
		{url: "redis://localhost", addrs: []string{"localhost:6379"}},
		{url: "rediss://me:p%40ss@redis.example:7000/3", addrs: []string{"redis.example:7000"}, user: "me", password: "p@ss", db: 3, tls: true},
		{url: "redis://:p@[::1]:6379", addrs: []string{"[::1]:6379"}, password: "p"},
		{url: "redis://[::1]", addrs: []string{"[::1]:6379"}},
		{url: "redis+sentinel://a,b:1/main", addrs: []string{"a:26379", "b:1"}, master: "main"},
		{url: "rediss+cluster://me:pass@a:1,b:2,c", addrs: []string{"a:1", "b:2", "c:6379"}, user: "me", password: "pass", tls: true, cluster: true},
	} {
		o, err := Config{URL: tt.url}.options()
		if err != nil {
			t.Errorf("%s: %v", tt.url, err)
			continue
		}
		if !slices.Equal(o.Addrs, tt.addrs) || o.MasterName != tt.master || o.Username != tt.user || o.Password != tt.password ||
			o.DB != tt.db || (o.TLSConfig != nil) != tt.tls || o.IsClusterMode != tt.cluster {
			t.Errorf("%s: got %+v", tt.url, o)
		}
	}
}

// TestWrongAddresses: what is wrong is said, without the password.
func TestWrongAddresses(t *testing.T) {
	for _, url := range []string{"localhost:6379", "http://:secret@a", "redis://:secret@", "redis://:secret@a,/0", "redis://:secret@a/x", "redis://:secret@a/-1",
		"redis+sentinel://:secret@a", "redis+cluster://:secret@a/1", "redis+other://:secret@a", "redis://%zz:secret@a", "://", ""} {
		err := Config{URL: url}.Validate()
		if url == "" {
			if err != nil {
				t.Errorf("none: %v", err)
			}
			continue
		}
		if err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", url, err)
		}
	}
	for _, cfg := range []Config{{URL: "rediss://a", CAFile: "/nowhere"}, {URL: "rediss://a", CAFile: "schedule.go"}} {
		if err := cfg.Validate(); err == nil {
			t.Errorf("%+v: no error", cfg)
		}
	}
}
