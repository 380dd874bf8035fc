// Package pgserver runs a PostgreSQL server of its own in a folder, for tests and for trying the suite on one machine. The
// server ends with the process that started it, in whatever way that ends, and is reached through a socket in the folder.
package pgserver

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Superuser is the role that a new server has.
const Superuser = "uppsikt"

// Server is a cluster in a temporary folder.
type Server struct {
	dir  string
	who  *syscall.Credential // nil for oneself
	bin  string
	hold *os.File // the server lives as long as this is open
	run  *exec.Cmd
}

// startTimeout is for a loaded machine.
const startTimeout = time.Minute

// Fast are settings that trade durability for speed, which no test of storage is about.
func Fast() []string {
	return []string{"fsync=off", "synchronous_commit=off", "full_page_writes=off"}
}

// Start makes a cluster and starts its server, with settings such as "work_mem=8MB". It returns when it answers.
func Start(ctx context.Context, settings ...string) (*Server, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	who, err := unprivileged()
	if err != nil {
		return nil, err
	}
	s, err := newServer(bin, who)
	if err != nil {
		return nil, err
	}
	// Swedish collation, so that a column which lacks collate "C" is found out.
	create := s.command("initdb", "-D", s.data(), "-U", Superuser, "-A", "trust", "-E", "UTF8", "--locale=C",
		"--locale-provider=icu", "--icu-locale=sv", "--wal-segsize=1", "--no-sync", "--no-instructions")
	if out, err := create.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("initdb: %w: %s", err, out), os.RemoveAll(s.dir))
	}
	if err := s.supervise(settings); err != nil {
		return nil, err
	}
	if err := s.await(ctx); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

func newServer(bin string, who *syscall.Credential) (*Server, error) {
	parent := os.TempDir()
	if len(parent) > 60 {
		parent = "/tmp" // the path of a socket may have about 100 characters
	}
	dir, err := os.MkdirTemp(parent, "uppsikt-postgres-")
	if err == nil && who != nil {
		err = os.Chown(dir, int(who.Uid), int(who.Gid))
	}
	return &Server{dir: dir, who: who, bin: bin}, err
}

// URL returns the address of a database for the superuser.
func (s *Server) URL(database string) string {
	query := url.Values{"host": {s.dir}, "user": {Superuser}, "sslmode": {"disable"}}
	return "postgres:///" + database + "?" + query.Encode()
}

// Restart stops the server, as an upgrade does, and starts it again with the same settings. What is connected loses its
// connection. It returns when the server answers again.
func (s *Server) Restart(ctx context.Context) error {
	restart := s.command("pg_ctl", "restart", "-D", s.data(), "-m", "fast", "-w", "-t", "60", "-l", s.log())
	if err := restart.Start(); err != nil { // its output goes nowhere: the server would inherit a pipe
		return fmt.Errorf("restart PostgreSQL: %w", err)
	}
	if err := restart.Wait(); err != nil {
		return fmt.Errorf("restart PostgreSQL: %w: %s", err, s.logged())
	}
	return ctx.Err()
}

// Stop ends the server at once and removes every trace of it.
func (s *Server) Stop() error {
	if s.hold == nil {
		return nil
	}
	err := s.hold.Close()
	s.hold = nil
	return errors.Join(err, s.run.Wait())
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }
func (s *Server) log() string  { return filepath.Join(s.dir, "log") }

func (s *Server) logged() string {
	text, err := os.ReadFile(s.log())
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func (s *Server) command(name string, args ...string) *exec.Cmd {
	if name != "/bin/sh" {
		name = filepath.Join(s.bin, name)
	}
	cmd := exec.Command(name, args...)
	cmd.Dir = s.dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.who, Setsid: true}
	return cmd
}

// script runs the server until its standard input ends, which it does when the process that started it ends in whatever
// way, and then removes every trace. Which process serves then is read from the cluster, since Restart starts another. A
// signal from the terminal does not reach it.
const script = `dir=$1; shift
"$@" </dev/null >"$dir/log" 2>&1 &
cat >/dev/null
pid=$(head -n 1 "$dir/data/postmaster.pid" 2>/dev/null)
if [ -n "$pid" ]; then
  kill -QUIT "$pid"
  while kill -0 "$pid" 2>/dev/null; do wait; sleep 0.05; done
fi
wait
rm -rf "$dir"`

func (s *Server) supervise(settings []string) error {
	args := []string{"-c", script, "sh", s.dir, filepath.Join(s.bin, "postgres"), "-D", s.data(), "-k", s.dir,
		"-c", "listen_addresses=", "-c", "max_connections=200", "-c", "shared_buffers=32MB", "-c", "jit=off"}
	for _, setting := range settings {
		args = append(args, "-c", setting)
	}
	cmd := s.command("/bin/sh", args...)
	input, hold, err := os.Pipe()
	if err != nil {
		return err
	}
	defer input.Close()
	cmd.Stdin = input
	if err := cmd.Start(); err != nil {
		return errors.Join(err, hold.Close())
	}
	s.hold, s.run = hold, cmd
	return nil
}

// await waits until the server answers.
func (s *Server) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := pgx.Connect(ctx, s.URL("postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("%w; its log: %s", err, s.logged())
		}
	}
}

// Execute runs statements one after another on the server of an address.
func Execute(ctx context.Context, address string, statements ...string) error {
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	for _, statement := range statements {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return errors.Join(fmt.Errorf("PostgreSQL: %w", err), conn.Close(context.WithoutCancel(ctx)))
		}
	}
	return conn.Close(context.WithoutCancel(ctx))
}

// programs finds the folder of what is needed in the path, or where Debian puts it, newest first.
func programs() (string, error) {
	folders, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		return "", err
	}
	slices.SortFunc(folders, func(a, b string) int { return release(b) - release(a) })
	for _, dir := range append(filepath.SplitList(os.Getenv("PATH")), folders...) {
		if executable(filepath.Join(dir, "initdb")) && executable(filepath.Join(dir, "postgres")) &&
			executable(filepath.Join(dir, "pg_ctl")) {
			return dir, nil
		}
	}
	return "", errors.New("no initdb, postgres and pg_ctl in PATH or /usr/lib/postgresql: install a PostgreSQL server " +
		"(tools/setup/debian.sh does on Debian)")
}

func release(folder string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(folder)))
	return n
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir() && info.Mode()&0o111 != 0
}

// unprivileged returns whom to run as, since PostgreSQL refuses root; nil means as oneself.
func unprivileged() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		account, err = user.Lookup("nobody")
	}
	if err != nil {
		return nil, err
	}
	uid, err1 := strconv.ParseUint(account.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(account.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, errors.Join(err1, err2)
}
