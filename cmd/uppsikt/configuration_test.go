package main

import (
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"

	"github.com/uppsikt/uppsikt/internal/process"
)

var update = flag.Bool("update", false, "write docs/configuration.md anew")

const configurationFile = "../../docs/configuration.md"

// TestConfigurationIsDocumented: docs/configuration.md is what the command line and the processes say of themselves.
func TestConfigurationIsDocumented(t *testing.T) {
	want := configuration(t)
	if *update {
		must(t, os.WriteFile(configurationFile, []byte(want), 0o644))
	}
	if diff := cmp.Diff(want, read(t, configurationFile)); diff != "" {
		t.Errorf("docs/configuration.md is not current; go test ./cmd/uppsikt -run TestConfigurationIsDocumented -update writes it (-want +got):\n%s", diff)
	}
}

const configurationHead = `# Configuration
Made of the program's own description by ` + "`go test ./cmd/uppsikt -run TestConfigurationIsDocumented -update`" + `; not edited by hand.

The all-in-one takes flags, the processes of the suite take environment variables. Every setting has a default that is safe on one
machine, unless it says *needed*.

`

func configuration(t *testing.T) string {
	t.Helper()
	parser, err := kong.New(&cli{}, kong.Name("uppsikt"), kong.Writers(io.Discard, io.Discard))
	must(t, err)
	var b strings.Builder
	b.WriteString(configurationHead + "## Commands of `uppsikt`\n")
	for _, command := range parser.Model.Children {
		writeCommand(&b, command)
	}
	b.WriteString(`## Environment of ` + "`uppsikt`" + `
| variable | meaning |
|---|---|
| ` + "`UPPSIKT_TOKEN`" + ` | Access token of the client commands, when ` + "`--token`" + ` is not given. |
`)
	for _, name := range environment(parser.Model.Children) {
		fmt.Fprintf(&b, "| `%s` | Stands for the flag `--%s`. |\n", name[0], name[1])
	}
	b.WriteString("\n## Environment of the processes\n| variable | process | default | meaning |\n|---|---|---|---|\n")
	for _, v := range process.Variables() {
		writeVariable(&b, v)
	}
	return b.String()
}

func writeCommand(b *strings.Builder, command *kong.Node) {
	fmt.Fprintf(b, "### `uppsikt %s`\n%s\n", command.Name, command.Help)
	var rows []string
	for _, arg := range command.Positional {
		rows = append(rows, fmt.Sprintf("| `%s` | *needed* | %s |\n", strings.ToUpper(arg.Name), cell(arg.Help)))
	}
	for _, f := range command.Flags {
		if f.Name != "help" {
			rows = append(rows, fmt.Sprintf("| %s | %s | %s |\n", flagName(f), flagDefault(f), cell(strings.Replace(f.Help, " ("+f.Default+")", "", 1))))
		}
	}
	if len(rows) > 0 {
		b.WriteString("\n| flag | default | meaning |\n|---|---|---|\n" + strings.Join(rows, ""))
	}
	b.WriteString("\n")
}

func flagName(f *kong.Flag) string {
	name := "--" + f.Name
	if f.Short != 0 {
		name = "-" + string(f.Short) + ", " + name
	}
	if !f.IsBool() {
		name += " " + f.FormatPlaceHolder()
	}
	return "`" + strings.TrimSuffix(name, "=") + "`"
}

func flagDefault(f *kong.Flag) string {
	switch {
	case f.Required:
		return "*needed*"
	case f.HasDefault && f.Default != "":
		return "`" + f.Default + "`"
	default:
		return ""
	}
}

// cell writes a text for a table.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// environment returns the variables that stand for flags, each once with its flag.
func environment(commands []*kong.Node) (all [][2]string) {
	seen := map[string]bool{}
	for _, command := range commands {
		for _, f := range command.Flags {
			for _, name := range f.Envs {
				if !seen[name] {
					all = append(all, [2]string{name, f.Name})
				}
				seen[name] = true
			}
		}
	}
	return all
}

func writeVariable(b *strings.Builder, v process.Variable) {
	of, standard, meaning := "all", "", v.Meaning
	if len(v.Of) > 0 {
		of = strings.Join(v.Of, ", ")
	}
	if v.Default != "" {
		standard = "`" + v.Default + "`"
	}
	if v.Needed {
		standard = "*needed*"
	}
	if v.File {
		meaning += " `" + v.Name + "_FILE` may name a file that holds it instead."
	}
	fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", v.Name, of, standard, meaning)
}

// TestNoVariableIsForgotten: what the code of the product looks up in the environment stands in the documentation.
func TestNoVariableIsForgotten(t *testing.T) {
	documented := configuration(t)
	names := regexp.MustCompile(`"((?:UPPSIKT|OTEL)_[A-Z_]+)"`)
	found := 0
	for _, root := range []string{"../../services", "../../gateway", "../../internal", "../../cmd"} {
		must(t, filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "test"+string(filepath.Separator)) {
				return err
			}
			for _, match := range names.FindAllStringSubmatch(read(t, path), -1) {
				found++
				if !strings.Contains(documented, "`"+match[1]+"`") {
					t.Errorf("%s reads %s, which is not documented", path, match[1])
				}
			}
			return nil
		}))
	}
	if found < 10 {
		t.Errorf("found only %d variables", found)
	}
}
