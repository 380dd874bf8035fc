// Package reporting is the service that owns what is put before the committee: cases, and documents from draft to final.
//
// It owns the resources Case and Document, and the bytes of final documents. A case holds the matter's case numbers, meeting,
// decision points and the texts that replace a document's standard texts. A draft is made anew from current data each time
// it is looked at; it carries its mark and the journal positions of its sources.
//
//	draft --FinalizeDocument--> final
//
// Invariants: a final document never changes and is never deleted; its bytes, their SHA-256 and the positions it rests on
// are stored in one transaction with its state; bytes that no longer match are never sent. A kind that reports a round is
// made final only when the round is closed, an internal control plan only when the committee has decided it, and only from
// sources that did not move while it was made.
//
// Everything else it reads from its owner, with the caller's own token: reporting has no rights of its own. Elected members
// see final documents only.
package reporting
