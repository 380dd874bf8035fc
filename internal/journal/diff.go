package journal

import (
	"fmt"
	"sort"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	journalv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/journal/v1"
)

// Diff lists the fields that differ between two states of one resource, in order of path. Either may be nil. Elements
// of lists are compared by their place.
func Diff(before, after proto.Message) ([]*journalv1.FieldChange, error) {
	was, err := flatten(before)
	if err != nil {
		return nil, err
	}
	is, err := flatten(after)
	if err != nil {
		return nil, err
	}
	var changes []*journalv1.FieldChange
	for path, value := range is {
		if was[path] != value {
			changes = append(changes, &journalv1.FieldChange{Path: path, Before: was[path], After: value})
		}
	}
	for path, value := range was {
		if _, stays := is[path]; !stays {
			changes = append(changes, &journalv1.FieldChange{Path: path, Before: value})
		}
	}
	sort.Slice(changes, func(i, j int) bool { return changes[i].GetPath() < changes[j].GetPath() })
	return changes, nil
}

// flatten maps the path of every set leaf to its value as JSON.
func flatten(m proto.Message) (map[string]string, error) {
	leaves := map[string]string{}
	if m == nil || !m.ProtoReflect().IsValid() {
		return leaves, nil
	}
	text, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("flatten a state: %w", err)
	}
	var tree structpb.Value
	if err := protojson.Unmarshal(text, &tree); err != nil {
		return nil, fmt.Errorf("flatten a state: %w", err)
	}
	return leaves, walk("", &tree, leaves)
}

func walk(path string, v *structpb.Value, leaves map[string]string) error {
	switch kind := v.GetKind().(type) {
	case *structpb.Value_StructValue:
		for name, field := range kind.StructValue.GetFields() {
			if err := walk(join(path, name), field, leaves); err != nil {
				return err
			}
		}
		return nil
	case *structpb.Value_ListValue:
		for i, element := range kind.ListValue.GetValues() {
			if err := walk(fmt.Sprintf("%s[%d]", path, i), element, leaves); err != nil {
				return err
			}
		}
		return nil
	default:
		text, err := v.MarshalJSON()
		leaves[path] = string(text)
		return err
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
