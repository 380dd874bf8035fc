package exchange

import (
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// NameFor returns a name of the resource's first pattern, with id in each variable part.
func NameFor(d protoreflect.MessageDescriptor, id string) string {
	parts := strings.Split(patternsOf(d)[0], "/")
	for i, p := range parts {
		if strings.HasPrefix(p, "{") {
			parts[i] = id
		}
	}
	return strings.Join(parts, "/")
}
