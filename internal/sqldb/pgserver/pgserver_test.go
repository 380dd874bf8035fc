package pgserver

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func run(t *testing.T, s *Server, statement string) {
	t.Helper()
	if err := Execute(t.Context(), s.URL("postgres"), statement); err != nil {
		t.Fatal(err)
	}
}

// TestRestartKeepsDataAndStopLeavesNothing also stops a server that was restarted, which is another process then.
func TestRestartKeepsDataAndStopLeavesNothing(t *testing.T) {
	s, err := Start(t.Context(), Fast()...)
	if err != nil {
		t.Fatal(err)
	}
	run(t, s, "create table kept (id int)")
	if err := s.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	run(t, s, "insert into kept values (1)")
	for range 2 {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(s.dir); !os.IsNotExist(err) {
		t.Errorf("%s is still there (%v)", s.dir, err)
	}
	if err := Execute(t.Context(), s.URL("postgres")); err == nil {
		t.Error("the server still answers")
	}
}
