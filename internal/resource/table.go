package resource

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/uppsikt/uppsikt/internal/sqldb"
)

// Column is a typed column that queries and people need, derived from the message.
type Column[M proto.Message] struct {
	// Name of the column.
	Name string
	// Value returns a string, an int64 or a float64, or nil for null.
	Value func(M) any
}

// Spec describes a resource type.
type Spec[M proto.Message] struct {
	// Table is the table's name: plural snake case.
	Table string
	// Columns are the typed columns, in the table's order.
	Columns []Column[M]
	// Order lists the columns that lists are ordered by, before parent and id; they must not be null.
	Order []string
	// Local says that the type is not moved by import and export, such as a document with its bytes.
	Local bool
}

// Table stores one resource type. It is immutable and safe for concurrent use.
type Table[M proto.Message] struct {
	Spec[M]
	patterns []pattern
	message  protoreflect.MessageType
	fields   standardFields
	sql      tableSQL
}

// standardFields are the fields that the store itself fills.
type standardFields struct{ name, etag, created, updated protoreflect.FieldDescriptor }

// Define makes a table from its description. It panics when the message has no google.api.resource option or lacks one
// of the fields name, etag, create_time and update_time: a mistake in the program, found by any test.
func Define[M proto.Message](spec Spec[M]) *Table[M] {
	var zero M
	message := zero.ProtoReflect().Type()
	t := &Table[M]{Spec: spec, message: message}
	for _, p := range annotation(message).GetPattern() {
		t.patterns = append(t.patterns, parsePattern(p))
	}
	fields := message.Descriptor().Fields()
	t.fields = standardFields{name: fields.ByName("name"), etag: fields.ByName("etag"),
		created: fields.ByName("create_time"), updated: fields.ByName("update_time")}
	if len(t.patterns) == 0 || t.fields.name == nil || t.fields.etag == nil || t.fields.created == nil || t.fields.updated == nil {
		panic(fmt.Sprintf("resource: %s is not a resource", message.Descriptor().FullName()))
	}
	t.sql = t.writeSQL()
	return t
}

func annotation(m protoreflect.MessageType) *annotations.ResourceDescriptor {
	r, _ := proto.GetExtension(m.Descriptor().Options(), annotations.E_Resource).(*annotations.ResourceDescriptor)
	return r
}

// AnyTable is a table of whatever type, for code that handles all of a service's types alike. Only Table implements it.
type AnyTable interface {
	// Type returns the full name of the message.
	Type() protoreflect.FullName
	// Descriptor describes the message.
	Descriptor() protoreflect.MessageDescriptor
	// TableName returns the name of the table.
	TableName() string
	// Matches reports whether name has a form of this type.
	Matches(name string) bool
	// Name returns the resource name in a message of this type.
	Name(m proto.Message) string
	// Forms returns the forms of the type's names, for messages.
	Forms() string
	// IsLocal reports whether the type is left out of import and export.
	IsLocal() bool

	decode(stored) (proto.Message, error)
	encode(proto.Message) ([]byte, error)
	columnValues(proto.Message) []any
	columnName(i int) string
	rowName(stored) string
	nameOf(proto.Message) string
	selectRow(name string, into *[]stored) sqldb.Stmt
	selectUnder(ancestor string, into *[]stored) sqldb.Stmt
	insertRow(w staged) sqldb.Stmt
	updateRow(w staged) sqldb.Stmt
	deleteRow(w staged) sqldb.Stmt
	verifyRows(tenant string, each func(stored, []any) error) sqldb.Stmt
	compare(a, b proto.Message) int
}

// Type returns the full name of the message.
func (t *Table[M]) Type() protoreflect.FullName { return t.message.Descriptor().FullName() }

// Descriptor describes the message.
func (t *Table[M]) Descriptor() protoreflect.MessageDescriptor { return t.message.Descriptor() }

// TableName returns the name of the table.
func (t *Table[M]) TableName() string { return t.Table }

// IsLocal reports whether the type is left out of import and export.
func (t *Table[M]) IsLocal() bool { return t.Local }

// Matches reports whether name has a form of this type. There are no wildcards, but the platform's people and roles lie in
// the municipality "-".
func (t *Table[M]) Matches(name string) bool {
	for _, p := range t.patterns {
		if p.match(name, false) {
			return true
		}
	}
	return false
}

// matchesParent reports whether parent has the form of a parent of this type; "-" may stand for any id.
func (t *Table[M]) matchesParent(parent string) bool {
	for _, p := range t.patterns {
		if up := p.parent(); (len(up.segments) == 0 && parent == Platform) || (len(up.segments) > 0 && up.match(parent, true)) {
			return true
		}
	}
	return false
}

// collection returns the collection's name under a parent; all patterns of a type share it.
func (t *Table[M]) collection() string { return t.patterns[0].collection() }

func (t *Table[M]) forms() string {
	texts := make([]string, len(t.patterns))
	for i, p := range t.patterns {
		texts[i] = p.text
	}
	return strings.Join(texts, " / ")
}

// stored is a row as it lies in the table.
type stored struct {
	parent, id                string
	version, created, updated int64
	body                      []byte
}

// Etag returns the etag of a version.
func Etag(version int64) string { return strconv.FormatInt(version, 10) }

func (t *Table[M]) decode(s stored) (proto.Message, error) {
	m := t.message.New()
	if err := proto.Unmarshal(s.body, m.Interface()); err != nil {
		return nil, fmt.Errorf("decode %s %s: %w", t.Table, s.id, err)
	}
	m.Set(t.fields.etag, protoreflect.ValueOfString(Etag(s.version)))
	m.Set(t.fields.created, timeValue(s.created))
	m.Set(t.fields.updated, timeValue(s.updated))
	return m.Interface(), nil
}

func timeValue(micros int64) protoreflect.Value {
	return protoreflect.ValueOfMessage(timestamppb.New(time.UnixMicro(micros)).ProtoReflect())
}

// encode returns the body: the message without etag and times, the same bytes for the same content.
func (t *Table[M]) encode(m proto.Message) ([]byte, error) {
	plain := proto.CloneOf(m).ProtoReflect()
	for _, f := range []protoreflect.FieldDescriptor{t.fields.etag, t.fields.created, t.fields.updated} {
		plain.Clear(f)
	}
	body, err := proto.MarshalOptions{Deterministic: true}.Marshal(plain.Interface())
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", t.Table, err)
	}
	return body, nil
}

func (t *Table[M]) columnValues(m proto.Message) []any {
	values := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		values[i] = c.Value(m.(M))
	}
	return values
}

func (t *Table[M]) columnName(i int) string { return t.Columns[i].Name }

func (t *Table[M]) rowName(s stored) string { return Join(s.parent, t.collection(), s.id) }

func (t *Table[M]) nameOf(m proto.Message) string {
	return m.ProtoReflect().Get(t.fields.name).String()
}

func (t *Table[M]) setName(m M, name string) {
	m.ProtoReflect().Set(t.fields.name, protoreflect.ValueOfString(name))
}

func (t *Table[M]) etagOf(m proto.Message) string {
	return m.ProtoReflect().Get(t.fields.etag).String()
}
