package validation

import (
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/identitynumber"
)

// Reasons of the fields that this package finds.
const (
	PersonalIdentityNumber = "PERSONAL_IDENTITY_NUMBER"
	ControlCharacter       = "CONTROL_CHARACTER"
	InvalidUTF8            = "INVALID_UTF8"
)

// plan names the fields of a message type that are texts or lead to texts.
type plan struct {
	fields []planned
}

type planned struct {
	field protoreflect.FieldDescriptor
	next  *plan // of the message, or the value of the map; nil for a text
}

// planner makes the plan of each message type once.
type planner struct {
	mu    sync.RWMutex
	plans map[protoreflect.FullName]*plan
}

func newPlanner() *planner {
	return &planner{plans: map[protoreflect.FullName]*plan{}}
}

func (p *planner) plan(d protoreflect.MessageDescriptor) *plan {
	p.mu.RLock()
	found := p.plans[d.FullName()]
	p.mu.RUnlock()
	if found != nil {
		return found
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.make(d)
}

// make fills in the plan after it was stored, so that messages that hold themselves end.
func (p *planner) make(d protoreflect.MessageDescriptor) *plan {
	if found := p.plans[d.FullName()]; found != nil {
		return found
	}
	made := &plan{}
	p.plans[d.FullName()] = made
	for i := range d.Fields().Len() {
		f := d.Fields().Get(i)
		value := f
		if f.IsMap() {
			value = f.MapValue()
		}
		switch {
		case value.Kind() == protoreflect.StringKind && !technical(f.Name()):
			made.fields = append(made.fields, planned{field: f})
		case value.Message() != nil && !textless(value.Message()):
			made.fields = append(made.fields, planned{field: f, next: p.make(value.Message())})
		}
	}
	return made
}

// technical fields are made by machines or are secrets, which must not be echoed in an answer.
func technical(name protoreflect.Name) bool {
	switch name {
	case "etag", "request_id", "password", "type_url":
		return true
	}
	return strings.HasSuffix(string(name), "_secret") || strings.HasSuffix(string(name), "_token")
}

func textless(d protoreflect.MessageDescriptor) bool {
	switch d.FullName() {
	case "google.protobuf.Timestamp", "google.protobuf.Duration", "google.protobuf.FieldMask", "google.protobuf.Any":
		return true
	}
	return false
}

// step is where the walk is; the path is written out only for a fault.
type step struct {
	up    *step
	field protoreflect.FieldDescriptor
	at    string // "[3]" or "[\"key\"]", empty for a single field
}

func (s *step) path() string {
	name := string(s.field.Name()) + s.at
	if s.up == nil {
		return name
	}
	return s.up.path() + "." + name
}

// texts returns the faults of every text of the message.
func (p *planner) texts(m protoreflect.Message) []fault.Field {
	w := walk{}
	w.message(p.plan(m.Descriptor()), m, nil)
	return w.found
}

type walk struct {
	found []fault.Field
}

func (w *walk) message(plan *plan, m protoreflect.Message, up *step) {
	for _, f := range plan.fields {
		if !m.Has(f.field) {
			continue
		}
		value := m.Get(f.field)
		switch {
		case f.field.IsList():
			for i := range value.List().Len() {
				w.value(f, value.List().Get(i), up, "["+strconv.Itoa(i)+"]")
			}
		case f.field.IsMap():
			value.Map().Range(func(k protoreflect.MapKey, v protoreflect.Value) bool {
				w.value(f, v, up, "["+strconv.Quote(k.String())+"]")
				return true
			})
		default:
			w.value(f, value, up, "")
		}
	}
}

func (w *walk) value(f planned, value protoreflect.Value, up *step, at string) {
	here := &step{up: up, field: f.field, at: at}
	if f.next != nil {
		w.message(f.next, value.Message(), here)
		return
	}
	w.text(value.String(), here)
}

func (w *walk) text(s string, at *step) {
	digits, control := count(s)
	if control {
		w.add(at, ControlCharacter, "Texten innehåller osynliga styrtecken. Skriv den för hand, eller klistra in den som ren text.",
			"the text holds control characters")
	}
	if !utf8.ValidString(s) {
		w.add(at, InvalidUTF8, "Texten har tecken som inte kan läsas.", "the text is not valid UTF-8")
	}
	if digits < identitynumber.Digits {
		return
	}
	for _, match := range identitynumber.Find(s) {
		w.add(at, PersonalIdentityNumber,
			"Texten verkar innehålla ett personnummer ("+match.Text+"). Ta bort det: handlingen blir allmän.",
			"the text holds what looks like a personal identity number")
	}
}

func (w *walk) add(at *step, reason, swedish, english string) {
	w.found = append(w.found, fault.Field{Path: at.path(), Reason: reason, Swedish: swedish, English: english})
}

// count returns the number of digits, and whether there is a control character other than tab and line ends.
func count(s string) (digits int, control bool) {
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c < ' ' && c != '\n' && c != '\t' && c != '\r', c == 0x7f:
			control = true
		case c == 0xc2 && i+1 < len(s) && s[i+1] < 0xa0: // U+0080 to U+009F
			control = true
		}
	}
	return digits, control
}
