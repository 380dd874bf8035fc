package resource

import (
	"bytes"
	"crypto/sha256"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/sqldb"
)

const (
	findRequestSQL = `select digest, resource from request_ids where tenant = $1 and key = $2 and at > $3`
	dropRequestSQL = `delete from request_ids where tenant = $1 and at <= $2`
	keepRequestSQL = `insert into request_ids (tenant, key, digest, resource, at) values ($1, $2, $3, $4, $5)`
)

// requestIDLife is how long a request id is remembered, in microseconds: a day.
const requestIDLife = int64(24 * time.Hour / time.Microsecond)

// requestID makes a create safe to repeat (AIP-155): the first answer's name is remembered under the caller, the method
// and the client's id.
type requestID struct {
	key, digest []byte
	name        string
	found       *foundRequest
}

type foundRequest struct {
	digest []byte
	name   string
}

// newRequestID returns nil for an empty id.
func newRequestID(subject, method, id, name string, request proto.Message) *requestID {
	if id == "" {
		return nil
	}
	key := sha256.Sum256([]byte(subject + "\x00" + method + "\x00" + id))
	body, err := proto.MarshalOptions{Deterministic: true}.Marshal(request)
	if err != nil {
		body = nil // an unserialisable request cannot have come over the wire
	}
	digest := sha256.Sum256(body)
	return &requestID{key: key[:], digest: digest[:], name: name}
}

func (r *requestID) lookup(tenant string, now int64) sqldb.Stmt {
	return sqldb.Stmt{SQL: findRequestSQL, Args: []any{tenant, r.key, now - requestIDLife}, Each: func(row sqldb.Row) error {
		r.found = &foundRequest{}
		return row.Scan(&r.found.digest, &r.found.name)
	}}
}

// replayed reports whether the request was carried out before; a different request under the same id is a fault.
func (r *requestID) replayed() (bool, error) {
	if r.found == nil {
		return false, nil
	}
	if !bytes.Equal(r.found.digest, r.digest) {
		return false, &fault.Error{Kind: fault.Invalid, Reason: "REQUEST_ID_REUSED",
			Swedish: "Samma begäran-id har redan använts för något annat.",
			English: "the request id was used for another request"}
	}
	r.name = r.found.name
	return true, nil
}

// remember keeps the id for a day, and forgets those whose day is over.
func (r *requestID) remember(tenant string, now int64) []sqldb.Stmt {
	return []sqldb.Stmt{
		{SQL: dropRequestSQL, Args: []any{tenant, now - requestIDLife}},
		{SQL: keepRequestSQL, Args: []any{tenant, r.key, r.digest, r.name, now}},
	}
}
