package suite

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"google.golang.org/grpc"

	"github.com/uppsikt/uppsikt/internal/rpcclient"
)

// Time limits, wide enough for a loaded machine.
const (
	serveWithin = 60 * time.Second
	stopWithin  = 30 * time.Second
)

// Replica is one of the processes that run side by side.
type Replica struct {
	Process
	// Number counts the replicas of a process from 1.
	Number int
	// Address is the host and port that it listens on, the same after every start.
	Address string

	binary  string
	log     string
	environ []string
	health  *grpc.ClientConn // nil for HTTP

	mu      sync.Mutex
	running *running // nil before the first start
}

// running is one run of a replica.
type running struct {
	cmd    *exec.Cmd
	exited chan struct{} // closed at its end
}

// String is the name with the number.
func (r *Replica) String() string { return fmt.Sprintf("%s-%d", r.Name, r.Number) }

// Start starts the process; Await waits until it serves.
func (r *Replica) Start() error {
	log, err := os.OpenFile(r.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close() // the process has its own
	cmd := exec.Command(r.binary)
	cmd.Stdout, cmd.Stderr, cmd.Env = log, log, r.environ
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a signal from the terminal is the suite's to pass on
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", r, err)
	}
	run := &running{cmd: cmd, exited: make(chan struct{})}
	go func() {
		_ = cmd.Wait() // how it ended is read from the process state
		close(run.exited)
	}()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.running = run
	return nil
}

func (r *Replica) current() *running {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.running
}

// Exited is closed when the run that was started last has ended; nil before the first.
func (r *Replica) Exited() <-chan struct{} {
	if run := r.current(); run != nil {
		return run.exited
	}
	return nil
}

// PID returns the process's id.
func (r *Replica) PID() int { return r.current().cmd.Process.Pid }

// Await waits until the replica says that it serves.
func (r *Replica) Await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, serveWithin)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		err := r.serving(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-r.Exited():
			return fmt.Errorf("%s ended: %s", r, r.Log())
		case <-ctx.Done():
			return fmt.Errorf("%s does not serve: %w; its log ends %s", r, err, r.Log())
		case <-tick.C:
		}
	}
}

// serving asks the replica whether it serves.
func (r *Replica) serving(ctx context.Context) error {
	if !r.HTTP {
		return rpcclient.Serving(ctx, r.health)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+r.Address+"/readyz", nil)
	if err != nil {
		return err
	}
	request.Close = true // nothing is kept open to a process that will be stopped
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return errors.New(answer.Status)
	}
	return nil
}

// Stop asks the process to end, as an orchestrator does, and waits until it has; after a while it is killed, which is an
// error.
func (r *Replica) Stop() error {
	run := r.current()
	if run == nil {
		return nil
	}
	_ = run.cmd.Process.Signal(syscall.SIGTERM) // it may have ended by itself
	select {
	case <-run.exited:
	case <-time.After(stopWithin):
		r.Kill()
		return fmt.Errorf("%s did not end within %v", r, stopWithin)
	}
	if code := run.cmd.ProcessState.ExitCode(); code > 0 {
		return fmt.Errorf("%s ended with code %d: %s", r, code, r.Log())
	}
	return nil
}

// Kill ends the process at once, as a power cut does.
func (r *Replica) Kill() {
	run := r.current()
	_ = run.cmd.Process.Kill() // it may have ended by itself
	<-run.exited
}

// Restart stops the replica in order, starts it anew and waits until it serves.
func (r *Replica) Restart(ctx context.Context) error {
	if err := r.Stop(); err != nil {
		return err
	}
	if err := r.Start(); err != nil {
		return err
	}
	return r.Await(ctx)
}

// Log returns the end of what the replica has printed.
func (r *Replica) Log() string {
	text, err := os.ReadFile(r.log)
	if err != nil {
		return err.Error()
	}
	const end = 4000
	return string(text[max(0, len(text)-end):])
}

// newReplica prepares a replica that listens on an address.
func (s *Suite) newReplica(p Process, number int, address string) *Replica {
	r := &Replica{Process: p, Number: number, Address: address, binary: filepath.Join(s.options.Binaries, p.Name)}
	r.log = filepath.Join(s.options.Dir, r.String()+".log")
	return r
}
