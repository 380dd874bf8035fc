package journal

import (
	"context"
	"encoding/hex"
	"strconv"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	journalv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/journal/v1"
)

// historySQL reads entries, newest first, each with its state and the resource's state before it.
const historySQL = `select e.scope, e.seq, e.at, e.actor, e.on_behalf_of, e.method, e.resource, e.kind, e.reason, e.hash, s.state, b.state
from journal_entries e
left join journal_states s on s.tenant = e.tenant and s.scope = e.scope and s.seq = e.seq
left join journal_states b on b.tenant = e.tenant and b.scope = e.scope and b.seq = (
    select max(p.seq) from journal_entries p where p.tenant = e.tenant and p.resource = e.resource and p.seq < e.seq)
where e.tenant = $1 and e.`

// Decoder turns a stored state back into its message.
type Decoder interface {
	DecodeState(resource string, state []byte) (proto.Message, error)
}

// History reads the entries of a resource, or with wholeScope of a chain, that lie before a sequence (0: the newest).
type History struct {
	DB      sqldb.DB
	Decoder Decoder
}

// Page returns up to size entries, newest first, and the sequence to go on before, 0 at the end.
func (h History) Page(ctx context.Context, tenant, name string, wholeScope bool, before int64, size int) ([]*journalv1.JournalEntry, int64, error) {
	column := "resource"
	if wholeScope {
		column = "scope"
	}
	text := historySQL + column + " = $2 and ($3 = 0 or e.seq < $3) order by e.seq desc limit $4"
	var entries []*journalv1.JournalEntry
	stmt := sqldb.Stmt{SQL: text, Args: []any{tenant, name, before, int64(size + 1)}, Each: func(r sqldb.Row) error {
		entry, err := h.entry(r)
		entries = append(entries, entry)
		return err
	}}
	if err := h.DB.Read(ctx, tenant, stmt); err != nil {
		return nil, 0, err
	}
	if len(entries) <= size {
		return entries, 0, nil
	}
	return entries[:size], entries[size-1].GetSequence(), nil
}

func (h History) entry(r sqldb.Row) (*journalv1.JournalEntry, error) {
	var e Entry
	var state, earlier []byte
	err := r.Scan(&e.Scope, &e.Seq, &e.At, &e.Actor, &e.OnBehalfOf, &e.Method, &e.Resource, &e.Kind, &e.Reason, &e.Hash, &state, &earlier)
	if err != nil {
		return nil, err
	}
	out := &journalv1.JournalEntry{Scope: e.Scope, Sequence: e.Seq, Time: timestamppb.New(time.UnixMicro(e.At)),
		Actor: e.Actor, OnBehalfOf: e.OnBehalfOf, Method: e.Method, Resource: e.Resource, Kind: e.Kind, Reason: e.Reason,
		Hash: hex.EncodeToString(e.Hash)}
	after, err := h.decode(e.Resource, state)
	if err != nil {
		return nil, err
	}
	was, err := h.decode(e.Resource, earlier)
	if err != nil {
		return nil, err
	}
	out.Changes, err = Diff(was, after)
	return out, err
}

func (h History) decode(resource string, state []byte) (proto.Message, error) {
	if state == nil {
		return nil, nil
	}
	return h.Decoder.DecodeState(resource, state)
}

func parseToken(token string) (int64, error) {
	if token == "" {
		return 0, nil
	}
	before, err := strconv.ParseInt(token, 10, 64)
	if err != nil || before < 1 {
		return 0, fault.Fields(fault.Field{Path: "page_token", Reason: "PAGE_TOKEN",
			Swedish: "Sidan hör inte till den här listan. Börja om från första sidan.", English: "not a page token of this method"})
	}
	return before, nil
}
