package web

import (
	"context"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/rpcclient"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
)

// withToken makes the calls of ctx carry a user's access token.
func withToken(ctx context.Context, token string) context.Context {
	return authn.WithToken(ctx, token)
}

// asProcess makes the calls of ctx carry the gateway's own identity, for what happens before sign-in.
func asProcess(ctx context.Context) context.Context {
	return rpcclient.AsProcess(ctx)
}

// toFault returns the fault in an error of a service or of a page.
func toFault(err error) *fault.Error {
	return rpcerr.FromStatus(err)
}
