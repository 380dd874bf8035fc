package rpc

import (
	"context"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
)

// GetReminderSettings returns the caller's own choices.
func (s *Server) GetReminderSettings(ctx context.Context, req *notificationv1.GetReminderSettingsRequest) (*notificationv1.ReminderSettings, error) {
	if _, err := ofPerson(ctx, req.GetName(), settings); err != nil {
		return nil, err
	}
	found, err := s.Tables.Settings.Get(ctx, s.Store, req.GetName())
	if fault.Is(err, fault.NotFound) {
		return &notificationv1.ReminderSettings{Name: req.GetName()}, nil
	}
	return found, err
}

// UpdateReminderSettings stores the caller's own choices.
func (s *Server) UpdateReminderSettings(ctx context.Context, req *notificationv1.UpdateReminderSettingsRequest) (*notificationv1.ReminderSettings, error) {
	name := req.GetReminderSettings().GetName()
	if _, err := ofPerson(ctx, name, settings); err != nil {
		return nil, err
	}
	change := resource.Change[*notificationv1.ReminderSettings]{Message: req.GetReminderSettings(), Mask: req.GetUpdateMask()}
	stored, err := resource.Update(ctx, s.Store, s.Tables.Settings, change)
	if fault.Is(err, fault.NotFound) {
		stored, err = resource.Create(ctx, s.Store, s.Tables.Settings, resource.Creation[*notificationv1.ReminderSettings]{
			Parent: resource.Parent(name), ID: resource.ID(name), Message: req.GetReminderSettings()})
	}
	if fault.Is(err, fault.Exists) { // somebody else, such as another tab, was first
		stored, err = resource.Update(ctx, s.Store, s.Tables.Settings, change)
	}
	if err != nil {
		return nil, err
	}
	s.Wake(resource.Parent(name))
	return stored, nil
}
