package journal

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"

	journalv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/journal/v1"
)

// Platform is the scope, and the tenant, of what belongs to no municipality.
const Platform = "-"

// Entry is one link of a chain as it is stored.
type Entry struct {
	Scope       string
	Seq         int64
	At          int64 // microseconds since 1970 UTC
	Actor       string
	OnBehalfOf  string
	Method      string
	Resource    string
	Kind        journalv1.ChangeKind
	Reason      string
	StateDigest []byte
	Prev        []byte
	Hash        []byte
}

// Head is the newest entry of a chain.
type Head struct {
	Seq  int64
	Hash []byte
}

// Digest returns the SHA-256 of a serialised state.
func Digest(state []byte) []byte {
	sum := sha256.Sum256(state)
	return sum[:]
}

// Append links e to head: it sets e's sequence, predecessor and hash, and returns the new head.
func (h Head) Append(e *Entry) Head {
	e.Seq, e.Prev = h.Seq+1, h.Hash
	e.Hash = e.sum()
	return Head{Seq: e.Seq, Hash: e.Hash}
}

// sum computes the hash over the predecessor's hash and every field, each with its length before it so that no two
// entries can run together.
func (e *Entry) sum() []byte {
	h := sha256.New()
	writeBytes(h, e.Prev)
	for _, text := range []string{e.Scope, e.Actor, e.OnBehalfOf, e.Method, e.Resource, e.Reason} {
		writeBytes(h, []byte(text))
	}
	for _, number := range []int64{e.Seq, e.At, int64(e.Kind)} {
		_ = binary.Write(h, binary.BigEndian, number) // a hash never fails
	}
	writeBytes(h, e.StateDigest)
	return h.Sum(nil)
}

func writeBytes(h hash.Hash, b []byte) {
	var size [8]byte
	binary.BigEndian.PutUint64(size[:], uint64(len(b)))
	h.Write(size[:])
	h.Write(b)
}
