package suitetest_test

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/uppsikt/uppsikt/internal/authz"
	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
)

// procedure is one RPC with one form of the name in its tenant field.
type procedure struct {
	label  string // "risk.v1.RiskRegisterService/GetPlan"
	method protoreflect.MethodDescriptor
	rule   *authz.Method
	tenant string // path of the tenant field; empty for none
	form   string // such as "municipalities/*/committees/*/plans/*"; "-" for the platform
}

// forms of tenant fields that no HTTP path tells.
func spokenForms() map[string]string {
	const committee = "municipalities/*/committees/*"
	return map[string]string{
		"directory.v1.DirectoryService/CreateMunicipality": "-",
		"directory.v1.SessionService/CreateSignInLink":     "municipalities/*/people/*",
		"directory.v1.JournalService/ListJournalEntries":   committee,
		"risk.v1.JournalService/ListJournalEntries":        committee + "/plans/*",
		"control.v1.JournalService/ListJournalEntries":     committee + "/rounds/*/results/*",
		"report.v1.JournalService/ListJournalEntries":      committee + "/cases/*",
		"directory.v1.TransferService/Import":              "municipalities/*", "directory.v1.TransferService/Export": "municipalities/*",
		"risk.v1.TransferService/Import": committee, "risk.v1.TransferService/Export": "municipalities/*",
		"control.v1.TransferService/Import": committee, "control.v1.TransferService/Export": "municipalities/*",
		"notification.v1.JournalService/ListJournalEntries": committee + "/reminderRules/*",
		"notification.v1.TransferService/Import":            "municipalities/*", "notification.v1.TransferService/Export": "municipalities/*",
		"report.v1.TransferService/Import": "municipalities/*", "report.v1.TransferService/Export": "municipalities/*",
	}
}

// procedures lists every RPC of every service of ours that the server has, those that write last and those that take
// something away after them, so that no cell of the matrix disturbs a later one.
func (e *estate) procedures() []procedure {
	e.Helper()
	registered := map[string]grpc.ServiceInfo{}
	protoregistry.GlobalFiles.RangeFiles(func(f protoreflect.FileDescriptor) bool {
		for i := range f.Services().Len() {
			if s := f.Services().Get(i); strings.HasPrefix(string(s.FullName()), "uppsikt.") {
				registered[string(s.FullName())] = serviceInfo(s)
			}
		}
		return true
	})
	rules, err := authz.Load(registered)
	e.must(err)
	var all []procedure
	for name, rule := range rules {
		all = append(all, e.forms(name, rule)...)
	}
	slices.SortFunc(all, func(a, b procedure) int {
		if a.rank() != b.rank() {
			return a.rank() - b.rank()
		}
		return strings.Compare(a.label, b.label)
	})
	return all
}

func serviceInfo(s protoreflect.ServiceDescriptor) grpc.ServiceInfo {
	var info grpc.ServiceInfo
	for i := range s.Methods().Len() {
		info.Methods = append(info.Methods, grpc.MethodInfo{Name: string(s.Methods().Get(i).Name())})
	}
	return info
}

// forms returns a procedure for each form that the tenant field may have.
func (e *estate) forms(name string, rule *authz.Method) []procedure {
	e.Helper()
	full := protoreflect.FullName(strings.ReplaceAll(strings.TrimPrefix(name, "/"), "/", "."))
	d, err := protoregistry.GlobalFiles.FindDescriptorByName(full)
	e.must(err)
	method := d.(protoreflect.MethodDescriptor)
	access, _ := proto.GetExtension(method.Options(), authzv1.E_Rule).(*authzv1.Rule)
	p := procedure{label: strings.TrimPrefix(name, "/uppsikt."), method: method, rule: rule, tenant: cmp.Or(access.GetTenantField(), ownField(method))}
	if p.tenant == "" {
		return []procedure{p}
	}
	found := httpForms(method, p.tenant)
	if spoken, ok := spokenForms()[p.label]; ok {
		found = []string{spoken}
	}
	var all []procedure
	for i, form := range found {
		q := p
		q.form = form
		if i > 0 {
			q.label += " " + form
		}
		all = append(all, q)
	}
	if len(all) == 0 {
		e.Fatalf("%s: no HTTP path tells the form of %s; add it to spokenForms", p.label, p.tenant)
	}
	return all
}

// ownField returns the field that names what is the caller's own, of a method that asks for no permission; empty for one that
// names nothing.
func ownField(method protoreflect.MethodDescriptor) string {
	rule, _ := proto.GetExtension(method.Options(), annotations.E_Http).(*annotations.HttpRule)
	for _, path := range []string{rule.GetGet(), rule.GetPost(), rule.GetPatch(), rule.GetDelete()} {
		if _, rest, found := strings.Cut(path, "{"); found {
			field, _, _ := strings.Cut(rest, "=")
			return field
		}
	}
	return ""
}

// httpForms reads the forms of a field from the paths of google.api.http.
func httpForms(method protoreflect.MethodDescriptor, field string) []string {
	rule, _ := proto.GetExtension(method.Options(), annotations.E_Http).(*annotations.HttpRule)
	if rule == nil {
		return nil
	}
	in := regexp.MustCompile(`\{` + regexp.QuoteMeta(field) + `=([^}]*)\}`)
	var forms []string
	for _, r := range append([]*annotations.HttpRule{rule}, rule.GetAdditionalBindings()...) {
		for _, path := range []string{r.GetGet(), r.GetPost(), r.GetPatch(), r.GetDelete()} {
			if m := in.FindStringSubmatch(path); m != nil {
				forms = append(forms, m[1])
			}
		}
	}
	return forms
}

// rank is when the procedure is called: reads, then what adds, then what changes, then what takes away.
func (p procedure) rank() int {
	name := string(p.method.Name())
	switch {
	case p.rule.ReadOnly:
		return 0
	case strings.HasPrefix(name, "Create"), strings.HasPrefix(name, "Import"):
		return 1
	case strings.HasPrefix(name, "Update"):
		return 2
	case strings.HasPrefix(name, "Delete"), strings.HasPrefix(name, "Move"):
		return 4
	}
	return 3
}

// applies reports whether the procedure's names differ between the own place and p.
func (p procedure) applies(at place) bool {
	return at == own || p.name(at) != p.name(own)
}

// name returns what the tenant field names in a place.
func (p procedure) name(at place) string {
	if p.form == "" || p.form == "-" {
		return p.form
	}
	return at.name(p.form)
}

// references are the fields that name something in the same place, by field name.
func references() map[string]string {
	const committee = "municipalities/*/committees/*"
	return map[string]string{"plan": committee + "/plans/*", "base": committee + "/plans/*", "round": committee + "/rounds/*", "case": committee + "/cases/*",
		"risk": committee + "/risks/*", "person": "municipalities/*/people/*", "scope": committee, "destination": "municipalities/*/committees/grann",
		"method_version": committee + "/methods/*/versions/*", "resource": committee + "/plans/*",
		"indicator": committee + "/indicators/*", "subject": committee + "/plans/*/controlPoints/*"}
}

// words are texts that rules beyond the contract ask for, by the full name of the field.
func words() map[string]string {
	return map[string]string{
		"uppsikt.directory.v1.ServiceAccountRole.role":                 "auditor",
		"uppsikt.risk.v1.CreatePlanRequest.plan_id":                    "2027",
		"uppsikt.risk.v1.CreateMethodVersionRequest.method_version_id": "7",
		"uppsikt.risk.v1.AnswerFollowUpRequest.status":                 "ja",
		"uppsikt.control.v1.Measurement.note":                          "Mätningen uteblev.",
		"uppsikt.notification.v1.ReminderRule.time_of_day":             "07:00",
	}
}

// request builds a plausible request in a place: what the contract requires is filled in, and the tenant field names target.
func (p procedure) request(e *estate, at place, target string) proto.Message {
	e.Helper()
	kind, err := protoregistry.GlobalTypes.FindMessageByName(p.method.Input().FullName())
	e.must(err)
	m := kind.New()
	p.complete(m, at, true)
	if p.tenant != "" {
		parts := strings.Split(p.tenant, ".")
		inner := m
		for _, part := range parts[:len(parts)-1] {
			inner = inner.Mutable(inner.Descriptor().Fields().ByName(protoreflect.Name(part))).Message()
		}
		inner.Set(inner.Descriptor().Fields().ByName(protoreflect.Name(parts[len(parts)-1])), protoreflect.ValueOfString(target))
	}
	if etag := p.method.Input().Fields().ByName("etag"); etag != nil && p.rank() == 4 {
		m.Set(etag, protoreflect.ValueOfString("0")) // refused after authorization, so that the object stays
	}
	return m.Interface()
}

// complete fills what the contract requires of a message, and references by their names.
func (p procedure) complete(m protoreflect.Message, at place, outermost bool) {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		rules := rulesOf(f)
		form, refers := references()[string(f.Name())]
		choice := f.ContainingOneof() != nil && f.ContainingOneof().Fields().Get(0) != f
		switch {
		case choice || f.IsMap():
		case f.IsList():
			p.completeList(m, f, rules, at)
		case f.Kind() == protoreflect.MessageKind && (rules.GetRequired() || outermost && strings.HasPrefix(p.tenant, string(f.Name())+".") || f.ContainingOneof() != nil):
			p.complete(m.Mutable(f).Message(), at, false)
		case f.Kind() == protoreflect.EnumKind && len(rules.GetEnum().GetNotIn()) > 0:
			m.Set(f, protoreflect.ValueOfEnum(1))
		case f.Kind() == protoreflect.StringKind && refers && p.refers(f, rules):
			m.Set(f, protoreflect.ValueOfString(at.name(form)))
		case f.Kind() == protoreflect.StringKind && words()[string(f.FullName())] != "":
			m.Set(f, protoreflect.ValueOfString(words()[string(f.FullName())]))
		case f.Kind() == protoreflect.StringKind && rules.GetString().GetMinLen() > 0:
			m.Set(f, protoreflect.ValueOfString(strings.Repeat("x", int(rules.GetString().GetMinLen()))))
		case f.Kind() == protoreflect.StringKind && strings.HasPrefix(rules.GetString().GetPattern(), "^[0-9]{4}-"):
			m.Set(f, protoreflect.ValueOfString("2025-06-30"))
		case f.Kind() == protoreflect.Int32Kind && rules.GetInt32().GetGte() > 0:
			m.Set(f, protoreflect.ValueOfInt32(2026))
		case f.Kind() == protoreflect.Int32Kind && f.ContainingOneof() != nil && !f.ContainingOneof().IsSynthetic():
			m.Set(f, protoreflect.ValueOfInt32(1))
		}
	}
}

// rulesOf returns what the contract says of a field's values.
func rulesOf(f protoreflect.FieldDescriptor) *validate.FieldRules {
	rules, _ := proto.GetExtension(f.Options(), validate.E_Field).(*validate.FieldRules)
	return rules
}

// refers reports whether a text field holds a resource name: those are bounded as names are. Filters of lists stay empty.
func (p procedure) refers(f protoreflect.FieldDescriptor, rules *validate.FieldRules) bool {
	return rules.GetString().GetMaxLen() == 500 && !strings.HasPrefix(string(p.method.Name()), "List") || f.Name() == "plan"
}

func (p procedure) completeList(m protoreflect.Message, f protoreflect.FieldDescriptor, rules *validate.FieldRules, at place) {
	if rules.GetRepeated().GetMinItems() == 0 || f.Kind() != protoreflect.MessageKind {
		return
	}
	list := m.Mutable(f).List()
	item := list.NewElement()
	p.complete(item.Message(), at, false)
	list.Append(item)
}
