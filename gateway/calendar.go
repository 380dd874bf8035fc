package gateway

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/rpcclient"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
)

const (
	// calendarPath is where calendars by subscription are.
	calendarPath = "/kalender/"
	// maxCalendarSecret bounds the secret part of an address.
	maxCalendarSecret = 200
)

// calendars serves people's calendars by subscription (RFC 5545) to calendar programs, which cannot sign in: whoever knows
// the address reads it. The address is a secret, so it is never logged, passed on or kept by caches that several share.
type calendars struct {
	notices notificationv1.NotificationServiceClient
	logger  *slog.Logger
}

// ServeHTTP answers a calendar program.
func (k calendars) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Robots-Tag", "noindex")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "En kalender kan bara läsas.", http.StatusMethodNotAllowed)
		return
	}
	calendar, err := k.calendar(r)
	if err != nil {
		k.refuse(w, r, err)
		return
	}
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Content-Type", "text/calendar; charset=utf-8")
	h.Set("ETag", `"`+calendar.GetEtag()+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(calendar.GetCalendar()))
}

// calendar asks for the calendar of an address.
func (k calendars) calendar(r *http.Request) (*notificationv1.GetCalendarResponse, error) {
	secret, ok := strings.CutSuffix(strings.TrimPrefix(r.URL.Path, calendarPath), ".ics")
	if !ok || secret == "" || len(secret) > maxCalendarSecret || strings.Contains(secret, "/") {
		return nil, fault.Missing("calendar")
	}
	calendar, err := k.notices.GetCalendar(rpcclient.AsProcess(r.Context()), &notificationv1.GetCalendarRequest{Secret: secret})
	if err != nil {
		return nil, rpcerr.FromStatus(err)
	}
	return calendar, nil
}

// refuse says that there is no calendar, or that none can be read now.
func (k calendars) refuse(w http.ResponseWriter, r *http.Request, err error) {
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Invalid) {
		http.Error(w, "Kalendern finns inte, eller så har adressen bytts ut.", http.StatusNotFound)
		return
	}
	k.logger.ErrorContext(r.Context(), "a calendar could not be read", "error", err)
	w.Header().Set("Retry-After", "300")
	http.Error(w, "Kalendern går inte att läsa just nu.", http.StatusServiceUnavailable)
}
