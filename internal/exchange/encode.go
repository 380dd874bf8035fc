package exchange

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"go.yaml.in/yaml/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"

	exchangev1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/exchange/v1"
)

// Encode writes a bundle in its canonical form: resources in order of name, fields in the order of the contract,
// without server-side fields, texts of several lines as blocks. Equal content gives equal bytes. The bundle itself is
// not changed.
func Encode(bundle *exchangev1.Bundle, format Format) ([]byte, error) {
	canonical := Canonical(bundle)
	if format == JSON {
		return encodeJSON(canonical)
	}
	return encodeYAML(canonical)
}

// Canonical returns a copy without server-side fields and with resources in order of name. Two bundles of equal content
// have equal canonical copies.
func Canonical(bundle *exchangev1.Bundle) *exchangev1.Bundle {
	c := proto.CloneOf(bundle)
	c.Format = FormatName
	m := c.ProtoReflect()
	clean(m)
	m.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		if field.IsList() {
			sortByName(value.List())
		}
		return true
	})
	return c
}

// sortByName orders resources by name; those of one name keep their order.
func sortByName(list protoreflect.List) {
	elements := make([]protoreflect.Value, list.Len())
	for i := range elements {
		elements[i] = list.Get(i)
	}
	slices.SortStableFunc(elements, func(a, b protoreflect.Value) int {
		return strings.Compare(nameOf(a.Message()), nameOf(b.Message()))
	})
	for i, e := range elements {
		list.Set(i, e)
	}
}

// encodeJSON indents what protojson writes, whose white space varies from build to build.
func encodeJSON(bundle *exchangev1.Bundle) ([]byte, error) {
	raw, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(bundle)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, raw, "", "  "); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

func encodeYAML(bundle *exchangev1.Bundle) ([]byte, error) {
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(messageNode(bundle.ProtoReflect())); err != nil {
		return nil, err
	}
	if err := encoder.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// messageNode returns the mapping of the fields that are set, in the order of the contract.
func messageNode(m protoreflect.Message) *yaml.Node {
	node := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		field := fields.Get(i)
		if !m.Has(field) {
			continue
		}
		node.Content = append(node.Content, textNode(string(field.Name())), fieldNode(m.Get(field), field))
	}
	return node
}

func fieldNode(value protoreflect.Value, field protoreflect.FieldDescriptor) *yaml.Node {
	if !field.IsList() {
		return valueNode(value, field)
	}
	node := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	for i := range value.List().Len() {
		node.Content = append(node.Content, valueNode(value.List().Get(i), field))
	}
	return node
}

func valueNode(value protoreflect.Value, field protoreflect.FieldDescriptor) *yaml.Node {
	switch field.Kind() {
	case protoreflect.MessageKind:
		if at, ok := value.Message().Interface().(*timestamppb.Timestamp); ok {
			return textNode(at.AsTime().Format(time.RFC3339Nano))
		}
		return messageNode(value.Message())
	case protoreflect.StringKind:
		return textNode(value.String())
	case protoreflect.BoolKind:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: strconv.FormatBool(value.Bool())}
	case protoreflect.EnumKind:
		return textNode(enumName(field.Enum(), value.Enum()))
	case protoreflect.DoubleKind:
		return numberNode(value.Float())
	default:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: strconv.FormatInt(value.Int(), 10)}
	}
}

// numberNode writes a number as short as it can be read back; numbers of a bundle are finite.
func numberNode(x float64) *yaml.Node {
	node := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!float", Value: strconv.FormatFloat(x, 'f', -1, 64)}
	if !strings.Contains(node.Value, ".") {
		node.Tag = "!!int"
	}
	return node
}

// enumName returns a value's name; a number that the contract does not know is written as such, and refused when read.
func enumName(d protoreflect.EnumDescriptor, n protoreflect.EnumNumber) string {
	if v := d.Values().ByNumber(n); v != nil {
		return string(v.Name())
	}
	return strconv.Itoa(int(n))
}

// textNode writes a text of several lines as a block where the block can hold it exactly, else as the encoder sees fit.
func textNode(s string) *yaml.Node {
	node := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
	switch {
	case isOldTruth(s), isOldNumber(s):
		node.Style = yaml.DoubleQuotedStyle
	case !strings.Contains(s, "\n"):
	case fitsBlock(s):
		node.Style = yaml.LiteralStyle
	default:
		node.Style = yaml.DoubleQuotedStyle
	}
	return node
}

// isOldTruth reports whether readers of YAML 1.1 would take the text for true or false. It may be a field's name.
func isOldTruth(s string) bool {
	switch strings.ToLower(s) {
	case "y", "n", "yes", "no", "on", "off":
		return true
	default:
		return false
	}
}

// isOldNumber reports whether readers of YAML 1.1 would take the text, such as a time of day, for a number to the base 60.
func isOldNumber(s string) bool {
	return strings.Contains(s, ":") && strings.Trim(s, "0123456789:._+-") == ""
}

// fitsBlock reports whether a literal block keeps the text: it begins with ink, no line ends in white space, and every
// character is printable.
func fitsBlock(s string) bool {
	if strings.TrimLeftFunc(s, unicode.IsSpace) != s {
		return false
	}
	for line := range strings.SplitSeq(s, "\n") {
		if strings.TrimRightFunc(line, unicode.IsSpace) != line || strings.ContainsFunc(line, func(r rune) bool {
			return !unicode.IsPrint(r)
		}) {
			return false
		}
	}
	return true
}
