package suitetest_test

import (
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
)

// TestReferencesTellNothing names, in every other field than the tenant's, something of another committee and of another
// municipality. The answer must be the one for what does not exist, and nothing of it may come back.
func TestReferencesTellNothing(t *testing.T) {
	t.Parallel()
	for _, engine := range sqldbtest.Engines() {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			e := openEstate(t, engine)
			asked := 0
			for _, p := range e.procedures() {
				asked += e.references(p)
			}
			if asked < 200 {
				t.Errorf("only %d questions were asked", asked)
			}
		})
	}
}

// resourceForms are the forms of everything that exists in each place.
func resourceForms() []string {
	const committee = "municipalities/*/committees/*"
	return []string{committee, committee + "/units/*", "municipalities/*/people/*", "municipalities/*/roleAssignments/*",
		committee + "/methods/*/versions/*", committee + "/plans/*", committee + "/risks/*", committee + "/plans/*/riskEntries/*",
		committee + "/plans/*/controlAreas/*", committee + "/plans/*/controlPoints/*", committee + "/rounds/*", committee + "/actions/*",
		committee + "/cases/*", committee + "/documents/*", committee + "/indicators/*", committee + "/measurements/*",
		committee + "/rounds/*/results/*", committee + "/reminderRules/*", "municipalities/*/deliveries/*"}
}

// references asks about each field of an RPC's request that may hold a name, and returns how many questions there were.
func (e *estate) references(p procedure) int {
	e.Helper()
	if p.rule.Process || p.rank() == 4 {
		return 0
	}
	asked := 0
	for _, path := range namePaths(p.method.Input(), nil, 0) {
		if joined(path) == p.tenant {
			continue
		}
		for _, form := range resourceForms() {
			for _, there := range []place{sister, foreign} {
				e.reference(p, path, form, there)
				asked++
			}
		}
	}
	return asked
}

// reference asks with the name of something of another place, and of nothing there.
func (e *estate) reference(p procedure, path []protoreflect.FieldDescriptor, form string, there place) {
	e.Helper()
	name := there.name(form)
	absent := name[:strings.LastIndex(name, "/")+1] + "1999"
	ask := func(name string) outcome {
		roles := []authn.Role{{Role: "coordinator", Scope: own.committee}}
		if !strings.Contains(p.form, "committees") { // of the municipality: then the sister's is the caller's too
			roles = []authn.Role{{Role: "coordinator", Scope: own.municipality}, {Role: "operator", Scope: own.municipality}}
		}
		request := p.request(e, draft, p.name(draft))
		set(request.ProtoReflect(), path, name)
		return e.call(e.with(e.token(roles...)), p, request)
	}
	if there == sister && !strings.Contains(p.form, "committees") {
		return
	}
	got, twin := ask(name), ask(absent)
	taken := twin.code == codes.AlreadyExists || strings.Contains(twin.said, "is for the same kind and role in the same place")
	if got.code == codes.OK && taken { // both were let through, and the first took the id or the place
		return
	}
	if got.code == codes.Internal || got.code != twin.code || unnamed(got.said, name) != unnamed(twin.said, absent) {
		e.Errorf("%s with %s in %s: exists (%s %s), does not (%s %s)", p.label, name, joined(path), got.code, got.said, twin.code, twin.said)
	}
}

// namePaths returns the fields of a request that may hold a resource name: texts that are bounded as names are.
func namePaths(m protoreflect.MessageDescriptor, above []protoreflect.FieldDescriptor, depth int) [][]protoreflect.FieldDescriptor {
	var paths [][]protoreflect.FieldDescriptor
	for i := range m.Fields().Len() {
		f := m.Fields().Get(i)
		path := append(append([]protoreflect.FieldDescriptor(nil), above...), f)
		switch {
		case f.IsMap() || f.Name() == "name" && depth > 0:
		case f.Kind() == protoreflect.StringKind && (rulesOf(f).GetString().GetMaxLen() == 500 || rulesOf(f).GetRepeated().GetItems().GetString().GetMaxLen() == 500 || f.IsList()):
			paths = append(paths, path)
		case f.Kind() == protoreflect.MessageKind && strings.HasPrefix(string(f.Message().FullName()), "uppsikt.") && depth < 3:
			paths = append(paths, namePaths(f.Message(), path, depth+1)...)
		}
	}
	return paths
}

func joined(path []protoreflect.FieldDescriptor) string {
	names := make([]string, len(path))
	for i, f := range path {
		names[i] = string(f.Name())
	}
	return strings.Join(names, ".")
}

// set puts a name into a field, through the first element of lists on the way.
func set(m protoreflect.Message, path []protoreflect.FieldDescriptor, name string) {
	f := path[0]
	value := protoreflect.ValueOfString(name)
	switch {
	case f.IsList() && len(path) == 1:
		list := m.Mutable(f).List()
		list.Truncate(0)
		list.Append(value)
	case f.IsList():
		list := m.Mutable(f).List()
		if list.Len() == 0 {
			list.AppendMutable()
		}
		set(list.Get(0).Message(), path[1:], name)
	case len(path) == 1:
		m.Set(f, value)
	default:
		set(m.Mutable(f).Message(), path[1:], name)
	}
}
