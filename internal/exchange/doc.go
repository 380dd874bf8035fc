// Package exchange moves municipalities between installations and to other systems: the codec of the bundle, which is a
// file in YAML or JSON, and a client that checks, applies and exports it through the services' own RPCs.
//
// Decoding reports everything that is wrong with a file at once, each fault with its path and line. Encoding is
// canonical: equal content gives equal bytes, so that export, import into an empty installation and export again can be
// compared byte by byte.
package exchange
