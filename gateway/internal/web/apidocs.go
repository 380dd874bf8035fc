package web

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// apiDocs is the description of the REST API, grouped for reading. It is read-only after it was made.
type apiDocs struct {
	groups []*apiGroup
	types  map[string]*apiType
}

// apiGroup is the operations on one kind of resource.
type apiGroup struct {
	ID         string
	Operations []*apiOperation
}

// apiOperation is one method on one address.
type apiOperation struct {
	ID, Method, Path, Summary, Text string
	Parameters                      []apiField
	Answer                          apiRef
}

// apiField is a parameter, a part of a body or a field of a type.
type apiField struct {
	Name, Where, Text string
	Type              apiRef
	Required          bool
}

// apiRef is a type: a plain one by its name alone, another with the address of its page.
type apiRef struct {
	Text, Address string
}

// apiType is a type with its fields, or its values.
type apiType struct {
	Name, Text string
	Fields     []apiField
	Values     []string
	// UsedBy are the operations and types that name it.
	UsedBy []link
}

// The parts of an OpenAPI 2.0 description that are shown.
type (
	openAPIFile struct {
		Paths       map[string]map[string]openAPIOperation `json:"paths"`
		Definitions map[string]openAPISchema               `json:"definitions"`
	}
	openAPIOperation struct {
		Summary     string             `json:"summary"`
		Description string             `json:"description"`
		ID          string             `json:"operationId"`
		Tags        []string           `json:"tags"`
		Parameters  []openAPIParameter `json:"parameters"`
		Responses   map[string]struct {
			Schema openAPISchema `json:"schema"`
		} `json:"responses"`
	}
	openAPIParameter struct {
		openAPISchema
		Name     string        `json:"name"`
		In       string        `json:"in"`
		Required bool          `json:"required"`
		Pattern  string        `json:"pattern"`
		Schema   openAPISchema `json:"schema"`
	}
	openAPISchema struct {
		Ref         string                   `json:"$ref"`
		Type        string                   `json:"type"`
		Format      string                   `json:"format"`
		Description string                   `json:"description"`
		Items       *openAPISchema           `json:"items"`
		Enum        []string                 `json:"enum"`
		Properties  map[string]openAPISchema `json:"properties"`
	}
)

// loadAPI reads an OpenAPI 2.0 description. It fails when it cannot be read.
func loadAPI(text []byte) (*apiDocs, error) {
	var file openAPIFile
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf("read the description of the API: %w", err)
	}
	d := &apiDocs{types: map[string]*apiType{}}
	for name, schema := range file.Definitions {
		d.types[typeName(name)] = newAPIType(typeName(name), schema)
	}
	groups := map[string]*apiGroup{}
	for path, methods := range file.Paths {
		for method, op := range methods {
			o := newAPIOperation(path, method, op)
			id := groupOf(o.Path, op)
			if groups[id] == nil {
				groups[id] = &apiGroup{ID: id}
			}
			groups[id].Operations = append(groups[id].Operations, o)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(groups)) {
		slices.SortFunc(groups[id].Operations, func(a, b *apiOperation) int {
			return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Method, b.Method))
		})
		groups[id].nameApart()
		d.groups = append(d.groups, groups[id])
	}
	d.noteUses()
	return d, nil
}

// nameApart numbers operations that share a name, as the three services' journals do, so that each can be linked to.
func (g *apiGroup) nameApart() {
	seen := map[string]int{}
	for _, o := range g.Operations {
		seen[o.ID]++
		if n := seen[o.ID]; n > 1 {
			o.ID = fmt.Sprintf("%s-%d", o.ID, n)
		}
	}
}

// typeName drops the version that the generator puts before the names of types.
func typeName(name string) string {
	return strings.TrimPrefix(strings.TrimPrefix(name, "#/definitions/"), "v1")
}

// ref names the type of a schema, with the page of one that has a page.
func (s openAPISchema) ref() apiRef {
	switch {
	case s.Ref != "":
		name := typeName(s.Ref)
		return apiRef{name, "/docs/types/" + name}
	case s.Items != nil:
		inner := s.Items.ref()
		return apiRef{"list of " + inner.Text, inner.Address}
	case s.Format != "":
		return apiRef{Text: s.Type + " (" + s.Format + ")"}
	default:
		return apiRef{Text: orElse(s.Type, "object")}
	}
}

// newAPIType reads a type; its fields are in alphabetical order.
func newAPIType(name string, s openAPISchema) *apiType {
	t := &apiType{Name: name, Text: s.Description, Values: s.Enum}
	for _, field := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[field]
		t.Fields = append(t.Fields, apiField{Name: field, Text: p.Description, Type: p.ref()})
	}
	return t
}

// newAPIOperation reads one operation.
func newAPIOperation(path, method string, op openAPIOperation) *apiOperation {
	o := &apiOperation{ID: op.ID, Method: strings.ToUpper(method), Path: path, Summary: op.Summary, Text: op.Description}
	for _, p := range op.Parameters {
		f := apiField{Name: p.Name, Where: p.In, Text: p.Description, Type: p.ref(), Required: p.Required}
		switch p.In {
		case "path":
			o.Path = strings.ReplaceAll(o.Path, "{"+p.Name+"}", readablePattern(p.Pattern))
		case "body":
			f.Type = p.Schema.ref()
		}
		o.Parameters = append(o.Parameters, f)
	}
	o.Answer = op.Responses["200"].Schema.ref()
	return o
}

// anySegment is how the description writes one part of a resource name.
var anySegment = regexp.MustCompile(`([A-Za-z]+)/\[\^/\]\+`)

// readablePattern writes "municipalities/[^/]+" as "municipalities/{municipality}".
func readablePattern(pattern string) string {
	return strings.ReplaceAll(anySegment.ReplaceAllStringFunc(pattern, func(pair string) string {
		collection, _, _ := strings.Cut(pair, "/")
		return collection + "/{" + singular(collection) + "}"
	}), ".+", "{name}")
}

// singular is the id of a resource in a collection.
func singular(collection string) string {
	switch {
	case collection == "people":
		return "person"
	case strings.HasSuffix(collection, "ies"):
		return strings.TrimSuffix(collection, "ies") + "y"
	default:
		return strings.TrimSuffix(collection, "s")
	}
}

// groupOf finds the resource that an operation is about: the last collection of its address, but for operations that are
// asked of a whole committee or municipality about something in it.
func groupOf(path string, op openAPIOperation) string {
	name := op.ID[strings.LastIndexByte(op.ID, '_')+1:]
	switch {
	case slices.Contains(op.Tags, "JournalService"):
		return "journal"
	case strings.HasPrefix(name, "CountActions"):
		return "actions"
	case strings.HasPrefix(name, "ListDocumentParts"), strings.HasPrefix(name, "RenderDraft"):
		return "documents"
	}
	group := ""
	for segment := range strings.SplitSeq(path, "/") {
		segment, _, _ = strings.Cut(segment, ":")
		if segment != "" && segment != "versions" && !strings.HasPrefix(segment, "{") {
			group = segment
		}
	}
	return group
}

// noteUses notes for every type which operations and types name it.
func (d *apiDocs) noteUses() {
	note := func(ref apiRef, from link) {
		t := d.types[strings.TrimPrefix(ref.Address, "/docs/types/")]
		if t != nil && !slices.Contains(t.UsedBy, from) {
			t.UsedBy = append(t.UsedBy, from)
		}
	}
	for _, g := range d.groups {
		for _, o := range g.Operations {
			from := link{o.Method + " " + o.Path, "/docs/" + g.ID + "#" + o.ID}
			note(o.Answer, from)
			for _, p := range o.Parameters {
				note(p.Type, from)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.types)) {
		for _, f := range d.types[name].Fields {
			note(f.Type, link{name, "/docs/types/" + name})
		}
	}
}
