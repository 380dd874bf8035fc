// Package proto holds the API contract of Uppsikt: the proto files, the code generated from them in gen, and the
// description of the REST API.
package proto

import _ "embed"

// OpenAPI is the description of the REST API (OpenAPI 2.0, JSON), generated from the protos.
//
//go:embed gen/openapi/uppsikt.swagger.json
var OpenAPI []byte
