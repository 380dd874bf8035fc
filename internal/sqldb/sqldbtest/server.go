package sqldbtest

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
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Override names the variable with the address of a PostgreSQL to use instead of starting one; its role must be a
// superuser.
const Override = "UPPSIKT_TEST_POSTGRES"

// postgresURL returns the address of the one server of this test process, started on first use. It lives outside any
// single test, hence the variable.
var postgresURL = sync.OnceValues(func() (string, error) {
	if address := os.Getenv(Override); address != "" {
		return address, nil
	}
	s, err := start()
	if err != nil {
		return "", fmt.Errorf("start PostgreSQL: %w", err)
	}
	return s.url(), nil
})

// server is a cluster in a temporary folder, reached through a socket in it.
type server struct{ dir string }

func (s server) url() string {
	query := url.Values{"host": {s.dir}, "user": {superuser}, "sslmode": {"disable"}}
	return "postgres:///postgres?" + query.Encode()
}

const (
	superuser    = "uppsikt"
	startTimeout = time.Minute
)

func start() (server, error) {
	initdb, postgres, err := programs()
	if err != nil {
		return server{}, err
	}
	who, err := unprivileged()
	if err != nil {
		return server{}, err
	}
	s, err := newServer(who)
	if err != nil {
		return server{}, err
	}
	// Swedish collation, so that a column which lacks collate "C" is found out.
	create := s.command(who, initdb, "-D", s.data(), "-U", superuser, "-A", "trust", "-E", "UTF8", "--locale=C",
		"--locale-provider=icu", "--icu-locale=sv", "--wal-segsize=1", "--no-sync", "--no-instructions")
	if out, err := create.CombinedOutput(); err != nil {
		return server{}, fmt.Errorf("initdb: %w: %s", err, out)
	}
	if err := s.supervise(who, postgres); err != nil {
		return server{}, err
	}
	return s, s.await()
}

func newServer(who *syscall.Credential) (server, error) {
	parent := os.TempDir()
	if len(parent) > 60 {
		parent = "/tmp" // the path of a socket may have about 100 characters
	}
	dir, err := os.MkdirTemp(parent, "uppsikt-postgres-")
	if err == nil && who != nil {
		err = os.Chown(dir, int(who.Uid), int(who.Gid))
	}
	return server{dir: dir}, err
}

func (s server) data() string { return filepath.Join(s.dir, "data") }
func (s server) log() string  { return filepath.Join(s.dir, "log") }

func (s server) command(who *syscall.Credential, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = s.dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: who, Setsid: true}
	return cmd
}

// script runs the server until its standard input ends, which it does when the test process ends in whatever way, and
// then removes every trace. A signal from the terminal does not reach it.
const script = `dir=$1; shift
"$@" </dev/null >"$dir/log" 2>&1 &
pid=$!
cat >/dev/null
kill -QUIT $pid
wait $pid
rm -rf "$dir"`

// settings make it fast, at the cost of durability, which no test is about.
func settings() []string {
	return []string{"-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off",
		"-c", "listen_addresses=", "-c", "max_connections=200", "-c", "shared_buffers=32MB", "-c", "jit=off"}
}

func (s server) supervise(who *syscall.Credential, postgres string) error {
	args := append([]string{"-c", script, "sh", s.dir, postgres, "-D", s.data(), "-k", s.dir}, settings()...)
	cmd := s.command(who, "/bin/sh", args...)
	input, hold, err := os.Pipe()
	if err != nil {
		return err
	}
	defer input.Close()
	cmd.Stdin = input
	if err := cmd.Start(); err != nil {
		return errors.Join(err, hold.Close())
	}
	// A descriptor of its own, which no finalizer closes: only the end of the process does.
	return errors.Join(holdOpen(int(hold.Fd())), hold.Close())
}

func holdOpen(descriptor int) error {
	syscall.ForkLock.RLock() // no child may be forked in between and inherit it
	defer syscall.ForkLock.RUnlock()
	copied, err := syscall.Dup(descriptor)
	if err == nil {
		syscall.CloseOnExec(copied)
	}
	return err
}

// await waits until the server answers.
func (s server) await() error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := pgx.Connect(ctx, s.url())
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			log, _ := os.ReadFile(s.log())
			return fmt.Errorf("%w; its log: %s", err, log)
		}
	}
}

// programs finds what is needed in the path, or where Debian puts it, newest first.
func programs() (initdb, postgres string, err error) {
	folders, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	slices.SortFunc(folders, func(a, b string) int { return release(b) - release(a) })
	for _, dir := range append(filepath.SplitList(os.Getenv("PATH")), folders...) {
		initdb, postgres = filepath.Join(dir, "initdb"), filepath.Join(dir, "postgres")
		if executable(initdb) && executable(postgres) {
			return initdb, postgres, nil
		}
	}
	return "", "", errors.New("no initdb and postgres in PATH or /usr/lib/postgresql; `make test` installs PostgreSQL on Debian, " +
		"or set " + Override + " to the address of one")
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

// as returns the address for another role.
func as(t testing.TB, address, role, password string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatalf("%s: %v", Override, err)
	}
	query := u.Query()
	query.Del("user")
	query.Del("password")
	if u.Host == "" { // a socket: Go writes no user without a host
		query.Set("user", role)
		query.Set("password", password)
		u.User = nil
	} else {
		u.User = url.UserPassword(role, password)
	}
	u.RawQuery = query.Encode()
	return u.String()
}
