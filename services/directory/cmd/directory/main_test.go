package main

import (
	"bytes"
	"context"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// stopping ends the program as soon as it has written something.
type stopping struct {
	bytes.Buffer
	stop context.CancelFunc
}

func (s *stopping) Write(text []byte) (int, error) {
	defer s.stop()
	return s.Buffer.Write(text)
}

func TestFirstStartPrintsTheLink(t *testing.T) {
	env := map[string]string{"UPPSIKT_DATABASE": filepath.Join(t.TempDir(), "directory.db"), "UPPSIKT_LISTEN": "127.0.0.1:0"}
	for _, want := range []string{"/logga-in/", "En länk för första inloggningen skrevs ut"} { // the second start follows at once
		ctx, cancel := context.WithCancel(t.Context())
		out := &stopping{stop: cancel}
		if err := run(ctx, func(name string) string { return env[name] }, out, io.Discard); err != nil {
			t.Fatal(err)
		}
		if got := out.String(); !strings.Contains(got, want) || strings.Count(got, "\n") != 1 {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestNothingWithoutADatabase(t *testing.T) {
	err := run(t.Context(), func(string) string { return "" }, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "UPPSIKT_DATABASE") {
		t.Errorf("got %v", err)
	}
}
