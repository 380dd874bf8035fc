package mail

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	netmail "net/mail"
	"net/url"
	"slices"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// Pages that every mail links to.
const (
	tasksPath    = "/mina-uppgifter"
	settingsPath = "/paminnelser/installningar"
)

// longestName is how much of a recipient's name goes into the header.
const longestName = 80

// Composer composes mails. It is a value without state of its own, safe for concurrent use.
type Composer struct {
	from   netmail.Address
	public string
	domain string
	host   string
	zone   *time.Location
}

// NewComposer returns a composer that sends from an address such as "Internkontroll <uppsikt@kommun.se>" and links to pages
// under publicURL. Days are counted in zone.
func NewComposer(from, publicURL string, zone *time.Location) (Composer, error) {
	parsed, err := netmail.ParseAddress(from)
	if err != nil {
		return Composer{}, invalidConfig("the sender of mails is no mail address")
	}
	address, err := parseAddress(parsed.Address)
	if err != nil || !ascii(address) {
		return Composer{}, invalidConfig("the sender of mails is no mail address that every server can take")
	}
	public, err := url.Parse(publicURL)
	if err != nil || (public.Scheme != "https" && public.Scheme != "http") || public.Host == "" || public.RawQuery != "" || public.Fragment != "" {
		return Composer{}, invalidConfig("the public address of the pages is http(s)://host")
	}
	return Composer{from: netmail.Address{Name: headerName(parsed.Name), Address: address},
		public: strings.TrimSuffix(public.String(), "/"), host: public.Hostname(), zone: zone,
		domain: address[strings.LastIndexByte(address, '@')+1:]}, nil
}

// From is the bare address that mails are sent from.
func (c Composer) From() string { return c.from.Address }

// MessageID is the Message-ID of a delivery, without angle brackets.
func (c Composer) MessageID(delivery string) string { return delivery + "@" + c.domain }

// Subject is the subject that a mail would have. It asks for no address.
func (c Composer) Subject(m Message) string { return clean(c.subject(m, sorted(m.Lines))) }

// Compose makes the mail. The fault is Invalid, with the field "address", for an address that is none; nothing else that
// people wrote can make it fail.
func (c Composer) Compose(m Message) (Mail, error) {
	if len(m.Lines) == 0 || !outboxID.MatchString(m.ID) {
		return Mail{}, &fault.Error{Kind: fault.Internal, English: "a mail without lines or without the id of a delivery"}
	}
	address, err := parseAddress(m.Address)
	if err != nil {
		return Mail{}, err
	}
	v := c.view(m)
	mail := Mail{Subject: v.Subject, MessageID: c.MessageID(m.ID), Address: address, Calendar: c.calendar("", m.Date, m.Lines)}
	if mail.Calendar == "" {
		v.Calendar = ""
	}
	mail.Text = renderText(v)
	if mail.HTML, err = renderHTML(v); err != nil {
		return Mail{}, err
	}
	mail.Raw, err = c.assemble(mail, m, v)
	return mail, err
}

// assemble writes the message as RFC 5322 has it.
func (c Composer) assemble(mail Mail, m Message, v view) ([]byte, error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithEncoding(gomail.EncodingQP))
	msg.FromMailAddress(&c.from)
	msg.ToMailAddress(&netmail.Address{Name: headerName(m.Name), Address: mail.Address})
	msg.Subject(mail.Subject)
	msg.SetDateWithValue(m.Date.In(c.zone))
	msg.SetMessageIDWithValue(mail.MessageID)
	// RFC 3834: no answering machine answers this, and none of ours exists to be answered by.
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	msg.SetGenHeader("Content-Language", "sv")
	if m.Digest {
		msg.SetListUnsubscribe("<" + v.Settings + ">")
	}
	msg.SetBodyString(gomail.TypeTextPlain, mail.Text)
	msg.AddAlternativeString(gomail.TypeTextHTML, mail.HTML)
	if mail.Calendar != "" {
		err := msg.AttachReader("uppgifter.ics", strings.NewReader(mail.Calendar),
			gomail.WithFileContentType("text/calendar; charset=utf-8; method=PUBLISH"))
		if err != nil {
			return nil, fmt.Errorf("attach the calendar: %w", err)
		}
	}
	var raw bytes.Buffer
	if _, err := msg.WriteTo(&raw); err != nil {
		return nil, fmt.Errorf("write the mail: %w", err)
	}
	return raw.Bytes(), nil
}

// headerName is a name as it stands before an address. An encoded name may not hold a backslash (RFC 2047, 5), which the
// standard library lets through.
func headerName(name string) string {
	return shorten(strings.ReplaceAll(clean(name), `\`, "/"), longestName)
}

// link makes the address of a page. A path that is none of ours leads to the recipient's tasks.
func (c Composer) link(path string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsFunc(path, func(r rune) bool { return r <= ' ' }) {
		path = tasksPath
	}
	u := url.URL{Path: path}
	return c.public + u.EscapedPath()
}

// days counts calendar days from the mail's day to a last day.
func (c Composer) days(date time.Time, due string) int {
	t, err := time.Parse(time.DateOnly, due)
	if err != nil {
		return 0
	}
	local := date.In(c.zone)
	today := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC)
	return int(t.Sub(today).Hours() / 24)
}

// sorted returns lines by last day, committee and title.
func sorted(lines []Line) []Line {
	return slices.SortedStableFunc(slices.Values(lines), func(a, b Line) int {
		return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.CommitteeName, b.CommitteeName), cmp.Compare(a.Title, b.Title), cmp.Compare(a.Key, b.Key))
	})
}

// uid identifies a deadline in calendars: the same in every mail and in the feed, whatever its day.
func (c Composer) uid(l Line) string {
	sum := sha256.Sum256([]byte(l.Committee + "\x00" + l.Key))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:20])) + "@" + c.host
}
