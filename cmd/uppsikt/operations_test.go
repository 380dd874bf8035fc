package main

import (
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// TestDocumentedCommands: every command line of ours that the documentation shows is one that the program understands.
func TestDocumentedCommands(t *testing.T) {
	ours := regexp.MustCompile(`(?m)(?:^    |[/(' ]|&& )uppsikt ((?:serve|demo|import|export|report|get|token|verify|backup|restore|rotate-key|migrate|healthcheck|version)\b[^)\n'&|]*)`)
	for _, file := range []string{"../../docs/operations.md", "../../README.md"} {
		found := ours.FindAllStringSubmatch(blocks(read(t, file)), -1)
		if len(found) < 2 {
			t.Errorf("%s shows only %d commands", file, len(found))
		}
		for _, match := range found {
			parser, err := kong.New(&cli{}, kong.Name("uppsikt"), kong.Writers(io.Discard, io.Discard))
			must(t, err)
			t.Setenv("UPPSIKT_DATABASE", "postgres://host/uppsikt") // which some blocks set
			if _, err := parser.Parse(words(match[1])); err != nil {
				t.Errorf("%s: uppsikt %s: %v", file, match[1], err)
			}
		}
	}
}

// blocks returns the indented and fenced blocks of a text.
func blocks(text string) string {
	var b strings.Builder
	fenced := false
	for line := range strings.Lines(text) {
		switch {
		case strings.HasPrefix(line, "```"):
			fenced = !fenced
		case fenced || strings.HasPrefix(line, "    "):
			b.WriteString(line)
		}
	}
	return b.String()
}

// words splits a command line as a shell does, as far as the documentation needs.
func words(line string) []string {
	var all []string
	for _, word := range regexp.MustCompile(`"[^"]*"|\S+`).FindAllString(line, -1) {
		all = append(all, strings.Trim(word, `"`))
	}
	return all
}
