package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestServicesAreSiblings holds the service folders to one set of names, so that who knows one finds the way in all.
func TestServicesAreSiblings(t *testing.T) {
	root := filepath.Join(repository(t), "services")
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		t.Run(entry.Name(), func(t *testing.T) {
			i := slices.IndexFunc(services, func(s service) bool { return s.folder == entry.Name() })
			if i < 0 {
				t.Fatalf("services/%s is no service of the suite", entry.Name())
			}
			for _, name := range serviceFiles(services[i]) {
				if _, err := os.Stat(filepath.Join(root, entry.Name(), name)); err != nil {
					t.Errorf("services/%s has no %s, which every service has", entry.Name(), name)
				}
			}
		})
	}
}

// serviceFiles returns what every service folder holds, relative to it.
func serviceFiles(s service) []string {
	return []string{
		"doc.go",
		"config.go",
		"service.go",
		filepath.Join("internal", s.rules),
		filepath.Join("internal", "rpc", "server.go"),
		filepath.Join("internal", "sqlstore"),
		filepath.Join("cmd", s.binary, "main.go"),
	}
}

// TestNoInitFunctions keeps work out of package initialisation: what runs before main can neither be configured, nor
// be tested apart, nor return an error. Generated code registers its messages that way and is left out.
func TestNoInitFunctions(t *testing.T) {
	root := repository(t)
	files := 0
	for _, folder := range []string{"cmd", "docs", "gateway", "internal", "services"} {
		for _, path := range goFiles(t, filepath.Join(root, folder)) {
			files++
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Error(err)
				continue
			}
			if hasInit(file) {
				short, _ := filepath.Rel(root, path)
				t.Errorf("%s has an init function; let main or Open do its work", short)
			}
		}
	}
	if files == 0 {
		t.Fatal("found no Go files")
	}
}

func TestHasInit(t *testing.T) {
	tests := []struct {
		src  string
		want bool
	}{
		{"package a\nfunc init() {}", true},
		{"package a\ntype t int\nfunc (t) init() {}", false},
		{"package a\nfunc initialise() {}", false},
	}
	for _, tt := range tests {
		file, err := parser.ParseFile(token.NewFileSet(), "a.go", tt.src, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := hasInit(file); got != tt.want {
			t.Errorf("hasInit(%q): got %t, want %t", tt.src, got, tt.want)
		}
	}
}

func hasInit(file *ast.File) bool {
	return slices.ContainsFunc(file.Decls, func(decl ast.Decl) bool {
		f, ok := decl.(*ast.FuncDecl)
		return ok && f.Recv == nil && f.Name.Name == "init"
	})
}

// goFiles returns the Go files below folder; a folder that does not exist has none.
func goFiles(t *testing.T, folder string) []string {
	t.Helper()
	if _, err := os.Stat(folder); os.IsNotExist(err) {
		return nil
	}
	var paths []string
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && strings.HasSuffix(path, ".go") {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// repository returns the root of the repository: the nearest folder above this one that holds go.work.
func repository(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.work")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("no go.work above the working directory")
		}
		dir = parent
	}
}
