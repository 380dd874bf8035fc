package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// module is the path that every package of the suite begins with.
const module = "github.com/uppsikt/uppsikt"

// service names the parts of a service folder that differ between the services.
type service struct {
	folder, rules, binary string
}

// services lists every service there may be; a folder under services/ that is not here is a fault.
var services = []service{
	{"directory", "org", "directory"},
	{"riskregister", "risk", "risk-register"},
	{"controlmeasurement", "control", "control-measurement"},
	{"reporting", "report", "reporting"},
	{"notification", "notice", "notification"},
}

// pkg is what `go list` tells about one package; Deps is transitive and leaves the tests out.
type pkg struct {
	ImportPath                               string
	Imports, TestImports, XTestImports, Deps []string
}

// direct returns the packages that p or its tests name in an import.
func (p pkg) direct() []string {
	return slices.Concat(p.Imports, p.TestImports, p.XTestImports)
}

func TestImportRules(t *testing.T) {
	pkgs := append(list(t, "."), list(t, "e2e")...)
	if len(pkgs) == 0 {
		t.Fatal("go list found no packages")
	}
	for _, v := range violations(pkgs) {
		t.Error(v)
	}
}

// Two services that the cases below play with.
const (
	risk      = module + "/services/riskregister"
	directory = module + "/services/directory"
)

// importCases holds, for each rule, what it lets through and what it must find.
var importCases = []struct {
	name string
	give pkg
	want []string
}{
	{
		name: "a service may import itself, shared code and the API",
		give: pkg{
			ImportPath: risk,
			Imports: []string{
				risk + "/internal/rpc",
				module + "/internal/rpcerr",
				module + "/proto/gen/uppsikt/risk/v1",
				"context",
			},
		},
	},
	{
		name: "a service's test may use the assembled suite",
		give: pkg{ImportPath: risk, XTestImports: []string{module + "/internal/suitetest"}},
	},
	{
		name: "a service imports another service",
		give: pkg{ImportPath: risk + "/internal/rpc", Imports: []string{directory}},
		want: []string{"services/riskregister/internal/rpc imports services/directory: services meet only through gRPC"},
	},
	{
		name: "a service's test imports another service",
		give: pkg{ImportPath: risk, TestImports: []string{directory}},
		want: []string{"services/riskregister imports services/directory: services meet only through gRPC"},
	},
	{
		name: "a service imports the gateway",
		give: pkg{ImportPath: risk, Imports: []string{module + "/gateway"}},
		want: []string{"services/riskregister imports gateway: a service knows proto/gen, internal and itself"},
	},
	{
		name: "the gateway imports a service",
		give: pkg{ImportPath: module + "/gateway/internal/web", Imports: []string{risk}},
		want: []string{"gateway/internal/web imports services/riskregister: services meet only through gRPC"},
	},
	{
		name: "shared code imports a service",
		give: pkg{ImportPath: module + "/internal/exchange", Imports: []string{risk}},
		want: []string{"internal/exchange imports services/riskregister: services meet only through gRPC"},
	},
	{
		name: "a service reaches another through shared code",
		give: pkg{ImportPath: risk, Deps: []string{module + "/internal/x", directory}},
		want: []string{"services/riskregister reaches services/directory: services meet only through gRPC"},
	},
	{
		name: "the suite's assembly imports every service",
		give: pkg{
			ImportPath: module + "/internal/suitetest",
			Imports:    []string{risk, directory},
			Deps:       []string{risk, directory},
		},
	},
	{
		name: "an example uses the API, and its test the assembled suite",
		give: pkg{
			ImportPath:  module + "/docs/examples/watchchanges",
			Imports:     []string{"context", "google.golang.org/grpc/metadata", module + "/proto/gen/uppsikt/risk/v1"},
			TestImports: []string{module + "/internal/suitetest"},
		},
	},
	{
		name: "an example imports shared code",
		give: pkg{ImportPath: module + "/docs/examples/watchchanges", Imports: []string{module + "/internal/rpcclient", "golang.org/x/sync/errgroup"}},
		want: []string{
			"docs/examples/watchchanges imports internal/rpcclient: examples are for others to copy",
			"docs/examples/watchchanges imports golang.org/x/sync/errgroup: examples are for others to copy",
		},
	},
	{
		name: "rules use the standard library, x/text and the typed errors",
		give: pkg{
			ImportPath: risk + "/internal/risk",
			Deps: []string{
				"strings",
				module + "/internal/fault",
				"golang.org/x/text/collate",
				"vendor/golang.org/x/text/unicode/norm",
				"internal/abi",
			},
		},
	},
	{
		name: "rules use the content model, but no renderer",
		give: pkg{
			ImportPath: module + "/services/reporting/internal/report",
			Deps:       []string{contentModel, "github.com/yuin/goldmark/ast", contentModel + "/pdf"},
		},
		want: []string{"services/reporting/internal/report reaches services/reporting/internal/document/pdf: rules are pure"},
	},
	{
		name: "rules reach gRPC, SQL and shared code",
		give: pkg{
			ImportPath: risk + "/internal/risk",
			Deps:       []string{"database/sql", "google.golang.org/grpc/codes", module + "/internal/clock"},
		},
		want: []string{
			"services/riskregister/internal/risk reaches database/sql: rules are pure",
			"services/riskregister/internal/risk reaches google.golang.org/grpc/codes: rules are pure",
			"services/riskregister/internal/risk reaches internal/clock: rules are pure",
		},
	},
}

// TestImportRulesBite proves that each rule finds what it forbids.
func TestImportRulesBite(t *testing.T) {
	for _, tt := range importCases {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, violations([]pkg{tt.give})); diff != "" {
				t.Errorf("violations(%+v) differ (-want +got):\n%s", tt.give, diff)
			}
		})
	}
}

// violations names each import that a rule forbids, in the order of the packages.
func violations(pkgs []pkg) []string {
	var found []string
	for _, p := range pkgs {
		found = append(found, serviceViolations(p)...)
		found = append(found, outwardViolations(p)...)
		found = append(found, rulesViolations(p)...)
		found = append(found, exampleViolations(p)...)
	}
	return found
}

// exampleViolations finds what an example takes that whoever copies it would not have: of the suite only the API, besides
// that gRPC and the standard library. Its tests may use the assembled suite.
func exampleViolations(p pkg) []string {
	if !within(p.ImportPath, module+"/docs/examples") {
		return nil
	}
	var found []string
	for _, path := range p.Imports {
		first, _, _ := strings.Cut(path, "/")
		known := within(path, module+"/proto/gen") || within(path, "google.golang.org/grpc") ||
			within(path, "google.golang.org/protobuf") || !strings.Contains(first, ".")
		if !known {
			found = append(found, violation(p, "imports", path, "examples are for others to copy"))
		}
	}
	return found
}

// serviceViolations finds what p takes from a service that is not p's own. The two assemblies may take all of them.
func serviceViolations(p pkg) []string {
	if within(p.ImportPath, module+"/cmd/uppsikt") || within(p.ImportPath, module+"/internal/suitetest") {
		return nil
	}
	foreign := func(path string) bool {
		owner := owningService(path)
		return owner != "" && owner != owningService(p.ImportPath)
	}
	var found []string
	for _, path := range p.direct() {
		if foreign(path) {
			found = append(found, violation(p, "imports", path, "services meet only through gRPC"))
		}
	}
	if len(found) > 0 {
		return found
	}
	for _, path := range p.Deps {
		if foreign(path) {
			found = append(found, violation(p, "reaches", path, "services meet only through gRPC"))
		}
	}
	return found
}

// outwardViolations finds the packages of the suite that a service must not know.
func outwardViolations(p pkg) []string {
	if owningService(p.ImportPath) == "" {
		return nil
	}
	var found []string
	for _, path := range p.direct() {
		known := !within(path, module) || owningService(path) != "" ||
			within(path, module+"/internal") || within(path, module+"/proto/gen")
		if !known {
			found = append(found, violation(p, "imports", path, "a service knows proto/gen, internal and itself"))
		}
	}
	return found
}

// rulesViolations finds what keeps a rules package from being a pure function of its arguments.
func rulesViolations(p pkg) []string {
	if !isRules(p.ImportPath) {
		return nil
	}
	var found []string
	for _, path := range p.Deps {
		if !pure(path) && !isRules(path) {
			found = append(found, violation(p, "reaches", path, "rules are pure"))
		}
	}
	return found
}

// contentModel is what reporting's rules build documents of: pure too, with its figures and the parser of people's Markdown.
const contentModel = module + "/services/reporting/internal/document"

// pure tells whether a rules package may depend on path: the standard library without I/O, x/text, the domain's typed
// errors and the content model (whose own imports count too, as Deps is transitive). The standard library needs os for
// fmt, so only the packages that carry storage, network, logs or processes are named here.
func pure(path string) bool {
	if within(path, "golang.org/x/text") || path == module+"/internal/fault" ||
		path == contentModel || path == contentModel+"/scene" || within(path, "github.com/yuin/goldmark") {
		return true
	}
	for _, impure := range []string{"database/sql", "log", "net", "os/exec"} {
		if path == impure || within(path, impure) && path != "net/netip" && path != "net/url" {
			return false
		}
	}
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

// isRules tells whether path is, or is inside, the rules package of a service.
func isRules(path string) bool {
	return slices.ContainsFunc(services, func(s service) bool {
		return within(path, module+"/services/"+s.folder+"/internal/"+s.rules)
	})
}

// owningService returns the folder of the service that path belongs to, or "".
func owningService(path string) string {
	rest, ok := strings.CutPrefix(path, module+"/services/")
	if !ok {
		return ""
	}
	folder, _, _ := strings.Cut(rest, "/")
	return folder
}

// within tells whether path is root or below it.
func within(path, root string) bool {
	return path == root || strings.HasPrefix(path, root+"/")
}

func violation(p pkg, verb, path, rule string) string {
	short := func(path string) string { return strings.TrimPrefix(path, module+"/") }
	return fmt.Sprintf("%s %s %s: %s", short(p.ImportPath), verb, short(path), rule)
}

// list returns the packages of the module in folder, which is relative to the root of the repository.
func list(t *testing.T, folder string) []pkg {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list",
		"-json=ImportPath,Imports,TestImports,XTestImports,Deps", "./...")
	cmd.Dir = filepath.Join(repository(t), folder)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list in %s: %v\n%s", folder, err, stderr.String())
	}
	var pkgs []pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return pkgs
		}
		if err != nil {
			t.Fatalf("go list in %s: %v", folder, err)
		}
		pkgs = append(pkgs, p)
	}
}
