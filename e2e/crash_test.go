package e2e_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"sync"
	"testing"

	"github.com/uppsikt/uppsikt/e2e/internal/product"
)

// seeds is how many times a random test runs: UPPSIKT_SEEDS, else the number given.
func seeds(t *testing.T, usual int) int {
	t.Helper()
	text := os.Getenv("UPPSIKT_SEEDS")
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("UPPSIKT_SEEDS: %v", err)
	}
	return n
}

// TestKilledWhileWriting kills the server, as a power cut would, while several clients write. Afterwards the journal is
// sound, everything that was acknowledged is there, and what a result proposed has come to the register once.
func TestKilledWhileWriting(t *testing.T) {
	t.Parallel()
	s := shared.program.Start(t, product.Options{})
	s.MustClient(t, s.TokenFor(t, "operator", "platform"), "import", examplePlan)
	indicator := "/v1/" + committee + "/indicators?indicator_id=" + crashIndicator
	if a := s.Request(t, http.MethodPost, indicator, s.TokenFor(t, "coordinator", committee), []byte(crashIndicatorBody)); a.Status != http.StatusOK {
		t.Fatalf("got %d %s", a.Status, a.Body)
	}
	for seed := range uint64(seeds(t, 20)) {
		random := rand.New(rand.NewPCG(seed, 7))
		acknowledged := writeUntilKilled(t, s, seed, 1+random.IntN(150))
		want(t, s.Run(t, "verify", "--data", s.Data), 0)
		s = shared.program.Start(t, product.Options{Data: s.Data})
		token := s.TokenFor(t, "coordinator", committee)
		for _, name := range acknowledged {
			if a := s.Request(t, http.MethodGet, "/v1/"+name, token, nil); a.Status != http.StatusOK {
				t.Errorf("seed %d: %s was acknowledged, but got %d after the crash", seed, name, a.Status)
			}
		}
		want(t, s.Run(t, "verify", "--data", s.Data), 0)
	}
	token := s.TokenFor(t, "coordinator", committee)
	wantProposedOnce(t, committee, func(path string) product.Answer { return s.Request(t, http.MethodGet, "/v1/"+path, token, nil) })
	want(t, s.Run(t, "verify", "--data", s.Data), 0)
}

// writeUntilKilled writes from four clients until the server has acknowledged so many writes, kills it, and returns the
// names of what was acknowledged.
func writeUntilKilled(t *testing.T, s *product.Server, seed uint64, after int) []string {
	t.Helper()
	token := s.TokenFor(t, "coordinator", committee)
	var mu sync.Mutex
	var acknowledged []string
	reached := make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var writers sync.WaitGroup
	for client, writes := range []func(id string, n int) []crashWrite{riskWrites, riskWrites, measurementWrites, resultWrites} {
		writers.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				for _, w := range writes(fmt.Sprintf("krasch-%d-%d-%d", seed, client, i), int(seed)*1000+i) {
					a, err := s.Send(ctx, http.MethodPost, "/v1/"+committee+"/"+w.to, token, []byte(w.body))
					if err != nil {
						return // the server is dead
					}
					if a.Status != http.StatusOK {
						t.Errorf("%s: got %d %s", w.name, a.Status, a.Body)
						return
					}
					mu.Lock()
					acknowledged = append(acknowledged, committee+"/"+w.name)
					if len(acknowledged) == after {
						close(reached)
					}
					mu.Unlock()
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { writers.Wait(); close(done) }()
	select {
	case <-reached:
	case <-done:
		t.Error("the clients ended before the server was killed")
	}
	s.Kill()
	<-done
	return acknowledged
}
