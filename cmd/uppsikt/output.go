package main

import (
	"io"
	"sync"
)

// lines is a writer that the log and the progress of one process may share: one write at a time.
type lines struct {
	mu sync.Mutex
	w  io.Writer
}

// Write writes p in one piece.
func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}
