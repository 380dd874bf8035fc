package authz

import (
	"strings"

	"go.einride.tech/aip/resourcename"

	"github.com/uppsikt/uppsikt/internal/fault"
	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
)

// Platform is the scope of everything, and the name of the platform itself.
const Platform = "-"

// maxName bounds a resource name.
const maxName = 500

// maxSegment bounds one part of a resource name.
const maxSegment = 63

// Scope is the part of a resource name that decides who may see it.
type Scope struct {
	// Municipality id; empty for the platform.
	Municipality string
	// Committee id; empty for a municipality and the platform. "-" stands for every committee.
	Committee string
}

// Name returns the resource name of the scope: "-", "municipalities/{m}" or "municipalities/{m}/committees/{c}".
func (s Scope) Name() string {
	switch {
	case s.Municipality == "":
		return Platform
	case s.Committee == "":
		return "municipalities/" + s.Municipality
	default:
		return "municipalities/" + s.Municipality + "/committees/" + s.Committee
	}
}

// ParseScope reads the scope of a resource name: "-", or a name that begins with "municipalities/{m}". The platform's own
// resources are named "municipalities/-/people/{p}": their scope is the platform. The fault is Invalid with the field
// "name".
func ParseScope(name string) (Scope, error) {
	if name == Platform {
		return Scope{}, nil
	}
	if len(name) > maxName || strings.HasPrefix(name, "/") {
		return Scope{}, malformed("name", name)
	}
	return scan(name)
}

// scan walks the segments: collection, id, collection, id …, of which the last may be a collection.
func scan(name string) (Scope, error) {
	var (
		s          Scope
		sc         resourcename.Scanner
		collection string
	)
	sc.Init(name)
	for i := 0; sc.Scan(); i++ {
		segment := string(sc.Segment())
		if !wellFormed(segment) || i == 0 && segment != "municipalities" {
			return Scope{}, malformed("name", name)
		}
		switch {
		case i%2 == 0:
			collection = segment
		case i == 1:
			s.Municipality = segment
		case i == 3 && collection == "committees":
			s.Committee = segment
		}
	}
	switch s.Municipality {
	case "":
		return Scope{}, malformed("name", name)
	case resourcename.Wildcard:
		return Scope{}, nil
	}
	return s, nil
}

// wellFormed accepts what resource ids and collections consist of, and the wildcard "-".
func wellFormed(segment string) bool {
	if segment == "" || len(segment) > maxSegment {
		return false
	}
	for i := range len(segment) {
		c := segment[i]
		ok := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.'
		if !ok {
			return false
		}
	}
	return segment != "." && segment != ".."
}

func malformed(field, name string) error {
	f := fault.Field{Path: field, Reason: "MALFORMED_NAME",
		Swedish: "Namnet har inte rätt form.", English: "not a resource name such as municipalities/m/committees/c"}
	if name == "" {
		f.Reason, f.Swedish, f.English = "REQUIRED", "Fyll i fältet.", "a resource name is required"
	}
	return fault.Fields(f)
}

// covers tells whether a role held in the scope reaches the resource. A role on a unit reaches the whole committee of
// the unit; rules on the row limit it further.
func covers(held string, permission Permission, wanted Scope) bool {
	if held == Platform {
		return true
	}
	h, err := ParseScope(held)
	if err != nil || h.Municipality == "" || h.Municipality != wanted.Municipality {
		return false
	}
	return h.Committee == "" || h.Committee == wanted.Committee || wanted.Committee == "" && reachesUp(permission)
}

// reachesUp lists what a role in a committee also grants on the municipality's own resources: who works in a committee
// sees the municipality it belongs to, its common methods and common items, and may follow the municipality's one stream of
// changes and see the mails that were sent, both of which carry only what the caller's committees allow.
func reachesUp(permission Permission) bool {
	switch permission {
	case authzv1.Permission_PERMISSION_DIRECTORY_READ,
		authzv1.Permission_PERMISSION_METHOD_READ,
		authzv1.Permission_PERMISSION_COMMON_ITEM_READ,
		authzv1.Permission_PERMISSION_TEMPLATE_READ,
		authzv1.Permission_PERMISSION_CHANGES_WATCH,
		authzv1.Permission_PERMISSION_DELIVERY_READ,
		authzv1.Permission_PERMISSION_DELIVERY_RETRY:
		return true
	default:
		return false
	}
}

// encloses tells whether everything inside inner is also inside outer.
func encloses(outer, inner string) bool {
	return outer == Platform || strings.HasPrefix(inner, outer+"/")
}
