// Package schema describes the bundle as a JSON Schema (draft 2020-12), for editors and for programs that write bundles.
// It is derived from the descriptors of the contract and their field rules.
package schema

import (
	"bytes"
	"encoding/json"
	"fmt"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"buf.build/go/protovalidate"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	exchangev1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/exchange/v1"
)

// node is a part of a schema; encoding/json writes its keys in order.
type node map[string]any

// Generate returns the schema of the bundle. The OpenAPI description of the suite lends it the comments of messages and
// fields, which descriptors do not carry.
func Generate(openapi []byte) ([]byte, error) {
	var api description
	if err := json.Unmarshal(openapi, &api); err != nil {
		return nil, fmt.Errorf("read the OpenAPI description: %w", err)
	}
	g := generator{api: api, defs: node{}}
	root, err := g.message((&exchangev1.Bundle{}).ProtoReflect().Descriptor())
	if err != nil {
		return nil, err
	}
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "Uppsikt bundle"
	root["$defs"] = g.defs
	root["required"] = []string{"format"}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err = encoder.Encode(root)
	return out.Bytes(), err
}

// description is the part of an OpenAPI 2 document that holds comments.
type description struct {
	Definitions map[string]struct {
		Description string `json:"description"`
		Properties  map[string]struct {
			Description string `json:"description"`
		} `json:"properties"`
	} `json:"definitions"`
}

// generator collects the definitions of the messages it meets.
type generator struct {
	api  description
	defs node
}

// message returns the schema of a message.
func (g generator) message(d protoreflect.MessageDescriptor) (node, error) {
	comments := g.api.Definitions["v1"+string(d.Name())]
	properties, required := node{}, []string{}
	for i := range d.Fields().Len() {
		field := d.Fields().Get(i)
		if serverSide(field) {
			continue
		}
		property, err := g.field(field)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", field.FullName(), err)
		}
		if text := comments.Properties[string(field.Name())].Description; text != "" {
			property["description"] = text
		}
		properties[string(field.Name())] = property
		rules, err := protovalidate.ResolveFieldRules(field)
		if err != nil {
			return nil, err
		}
		if needed(rules) || field.Name() == "name" && isResource(d) {
			required = append(required, string(field.Name()))
		}
	}
	n := node{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		n["required"] = required
	}
	if comments.Description != "" {
		n["description"] = comments.Description
	}
	return n, nil
}

// serverSide reports whether a field belongs to the installation and not to a bundle.
func serverSide(field protoreflect.FieldDescriptor) bool {
	behaviors, _ := proto.GetExtension(field.Options(), annotations.E_FieldBehavior).([]annotations.FieldBehavior)
	for _, b := range behaviors {
		if b == annotations.FieldBehavior_OUTPUT_ONLY {
			return true
		}
	}
	return field.Name() == "etag"
}

// isResource reports whether a message has a name of its own.
func isResource(d protoreflect.MessageDescriptor) bool {
	resource, _ := proto.GetExtension(d.Options(), annotations.E_Resource).(*annotations.ResourceDescriptor)
	return len(resource.GetPattern()) > 0
}

// needed reports whether the rules refuse the value of a field that is left out.
func needed(rules *validate.FieldRules) bool {
	return rules.GetRequired() || rules.GetString().GetMinLen() > 0 || len(rules.GetEnum().GetNotIn()) > 0 ||
		rules.GetRepeated().GetMinItems() > 0
}

// field returns the schema of a field with its rules.
func (g generator) field(field protoreflect.FieldDescriptor) (node, error) {
	rules, err := protovalidate.ResolveFieldRules(field)
	if err != nil {
		return nil, err
	}
	if !field.IsList() {
		return g.single(field, rules)
	}
	items, err := g.single(field, rules.GetRepeated().GetItems())
	if err != nil {
		return nil, err
	}
	n := node{"type": "array", "items": items}
	limit(n, "minItems", rules.GetRepeated().GetMinItems())
	limit(n, "maxItems", rules.GetRepeated().GetMaxItems())
	return n, nil
}

// single returns the schema of one value.
func (g generator) single(field protoreflect.FieldDescriptor, rules *validate.FieldRules) (node, error) {
	switch field.Kind() {
	case protoreflect.StringKind:
		return text(rules.GetString()), nil
	case protoreflect.BoolKind:
		return node{"type": "boolean"}, nil
	case protoreflect.Int32Kind:
		n := node{"type": "integer", "minimum": -1 << 31, "maximum": 1<<31 - 1}
		bounds(n, rules.GetInt32())
		return n, nil
	case protoreflect.Int64Kind:
		// In quotes too: that is how JSON writes whole numbers that may be larger than its own.
		n := node{"type": []string{"integer", "string"}, "pattern": "^-?[0-9]+$"}
		bounds(n, rules.GetInt64())
		return n, nil
	case protoreflect.DoubleKind:
		n := node{"type": "number"}
		bounds(n, rules.GetDouble())
		return n, nil
	case protoreflect.EnumKind:
		return node{"enum": values(field.Enum(), rules.GetEnum())}, nil
	case protoreflect.MessageKind:
		return g.reference(field.Message())
	default:
		return nil, fmt.Errorf("a bundle has no fields of kind %s", field.Kind())
	}
}

// reference returns a reference to a message's definition, which it adds when it is new.
func (g generator) reference(d protoreflect.MessageDescriptor) (node, error) {
	if d.FullName() == "google.protobuf.Timestamp" {
		return node{"type": "string", "format": "date-time"}, nil
	}
	name := string(d.Name())
	if _, known := g.defs[name]; !known {
		g.defs[name] = nil
		definition, err := g.message(d)
		if err != nil {
			return nil, err
		}
		g.defs[name] = definition
	}
	return node{"$ref": "#/$defs/" + name}, nil
}

// text returns the schema of a text. YAML reads unquoted dates and numbers as such, and an import takes them as they are
// written, so only a text with rules of its own must be one.
func text(rules *validate.StringRules) node {
	n := node{"type": []string{"string", "number"}}
	if rules.HasConst() {
		return node{"const": rules.GetConst()}
	}
	limit(n, "minLength", rules.GetMinLen())
	limit(n, "maxLength", rules.GetMaxLen())
	if rules.GetPattern() != "" {
		n["pattern"] = rules.GetPattern()
	}
	if rules.GetEmail() {
		n["format"] = "email"
	}
	return n
}

// limit sets a key unless the limit is 0, which is none.
func limit(n node, key string, value uint64) {
	if value > 0 {
		n[key] = value
	}
}

// inclusive are the bounds that numeric rules use here.
type inclusive[T any] interface {
	HasGte() bool
	GetGte() T
	HasLte() bool
	GetLte() T
}

func bounds[T any](n node, rules inclusive[T]) {
	if rules.HasGte() {
		n["minimum"] = rules.GetGte()
	}
	if rules.HasLte() {
		n["maximum"] = rules.GetLte()
	}
}

// values lists the names of an enumeration that the rules allow.
func values(d protoreflect.EnumDescriptor, rules *validate.EnumRules) []string {
	refused := map[int32]bool{}
	for _, n := range rules.GetNotIn() {
		refused[n] = true
	}
	var names []string
	for i := range d.Values().Len() {
		if v := d.Values().Get(i); !refused[int32(v.Number())] {
			names = append(names, string(v.Name()))
		}
	}
	return names
}
