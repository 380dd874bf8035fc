// Package gateway is the HTTP face of the suite: REST and JSON under /v1, the web pages under /, and what a load
// balancer asks. It keeps no data and has no rights: it forwards the caller's own token, knows the services only as gRPC
// clients, and keeps in memory nothing but access tokens until they expire.
package gateway
