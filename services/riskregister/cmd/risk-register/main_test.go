package main

import (
	"context"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestServesUntilStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	env := map[string]string{"UPPSIKT_DATABASE": filepath.Join(t.TempDir(), "riskregister.db"),
		"UPPSIKT_LISTEN": "127.0.0.1:0", "UPPSIKT_DIRECTORY": "127.0.0.1:1"}
	var address net.Addr
	err := run(ctx, func(name string) string { return env[name] }, io.Discard, func(a net.Addr) {
		address = a
		cancel()
	})
	if err != nil || address == nil {
		t.Errorf("served on %v, ended with %v", address, err)
	}
}

func TestNothingWithoutADatabase(t *testing.T) {
	err := run(t.Context(), func(string) string { return "" }, io.Discard, nil)
	if err == nil || !strings.Contains(err.Error(), "UPPSIKT_DATABASE") {
		t.Errorf("got %v", err)
	}
}
