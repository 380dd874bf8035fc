package rpc

import (
	"context"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/uppsikt/uppsikt/internal/resource"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

// GetNotificationStatus tells how sending goes.
func (s *Server) GetNotificationStatus(ctx context.Context, req *notificationv1.GetNotificationStatusRequest) (*notificationv1.NotificationStatus, error) {
	if err := resource.RefuseWildcard(req.GetParent()); err != nil {
		return nil, err
	}
	status := &notificationv1.NotificationStatus{Outbox: s.Outbox, Stale: s.Stale(), Schedule: notificationv1.ScheduleState_SCHEDULE_STATE_WORKING}
	if s.Degraded() {
		status.Schedule = notificationv1.ScheduleState_SCHEDULE_STATE_DEGRADED
	}
	var done time.Time
	tenant := resource.Tenant(req.GetParent())
	err := s.Store.DB().Read(ctx, tenant, sqlstore.SelectPass(tenant, &done),
		sqlstore.CountDeliveries(req.GetParent(), func(state notificationv1.DeliveryState, count int64) {
			switch state {
			case notificationv1.DeliveryState_DELIVERY_STATE_WAITING:
				status.Waiting = int32(count)
			case notificationv1.DeliveryState_DELIVERY_STATE_PARKED:
				status.Parked = int32(count)
			default:
			}
		}))
	if !done.IsZero() {
		status.ReconcileTime = timestamppb.New(done)
	}
	return status, err
}
