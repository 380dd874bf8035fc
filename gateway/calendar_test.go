package gateway

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"google.golang.org/grpc"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
)

// oneCalendar knows one secret. The other methods are never called.
type oneCalendar struct {
	notificationv1.NotificationServiceClient
}

func (oneCalendar) GetCalendar(_ context.Context, req *notificationv1.GetCalendarRequest, _ ...grpc.CallOption) (*notificationv1.GetCalendarResponse, error) {
	switch req.GetSecret() {
	case "hemlig":
		return &notificationv1.GetCalendarResponse{Calendar: []byte("BEGIN:VCALENDAR\r\n"), Etag: "e1"}, nil
	case "nere":
		return nil, rpcerr.ToStatus(&fault.Error{Kind: fault.Unavailable, English: "down"}, "").Err()
	default:
		return nil, rpcerr.ToStatus(fault.Missing("calendar"), "").Err()
	}
}

func TestCalendar(t *testing.T) {
	var log bytes.Buffer
	k := calendars{notices: oneCalendar{}, logger: slog.New(slog.NewTextHandler(&log, nil))}
	for _, c := range []struct {
		method, path, match, body string
		status                    int
	}{
		{http.MethodGet, "/kalender/hemlig.ics", "", "BEGIN:VCALENDAR\r\n", http.StatusOK},
		{http.MethodHead, "/kalender/hemlig.ics", "", "", http.StatusOK},
		{http.MethodGet, "/kalender/hemlig.ics", `"e1"`, "", http.StatusNotModified},
		{http.MethodGet, "/kalender/hemlig.ics", `W/"e1", "e2"`, "", http.StatusNotModified},
		{http.MethodGet, "/kalender/hemlig.ics", `"e0"`, "BEGIN:VCALENDAR\r\n", http.StatusOK},
		{http.MethodGet, "/kalender/annan.ics", "", "Kalendern finns inte", http.StatusNotFound},
		{http.MethodGet, "/kalender/hemlig", "", "Kalendern finns inte", http.StatusNotFound},
		{http.MethodGet, "/kalender/.ics", "", "Kalendern finns inte", http.StatusNotFound},
		{http.MethodGet, "/kalender/a/b.ics", "", "Kalendern finns inte", http.StatusNotFound},
		{http.MethodGet, "/kalender/" + strings.Repeat("x", 300) + ".ics", "", "Kalendern finns inte", http.StatusNotFound},
		{http.MethodGet, "/kalender/nere.ics", "", "går inte att läsa just nu", http.StatusServiceUnavailable},
		{http.MethodPost, "/kalender/hemlig.ics", "", "bara läsas", http.StatusMethodNotAllowed},
	} {
		r := httptest.NewRequest(c.method, c.path, nil)
		if c.match != "" {
			r.Header.Set("If-None-Match", c.match)
		}
		w := httptest.NewRecorder()
		k.ServeHTTP(w, r)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.body) || c.body == "" && w.Body.Len() > 0 {
			t.Errorf("%s %s (%s): got %d %q, want %d %q", c.method, c.path, c.match, w.Code, w.Body, c.status, c.body)
		}
		if cached := w.Header().Get("Cache-Control"); strings.Contains(cached, "public") || w.Code == http.StatusOK && cached != "private, no-cache" {
			t.Errorf("%s: Cache-Control is %q", c.path, cached)
		}
		if w.Code == http.StatusOK && (w.Header().Get("Content-Type") != "text/calendar; charset=utf-8" || w.Header().Get("ETag") != `"e1"` || w.Header().Get("Content-Length") == "") {
			t.Errorf("%s %s: headers %v", c.method, c.path, w.Header())
		}
	}
	if !strings.Contains(log.String(), "calendar") || strings.Contains(log.String(), "nere") || strings.Contains(log.String(), "hemlig") {
		t.Errorf("the log tells a secret, or nothing: %s", log.String())
	}
}
