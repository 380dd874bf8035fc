package main

import (
	"bytes"
	"context"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// stopping ends the program once it says that it listens.
type stopping struct {
	mu   sync.Mutex
	text bytes.Buffer
	stop context.CancelFunc
}

// Write keeps a log record.
func (s *stopping) Write(record []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if bytes.Contains(record, []byte("listening")) {
		s.stop()
	}
	return s.text.Write(record)
}

func TestRunsAndStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	env := map[string]string{"UPPSIKT_DATABASE": filepath.Join(t.TempDir(), "notification.db"), "UPPSIKT_LISTEN": "127.0.0.1:0",
		"UPPSIKT_DIRECTORY": "127.0.0.1:1", "UPPSIKT_RISK_REGISTER": "127.0.0.1:1", "UPPSIKT_CONTROL_MEASUREMENT": "127.0.0.1:1",
		"UPPSIKT_OUTBOX": t.TempDir(), "UPPSIKT_MAIL_FROM": "Uppsikt <uppsikt@exempelkommun.example>", "UPPSIKT_PUBLIC_URL": "https://uppsikt.example"}
	log := &stopping{stop: cancel}
	if err := run(ctx, func(name string) string { return env[name] }, log); err != nil {
		t.Fatal(err)
	}
	if got := log.text.String(); !strings.Contains(got, "listening") {
		t.Errorf("got log %q", got)
	}
}

func TestNothingWithoutTheOtherServices(t *testing.T) {
	env := map[string]string{"UPPSIKT_DATABASE": filepath.Join(t.TempDir(), "notification.db"), "UPPSIKT_DIRECTORY": "127.0.0.1:1"}
	err := run(t.Context(), func(name string) string { return env[name] }, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "UPPSIKT_RISK_REGISTER") {
		t.Errorf("got %v", err)
	}
}

func TestNothingWithoutAWayToSend(t *testing.T) {
	env := map[string]string{"UPPSIKT_DATABASE": filepath.Join(t.TempDir(), "notification.db"), "UPPSIKT_DIRECTORY": "127.0.0.1:1",
		"UPPSIKT_RISK_REGISTER": "127.0.0.1:1", "UPPSIKT_CONTROL_MEASUREMENT": "127.0.0.1:1"}
	err := run(t.Context(), func(name string) string { return env[name] }, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "UPPSIKT_OUTBOX") {
		t.Errorf("got %v", err)
	}
}
