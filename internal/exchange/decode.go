package exchange

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	exchangev1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/exchange/v1"

	"github.com/uppsikt/uppsikt/internal/fault"
)

const (
	// FormatName is what every bundle states in its field "format".
	FormatName = "uppsikt.exchange.v1"
	// MaxBytes is the largest file that is read.
	MaxBytes = 20 << 20
	// maxDepth bounds how deeply a file may be nested; the deepest field of a bundle lies at 8.
	maxDepth = 32
	// maxFaults bounds an answer: a file of the wrong kind would else give one fault for each of its lines.
	maxFaults = 200
)

// Decode reads a bundle; the file name's extension tells the format. The error is a *fault.Error: Exhausted when the
// data is larger than MaxBytes, else Invalid with one field for each thing wrong, in the order of the file.
func Decode(filename string, data []byte) (*File, error) {
	format, err := FormatOf(filename)
	if err != nil {
		return nil, err
	}
	if len(data) > MaxBytes {
		return nil, tooLarge(len(data))
	}
	if at := invalidUTF8(data); at >= 0 {
		return nil, invalid(notUTF8(data, at))
	}
	root, err := parse(format, bytes.TrimPrefix(data, []byte("\ufeff")))
	if err != nil {
		return nil, err
	}
	return fromTree(root)
}

// fromTree builds the bundle from a parsed file.
func fromTree(root *yaml.Node) (*File, error) {
	r := reader{lines: map[string]int{}}
	bundle := &exchangev1.Bundle{}
	r.message(root, bundle.ProtoReflect(), "", 1)
	file := &File{Bundle: bundle, lines: r.lines}
	if !r.stopped {
		file.structure(&r.faults)
	}
	if err := r.faults.err(); err != nil {
		return nil, err
	}
	return file, nil
}

// parse turns the text into a tree whose nodes know their lines.
func parse(format Format, data []byte) (*yaml.Node, error) {
	if format == JSON {
		return parseJSON(data)
	}
	return parseYAML(data)
}

// parseYAML parses the only document of a YAML file. Aliases are not expanded here, and refused later.
func parseYAML(data []byte) (*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var document yaml.Node
	if err := decoder.Decode(&document); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, invalid(emptyFile())
		}
		return nil, invalid(syntaxFault("YAML", err, lineOf(err)))
	}
	var second yaml.Node
	if err := decoder.Decode(&second); !errors.Is(err, io.EOF) {
		return nil, invalid(severalDocuments(max(second.Line, lineOf(err))))
	}
	if document.Kind != yaml.DocumentNode || len(document.Content) != 1 {
		return nil, invalid(emptyFile())
	}
	return document.Content[0], nil
}

// yamlLine finds the line in the parser's messages, such as "yaml: line 12: did not find expected key".
var yamlLine = regexp.MustCompile(`line (\d+)`)

// lineOf returns the line that a parser's error names, or 0.
func lineOf(err error) int {
	if err == nil {
		return 0
	}
	match := yamlLine.FindStringSubmatch(err.Error())
	if match == nil {
		return 0
	}
	line, _ := strconv.Atoi(match[1])
	return line
}

// invalidUTF8 returns where data stops being UTF-8, or -1.
func invalidUTF8(data []byte) int {
	if utf8.Valid(data) {
		return -1
	}
	for at := 0; at < len(data); {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return -1
}

// collection gathers what is wrong with a file, at most maxFaults things, and counts the rest.
type collection struct {
	list  []fault.Field
	paths map[string]bool
	more  int
}

func (c *collection) add(f fault.Field) {
	if len(c.list) >= maxFaults {
		c.more++
		return
	}
	if c.paths == nil {
		c.paths = map[string]bool{}
	}
	c.list, c.paths[f.Path] = append(c.list, f), true
}

// err returns nil when nothing is wrong.
func (c *collection) err() error {
	if c.more > 0 {
		return invalid(append(c.list, more(c.more))...)
	}
	return fault.Fields(c.list...)
}

// invalid returns the fault of a file with what is wrong with it.
func invalid(fields ...fault.Field) error { return fault.Fields(fields...) }

// more stands for the faults that an answer leaves out.
func more(n int) fault.Field {
	return fault.Field{
		Path: "file", Reason: "MORE_FAULTS",
		Swedish: fmt.Sprintf("Filen har %d fel till. Rätta de första och försök igen.", n),
		English: fmt.Sprintf("%d more faults are left out", n),
	}
}

func tooLarge(size int) error {
	return &fault.Error{
		Kind: fault.Exhausted, Reason: "LIMIT_EXCEEDED",
		Swedish: fmt.Sprintf("Filen är för stor: %d MB. Den får vara högst %d MB. Dela upp den per nämnd eller per år.",
			(size+1<<20-1)>>20, MaxBytes>>20),
		English: fmt.Sprintf("the file holds %d bytes; at most %d are read", size, MaxBytes),
	}
}

func emptyFile() fault.Field {
	return fault.Field{
		Path: "file", Reason: "EMPTY_FILE",
		Swedish: "Filen är tom.", English: "the file is empty",
	}
}

func severalDocuments(line int) fault.Field {
	return located(line, fault.Field{
		Path: "file", Reason: "SEVERAL_DOCUMENTS",
		Swedish: "Filen ska bestå av ett enda YAML-dokument. Ta bort raden \"---\" och det som följer, eller dela upp filen.",
		English: "the file must be a single YAML document",
	})
}

func notUTF8(data []byte, at int) fault.Field {
	return located(1+bytes.Count(data[:at], []byte("\n")), fault.Field{
		Path: "file", Reason: "INVALID_UTF8",
		Swedish: "Filen är inte sparad med teckenkodningen UTF-8. Öppna den i en textredigerare och spara den som UTF-8.",
		English: fmt.Sprintf("invalid UTF-8 at byte %d", at),
	})
}

func syntaxFault(language string, err error, line int) fault.Field {
	return located(line, fault.Field{
		Path: "file", Reason: "SYNTAX",
		Swedish: "Filen går inte att läsa som " + language + ". Kontrollera indrag, citattecken och kolon.",
		English: "not valid " + language + ": " + err.Error(),
	})
}

// located adds the line to a fault's texts; 0 is unknown.
func located(line int, f fault.Field) fault.Field {
	if line > 0 {
		f.Swedish = fmt.Sprintf("Rad %d: %s", line, f.Swedish)
		f.English = fmt.Sprintf("line %d: %s", line, f.English)
	}
	return f
}
