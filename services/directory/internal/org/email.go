package org

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// NormalEmail returns the form in which two spellings of one address are equal: trimmed, in lower case, composed (last,
// because lower-casing can leave what composes). The part before "@" may in theory distinguish case; no provider in use does, and people type both.
func NormalEmail(address string) string {
	return norm.NFC.String(strings.ToLower(norm.NFD.String(strings.TrimSpace(address))))
}
