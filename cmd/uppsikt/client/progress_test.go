package client

import (
	"bytes"
	"testing"
	"testing/synctest"
	"time"
)

// TestProgress: nothing within a second, then what is going on and each step after it.
func TestProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w bytes.Buffer
		p := NewProgress(&w, "a")
		p.Step("b")
		wait(t, patience-time.Millisecond)
		if got := said(p, &w); got != "" {
			t.Errorf("it spoke too early: %q", got)
		}
		wait(t, time.Millisecond)
		p.transfer("directory", "municipalities/m", 0, 3)
		p.End()
		p.speak()
		if want := "b …\n1 av 3: directory, municipalities/m …\n"; said(p, &w) != want {
			t.Errorf("got %q, want %q", said(p, &w), want)
		}
	})
}

// TestProgressOfQuickWork says nothing, also later.
func TestProgressOfQuickWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w bytes.Buffer
		NewProgress(&w, "a").End()
		wait(t, 2*patience)
		if w.Len() > 0 {
			t.Errorf("got %q", &w)
		}
	})
}

// said reads what it wrote, apart from its timer.
func said(p *Progress, w *bytes.Buffer) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return w.String()
}

// wait lets the bubble's clock run.
func wait(t *testing.T, d time.Duration) {
	t.Helper()
	<-time.After(d)
	synctest.Wait()
}
