package exchange

import (
	"context"
	"errors"
	"fmt"
	"io"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	transferv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/transfer/v1"
)

const (
	// batchItems and batchBytes bound one message of an import; a gRPC message may hold 4 MB.
	batchItems = 500
	batchBytes = 2 << 20
)

// Conns are the connections to the owners of what a bundle holds. They may be one and the same. The caller's
// credentials are theirs to add. Notification may be nil in an installation without it, where a bundle that holds
// reminder rules is refused.
type Conns struct {
	Directory, RiskRegister, ControlMeasurement, Reporting, Notification grpc.ClientConnInterface
}

// Client checks, applies and exports bundles over the services' own RPCs, with the rights of whoever the connections
// speak for. It is safe for concurrent use.
type Client struct {
	owners    []owner
	directory directoryv1.DirectoryServiceClient
	risks     riskv1.RiskRegisterServiceClient
}

// importStream and exportStream are what all TransferServices have in common.
type (
	importStream = grpc.ClientStreamingClient[transferv1.ImportRequest, transferv1.ImportResponse]
	exportStream = grpc.ServerStreamingClient[transferv1.ExportResponse]
)

// transfer is a service's TransferService.
type transfer interface {
	Import(ctx context.Context, opts ...grpc.CallOption) (importStream, error)
	Export(ctx context.Context, in *transferv1.ExportRequest, opts ...grpc.CallOption) (exportStream, error)
}

// owner is one service that owns resources.
type owner struct {
	name string
	// pkg is the proto package of its resources.
	pkg      string
	transfer transfer
}

// Names of the services, as reports show them.
const (
	Directory          = "directory"
	RiskRegister       = "riskregister"
	ControlMeasurement = "controlmeasurement"
	Reporting          = "reporting"
	Notification       = "notification"
)

// directoryPackage is the proto package of what the directory owns.
const directoryPackage = "uppsikt.directory.v1"

// NewClient returns a client over the connections, which stay the caller's to close.
func NewClient(conns Conns) *Client {
	c := &Client{
		// Later owners refer to what earlier ones own, so they are applied in this order.
		owners: []owner{
			{Directory, directoryPackage, directoryv1.NewTransferServiceClient(conns.Directory)},
			{RiskRegister, "uppsikt.risk.v1", riskv1.NewTransferServiceClient(conns.RiskRegister)},
			{ControlMeasurement, "uppsikt.control.v1", controlv1.NewTransferServiceClient(conns.ControlMeasurement)},
			{Reporting, "uppsikt.report.v1", reportv1.NewTransferServiceClient(conns.Reporting)},
		},
		directory: directoryv1.NewDirectoryServiceClient(conns.Directory),
		risks:     riskv1.NewRiskRegisterServiceClient(conns.RiskRegister),
	}
	if conns.Notification != nil {
		c.owners = append(c.owners, owner{Notification, "uppsikt.notification.v1", notificationv1.NewTransferServiceClient(conns.Notification)})
	}
	return c
}

// owns reports whether the service owns the resource.
func (o owner) owns(resource proto.Message) bool {
	return string(resource.ProtoReflect().Descriptor().ParentFile().Package()) == o.pkg
}

// send streams the items of one scope and returns the service's answer.
func (o owner) send(ctx context.Context, parent string, validateOnly bool, all []item) (*transferv1.ImportResponse, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := o.transfer.Import(ctx)
	if err != nil {
		return nil, fmt.Errorf("import %s into %s: %w", parent, o.name, err)
	}
	messages, err := batches(all)
	if err != nil {
		return nil, err
	}
	messages[0].Parent, messages[0].ValidateOnly = parent, validateOnly
	for _, m := range messages {
		// EOF means that the service has answered already; the answer says why.
		if err := stream.Send(m); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("import %s into %s: %w", parent, o.name, err)
		}
	}
	response, err := stream.CloseAndRecv()
	if err != nil {
		return nil, fmt.Errorf("import %s into %s: %w", parent, o.name, err)
	}
	return response, nil
}

// batches packs items into messages within the bounds; there is always at least one message. An item larger than the
// bound has a message of its own.
func batches(all []item) ([]*transferv1.ImportRequest, error) {
	current := &transferv1.ImportRequest{}
	messages, size := []*transferv1.ImportRequest{current}, 0
	for _, it := range all {
		resource, err := anypb.New(it.resource)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", it.path, err)
		}
		packed := &transferv1.ImportItem{Path: it.path, Resource: resource}
		n := proto.Size(packed)
		if len(current.GetItems()) > 0 && (len(current.GetItems()) >= batchItems || size+n > batchBytes) {
			current, size = &transferv1.ImportRequest{}, 0
			messages = append(messages, current)
		}
		current.Items, size = append(current.Items, packed), size+n
	}
	return messages, nil
}
