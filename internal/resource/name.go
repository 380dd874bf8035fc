package resource

import (
	"fmt"
	"slices"
	"strings"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/journal"
)

// Platform is the scope and tenant of what belongs to no municipality, and the parent of municipalities.
const Platform = journal.Platform

// pattern is a parsed name pattern: literal segments, and "" for each variable.
type pattern struct {
	text     string
	segments []string
}

func parsePattern(text string) pattern {
	segments := strings.Split(text, "/")
	for i, s := range segments {
		if strings.HasPrefix(s, "{") {
			segments[i] = ""
		}
	}
	return pattern{text: text, segments: segments}
}

// match reports whether name has the pattern's form. With wild, "-" may stand for any variable; else only for the
// municipality of what belongs to the platform.
func (p pattern) match(name string, wild bool) bool {
	rest := name
	for i, want := range p.segments {
		segment, tail, more := strings.Cut(rest, "/")
		if more != (i < len(p.segments)-1) || (want != "" && segment != want) {
			return false
		}
		if want == "" && !validID(segment) && (segment != "-" || !wild && (i != 1 || !more)) {
			return false
		}
		rest = tail
	}
	return true
}

// collection returns the last literal of the pattern.
func (p pattern) collection() string { return p.segments[len(p.segments)-2] }

// parent returns the pattern of the parent, or the platform for a top-level resource.
func (p pattern) parent() pattern {
	return pattern{segments: p.segments[:len(p.segments)-2]}
}

// validID accepts what AIP-122 asks for.
func validID(s string) bool {
	if len(s) == 0 || len(s) > 63 || s[0] == '-' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// Split returns the parent, the collection and the id of a name; the parent of a top-level name is the platform.
func Split(name string) (parent, collection, id string) {
	cut := strings.LastIndexByte(name, '/')
	if cut < 0 {
		return "", "", name
	}
	id, rest := name[cut+1:], name[:cut]
	cut = strings.LastIndexByte(rest, '/')
	if cut < 0 {
		return Platform, rest, id
	}
	return rest[:cut], rest[cut+1:], id
}

// Parent returns the parent of a name.
func Parent(name string) string {
	parent, _, _ := Split(name)
	return parent
}

// ID returns the last part of a name.
func ID(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

// Join returns the name of a child.
func Join(parent, collection, id string) string {
	if parent == Platform {
		return collection + "/" + id
	}
	return parent + "/" + collection + "/" + id
}

// Tenant returns the municipality's id in a name, or the platform's.
func Tenant(name string) string {
	rest, ok := strings.CutPrefix(name, "municipalities/")
	if !ok {
		return Platform
	}
	id, _, _ := strings.Cut(rest, "/")
	return id
}

// Scope returns the chain a resource belongs to: the nearest committee in its name, else the municipality, else the
// platform.
func Scope(name string) string {
	tenant := Tenant(name)
	if tenant == Platform {
		return Platform
	}
	municipality := "municipalities/" + tenant
	rest, ok := strings.CutPrefix(name[len(municipality):], "/committees/")
	if !ok {
		return municipality
	}
	committee, _, _ := strings.Cut(rest, "/")
	return municipality + "/committees/" + committee
}

// Within reports whether name is ancestor itself or lies below it. Everything lies within the platform.
func Within(name, ancestor string) bool {
	return ancestor == Platform || name == ancestor || strings.HasPrefix(name, ancestor+"/")
}

// badName is the fault of a name that has not the form of its type.
func badName(field, name, want string) error {
	return fault.Fields(fault.Field{Path: field, Reason: "RESOURCE_NAME",
		Swedish: fmt.Sprintf("Namnet %q har inte formen %s.", name, want),
		English: fmt.Sprintf("%q is not of the form %s", name, want)})
}

// RefuseWildcard returns the fault of a parent with "-" in the place of an id, which only lists may have.
func RefuseWildcard(parent string) error {
	if parent == Platform || !slices.Contains(strings.Split(strings.TrimPrefix(parent, "municipalities/-"), "/"), "-") {
		return nil
	}
	return fault.Fields(fault.Field{Path: "parent", Reason: "RESOURCE_NAME",
		Swedish: "Ange en bestämd plats; ”-” går bara att använda i listor.", English: "a wildcard is for lists only"})
}
