// Package allinone runs the whole suite in one process: every service over an in-memory carrier through the full chain
// of interceptors, one SQLite file for each, and the gateway before them. The services do not know: they are opened as
// in a process of their own, with other Deps.
package allinone
