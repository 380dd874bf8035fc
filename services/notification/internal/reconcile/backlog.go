package reconcile

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/uppsikt/uppsikt/internal/resource"
)

// dirt is what may have changed in a municipality.
type dirt struct {
	// rules, or people's choices: what is stored is compared anew and nobody is asked.
	rules bool
	// directory: the directory is asked, and what is stored compared anew.
	directory bool
	// committees whose deadlines or results may have changed; their owners are asked.
	committees map[string]bool
	// everything: all are asked.
	everything bool
}

// and returns what either says.
func (d dirt) and(other dirt) dirt {
	sum := dirt{rules: d.rules || other.rules, directory: d.directory || other.directory, everything: d.everything || other.everything,
		committees: map[string]bool{}}
	for _, names := range []map[string]bool{d.committees, other.committees} {
		for name := range names {
			sum.committees[name] = true
		}
	}
	return sum
}

// weight orders work: what takes long comes last.
func (d dirt) weight() int {
	switch {
	case d.everything:
		return 2
	case d.directory:
		return 1
	}
	return 0
}

// backlog holds what is still to be compared. It is safe for concurrent use.
type backlog struct {
	guard *sync.Mutex
	dirty map[string]dirt
	wake  chan struct{}
}

func newBacklog() backlog {
	return backlog{guard: &sync.Mutex{}, dirty: map[string]dirt{}, wake: make(chan struct{}, 1)}
}

// mark adds to the backlog and wakes who works it off.
func (b backlog) mark(municipality string, d dirt) {
	b.guard.Lock()
	b.dirty[municipality] = b.dirty[municipality].and(d)
	b.guard.Unlock()
	select {
	case b.wake <- struct{}{}:
	default: // it is awake already
	}
}

// take takes the municipality with the least to do out of the backlog; false when there is none.
func (b backlog) take() (string, dirt, bool) {
	b.guard.Lock()
	defer b.guard.Unlock()
	names := make([]string, 0, len(b.dirty))
	for name := range b.dirty {
		names = append(names, name)
	}
	if len(names) == 0 {
		return "", dirt{}, false
	}
	name := slices.MinFunc(names, func(a, c string) int {
		return cmp.Or(cmp.Compare(b.dirty[a].weight(), b.dirty[c].weight()), cmp.Compare(a, c))
	})
	d := b.dirty[name]
	delete(b.dirty, name)
	return name, d, true
}

// municipalityOf returns the municipality that a name lies in.
func municipalityOf(name string) string { return "municipalities/" + resource.Tenant(name) }

// committeeOf returns the committee that a name lies in; empty for what belongs to the municipality.
func committeeOf(name string) string {
	if scope := resource.Scope(name); strings.Contains(scope, "/committees/") {
		return scope
	}
	return ""
}
