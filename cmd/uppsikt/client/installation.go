package client

import (
	"context"
	"errors"
	"strings"

	"google.golang.org/grpc"
)

// installation reaches every service: behind one address, or each at its own as in the suite. It is a connection that
// sends each call to the service whose API it is of.
type installation struct {
	// conns holds the connections by the package of the API; the one for "" takes every other call.
	conns map[string]*grpc.ClientConn
}

// Packages of the services' APIs.
const (
	directoryPackage          = "uppsikt.directory.v1"
	riskRegisterPackage       = "uppsikt.risk.v1"
	controlMeasurementPackage = "uppsikt.control.v1"
	reportingPackage          = "uppsikt.report.v1"
	notificationPackage       = "uppsikt.notification.v1"
)

// to returns the connection for a method such as "/uppsikt.risk.v1.RiskRegisterService/GetPlan".
func (i *installation) to(method string) *grpc.ClientConn {
	for name, conn := range i.conns {
		if name != "" && strings.HasPrefix(method, "/"+name+".") {
			return conn
		}
	}
	return i.conns[""]
}

// Invoke implements grpc.ClientConnInterface.
func (i *installation) Invoke(ctx context.Context, method string, request, answer any, options ...grpc.CallOption) error {
	return i.to(method).Invoke(ctx, method, request, answer, options...)
}

// NewStream implements grpc.ClientConnInterface.
func (i *installation) NewStream(ctx context.Context, desc *grpc.StreamDesc, method string, options ...grpc.CallOption) (grpc.ClientStream, error) {
	return i.to(method).NewStream(ctx, desc, method, options...)
}

// Close closes the connections.
func (i *installation) Close() error {
	var faults []error
	for _, conn := range i.conns {
		faults = append(faults, conn.Close())
	}
	return errors.Join(faults...)
}
