package exchange

import (
	"strings"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// patternsOf returns the name patterns that a resource declares (AIP-123), such as
// "municipalities/{municipality}/people/{person}".
func patternsOf(d protoreflect.MessageDescriptor) []string {
	resource, _ := proto.GetExtension(d.Options(), annotations.E_Resource).(*annotations.ResourceDescriptor)
	return resource.GetPattern()
}

func matchesAny(name string, patterns []string) bool {
	for _, pattern := range patterns {
		if matches(name, pattern) {
			return true
		}
	}
	return false
}

// matches reports whether a name has the form of a pattern and each variable part is an identifier.
func matches(name, pattern string) bool {
	parts, want := strings.Split(name, "/"), strings.Split(pattern, "/")
	if len(parts) != len(want) {
		return false
	}
	for i, w := range want {
		if strings.HasPrefix(w, "{") {
			if !isIdentifier(parts[i]) {
				return false
			}
		} else if parts[i] != w {
			return false
		}
	}
	return true
}

// isIdentifier reports whether s is 1–63 of a–z, 0–9 and "-", beginning with a letter or digit.
func isIdentifier(s string) bool {
	if s == "" || len(s) > 63 || s[0] == '-' {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}
