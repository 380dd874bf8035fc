package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// Limits of what is read from a browser.
const (
	maxForm = 2 << 20
	maxFile = 30 << 20
)

// call is one request on its way to an answer.
type call struct {
	*server
	w http.ResponseWriter
	r *http.Request
	// user is who is signed in, or nil.
	user *user
	// restored is true when a form comes back after a new sign-in: it is shown, not saved.
	restored bool
}

// ctx is the context of the request; it carries the user's token to the services.
func (c *call) ctx() context.Context { return c.r.Context() }

// posted reports whether something was sent to be saved.
func (c *call) posted() bool { return c.r.Method == http.MethodPost }

// name returns the resource name that the address begins with: its first n pairs.
func (c *call) name(pairs int) string {
	return upTo(strings.TrimPrefix(strings.TrimPrefix(c.r.URL.Path, "/start"), "/"), pairs)
}

// query returns a parameter of the address.
func (c *call) query(key string) string { return cleanText(c.r.URL.Query().Get(key)) }

// pageFunc makes the page that answers a request.
type pageFunc func(*call) (*page, error)

// restoreKey marks the repetition of a post after a new sign-in; it travels in the context, out of a browser's reach.
type restoreKey struct{}

// open serves a page that needs nobody signed in.
func (s *server) open(f pageFunc) http.Handler { return s.handler(f, false) }

// signedIn serves a page that needs somebody signed in.
func (s *server) signedIn(f pageFunc) http.Handler { return s.handler(f, true) }

// handler reads the request, finds out who asks, makes the page and writes it.
func (s *server) handler(f pageFunc, mustSignIn bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &call{server: s, w: w, r: r, restored: r.Context().Value(restoreKey{}) != nil}
		p, err := s.answerCall(c, f, mustSignIn)
		if err != nil {
			p, err = s.explain(c, err)
		}
		if err == nil {
			err = s.write(c, p)
		}
		if err != nil {
			s.Logger.ErrorContext(r.Context(), "page failed", "path", r.URL.Path, "error", err)
			http.Error(w, "Sidan kunde inte visas. Försök igen om en stund.", http.StatusInternalServerError)
		}
	})
}

// answerCall makes the page of one request.
func (s *server) answerCall(c *call, f pageFunc, mustSignIn bool) (*page, error) {
	switch c.r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost:
	default:
		return nil, &fault.Error{Kind: fault.Unsupported, Swedish: "Sidan kan inte användas så.", English: "method not allowed"}
	}
	if err := c.read(); err != nil {
		return nil, err
	}
	if err := c.identify(); err != nil && (mustSignIn || !fault.Is(err, fault.Unauthenticated)) {
		return nil, err
	}
	return f(c)
}

// read parses what was posted, within limits.
func (c *call) read() error {
	if !c.posted() {
		return nil
	}
	multi := strings.HasPrefix(c.r.Header.Get("Content-Type"), "multipart/form-data")
	limit := int64(maxForm)
	if strings.HasSuffix(c.r.URL.Path, "/importera") {
		limit = maxFile
	}
	c.r.Body = http.MaxBytesReader(c.w, c.r.Body, limit)
	err := c.r.ParseForm()
	if err == nil && multi {
		err = c.r.ParseMultipartForm(maxForm)
	}
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		large := &fault.Error{Kind: fault.Exhausted, Reason: "LIMIT_EXCEEDED", English: "body too large",
			Swedish: "Det du skickade är för stort. En fil får vara högst 20 MB. Dela upp den och försök igen."}
		return large.Because(err)
	}
	if err != nil {
		return &fault.Error{Kind: fault.Invalid, English: "malformed form",
			Swedish: "Det som skickades kunde inte läsas. Gå tillbaka och försök igen."}
	}
	return nil
}

// explain turns a fault into a page that says what to do.
func (s *server) explain(c *call, err error) (*page, error) {
	e := toFault(err)
	if e.Kind == fault.Unauthenticated {
		return c.askToSignIn()
	}
	if e.Kind == fault.Internal {
		s.Logger.ErrorContext(c.ctx(), "page failed", "path", c.r.URL.Path, "error", err)
	}
	return c.faultPage(e), nil
}

// write sends a page, a redirect or a file.
func (s *server) write(c *call, p *page) error {
	if p.Sent {
		return nil
	}
	if p.Replay != nil {
		s.routes.ServeHTTP(c.w, p.Replay)
		return nil
	}
	if p.Location != "" {
		c.w.Header().Set("Location", p.Location)
		c.w.WriteHeader(http.StatusSeeOther)
		return nil
	}
	if p.File != nil {
		c.w.Header().Set("Content-Type", p.File.MediaType)
		writeBody(c.w, c.r, http.StatusOK, p.File.Body)
		return nil
	}
	c.furnish(p)
	body, err := s.views.render(p)
	if err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	writeBody(c.w, c.r, p.Status, body)
	return nil
}

// problem answers outside the pages' own handling.
func (s *server) problem(c *call, status int, swedish string) {
	p := c.faultPage(&fault.Error{Kind: fault.Denied, Swedish: swedish})
	p.Status = status
	if err := s.write(c, p); err != nil {
		http.Error(c.w, swedish, status)
	}
}

// writeBody writes a body, compressed when the browser takes that and it pays.
func writeBody(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	w.Header().Add("Vary", "Accept-Encoding")
	if len(body) > 1000 && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") && compressible(w.Header().Get("Content-Type")) {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := z.Write(body); err == nil && z.Close() == nil {
			w.Header().Set("Content-Encoding", "gzip")
			body = b.Bytes()
		}
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // a browser that has gone away is no fault
	}
}

// compressible reports whether a media type is text.
func compressible(mediaType string) bool {
	return strings.HasPrefix(mediaType, "text/") || mediaType == "image/svg+xml"
}

// form shows a form, or takes what was typed and calls save. save returns where to go next; its fault is shown in the
// form, with everything that was typed.
func (c *call) form(p *page, f *form, save func() (string, error)) (*page, error) {
	p.Form = f
	if !c.posted() {
		return p, nil
	}
	f.fill(c.r.PostForm)
	if c.restored {
		f.Action = c.r.URL.RequestURI() // the browser is still at the address of the sign-in
		f.Notice = "Du är inloggad igen. Det du skrev finns kvar men är inte sparat än."
		return p, nil
	}
	do := c.r.PostForm.Get(doField)
	if f.wants(do) && f.try == nil || f.adds(do) {
		return p, nil // one more row: the form was built with it
	}
	if !f.valid() {
		return p.failed(), nil
	}
	if f.wants(do) {
		return c.tried(p, f, f.try())
	}
	location, err := save()
	if err == nil {
		return &page{Location: location}, nil
	}
	return c.tried(p, f, err)
}

// tried shows a form again after an attempt that stored nothing.
func (c *call) tried(p *page, f *form, err error) (*page, error) {
	if err == nil {
		return p, nil
	}
	e := toFault(err)
	if e.Kind == fault.Unauthenticated {
		return nil, err
	}
	if e.Kind == fault.Internal {
		c.Logger.ErrorContext(c.ctx(), "saving failed", "path", c.r.URL.Path, "error", err)
	}
	f.reject(e)
	return p.failed(), nil
}

// receipt adds to an address what the next page shall confirm.
func receipt(location, code string) string {
	path, fragment, found := strings.Cut(location, "#")
	sign := "?"
	if strings.Contains(path, "?") {
		sign = "&"
	}
	path += sign + "kvitto=" + url.QueryEscape(code)
	if found {
		path += "#" + fragment
	}
	return path
}
