package product

import (
	"os/exec"
	"strconv"
	"testing"
)

// FillDisk lets the server find no room for another byte in any file, as on a full disk or with a quota that is used up.
// The system's limit on the size of files does it; it holds for the server alone.
func (s *Server) FillDisk(t testing.TB) {
	t.Helper()
	s.limitFiles(t, "1")
}

// MakeRoom ends what FillDisk began.
func (s *Server) MakeRoom(t testing.TB) {
	t.Helper()
	s.limitFiles(t, "unlimited")
}

func (s *Server) limitFiles(t testing.TB, limit string) {
	t.Helper()
	// prlimit is part of util-linux, without which no Debian runs.
	out, err := exec.CommandContext(t.Context(), "prlimit", "--pid", strconv.Itoa(s.cmd.Process.Pid), "--fsize="+limit+":unlimited").CombinedOutput()
	if err != nil {
		t.Fatalf("limit the size of files: %v\n%s", err, out)
	}
}
