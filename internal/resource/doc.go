// Package resource is the one store of every service: get, list, create, update and delete of messages by resource name
// (AIP-122), with etags, field masks, request ids, keyset paging, the tenant predicate and the journal, for both
// engines.
//
// A service describes each of its types once:
//
//	var risks = resource.Define(resource.Spec[*riskv1.Risk]{
//		Table:   "risks",
//		Columns: []resource.Column[*riskv1.Risk]{{Name: "title", Value: func(r *riskv1.Risk) any { return r.GetTitle() }}},
//	})
//
// The name patterns come from the message's google.api.resource option. The table has the key columns
//
//	tenant, scope, parent, id     "m", "municipalities/m/committees/c", "municipalities/m/committees/c", "r1"
//	version, created, updated     sequence in the journal chain; microseconds UTC
//
// then the declared columns, then body, the serialised message without etag and times. The primary key is (tenant,
// parent, id). A row's version is the sequence of the entry that wrote it, so an etag is never used twice.
//
// Reading: Table.Get and Table.List take a Reader, which is a *Store (each call sees its own state), a *View (one state
// for all calls, from Store.View) or a *Tx (inside a write, where staged changes are seen).
//
// Writing: Store.Write locks the chains of the scopes it is given, reads what was announced, calls the function and
// stores what the function staged by Table.Insert, Table.Update, Table.Put and Table.Delete, with one journal entry
// each, in two trips to the database. Nothing staged, or nothing changed, rolls back and leaves no entry. The function
// may run twice, so it has no effects but on the Tx; it calls no other service.
//
// For the standard methods, Create, Update and Delete in this package do all that for one resource and take the
// service's rules as a function.
package resource
