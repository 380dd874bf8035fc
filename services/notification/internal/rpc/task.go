package rpc

import (
	"context"

	"github.com/uppsikt/uppsikt/internal/resource"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	"github.com/uppsikt/uppsikt/services/notification/internal/courier"
	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
)

// ListTasks returns what waits for the caller.
func (s *Server) ListTasks(ctx context.Context, req *notificationv1.ListTasksRequest) (*notificationv1.ListTasksResponse, error) {
	if err := own(ctx, req.GetParent(), req.GetParent()); err != nil {
		return nil, err
	}
	k, err := s.known(ctx, municipality(req.GetParent()), untold)
	if err != nil {
		return nil, err
	}
	page, next, err := resource.PageOf(notice.Tasks(k.input, req.GetParent()), req)
	answer := &notificationv1.ListTasksResponse{NextPageToken: next}
	for _, t := range page {
		answer.Tasks = append(answer.Tasks, k.taskTo(t))
	}
	return answer, err
}

func (k *known) taskTo(t notice.Task) *notificationv1.Task {
	about := k.about(t.Deadline.Committee, t.Deadline.Key)
	return &notificationv1.Task{Deadline: about, Committee: t.Deadline.Committee, CommitteeName: k.Committee(t.Deadline.Committee).GetDisplayName(),
		Recipient: notificationv1.LadderStep(t.Recipient), DaysLeft: int32(t.DaysLeft), Path: courier.Path(about)}
}
