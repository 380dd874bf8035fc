package exchange

import (
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// isServerSide reports whether a field belongs to the installation, not to the content: etags, times of storing and
// what is computed.
func isServerSide(field protoreflect.FieldDescriptor) bool {
	switch field.Name() {
	case "etag", "create_time", "update_time":
		return true
	default:
		return strings.HasPrefix(string(field.Name()), "computed_")
	}
}

// clean clears the server-side fields of m and of everything in it.
func clean(m protoreflect.Message) {
	m.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		switch {
		case isServerSide(field):
			m.Clear(field)
		case field.Message() == nil:
		case field.IsList():
			for i := range value.List().Len() {
				clean(value.List().Get(i).Message())
			}
		default:
			clean(value.Message())
		}
		return true
	})
}
