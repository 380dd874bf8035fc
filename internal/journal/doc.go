// Package journal is the one mechanism for audit, change feed and tamper evidence.
//
// Every write of a resource stores, in the same transaction, its new state and an entry. Entries form chains: one for
// each service and scope, where the scope is the nearest committee in the resource's name, else the municipality, else
// the platform ("-"). An entry's hash covers its predecessor's hash, its own fields and the digest of the state, so a
// changed byte shows, while a state that the law requires to be removed can be redacted with the chain intact.
//
// Writers lock the head row of a chain first, so sequence numbers equal commit order and have no gaps on both engines.
//
// Tables, the same in every service's database:
//
//	journal_heads    (scope)               sequence and hash of the newest entry; outside row-level security
//	journal_entries  (tenant, scope, seq)  who, when, what, why
//	journal_states   (tenant, scope, seq)  the resource as it was after the entry
package journal
