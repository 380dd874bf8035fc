package validation

import (
	"strings"

	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
)

// changes returns the options for a message. The resource in an update request (AIP-134) holds only what shall change:
// its other fields are no faults for being empty, since they stay as they are. Rules on the resource as a whole are left
// to who sees the whole.
func changes(message proto.Message) []protovalidate.ValidationOption {
	u, ok := updateOf(message.ProtoReflect())
	if !ok {
		return nil
	}
	return []protovalidate.ValidationOption{protovalidate.WithFilter(u)}
}

// update is the resource of an update request, with the names of the fields that change; nil means those that are set.
type update struct {
	resource protoreflect.Message
	names    map[protoreflect.Name]bool
}

// updateOf finds the mask and, beside it, the one resource.
func updateOf(request protoreflect.Message) (*update, bool) {
	fields := request.Descriptor().Fields()
	maskField := fields.ByName("update_mask")
	if maskField == nil || maskField.Message() == nil || maskField.IsList() {
		return nil, false
	}
	mask, ok := request.Get(maskField).Message().Interface().(*fieldmaskpb.FieldMask)
	if !ok {
		return nil, false
	}
	for i := range fields.Len() {
		if f := fields.Get(i); isResource(f) && request.Has(f) {
			return newUpdate(request.Get(f).Message(), mask.GetPaths())
		}
	}
	return nil, false
}

// isResource tells the resource by the field that every resource has.
func isResource(f protoreflect.FieldDescriptor) bool {
	return f.Message() != nil && !f.IsList() && !f.IsMap() && f.Message().Fields().ByName("etag") != nil
}

// newUpdate returns false for a mask that replaces everything.
func newUpdate(resource protoreflect.Message, paths []string) (*update, bool) {
	u := &update{resource: resource}
	for _, path := range paths {
		if path == "*" {
			return nil, false
		}
		if u.names == nil {
			u.names = map[protoreflect.Name]bool{}
		}
		first, _, _ := strings.Cut(path, ".")
		u.names[protoreflect.Name(first)] = true
	}
	return u, true
}

// ShouldValidate implements protovalidate.Filter.
func (u *update) ShouldValidate(message protoreflect.Message, of protoreflect.Descriptor) bool {
	if message.Interface() != u.resource.Interface() {
		return true
	}
	switch d := of.(type) {
	case protoreflect.FieldDescriptor:
		return u.has(d)
	case protoreflect.OneofDescriptor:
		for i := range d.Fields().Len() {
			if u.has(d.Fields().Get(i)) {
				return true
			}
		}
	}
	return false
}

func (u *update) has(f protoreflect.FieldDescriptor) bool {
	if u.names == nil {
		return u.resource.Has(f)
	}
	return u.names[f.Name()]
}
