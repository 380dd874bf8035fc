// Package mtls is how the processes of the suite prove themselves to each other: each has a certificate with the name of
// its service, signed by the suite's authority. Certificate, key and authority are files that are read anew when they
// change, so that they are rotated without a restart; connections move to the new ones as they age.
//
// It is plain crypto/tls: a server must ask callers for a certificate and yet serve those without, who carry a token.
package mtls

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"sync"

	"google.golang.org/grpc/credentials"
)

// Files names the files of one process, in PEM form. They are written by renaming, the key before the certificate.
type Files struct {
	// Certificate holds the chain and Key its private key.
	Certificate, Key string
	// CA holds the authorities that sign the certificates of all processes of the suite.
	CA string
}

// Given reports whether any file is named, and an error when some but not all are.
func (f Files) Given() (bool, error) {
	given := 0
	for _, name := range f.names() {
		if name != "" {
			given++
		}
	}
	if given != 0 && given != len(f.names()) {
		return true, errors.New("the certificate, its key and the authority belong together")
	}
	return given > 0, nil
}

func (f Files) names() []string { return []string{f.Certificate, f.Key, f.CA} }

// Identity is a process's certificate and whom it trusts. It is safe for concurrent use.
type Identity struct {
	files  Files
	failed func(error)

	mu      sync.Mutex
	current *material
}

// material is what was read from the files.
type material struct {
	certificate tls.Certificate
	authority   *x509.CertPool
	seen        []fs.FileInfo // how the files looked
}

// Load reads the files. Later, files that cannot be read leave the old certificate in use, and failed is told why.
func Load(files Files, failed func(error)) (*Identity, error) {
	m, err := files.read()
	if err != nil {
		return nil, err
	}
	return &Identity{files: files, failed: failed, current: m}, nil
}

// Server returns the credentials of a server: it asks callers for a certificate and accepts those without, who prove
// themselves by a token.
func (i *Identity) Server() credentials.TransportCredentials {
	return &reloading{TransportCredentials: credentials.NewTLS(i.server()), identity: i}
}

// Client returns the credentials of a client, which shows its certificate and accepts only servers that prove the name
// they are dialled by.
func (i *Identity) Client() credentials.TransportCredentials {
	return &reloading{TransportCredentials: credentials.NewTLS(i.client()), identity: i}
}

func (i *Identity) server() *tls.Config {
	m := i.load()
	return &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{m.certificate}, ClientCAs: m.authority,
		ClientAuth: tls.VerifyClientCertIfGiven}
}

func (i *Identity) client() *tls.Config {
	m := i.load()
	return &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{m.certificate}, RootCAs: m.authority}
}

// load returns what the files hold now, or held last.
func (i *Identity) load() *material {
	i.mu.Lock()
	defer i.mu.Unlock()
	seen, err := i.files.look()
	if err == nil && !i.current.outdated(seen) {
		return i.current
	}
	fresh, err := i.files.read()
	if err == nil {
		i.current = fresh
	} else if i.failed != nil {
		i.failed(err)
	}
	return i.current
}

func (m *material) outdated(seen []fs.FileInfo) bool {
	for k, now := range seen {
		then := m.seen[k]
		if !os.SameFile(then, now) || !then.ModTime().Equal(now.ModTime()) || then.Size() != now.Size() {
			return true
		}
	}
	return false
}

func (f Files) look() ([]fs.FileInfo, error) {
	var all []fs.FileInfo
	for _, name := range f.names() {
		info, err := os.Stat(name)
		if err != nil {
			return nil, err
		}
		all = append(all, info)
	}
	return all, nil
}

// read looks at the files first: what is written meanwhile is read again the next time.
func (f Files) read() (*material, error) {
	seen, err := f.look()
	if err != nil {
		return nil, err
	}
	own, err := tls.LoadX509KeyPair(f.Certificate, f.Key)
	if err != nil {
		return nil, fmt.Errorf("read the certificate: %w", err)
	}
	text, err := os.ReadFile(f.CA)
	if err != nil {
		return nil, fmt.Errorf("read the authority: %w", err)
	}
	authority := x509.NewCertPool()
	if !authority.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("read the authority: %s holds no certificate", f.CA)
	}
	return &material{certificate: own, authority: authority, seen: seen}, nil
}

// reloading makes each handshake with what the files hold at that moment.
type reloading struct {
	credentials.TransportCredentials
	identity *Identity
}

// ClientHandshake implements credentials.TransportCredentials.
func (r *reloading) ClientHandshake(ctx context.Context, authority string, conn net.Conn) (net.Conn, credentials.AuthInfo, error) {
	return credentials.NewTLS(r.identity.client()).ClientHandshake(ctx, authority, conn)
}

// ServerHandshake implements credentials.TransportCredentials.
func (r *reloading) ServerHandshake(conn net.Conn) (net.Conn, credentials.AuthInfo, error) {
	return credentials.NewTLS(r.identity.server()).ServerHandshake(conn)
}

// Clone implements credentials.TransportCredentials.
func (r *reloading) Clone() credentials.TransportCredentials {
	return &reloading{TransportCredentials: r.TransportCredentials.Clone(), identity: r.identity}
}
