package exchange

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// timestampName is the one well-known type that bundles hold.
const timestampName protoreflect.FullName = "google.protobuf.Timestamp"

// reader copies a parsed file into a message and collects what does not fit.
type reader struct {
	faults collection
	// lines holds the line of each field and element by its path.
	lines map[string]int
	// stopped is true when an alias or the depth made it give up on a part, so that what is missing says nothing.
	stopped bool
}

func (r *reader) fail(node *yaml.Node, path, reason, swedish, english string) {
	r.faults.add(located(node.Line, fault.Field{
		Path: orFile(path), Reason: reason, Swedish: swedish, English: english,
	}))
}

// message reads a mapping into m.
func (r *reader) message(node *yaml.Node, m protoreflect.Message, path string, depth int) {
	if !r.enter(node, yaml.MappingNode, path, depth) {
		return
	}
	seen := map[protoreflect.Name]bool{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		field := r.field(key, m.Descriptor(), path)
		if field == nil {
			continue
		}
		at := join(path, string(field.Name()))
		if seen[field.Name()] {
			r.fail(key, at, "DUPLICATE_KEY", "Fältet står två gånger. Ta bort det ena.", "the field occurs twice")
			continue
		}
		seen[field.Name()] = true
		r.lines[at] = key.Line
		r.value(value, m, field, at, depth)
	}
}

// enter reports whether node is of the kind, no alias and not too deep; else it records the fault.
func (r *reader) enter(node *yaml.Node, kind yaml.Kind, path string, depth int) bool {
	switch {
	case node.Kind == yaml.AliasNode || node.Anchor != "":
		r.stopped = true
		r.fail(node, path, "YAML_ALIAS", "Filen får inte använda YAML-ankare (& och *). Skriv ut innehållet där det hör hemma.",
			"anchors and aliases are not allowed")
	case depth > maxDepth:
		r.stopped = true
		r.faults.add(tooDeep(path, node.Line))
	case node.Kind != kind:
		r.stopped = r.stopped || path == ""
		r.wrongType(node, path, kindWord(kind), kindEnglish(kind))
	default:
		return true
	}
	return false
}

// field returns the descriptor that a key names, in the spelling of the contract, or records a fault and returns nil.
func (r *reader) field(key *yaml.Node, d protoreflect.MessageDescriptor, path string) protoreflect.FieldDescriptor {
	if !r.enter(key, yaml.ScalarNode, path, 0) {
		return nil
	}
	if key.Tag == "!!merge" {
		r.stopped = true
		r.fail(key, path, "YAML_ALIAS", "Filen får inte använda YAML-sammanslagning (<<). Skriv ut fälten.",
			"merge keys are not allowed")
		return nil
	}
	field := d.Fields().ByName(protoreflect.Name(key.Value))
	if field == nil {
		known := fieldNames(d)
		r.fail(key, join(path, clip(key.Value)), "UNKNOWN_FIELD",
			"Fältet ”"+clip(key.Value)+"” finns inte. De som finns är: "+known+".", "unknown field; known are "+known)
	}
	return field
}

// value reads one field. Null is the same as leaving the field out.
func (r *reader) value(node *yaml.Node, m protoreflect.Message, field protoreflect.FieldDescriptor, path string, depth int) {
	switch {
	case node.Kind == yaml.ScalarNode && node.Tag == "!!null":
	case field.IsList():
		r.list(node, m.Mutable(field).List(), field, path, depth+1)
	case isMessage(field):
		r.message(node, m.Mutable(field).Message(), path, depth+1)
	default:
		if v, ok := r.scalar(node, field, path, depth+1); ok {
			m.Set(field, v)
		}
	}
}

// list reads a sequence.
func (r *reader) list(node *yaml.Node, list protoreflect.List, field protoreflect.FieldDescriptor, path string, depth int) {
	if !r.enter(node, yaml.SequenceNode, path, depth) {
		return
	}
	for i, child := range node.Content {
		at := fmt.Sprintf("%s[%d]", path, i)
		r.lines[at] = child.Line
		if isMessage(field) {
			element := list.NewElement()
			r.message(child, element.Message(), at, depth+1)
			list.Append(element)
			continue
		}
		if v, ok := r.scalar(child, field, at, depth+1); ok {
			list.Append(v)
		}
	}
}

// isMessage reports whether a field's values have fields of their own in the file.
func isMessage(field protoreflect.FieldDescriptor) bool {
	return field.Message() != nil && field.Message().FullName() != timestampName
}

// scalar reads a value without parts.
func (r *reader) scalar(node *yaml.Node, field protoreflect.FieldDescriptor, path string, depth int) (protoreflect.Value, bool) {
	if !r.enter(node, yaml.ScalarNode, path, depth) {
		return protoreflect.Value{}, false
	}
	switch field.Kind() {
	case protoreflect.StringKind:
		return r.text(node, path)
	case protoreflect.BoolKind:
		return r.boolean(node, path)
	case protoreflect.Int32Kind:
		return r.whole(node, path)
	case protoreflect.Int64Kind:
		return r.large(node, path)
	case protoreflect.DoubleKind:
		return r.number(node, path)
	case protoreflect.EnumKind:
		return r.enum(node, field.Enum(), path)
	case protoreflect.MessageKind:
		return r.timestamp(node, path)
	default:
		r.wrongType(node, path, "något annat", "of a kind that bundles do not hold")
		return protoreflect.Value{}, false
	}
}

// text takes strings, and in YAML also what was meant as one but looks like a number or a date, as it was written.
func (r *reader) text(node *yaml.Node, path string) (protoreflect.Value, bool) {
	switch node.Tag {
	case "!!str", "!!int", "!!float", "!!timestamp":
		return protoreflect.ValueOfString(node.Value), true
	default:
		return r.wrongType(node, path, "en text", "a text")
	}
}

func (r *reader) boolean(node *yaml.Node, path string) (protoreflect.Value, bool) {
	if node.Tag == "!!bool" {
		switch node.Value {
		case "true":
			return protoreflect.ValueOfBool(true), true
		case "false":
			return protoreflect.ValueOfBool(false), true
		}
	}
	return r.wrongType(node, path, "true eller false", "true or false")
}

func (r *reader) whole(node *yaml.Node, path string) (protoreflect.Value, bool) {
	n, err := strconv.ParseInt(node.Value, 10, 32)
	if err != nil || !isNumber(node) {
		return r.wrongType(node, path, "ett heltal", "a whole number")
	}
	return protoreflect.ValueOfInt32(int32(n)), true
}

// large takes also a number in quotes: that is how JSON writes whole numbers that may be larger than its own.
func (r *reader) large(node *yaml.Node, path string) (protoreflect.Value, bool) {
	n, err := strconv.ParseInt(node.Value, 10, 64)
	if err != nil || !isNumber(node) && node.Tag != "!!str" {
		return r.wrongType(node, path, "ett heltal", "a whole number")
	}
	return protoreflect.ValueOfInt64(n), true
}

func (r *reader) number(node *yaml.Node, path string) (protoreflect.Value, bool) {
	x, err := strconv.ParseFloat(node.Value, 64)
	if err != nil || !isNumber(node) || math.IsInf(x, 0) || math.IsNaN(x) {
		return r.wrongType(node, path, "ett tal, med punkt före decimalerna", "a number")
	}
	return protoreflect.ValueOfFloat64(x), true
}

func isNumber(node *yaml.Node) bool { return node.Tag == "!!int" || node.Tag == "!!float" }

func (r *reader) enum(node *yaml.Node, d protoreflect.EnumDescriptor, path string) (protoreflect.Value, bool) {
	value := d.Values().ByName(protoreflect.Name(node.Value))
	if value == nil || node.Tag != "!!str" {
		known := enumNames(d)
		r.fail(node, path, "UNKNOWN_VALUE", fmt.Sprintf("Värdet %q finns inte. De som finns är: %s.", clip(node.Value), known),
			fmt.Sprintf("unknown value %q; known are %s", clip(node.Value), known))
		return protoreflect.Value{}, false
	}
	return protoreflect.ValueOfEnum(value.Number()), true
}

func (r *reader) timestamp(node *yaml.Node, path string) (protoreflect.Value, bool) {
	at, err := time.Parse(time.RFC3339Nano, node.Value)
	if err != nil || timestamppb.New(at).CheckValid() != nil {
		return r.wrongType(node, path, "en tidpunkt som \"2025-06-13T09:00:00Z\"", "a time such as \"2025-06-13T09:00:00Z\"")
	}
	return protoreflect.ValueOfMessage(timestamppb.New(at).ProtoReflect()), true
}

func (r *reader) wrongType(node *yaml.Node, path, swedish, english string) (protoreflect.Value, bool) {
	r.fail(node, path, "WRONG_TYPE", "Här ska det stå "+swedish+".", "must be "+english)
	return protoreflect.Value{}, false
}

func tooDeep(path string, line int) fault.Field {
	return located(line, fault.Field{
		Path: orFile(path), Reason: "TOO_DEEP",
		Swedish: fmt.Sprintf("Filen är nästlad i mer än %d nivåer. Så djupt går inget innehåll; kontrollera indragen.", maxDepth),
		English: fmt.Sprintf("nested more than %d levels deep", maxDepth),
	})
}

func kindWord(kind yaml.Kind) string {
	switch kind {
	case yaml.MappingNode:
		return "fält med namn och värde (\"namn: värde\")"
	case yaml.SequenceNode:
		return "en lista (rader som börjar med \"- \")"
	default:
		return "ett enda värde"
	}
}

func kindEnglish(kind yaml.Kind) string {
	switch kind {
	case yaml.MappingNode:
		return "a mapping of fields"
	case yaml.SequenceNode:
		return "a list"
	default:
		return "a single value"
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func orFile(path string) string {
	if path == "" {
		return "file"
	}
	return path
}

// clip shortens what is quoted from a file in a message.
func clip(s string) string {
	const most = 60
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}

// fieldNames lists the fields that a file may hold, in order.
func fieldNames(d protoreflect.MessageDescriptor) string {
	var names []string
	for i := range d.Fields().Len() {
		if f := d.Fields().Get(i); !isServerSide(f) {
			names = append(names, string(f.Name()))
		}
	}
	return strings.Join(names, ", ")
}

// enumNames lists the values of an enumeration but the unstated one.
func enumNames(d protoreflect.EnumDescriptor) string {
	var names []string
	for i := range d.Values().Len() {
		if v := d.Values().Get(i); v.Number() != 0 {
			names = append(names, string(v.Name()))
		}
	}
	return strings.Join(names, ", ")
}
