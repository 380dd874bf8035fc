package mail

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/uppsikt/uppsikt/internal/fault"
)

func TestParseURL(t *testing.T) {
	for address, want := range map[string]Config{
		"smtp://mejl.exempel.se":                            {Host: "mejl.exempel.se", Port: 587},
		"smtp://anna:l%C3%B6sen%40@mejl.se:2525/":           {Host: "mejl.se", Port: 2525, Username: "anna", Password: "lösen@"},
		"smtp://mejl.se?tls=tls":                            {Host: "mejl.se", Port: 465, TLS: ImplicitTLS},
		"smtps://mejl.se":                                   {Host: "mejl.se", Port: 465, TLS: ImplicitTLS},
		"smtp://[::1]:25?tls=none":                          {Host: "::1", Port: 25, TLS: NoTLS},
		"smtp://localhost?tls=none":                         {Host: "localhost", Port: 25, TLS: NoTLS},
		"smtp://user%40exempel.se@mejl.se:587?tls=starttls": {Host: "mejl.se", Port: 587, Username: "user@exempel.se"},
	} {
		got, err := ParseURL(address)
		if err != nil {
			t.Errorf("%q: %v", address, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", address, diff)
		}
	}
}

func TestParseURLRefuses(t *testing.T) {
	for _, address := range []string{"", "mejl.se:25", "http://mejl.se", "smtp://", "smtp://mejl.se/x", "smtp://mejl.se?tls=ja", "smtp://mejl.se?tsl=none",
		"smtp://mejl.se:0", "smtp://mejl.se:99999", "smtps://mejl.se?tls=none", "smtp://u:hemligt@mejl.se:x", "smtp://u:hem%zzligt@mejl.se"} {
		_, err := ParseURL(address)
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: got %v, want it refused", address, err)
			continue
		}
		if strings.Contains(err.Error(), "hem") {
			t.Errorf("%q: the fault %q holds the password", address, err)
		}
	}
}

func TestOpenSMTPRefuses(t *testing.T) {
	good := Config{Host: "mejl.se", Port: 587, From: "a@exempel.se"}
	for name, change := range map[string]func(*Config){
		"no host":                 func(c *Config) { c.Host = "" },
		"no port":                 func(c *Config) { c.Port = 0 },
		"no sender":               func(c *Config) { c.From = "" },
		"password in clear text":  func(c *Config) { c.TLS, c.Username, c.Password = NoTLS, "a", "b" },
		"password without a name": func(c *Config) { c.Password = "b" },
	} {
		c := good
		change(&c)
		if _, err := OpenSMTP(c); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: got %v, want it refused", name, err)
		}
	}
}

func TestLimitCoversEveryStep(t *testing.T) {
	c := Config{Connect: time.Second, Command: 10 * time.Second, Data: 100 * time.Second}
	if got, want := c.Limit(), 162*time.Second; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := (Config{}).Limit(); got <= 0 {
		t.Errorf("got %s without limits of its own", got)
	}
}
