package suite

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestTopology: every process has a program, and needs only what was started before it.
func TestTopology(t *testing.T) {
	var started []string
	for _, p := range Topology() {
		if _, err := os.Stat(filepath.Join("..", "..", p.Package, "main.go")); err != nil {
			t.Error(err)
		}
		if filepath.Base(p.Package) != p.Name {
			t.Errorf("%s: its program is called %s", p.Name, filepath.Base(p.Package))
		}
		for _, need := range p.Needs {
			if !slices.Contains(started, need) {
				t.Errorf("%s needs %s, which is not started before it", p.Name, need)
			}
		}
		if p.Replicas < 2 {
			t.Errorf("%s: got %d replicas, want at least two", p.Name, p.Replicas)
		}
		started = append(started, p.Name)
	}
}

// TestVariablesAreDocumented: each program names the variables that it must be given.
func TestVariablesAreDocumented(t *testing.T) {
	for _, p := range Topology() {
		source, err := os.ReadFile(filepath.Join("..", "..", p.Package, "main.go"))
		if err != nil {
			t.Fatal(err)
		}
		about, _, _ := strings.Cut(string(source), "package main")
		for _, name := range p.Variables() {
			if !strings.Contains(about, name) {
				t.Errorf("%s does not say that it reads %s", p.Package, name)
			}
		}
	}
}

// TestRoles: roles.sql makes a role for every schema, none with special rights, and no password stays unset.
func TestRoles(t *testing.T) {
	d := &database{passwords: map[string]string{}}
	text := strings.Join(d.statements(), ";")
	for _, who := range d.roles() {
		if !strings.Contains(text, "create role uppsikt_"+who+" login password '"+d.passwords[who]+"'") {
			t.Errorf("there is no role uppsikt_%s", who)
		}
	}
	if found := regexp.MustCompile(`(?i)superuser|bypassrls|createrole|:'`).FindString(text); found != "" {
		t.Errorf("found %q in\n%s", found, text)
	}
	if got := strings.Count(text, "create role"); got != len(d.roles()) {
		t.Errorf("got %d roles, want %d", got, len(d.roles()))
	}
}
