package process

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/peer"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/rpcclient"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
)

// Authority knows the keys of access tokens and what was revoked. The directory is one; every other service asks it.
type Authority interface {
	authn.KeySource
	authn.RevocationSource
}

// remote is the directory behind a connection.
type remote struct {
	sessions directoryv1.SessionServiceClient
}

// Remote returns the authority behind a connection to the directory, which is asked as a process of the suite.
func Remote(directory grpc.ClientConnInterface) Authority {
	return remote{sessions: directoryv1.NewSessionServiceClient(directory)}
}

// Keys implements authn.KeySource.
func (r remote) Keys(ctx context.Context) ([]byte, error) {
	answer, err := r.sessions.GetVerificationKeys(rpcclient.AsProcess(ctx), &directoryv1.GetVerificationKeysRequest{})
	return answer.GetJwks(), err
}

// Revocations implements authn.RevocationSource.
func (r remote) Revocations(ctx context.Context) ([]authn.Revocation, error) {
	answer, err := r.sessions.ListRevocations(rpcclient.AsProcess(ctx), &directoryv1.ListRevocationsRequest{})
	if err != nil {
		return nil, err
	}
	var list []authn.Revocation
	for _, e := range answer.GetRevocations() {
		list = append(list, authn.Revocation{Session: e.GetSession(), Subject: e.GetSubject(), Before: e.GetRevokeTime().AsTime()})
	}
	return list, nil
}

// certificates tells the processes of the suite by mutual TLS: whoever shows a certificate of the suite's authority.
type certificates struct{}

// Process implements authn.Processes.
func (certificates) Process(ctx context.Context) (claimed, proven bool) {
	p, ok := peer.FromContext(ctx)
	if !ok {
		return false, false
	}
	info, ok := p.AuthInfo.(credentials.TLSInfo)
	if !ok || len(info.State.PeerCertificates) == 0 {
		return false, false
	}
	return true, len(info.State.VerifiedChains) > 0
}
