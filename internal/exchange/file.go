package exchange

import (
	"fmt"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	exchangev1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/exchange/v1"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// File is a bundle together with where its parts stood.
type File struct {
	// Bundle is the content, without server-side fields.
	Bundle *exchangev1.Bundle

	lines map[string]int
}

// NewFile returns a file for a bundle that was made by a program. Names and format are checked as by Decode.
func NewFile(bundle *exchangev1.Bundle) (*File, error) {
	file := &File{Bundle: bundle}
	var faults collection
	file.structure(&faults)
	if err := faults.err(); err != nil {
		return nil, err
	}
	return file, nil
}

// Line returns the line of a path such as "risk_entries[3].treatments[0].reason", or of the nearest part around it that
// the file has; 0 when that is unknown.
func (f *File) Line(path string) int {
	for path != "" {
		if line, ok := f.lines[path]; ok {
			return line
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return 0
}

// Municipalities returns the names of the municipalities that the file speaks of, in order of first mention.
func (f *File) Municipalities() []string {
	var names []string
	seen := map[string]bool{}
	for item := range items(f.Bundle) {
		if m := municipalityOf(item.name); m != "" && !seen[m] {
			seen[m] = true
			names = append(names, m)
		}
	}
	return names
}

// item is one resource of a bundle.
type item struct {
	path     string
	name     string
	resource proto.Message
	// field is the bundle's field that holds it.
	field protoreflect.FieldDescriptor
}

// items yields the resources of a bundle in the order of the contract.
func items(bundle *exchangev1.Bundle) func(yield func(item) bool) {
	return func(yield func(item) bool) {
		m := bundle.ProtoReflect()
		fields := m.Descriptor().Fields()
		for i := range fields.Len() {
			field := fields.Get(i)
			if !field.IsList() {
				continue
			}
			list := m.Get(field).List()
			for j := range list.Len() {
				resource := list.Get(j).Message()
				if !yield(item{
					path: fmt.Sprintf("%s[%d]", field.Name(), j), name: nameOf(resource),
					resource: resource.Interface(), field: field,
				}) {
					return
				}
			}
		}
	}
}

// nameOf returns the resource's field "name".
func nameOf(m protoreflect.Message) string {
	return m.Get(m.Descriptor().Fields().ByName("name")).String()
}

// municipalityOf returns the first two parts of a resource name, or "" when it does not lie in a municipality.
func municipalityOf(name string) string {
	parts := strings.SplitN(name, "/", 3)
	if len(parts) < 2 || parts[0] != "municipalities" || parts[1] == "" {
		return ""
	}
	return parts[0] + "/" + parts[1]
}

// committeeOf returns the first four parts of a resource name, or "" when it does not lie in a committee.
func committeeOf(name string) string {
	parts := strings.SplitN(name, "/", 5)
	if len(parts) < 4 || parts[2] != "committees" || parts[3] == "" {
		return ""
	}
	return strings.Join(parts[:4], "/")
}

// structure checks what can be told from the file alone: its format and the names. A part that faults mention already is
// not reported again.
func (f *File) structure(faults *collection) {
	if f.Bundle.GetFormat() != FormatName && !faults.paths["format"] {
		faults.add(f.at(fault.Field{
			Path: "format", Reason: "UNKNOWN_FORMAT",
			Swedish: "Filen ska ange sitt format: \"format: " + FormatName + "\".",
			English: "format must be " + FormatName,
		}))
	}
	clean(f.Bundle.ProtoReflect())
	seen := map[string]string{}
	for item := range items(f.Bundle) {
		path := item.path + ".name"
		if faults.paths[path] || faults.paths[item.path] {
			continue
		}
		if wrong := nameFault(item, seen); wrong.Reason != "" {
			wrong.Path = path
			faults.add(f.at(wrong))
		}
	}
}

// nameFault returns what is wrong with one resource's name, without a reason when nothing is, and remembers it in seen.
func nameFault(item item, seen map[string]string) fault.Field {
	patterns := patternsOf(item.resource.ProtoReflect().Descriptor())
	if !matchesAny(item.name, patterns) {
		return fault.Field{
			Reason:  "RESOURCE_NAME",
			Swedish: fmt.Sprintf("Namnet ska ha formen %s. Delarna består av a–z, 0–9 och bindestreck.", strings.Join(patterns, " eller ")),
			English: "the name must have the form " + strings.Join(patterns, " or "),
		}
	}
	if first, ok := seen[item.name]; ok {
		return fault.Field{
			Reason:  "DUPLICATE_NAME",
			Swedish: fmt.Sprintf("Namnet används redan av %s. Varje namn får stå en gång i filen.", first),
			English: "the name is that of " + first + " too",
		}
	}
	seen[item.name] = item.path
	return fault.Field{}
}

// at adds the line of a fault's path to its texts.
func (f *File) at(field fault.Field) fault.Field { return located(f.Line(field.Path), field) }
