package client

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// patience is how long something may go on without a word.
const patience = time.Second

// Progress tells what is going on, once that has taken longer than patience.
type Progress struct {
	w     io.Writer
	timer *time.Timer

	mu      sync.Mutex
	current string
	late    bool
	ended   bool
}

// NewProgress begins with what is done first. The caller must call End.
func NewProgress(w io.Writer, first string) *Progress {
	p := &Progress{w: w, current: first}
	p.timer = time.AfterFunc(patience, p.speak)
	return p
}

// speak prints the step that is going on, once; later steps are printed as they come.
func (p *Progress) speak() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.ended && !p.late {
		p.late = true
		fmt.Fprintln(p.w, p.current+" …")
	}
}

// Step says what is done now.
func (p *Progress) Step(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.current = text
	if p.late {
		fmt.Fprintln(p.w, text+" …")
	}
}

// transfer is step for a bundle's parts.
func (p *Progress) transfer(service, municipality string, done, total int) {
	p.Step(fmt.Sprintf("%d av %d: %s, %s", done+1, total, service, municipality))
}

// End makes it silent.
func (p *Progress) End() {
	p.timer.Stop()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended = true
}
