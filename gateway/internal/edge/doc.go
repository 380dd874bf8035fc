// Package edge is the REST face of the suite: JSON for the RPCs meant for people and systems, translated by
// grpc-gateway, with the caller's own token and no rights besides. The resource name is the path: GET
// /v1/municipalities/{m}/committees/{c} is GetCommittee.
package edge
