package authz

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/fault"
	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
)

// Method is the access rule of one RPC, ready to apply.
type Method struct {
	// Name is the full method, "/uppsikt.risk.v1.RiskRegisterService/GetPlan".
	Name string
	// Permission that the caller needs; unspecified for Process and SignedIn.
	Permission Permission
	// Process: only processes of the suite may call.
	Process bool
	// SignedIn: anybody with a valid token may call.
	SignedIn bool
	// ReadOnly: the method changes nothing, as its name says.
	ReadOnly bool
	// Input is the request type.
	Input protoreflect.MessageDescriptor

	path  string // of the tenant field
	field []protoreflect.FieldDescriptor
}

// Rules are the access rules of a server, by full method name. They are read-only after they were made.
type Rules map[string]*Method

// Verify returns nil when every method of the services has a usable rule, else an error that names each which has not.
// Services named in open have no rules: anybody may call them.
func Verify(services map[string]grpc.ServiceInfo, open ...string) error {
	_, err := Load(services, open...)
	return err
}

// Load reads the rules of every method of the services except those named in open. The error names every method that
// lacks a rule or whose tenant field does not exist.
func Load(services map[string]grpc.ServiceInfo, open ...string) (Rules, error) {
	rules := Rules{}
	var faults []error
	for _, service := range slices.Sorted(maps.Keys(services)) {
		if slices.Contains(open, service) {
			continue
		}
		for _, info := range services[service].Methods {
			m, err := load(service, info.Name)
			if err != nil {
				faults = append(faults, fmt.Errorf("%s/%s: %w", service, info.Name, err))
				continue
			}
			rules[m.Name] = m
		}
	}
	return rules, errors.Join(faults...)
}

func load(service, name string) (*Method, error) {
	full := protoreflect.FullName(service).Append(protoreflect.Name(name))
	d, err := protoregistry.GlobalFiles.FindDescriptorByName(full)
	if err != nil {
		return nil, fmt.Errorf("find its descriptor: %w", err)
	}
	method, ok := d.(protoreflect.MethodDescriptor)
	if !ok {
		return nil, errors.New("is no method")
	}
	options, ok := method.Options().(*descriptorpb.MethodOptions)
	if !ok || !proto.HasExtension(options, authzv1.E_Rule) {
		return nil, errors.New("has no access rule")
	}
	rule, _ := proto.GetExtension(options, authzv1.E_Rule).(*authzv1.Rule)
	return newMethod("/"+service+"/"+name, name, method.Input(), rule)
}

func newMethod(full, name string, input protoreflect.MessageDescriptor, rule *authzv1.Rule) (*Method, error) {
	m := &Method{Name: full, ReadOnly: readOnly(name), Input: input, path: rule.GetTenantField()}
	switch rule.GetCaller().(type) {
	case *authzv1.Rule_Process:
		m.Process = rule.GetProcess()
	case *authzv1.Rule_SignedIn:
		m.SignedIn = rule.GetSignedIn()
	case *authzv1.Rule_Permission:
		m.Permission = rule.GetPermission()
	}
	known := authzv1.Permission_name[int32(m.Permission)] != "" && m.Permission != 0
	if !m.Process && !m.SignedIn && !known {
		return nil, errors.New("its access rule names no caller")
	}
	if m.path == "" && known {
		return nil, errors.New("its access rule names no tenant field")
	}
	if m.path == "" {
		return m, nil
	}
	var err error
	m.field, err = resolve(input, m.path)
	return m, err
}

// readOnly goes by the verb, which the naming rules of the API fix.
func readOnly(name string) bool {
	return slices.ContainsFunc([]string{"Get", "List", "Check", "Compare", "Count", "Render", "Download", "Watch", "Export"}, func(verb string) bool {
		return strings.HasPrefix(name, verb)
	})
}

// resolve finds the fields of a path such as "risk_entry.name", the last of which must be a single string.
func resolve(input protoreflect.MessageDescriptor, path string) ([]protoreflect.FieldDescriptor, error) {
	var fields []protoreflect.FieldDescriptor
	current := input
	for part := range strings.SplitSeq(path, ".") {
		if current == nil {
			return nil, fmt.Errorf("tenant field %q goes through something that is no message", path)
		}
		field := current.Fields().ByName(protoreflect.Name(part))
		if field == nil || field.Cardinality() == protoreflect.Repeated {
			return nil, fmt.Errorf("tenant field %q is not in %s", path, input.FullName())
		}
		fields = append(fields, field)
		current = field.Message()
	}
	if fields[len(fields)-1].Kind() != protoreflect.StringKind {
		return nil, fmt.Errorf("tenant field %q of %s is no string", path, input.FullName())
	}
	return fields, nil
}

// Tenant returns the resource name in the tenant field; empty when the rule has none or the field is not set.
func (m *Method) Tenant(request proto.Message) string {
	if len(m.field) == 0 {
		return ""
	}
	message := request.ProtoReflect()
	last := len(m.field) - 1
	for _, f := range m.field[:last] {
		message = message.Get(f).Message()
	}
	return message.Get(m.field[last]).String()
}

// Caller checks what can be known before the request is read: that a process calls what is for processes, and
// somebody signed in the rest. Methods that need a permission are checked by Request.
func (m *Method) Caller(id *authn.Identity) error {
	if m.Process != id.Process {
		return fault.Deny(m.Name + " does not accept this kind of caller")
	}
	return nil
}

// Request checks that the caller holds the permission in the scope of the request, and returns that scope. The fault is
// Invalid when the tenant field holds no resource name, else Denied, the same whether or not the resource exists.
func (m *Method) Request(id *authn.Identity, request proto.Message) (Scope, error) {
	if err := m.Caller(id); err != nil {
		return Scope{}, err
	}
	if m.Permission == authzv1.Permission_PERMISSION_UNSPECIFIED {
		return Scope{}, nil
	}
	name := m.Tenant(request)
	scope, err := ParseScope(name)
	if err != nil {
		return Scope{}, malformed(m.path, name)
	}
	if !can(id, m.Permission, scope) {
		return scope, fault.Deny("none of the caller's roles grants " + m.Permission.String() + " here")
	}
	return scope, nil
}
