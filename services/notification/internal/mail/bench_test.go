package mail

import (
	"bytes"
	"path/filepath"
	"testing"

	gosmtp "github.com/emersion/go-smtp"
	gomail "github.com/wneessen/go-mail"
)

func BenchmarkCompose(b *testing.B) {
	c := composer(b)
	for name, m := range goldens(b) {
		if name != "single" && name != "digest" {
			continue
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Compose(m); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkSend compares our sender with a bare client of the same library that sends the same bytes over one connection to
// the same server.
func BenchmarkSend(b *testing.B) {
	server := serve(b, hooks{configure: func(s *gosmtp.Server) { s.TLSConfig = nil }})
	raw := rawMail(b, 1)
	b.Run("ours", func(b *testing.B) {
		config := server.config()
		config.TLS = NoTLS
		s := open(b, config)
		for b.Loop() {
			if a := send(b, s, anna, raw); a.Outcome != Taken {
				b.Fatal(a)
			}
		}
	})
	b.Run("bare", func(b *testing.B) {
		client, err := gomail.NewClient("127.0.0.1", gomail.WithPort(server.port), gomail.WithTLSPolicy(gomail.NoTLS), gomail.WithHELO("exempel.se"),
			gomail.WithoutNoop(), gomail.WithoutRset())
		if err != nil {
			b.Fatal(err)
		}
		msg := bareMessage(b, raw)
		if err := client.DialWithContext(b.Context()); err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if err := client.Send(msg); err != nil {
				b.Fatal(err)
			}
		}
		if err := client.Close(); err != nil {
			b.Fatal(err)
		}
	})
}

// bareMessage is a message of the library that writes the same bytes: its body is all of ours but the header.
func bareMessage(b *testing.B, raw []byte) *gomail.Msg {
	b.Helper()
	msg := gomail.NewMsg(gomail.WithEncoding(gomail.NoEncoding))
	if err := msg.From("uppsikt@exempel.se"); err != nil {
		b.Fatal(err)
	}
	if err := msg.To(anna); err != nil {
		b.Fatal(err)
	}
	_, body, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	msg.SetBodyString(gomail.TypeTextPlain, string(body))
	return msg
}

// BenchmarkConnect is a mail over a connection of its own, encrypted.
func BenchmarkConnect(b *testing.B) {
	server := serve(b, hooks{})
	raw := rawMail(b, 1)
	for b.Loop() {
		s, err := OpenSMTP(server.config())
		if err != nil {
			b.Fatal(err)
		}
		if a := send(b, s, anna, raw); a.Outcome != Taken {
			b.Fatal(a)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOutbox(b *testing.B) {
	o, err := OpenOutbox(filepath.Join(b.TempDir(), "outbox"))
	if err != nil {
		b.Fatal(err)
	}
	raw := rawMail(b, 1)
	for b.Loop() {
		if a := send(b, o, anna, raw); a.Outcome != Taken {
			b.Fatal(a)
		}
	}
}
