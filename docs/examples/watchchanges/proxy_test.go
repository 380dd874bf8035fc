package main

import (
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
)

// proxy stands between the program and the suite and cuts connections, each after a number of bytes that the seed decides.
type proxy struct {
	listener net.Listener
	to       string

	mu      sync.Mutex
	random  *rand.Rand
	calm    bool
	cuts    int
	open    map[net.Conn]bool
	workers sync.WaitGroup
}

// newProxy listens on this machine until the test ends.
func newProxy(t *testing.T, to string, seed uint64) *proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{listener: listener, to: to, random: rand.New(rand.NewPCG(seed, 1)), open: map[net.Conn]bool{}}
	p.workers.Go(p.accept)
	t.Cleanup(func() {
		listener.Close()
		p.mu.Lock()
		for c := range p.open {
			c.Close()
		}
		p.mu.Unlock()
		p.workers.Wait()
	})
	return p
}

func (p *proxy) address() string { return p.listener.Addr().String() }

// rest ends the cutting.
func (p *proxy) rest() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calm = true
}

func (p *proxy) accept() {
	for {
		near, err := p.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue
		}
		far, err := net.Dial("tcp", p.to)
		if err != nil {
			near.Close()
			continue
		}
		p.workers.Go(func() { p.carry(near, far) })
	}
}

// carry copies both ways until either side ends or the bytes that the other side may send are used up.
func (p *proxy) carry(near, far net.Conn) {
	limit := p.began(near, far)
	var both sync.WaitGroup
	both.Go(func() {
		_, _ = io.Copy(far, near) // how it ends is what is tested
		far.Close()
		near.Close()
	})
	both.Go(func() {
		if limit > 0 {
			_, _ = io.CopyN(near, far, limit)
		} else {
			_, _ = io.Copy(near, far)
		}
		near.Close()
		far.Close()
	})
	both.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.open, near)
	delete(p.open, far)
	if limit > 0 {
		p.cuts++
	}
}

// began notes a connection and says after how many bytes to cut it; 0 is never.
func (p *proxy) began(near, far net.Conn) int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open[near], p.open[far] = true, true
	if p.calm {
		return 0
	}
	return 1 + p.random.Int64N(20_000)
}
