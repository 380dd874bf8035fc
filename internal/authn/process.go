package authn

import (
	"context"
	"crypto/rand"
	"crypto/subtle"

	"google.golang.org/grpc/metadata"
)

// ProcessHeader is the metadata key that carries the credential of a process.
const ProcessHeader = "uppsikt-process"

// Processes tells the processes of the suite from everybody else. In the all-in-one that is a ProcessCredential; with
// mutual TLS it is the certificate of the peer.
type Processes interface {
	// Process reports whether the incoming call of ctx claims to come from a process, and whether that is true. Safe
	// for concurrent use.
	Process(ctx context.Context) (claimed, proven bool)
}

// ProcessCredential is a secret that the services of one process share in memory. The zero value accepts nobody.
type ProcessCredential struct {
	secret string
}

// NewProcessCredential makes a credential from the system's random source.
func NewProcessCredential() ProcessCredential {
	return ProcessCredential{secret: rand.Text() + rand.Text()}
}

// Attach adds the credential to the outgoing metadata of ctx.
func (c ProcessCredential) Attach(ctx context.Context) context.Context {
	return metadata.AppendToOutgoingContext(ctx, ProcessHeader, c.secret)
}

// Process implements Processes; the comparison takes the same time whatever was sent.
func (c ProcessCredential) Process(ctx context.Context) (claimed, proven bool) {
	values := metadata.ValueFromIncomingContext(ctx, ProcessHeader)
	if len(values) == 0 {
		return false, false
	}
	if c.secret == "" || len(values) != 1 {
		return true, false
	}
	return true, subtle.ConstantTimeCompare([]byte(values[0]), []byte(c.secret)) == 1
}

// String hides the secret from logs.
func (ProcessCredential) String() string { return "process credential" }
