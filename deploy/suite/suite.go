package suite

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"github.com/uppsikt/uppsikt/internal/mtls"
	"github.com/uppsikt/uppsikt/internal/redisserver"
	"github.com/uppsikt/uppsikt/internal/rpcclient"
)

// certificateLife is how long the certificates of a trial are good for.
const certificateLife = 30 * 24 * time.Hour

// Options say how a suite is started.
type Options struct {
	// Dir is an empty directory for certificates and logs.
	Dir string
	// Binaries is where the programs are, `uppsikt` among them.
	Binaries string
	// Postgres is the address of a server for its superuser; empty starts one that ends with this process.
	Postgres string
	// HTTP is where the first gateway listens; empty takes a free port.
	HTTP string
	// Redis is the address of a server for the schedule; empty starts one that ends with this process.
	Redis string
	// SMTP is the address of a mail server; empty puts mails into the folder outbox of Dir.
	SMTP string
}

// Suite is a running suite.
type Suite struct {
	options  Options
	database *database
	owner    string              // address of the database for the owner of its schemas
	redis    *redisserver.Server // nil for a server that was there
	ca       string
	replicas []*Replica
}

// Build builds every program of the suite from the module in root.
func Build(ctx context.Context, root, binaries string) error {
	args := []string{"build", "-o", binaries + string(filepath.Separator), "./cmd/uppsikt"}
	for _, p := range Topology() {
		args = append(args, "./"+p.Package)
	}
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build the suite: %w\n%s", err, out)
	}
	return nil
}

// Start starts everything in order and waits until it serves. After an error nothing runs; else Stop ends it.
func Start(ctx context.Context, o Options) (_ *Suite, err error) {
	s := &Suite{options: o}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Stop())
		}
	}()
	if s.database, err = openDatabase(ctx, o.Postgres); err != nil {
		return nil, err
	}
	if s.owner, err = s.database.url("owner", nil); err != nil {
		return nil, err
	}
	if _, err := s.uppsikt(ctx, "migrate"); err != nil {
		return nil, err
	}
	if o.Redis == "" {
		if s.redis, err = redisserver.Start(ctx, "maxmemory-policy noeviction"); err != nil {
			return nil, err
		}
		s.options.Redis = "redis://" + s.redis.Addr()
	}
	if err := s.prepare(); err != nil {
		return nil, err
	}
	for _, p := range Topology() {
		if err := s.startAll(ctx, p.Name); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// prepare gives every replica its address, its certificate and its environment.
func (s *Suite) prepare() error {
	authority, err := mtls.NewAuthority(s.options.Dir, certificateLife)
	if err != nil {
		return err
	}
	s.ca = authority.CA()
	if err := s.place(); err != nil {
		return err
	}
	for _, p := range Topology() {
		files, err := authority.Issue(p.Name)
		if err != nil {
			return err
		}
		environ, err := s.environ(p, files)
		if err != nil {
			return err
		}
		for _, r := range s.Replicas(p.Name) {
			r.environ = append(slices.Clone(environ), "UPPSIKT_LISTEN="+r.Address)
			if !p.HTTP {
				if r.health, err = s.dial(r.Address, p.Name, false); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// place finds a free port for each replica.
func (s *Suite) place() error {
	for _, p := range Topology() {
		for number := range p.Replicas {
			address := "127.0.0.1:0"
			if p.HTTP && number == 0 && s.options.HTTP != "" {
				address = s.options.HTTP
			}
			l, err := net.Listen("tcp", address)
			if err != nil {
				return err
			}
			defer l.Close() // all at the end, so that they differ
			s.replicas = append(s.replicas, s.newReplica(p, number+1, l.Addr().String()))
		}
	}
	return nil
}

// environ returns what the replicas of a process have in common.
func (s *Suite) environ(p Process, files mtls.Files) ([]string, error) {
	all := []string{"UPPSIKT_TLS_CERT=" + files.Certificate, "UPPSIKT_TLS_KEY=" + files.Key, "UPPSIKT_TLS_CA=" + files.CA}
	for _, name := range p.Needs {
		all = append(all, Process{Name: name}.Variable()+"="+s.Address(name))
	}
	if p.Reminds {
		all = append(all, s.mailing()...)
	}
	if p.Schema == "" {
		return all, nil
	}
	address, err := s.database.url(p.Schema, url.Values{"pool_max_conns": {poolSize}})
	return append(all, "UPPSIKT_DATABASE="+address), err
}

// mailing returns the variables of the process that reminds.
func (s *Suite) mailing() []string {
	to := "UPPSIKT_SMTP=" + s.options.SMTP
	if s.options.SMTP == "" {
		to = "UPPSIKT_OUTBOX=" + filepath.Join(s.options.Dir, "outbox")
	}
	return []string{to, "UPPSIKT_REDIS=" + s.options.Redis, "UPPSIKT_MAIL_FROM=Uppsikt <uppsikt@localhost>", "UPPSIKT_PUBLIC_URL=" + s.Gateway()}
}

// startAll starts every replica of a process and waits until all serve.
func (s *Suite) startAll(ctx context.Context, name string) error {
	var serving errgroup.Group
	for _, r := range s.Replicas(name) {
		if err := r.Start(); err != nil {
			return errors.Join(err, serving.Wait())
		}
		serving.Go(func() error { return r.Await(ctx) })
	}
	return serving.Wait()
}

// Stop ends everything in the reverse order of the start.
func (s *Suite) Stop() error {
	var faults []error
	for _, p := range slices.Backward(Topology()) {
		var stopping errgroup.Group
		for _, r := range s.Replicas(p.Name) {
			stopping.Go(r.Stop)
		}
		faults = append(faults, stopping.Wait())
	}
	for _, r := range s.replicas {
		if r.health != nil {
			faults = append(faults, r.health.Close())
		}
	}
	if s.redis != nil {
		faults = append(faults, s.redis.Kill())
	}
	if s.database != nil {
		faults = append(faults, s.database.close())
	}
	return errors.Join(faults...)
}

// Replicas returns those of the processes named, or all, in the order of their start.
func (s *Suite) Replicas(names ...string) []*Replica {
	var found []*Replica
	for _, r := range s.replicas {
		if len(names) == 0 || slices.Contains(names, r.Name) {
			found = append(found, r)
		}
	}
	return found
}

// Address returns the addresses of every replica of a process, with commas between.
func (s *Suite) Address(name string) string {
	var all []string
	for _, r := range s.Replicas(name) {
		all = append(all, r.Address)
	}
	return strings.Join(all, ",")
}

// CA is the file with the authority that signs every certificate.
func (s *Suite) CA() string { return s.ca }

// Database is the address of the database for the owner of its schemas.
func (s *Suite) Database() string { return s.owner }

// Dial returns a connection to every replica of a service, as somebody outside the suite has it: without a certificate.
func (s *Suite) Dial(name string) (*grpc.ClientConn, error) {
	return s.dial(s.Address(name), name, true)
}

func (s *Suite) dial(address, name string, balanced bool) (*grpc.ClientConn, error) {
	text, err := os.ReadFile(s.ca)
	if err != nil {
		return nil, err
	}
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(text)
	return rpcclient.Dial(address, credentials.NewTLS(&tls.Config{MinVersion: tls.VersionTLS13, RootCAs: trusted}),
		rpcclient.Config{Balanced: balanced, ServerName: name})
}

// RestartPostgres stops PostgreSQL in order and starts it again; it must be the suite's own.
func (s *Suite) RestartPostgres(ctx context.Context) error {
	if s.database.server == nil {
		return errors.New("the PostgreSQL server is not the suite's own")
	}
	return s.database.server.Restart(ctx)
}

// Token mints an access token for an hour.
func (s *Suite) Token(ctx context.Context, role, scope string) (string, error) {
	out, err := s.uppsikt(ctx, "token", "--role", role, "--scope", scope)
	return strings.TrimSpace(out), err
}

// Environ returns the environment in which the operator's client reaches this suite; --ca names CA.
func (s *Suite) Environ() []string {
	all := []string{"UPPSIKT_DATABASE=" + s.owner}
	for _, name := range []string{"directory", "risk-register", "control-measurement", "reporting", "notification"} {
		all = append(all, Process{Name: name}.Variable()+"="+s.Address(name))
	}
	return all
}

// Command returns a command of the operator's client and tools that reaches this suite: its services, and its database as
// the owner.
func (s *Suite) Command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(s.options.Binaries, "uppsikt"), args...)
	cmd.Env = append(os.Environ(), s.Environ()...)
	return cmd
}

// uppsikt runs such a command and returns what it prints.
func (s *Suite) uppsikt(ctx context.Context, args ...string) (string, error) {
	var stdout, stderr bytes.Buffer
	cmd := s.Command(ctx, args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("uppsikt %s: %w: %s", args[0], err, stderr.String())
	}
	return stdout.String(), nil
}

// settle is how long a restarted replica runs before the next one is stopped: every client has found it again by then.
const settle = 2 * rpcclient.ReconnectWithin

// RollingRestart restarts every replica, one after another, as a deployment does.
func (s *Suite) RollingRestart(ctx context.Context) error {
	for _, r := range s.replicas {
		if err := r.Restart(ctx); err != nil {
			return err
		}
		select {
		case <-time.After(settle):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

var linkPattern = regexp.MustCompile(`/logga-in/[^\s"]+`)

// FirstLink returns the address that signs the first person in, once; empty when the directory has made none.
func (s *Suite) FirstLink() string {
	for _, r := range s.Replicas("directory") {
		printed, err := os.ReadFile(r.log)
		if path := linkPattern.Find(printed); err == nil && path != nil {
			return s.Gateway() + string(path)
		}
	}
	return ""
}

// Gateway is the address of the first gateway, for a browser.
func (s *Suite) Gateway() string { return "http://" + s.Replicas("gateway")[0].Address }
