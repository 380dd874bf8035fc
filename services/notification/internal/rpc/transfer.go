package rpc

import (
	"context"

	"google.golang.org/grpc"

	"github.com/uppsikt/uppsikt/internal/transfer"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	transferv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/transfer/v1"
	"github.com/uppsikt/uppsikt/services/notification/internal/facts"
	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
)

// CheckImport checks the rules of a file as the standard methods do, each in the light of those that would then be there. Who
// may import is not asked how many mails a rule would send.
func (s *Server) CheckImport(ctx context.Context, i *transfer.Import) error {
	rules, err := s.Tables.Rules.All(ctx, i.Tx, i.Parent)
	if err != nil {
		return err
	}
	all := facts.Rules(rules)
	for _, item := range i.Items {
		given, is := item.Message.(*notificationv1.ReminderRule)
		if !is {
			continue
		}
		for _, f := range facts.Rule(given).Check() {
			i.Fault(item, f)
		}
		if other, overlaps := notice.Overlap(all, facts.Rule(given)); overlaps {
			i.Fault(item, notice.OverlapFault(titleOf(rules, other.Name)))
		}
	}
	return nil
}

// Import imports, and lets what was imported take effect at once.
func (s transferServer) Import(stream grpc.ClientStreamingServer[transferv1.ImportRequest, transferv1.ImportResponse]) error {
	seen := &watched{ClientStreamingServer: stream}
	if err := s.Server.Import(seen); err != nil {
		return err
	}
	if seen.parent != "" && !seen.dry {
		s.notices.Wake(seen.parent)
	}
	return nil
}

// watched notes what an import is about.
type watched struct {
	grpc.ClientStreamingServer[transferv1.ImportRequest, transferv1.ImportResponse]
	parent string
	dry    bool
}

// Recv implements grpc.ClientStreamingServer.
func (w *watched) Recv() (*transferv1.ImportRequest, error) {
	req, err := w.ClientStreamingServer.Recv()
	if req.GetParent() != "" {
		w.parent = req.GetParent()
	}
	w.dry = w.dry || req.GetValidateOnly()
	return req, err
}
