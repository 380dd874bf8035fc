package edge

import (
	"context"
	"errors"
	"net/http"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
)

// refuse answers with a google.rpc.Status that has our details, also where grpc-gateway itself could not read the
// request, which it says without any.
func refuse(ctx context.Context, mux *runtime.ServeMux, m runtime.Marshaler, w http.ResponseWriter, r *http.Request, err error) {
	var routed *runtime.HTTPStatusError
	if errors.As(err, &routed) {
		err = &runtime.HTTPStatusError{HTTPStatus: routed.HTTPStatus, Err: typed(routed.Err)}
	} else {
		err = typed(err)
	}
	runtime.DefaultHTTPErrorHandler(ctx, mux, m, w, r, err)
}

// typed returns err with our details. What it says of an unreadable request is kept: it names the place, and holds
// nothing but what the caller sent.
func typed(err error) error {
	s := status.Convert(err)
	if len(s.Details()) > 0 {
		return err
	}
	if s.Code() == codes.InvalidArgument {
		err = &fault.Error{Kind: fault.Invalid, Reason: "INVALID_FIELDS", English: s.Message(),
			Swedish: "Det du skickade kunde inte läsas. Det ska vara JSON i UTF-8 med fälten i /openapi.json."}
	}
	return rpcerr.ToStatus(err, "").Err()
}
