package mail

import (
	"testing"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/services/notification/internal/notice"
)

// FuzzCompose composes a mail of whatever people may have written and reads it back with programs that are not ours.
func FuzzCompose(f *testing.F) {
	f.Add("Jäv\r\nBcc: x@y.se", "Anna", "anna@exempel.se", "Nämnd", "riskansvarig", "2025-05-12", uint8(1))
	f.Add("=?utf-8?q?x?=", "a,b <c@d.se>", "åsa@räksmörgås.se", "", "", "", uint8(0))
	f.Add("\u202eabc\x00 🦆", "\"", "a@[127.0.0.1]", "<b>", "\n", "9999-12-31", uint8(255))
	f.Fuzz(func(t *testing.T, title, name, address, committee, instead, due string, choice uint8) {
		l := line(title, due).with(func(l *Line) {
			l.CommitteeName, l.InsteadOf, l.RoundTitle, l.RoleWords = committee, instead, name, committee
			l.Cause, l.Kind, l.Recipient = notice.Cause(choice%5), notice.Kind(choice%7), notice.Recipient(choice%5)
			l.Path = "/" + title
		})
		m := message(t, "2025-05-09", l)
		m.Name, m.Address, m.Digest = name, address, choice > 127
		m.Others = []Line{l}
		c := composer(t)
		if _, err := parseAddress(address); err != nil {
			if _, err := c.Compose(m); !fault.Is(err, fault.Invalid) {
				t.Errorf("%q: got %v, want an invalid address", address, err)
			}
			m.Address = anna
		}
		checkMail(t, c, m)
	})
}

// FuzzParseURL reads addresses of mail servers; what is accepted says where to connect.
func FuzzParseURL(f *testing.F) {
	f.Add("smtp://a:b@c:25?tls=none")
	f.Add("smtps://[::1]")
	f.Fuzz(func(t *testing.T, address string) {
		c, err := ParseURL(address)
		if err == nil && (c.Host == "" || c.Port < 1 || c.Port > 65535) {
			t.Errorf("%q: got %q, port %d", address, c.Host, c.Port)
		}
		if err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: got %v, want a fault of the configuration", address, err)
		}
	})
}
