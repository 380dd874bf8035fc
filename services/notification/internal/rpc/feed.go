package rpc

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	"github.com/uppsikt/uppsikt/services/notification/internal/mail"
	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

// calendarPath is where the gateway serves calendars.
const calendarPath = "/kalender/"

// CreateCalendarFeed makes a new secret address for the caller's own calendar.
func (s *Server) CreateCalendarFeed(ctx context.Context, req *notificationv1.CreateCalendarFeedRequest) (*notificationv1.CreateCalendarFeedResponse, error) {
	person := req.GetParent()
	if err := own(ctx, person, person); err != nil {
		return nil, err
	}
	secret := rand.Text() + rand.Text()
	f := sqlstore.Feed{Person: person, Created: s.now(), Hash: hashOf(secret)}
	err := s.Store.DB().Write(ctx, resource.Tenant(person), nil, sqldb.Stmts(sqlstore.PutFeed(f)...))
	if err != nil {
		return nil, err
	}
	return &notificationv1.CreateCalendarFeedResponse{Feed: feedTo(f), Path: calendarPath + secret + ".ics"}, nil
}

// GetCalendarFeed tells whether the caller has a calendar by subscription.
func (s *Server) GetCalendarFeed(ctx context.Context, req *notificationv1.GetCalendarFeedRequest) (*notificationv1.CalendarFeed, error) {
	person, err := ofPerson(ctx, req.GetName(), feeds)
	if err != nil {
		return nil, err
	}
	var f sqlstore.Feed
	if err := s.Store.DB().Read(ctx, resource.Tenant(person), sqlstore.SelectFeed(person, &f)); err != nil {
		return nil, err
	}
	if f.Person == "" {
		return nil, fault.Missing(req.GetName())
	}
	return feedTo(f), nil
}

// DeleteCalendarFeed makes the address of the caller's calendar stop working.
func (s *Server) DeleteCalendarFeed(ctx context.Context, req *notificationv1.DeleteCalendarFeedRequest) (*emptypb.Empty, error) {
	person, err := ofPerson(ctx, req.GetName(), feeds)
	if err != nil {
		return nil, err
	}
	return &emptypb.Empty{}, s.Store.DB().Write(ctx, resource.Tenant(person), nil, sqldb.Stmts(sqlstore.DeleteFeed(person)...))
}

// GetCalendar returns the calendar behind a secret address. Of a person who may no longer sign in there is none.
func (s *Server) GetCalendar(ctx context.Context, req *notificationv1.GetCalendarRequest) (*notificationv1.GetCalendarResponse, error) {
	missing := fault.Missing("calendar")
	var person string
	if err := s.Store.DB().Read(ctx, "", sqlstore.SelectSecret(hashOf(req.GetSecret()), &person)); err != nil {
		return nil, err
	}
	if person == "" {
		return nil, missing
	}
	k, err := s.known(ctx, municipality(person), moved)
	if err != nil {
		return nil, err
	}
	if p := k.Person(person); p == nil || p.GetDisabled() {
		return nil, missing
	}
	lines, changed := k.calendarLines(person)
	text, err := s.Composer.Calendar(mail.Feed{Name: "Internkontroll, " + k.Directory.Municipality.GetDisplayName(), Date: changed, Lines: lines})
	if err != nil {
		return nil, err
	}
	return &notificationv1.GetCalendarResponse{Calendar: text, Etag: hashOf(string(text))[:32]}, s.noteRead(ctx, person)
}

// calendarLines returns what waits for a person, and when anything of it last changed its day.
func (k *known) calendarLines(person string) ([]mail.Line, time.Time) {
	var (
		lines   []mail.Line
		changed time.Time
	)
	for _, t := range notice.Tasks(k.input, person) {
		if t.Deadline.Known.After(changed) {
			changed = t.Deadline.Known
		}
		lines = append(lines, k.waiting(t))
	}
	return lines, changed
}

// noteRead notes the day on which a calendar was read, once a day: calendar programs ask often.
func (s *Server) noteRead(ctx context.Context, person string) error {
	today, tenant := notice.Day(s.now(), s.Zone), resource.Tenant(person)
	var f sqlstore.Feed
	if err := s.Store.DB().Read(ctx, tenant, sqlstore.SelectFeed(person, &f)); err != nil || f.ReadDay == today {
		return err
	}
	return s.Store.DB().Write(ctx, tenant, nil, sqldb.Stmts(sqlstore.ReadFeed(person, today)))
}

func feedTo(f sqlstore.Feed) *notificationv1.CalendarFeed {
	parent := resource.Parent(f.Person)
	feed := &notificationv1.CalendarFeed{Name: resource.Join(parent, feeds, resource.ID(f.Person)), CreateTime: timestamppb.New(f.Created)}
	if day, err := time.Parse(time.DateOnly, f.ReadDay); err == nil {
		feed.ReadTime = timestamppb.New(day)
	}
	return feed
}

func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
