package process

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"time"

	"google.golang.org/grpc"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/lifecycle"
	"github.com/uppsikt/uppsikt/internal/rpcserver"
	"github.com/uppsikt/uppsikt/internal/sqldb"
)

// How often is looked whether the service can serve: while only the list of revoked tokens is missing, and otherwise.
const (
	startingEvery = 100 * time.Millisecond
	healthEvery   = 2 * time.Second
)

// Service is what all services have in common.
type Service interface {
	Register(grpc.ServiceRegistrar)
	// Health returns why the service cannot serve, or nil.
	Health(ctx context.Context) error
	// Run works in the background until ctx ends, and returns nil then.
	Run(ctx context.Context) error
	// Close frees what the service holds, its database included.
	Close() error
}

// Spec says which service the process runs.
type Spec struct {
	// Name of the service and of its database schema.
	Name string
	// Migrations of its database. An SQLite file is brought up to date; a PostgreSQL schema is migrated by
	// `uppsikt migrate`, and until then the service does not serve.
	Migrations fs.FS
	// Open opens the service. One that is an Authority itself needs no directory.
	Open func(ctx context.Context, p Parts) (Service, error)
}

// serving is a process that serves gRPC.
type serving struct {
	*process
	spec    Spec
	service Service
	server  *rpcserver.Server
	revoked *authn.Revocations
}

// Run runs the service until ctx ends. It writes its log to log, and calls listening, unless it is nil, with the address
// that it serves.
func Run(ctx context.Context, spec Spec, cfg Config, log io.Writer, listening func(net.Addr)) error {
	cfg, err := cfg.forGRPC()
	if err != nil {
		return err
	}
	p, err := newProcess(ctx, spec.Name, cfg, log, listening)
	if err != nil {
		return err
	}
	s := &serving{process: p, spec: spec}
	if err := s.open(ctx); err != nil {
		return errors.Join(err, s.close(context.WithoutCancel(ctx)))
	}
	return p.group.Run(ctx)
}

// open opens everything; the group then owns it.
func (s *serving) open(ctx context.Context) error {
	db, err := s.openDatabase(ctx)
	if err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	parts := s.parts(db)
	if s.service, err = s.spec.Open(ctx, parts); err != nil {
		s.service = nil
		return errors.Join(err, db.Close())
	}
	if err := s.openServer(parts); err != nil {
		return err
	}
	listener, err := s.listen()
	if err != nil {
		return err
	}
	s.addParts(listener)
	s.announce(listener)
	return nil
}

func (s *serving) openDatabase(ctx context.Context) (sqldb.DB, error) {
	if s.config.postgres() {
		return sqldb.OpenPostgres(ctx, s.config.Database, s.spec.Name, s.spec.Migrations)
	}
	return sqldb.OpenSQLite(ctx, s.config.Database, s.spec.Migrations)
}

func (s *serving) openServer(parts Parts) error {
	authority, err := s.authority(parts)
	if err != nil {
		return err
	}
	s.revoked = authn.NewRevocations(authority, parts.Clock, parts.Logger)
	limits := rpcserver.DefaultConfig()
	limits.Credentials = s.serverCredentials()
	s.server, err = rpcserver.New(limits, rpcserver.Deps{Logger: parts.Logger, Clock: parts.Clock, Processes: certificates{},
		Verifier: authn.NewVerifier(authn.Issuer, authority, parts.Clock), Revocations: s.revoked,
		Meter: s.telemetry.Meter, Tracer: s.telemetry.Tracer})
	if err != nil {
		return err
	}
	s.server.Register(s.service.Register)
	return s.server.Start()
}

// authority is the service itself or the directory.
func (s *serving) authority(parts Parts) (Authority, error) {
	if own, ok := s.service.(Authority); ok {
		return own, nil
	}
	conn, err := parts.Dial(Directory)
	if err != nil {
		return nil, err
	}
	return Remote(conn), nil
}

// addParts hands everything to the group, in the order in which the parts depend on each other.
func (s *serving) addParts(listener net.Listener) {
	s.group.Add(
		lifecycle.Part{Name: s.name, Run: s.service.Run, Stop: func(context.Context) error { return s.service.Close() }},
		lifecycle.Part{Name: "revocations", Run: s.revoked.Run},
		lifecycle.Part{Name: "gRPC", Run: func(context.Context) error { return s.server.Serve(listener) },
			Stop: func(ctx context.Context) error { s.server.Stop(ctx); return nil }},
		lifecycle.Part{Name: "health", Run: s.watchHealth},
	)
}

// watchHealth answers health checks with what the service says of itself. It serves only once the list of revoked tokens
// has come, since until then it would refuse every write.
func (s *serving) watchHealth(ctx context.Context) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	started := false
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		}
		err := s.service.Health(ctx)
		if err != nil && ctx.Err() == nil {
			s.telemetry.Logger.WarnContext(ctx, "not serving", "service", s.name, "error", err)
		}
		started = started || s.revoked.Fresh()
		s.server.SetServing(started && err == nil && ctx.Err() == nil)
		if started || err != nil {
			timer.Reset(healthEvery)
		} else {
			timer.Reset(startingEvery)
		}
	}
}

// close frees what open had opened when it failed.
func (s *serving) close(ctx context.Context) error {
	faults := []error{s.closeConns(), s.telemetry.Close(ctx)}
	if s.service != nil {
		faults = append(faults, s.service.Close())
	}
	return errors.Join(faults...)
}
