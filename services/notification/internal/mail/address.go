package mail

import (
	"fmt"
	netmail "net/mail"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// The longest parts of an address (RFC 5321, 4.5.3.1).
const (
	longestLocal  = 64
	longestDomain = 255
)

// parseAddress reads a bare address and returns it with the domain in ASCII.
func parseAddress(text string) (string, error) {
	parsed, err := netmail.ParseAddress("<" + strings.TrimSpace(text) + ">")
	if err != nil || clean(parsed.Address) != parsed.Address {
		return "", invalidAddress(text)
	}
	i := strings.LastIndexByte(parsed.Address, '@')
	local, domain := parsed.Address[:i], parsed.Address[i+1:]
	domain, err = idna.Lookup.ToASCII(domain)
	if err != nil || len(local) > longestLocal || len(domain) > longestDomain || !wellFormed(local) {
		return "", invalidAddress(text)
	}
	return local + "@" + strings.ToLower(domain), nil
}

// wellFormed refuses local parts that would have to be quoted: no mailbox of ours has one, and many servers err in them.
func wellFormed(local string) bool {
	return local != "" && utf8.ValidString(local) && !strings.ContainsAny(local, " \"(),:;<>@[\\]") &&
		!strings.HasPrefix(local, ".") && !strings.HasSuffix(local, ".") && !strings.Contains(local, "..")
}

// ascii tells text that every mail server can take.
func ascii(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// invalidAddress is the fault of what is no address. The log may hold it, so it does not say which.
func invalidAddress(text string) error {
	return fault.Fields(fault.Field{Path: "address", Swedish: "Skriv en mejladress, till exempel anna.berg@kommun.se.",
		English: fmt.Sprintf("no mail address (%d characters)", utf8.RuneCountInString(text))})
}
