package transfer

import (
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	transferv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/transfer/v1"
)

// exportBatch is about how many bytes of resources go into one message.
const exportBatch = 1 << 20

// Export streams everything that a municipality has in the service.
func (s *Server) Export(req *transferv1.ExportRequest, out grpc.ServerStreamingServer[transferv1.ExportResponse]) error {
	batch, size := &transferv1.ExportResponse{}, 0
	err := s.store.Each(out.Context(), req.GetParent(), func(m proto.Message) error {
		packed, err := anypb.New(m)
		if err != nil {
			return err
		}
		batch.Resources = append(batch.Resources, packed)
		if size += len(packed.GetValue()); size < exportBatch {
			return nil
		}
		full := batch
		batch, size = &transferv1.ExportResponse{}, 0
		return out.Send(full)
	})
	if err != nil || len(batch.GetResources()) == 0 {
		return err
	}
	return out.Send(batch)
}
