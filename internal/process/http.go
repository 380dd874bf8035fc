package process

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
)

// HTTPSpec says what a process without a database serves over HTTP: the gateway.
type HTTPSpec struct {
	// Name of the process.
	Name string
	// Open returns what answers every request.
	Open func(ctx context.Context, p Parts) (http.Handler, error)
}

// RunHTTP is Run for the gateway: it serves HTTP and reaches the services over the connections that it dials.
func RunHTTP(ctx context.Context, spec HTTPSpec, cfg Config, log io.Writer, listening func(net.Addr)) error {
	cfg, err := cfg.forHTTP()
	if err != nil {
		return err
	}
	p, err := newProcess(ctx, spec.Name, cfg, log, listening)
	if err != nil {
		return err
	}
	if err := p.openHTTP(ctx, spec); err != nil {
		return errors.Join(err, p.closeConns(), p.telemetry.Close(context.WithoutCancel(ctx)))
	}
	return p.group.Run(ctx)
}

func (p *process) openHTTP(ctx context.Context, spec HTTPSpec) error {
	encryption, err := p.config.browserTLS()
	if err != nil {
		return err
	}
	handler, err := spec.Open(ctx, p.parts(nil))
	if err != nil {
		return err
	}
	listener, err := p.listen()
	if err != nil {
		return err
	}
	if encryption != nil {
		encryption.NextProtos = []string{"h2", "http/1.1"}
		listener = tls.NewListener(listener, encryption)
	}
	p.group.Add(p.httpPart("HTTP", handler, listener))
	p.announce(listener)
	return nil
}
