package org

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// NormalEmail returns the form in which two spellings of one address are equal: trimmed, composed, in lower case. The
// part before "@" may in theory distinguish case; no provider in use does, and people type both.
func NormalEmail(address string) string {
	return strings.ToLower(norm.NFC.String(strings.TrimSpace(address)))
}
