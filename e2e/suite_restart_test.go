package e2e_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestSuiteRollingRestart restarts every replica of every service and gateway, one after another, under load: no request
// fails, and nothing is lost.
func TestSuiteRollingRestart(t *testing.T) {
	s := theSuite(t)
	own := ownCommittee(t, s, "rullkommun")
	l := startLoad(t, s, own, "rull")
	l.await(t, 5)
	err := s.RollingRestart(t.Context())
	if err == nil {
		l.await(t, 5)
	}
	acknowledged, failures, _ := l.end()
	if err != nil {
		t.Fatal(err)
	}
	if len(failures) > 0 {
		t.Errorf("%d requests failed beside %d writes: %q", len(failures), len(acknowledged), failures)
	}
	l.wantStored(t, acknowledged)
	wantSound(t, s)
}

// TestSuitePostgresRestarted restarts the database under load: requests fail with UNAVAILABLE and nothing else, and no
// longer when it is back; what was acknowledged is kept.
func TestSuitePostgresRestarted(t *testing.T) {
	s := theSuite(t)
	own := ownCommittee(t, s, "baskommun")
	l := startLoad(t, s, own, "bas")
	var err error
	for range 3 {
		l.await(t, 5)
		if err = s.RestartPostgres(t.Context()); err != nil {
			break
		}
	}
	if err == nil {
		l.await(t, 5)
	}
	acknowledged, failures, faults := l.end()
	if err != nil {
		t.Fatal(err)
	}
	if len(faults) > 0 {
		t.Errorf("%d requests failed otherwise than by UNAVAILABLE: %q", len(faults), faults)
	}
	t.Logf("%d writes, %d requests got UNAVAILABLE", len(acknowledged), len(failures))
	l.wantStored(t, acknowledged)
	for _, r := range s.Replicas() {
		if err := r.Await(t.Context()); err != nil {
			t.Error(err)
		}
	}
	wantSound(t, s)
}

// TestSuiteKilledWhileWriting kills a process of the suite, as a power cut would, while clients write, again and again, and
// starts it anew. What was acknowledged is there, every chain is sound, and in the end every action that a result proposed has
// come to the register once.
func TestSuiteKilledWhileWriting(t *testing.T) {
	s := theSuite(t)
	own := ownCommittee(t, s, "krasch")
	for seed := range uint64(seeds(t, 20)) {
		random := rand.New(rand.NewPCG(seed, 11))
		l := startLoad(t, s, own, fmt.Sprintf("krasch-%d", seed))
		l.await(t, 1+random.IntN(4))
		victim := s.Replicas()[random.IntN(len(s.Replicas()))]
		victim.Kill()
		err := victim.Start()
		if err == nil {
			err = victim.Await(t.Context())
		}
		acknowledged, _, faults := l.end()
		if err != nil {
			t.Fatalf("seed %d: start %s again: %v", seed, victim, err)
		}
		if len(faults) > 0 {
			t.Errorf("seed %d: after killing %s requests failed otherwise than by UNAVAILABLE: %q", seed, victim, faults)
		}
		l.wantStored(t, acknowledged)
		wantSound(t, s)
		if t.Failed() {
			t.Fatalf("seed %d, %s", seed, victim)
		}
	}
	wantProposedOnce(t, own, readOver(t, s, mint(t, s, "coordinator", own)))
	wantSound(t, s)
}
