package mail

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-ical"
	gomessage "github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset"
	gomail "github.com/emersion/go-message/mail"
	"golang.org/x/net/html"
)

// parsed is a mail as a program that is not ours reads it.
type parsed struct {
	fields                        []string
	subject, name, address, msgID string
	text, page, calendar          string
}

// ourFields are the headers that every mail has, sorted. A digest has List-Unsubscribe besides.
var ourFields = []string{"Auto-Submitted", "Content-Language", "Content-Type", "Date", "From", "Message-Id", "Mime-Version",
	"Subject", "To", "X-Auto-Response-Suppress"}

// parse reads a mail.
func parse(tb testing.TB, raw []byte) parsed {
	tb.Helper()
	r, err := gomail.CreateReader(bytes.NewReader(raw))
	if err != nil {
		tb.Fatalf("read the mail: %v\n%s", err, raw)
	}
	var p parsed
	for f := r.Header.Fields(); f.Next(); {
		p.fields = append(p.fields, f.Key())
	}
	slices.Sort(p.fields)
	if p.subject, err = r.Header.Subject(); err != nil {
		tb.Fatalf("subject: %v", err)
	}
	if p.msgID, err = r.Header.MessageID(); err != nil {
		tb.Fatalf("Message-ID: %v", err)
	}
	to, err := r.Header.AddressList("To")
	if err != nil || len(to) != 1 {
		tb.Fatalf("recipients: got %v, %v, want one\n%s", to, err, raw)
	}
	p.name, p.address = to[0].Name, to[0].Address
	p.parts(tb, r)
	return p
}

// parts reads the text, the page and the calendar.
func (p *parsed) parts(tb testing.TB, r *gomail.Reader) {
	tb.Helper()
	for {
		part, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			tb.Fatalf("next part: %v", err)
		}
		content, err := io.ReadAll(part.Body)
		if err != nil {
			tb.Fatalf("read a part: %v", err)
		}
		text := strings.ReplaceAll(string(content), "\r\n", "\n")
		header := partHeader(part)
		kind, params, err := header.ContentType()
		if err != nil || !strings.EqualFold(params["charset"], "utf-8") {
			tb.Fatalf("part %s: got charset %q, %v", kind, params["charset"], err)
		}
		switch kind {
		case "text/plain":
			p.text += text
		case "text/html":
			p.page += text
		case "text/calendar":
			p.calendar += string(content)
		default:
			tb.Fatalf("a part of %s", kind)
		}
	}
}

func partHeader(part *gomail.Part) gomessage.Header {
	switch h := part.Header.(type) {
	case *gomail.InlineHeader:
		return h.Header
	case *gomail.AttachmentHeader:
		return h.Header
	}
	return gomessage.Header{}
}

// pageText is what a browser shows of a page.
func pageText(tb testing.TB, page string) string {
	tb.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		tb.Fatal(err)
	}
	var b strings.Builder
	for n := range root.Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(n.Data + "\n")
		}
		if n.Type == html.ElementNode && (n.Data == "script" || n.Data == "img" || n.Data == "iframe") {
			tb.Errorf("the page has a <%s>", n.Data)
		}
	}
	return b.String()
}

// events reads a calendar and returns its events.
func events(tb testing.TB, calendar string) []ical.Event {
	tb.Helper()
	cal, err := ical.NewDecoder(strings.NewReader(calendar)).Decode()
	if err != nil {
		tb.Fatalf("read the calendar: %v\n%s", err, calendar)
	}
	// The strict encoder of the other library finds what is missing or doubled.
	if err := ical.NewEncoder(io.Discard).Encode(cal); err != nil {
		tb.Fatalf("the calendar is not as RFC 5545 has it: %v\n%s", err, calendar)
	}
	return cal.Events()
}
