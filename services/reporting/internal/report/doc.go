// Package report makes the contents of documents: one pure function for each kind, from values that say what is known
// to a document of the content model. Nothing here reads a clock, a database or another service, so the same values
// always give the same document.
//
// What a document claims is computed from the answers. A blank answer is neither a yes nor a no, and the sentences say
// so; a text that the case supplies replaces the standard text of its part and nothing else.
package report
