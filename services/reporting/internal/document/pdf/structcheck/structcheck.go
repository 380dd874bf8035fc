// Package structcheck checks in tests whether a PDF file is tagged as PDF/UA
// wants it. It reads files with a library of its own and shares nothing with the
// writer, so that the two cannot be wrong together.
package structcheck

import (
	"bytes"
	"fmt"
	"sort"
	"strings"
	"sync"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// Kind names what is wrong.
type Kind string

// The kinds of problems.
const (
	Unreadable      Kind = "file cannot be read"
	NoLanguage      Kind = "document language missing"
	NotMarked       Kind = "file not declared as tagged"
	NoTitleDisplay  Kind = "title not set to be displayed"
	NoTitle         Kind = "title missing in metadata"
	NoTree          Kind = "structure tree missing"
	Unmarked        Kind = "ink neither content nor artifact"
	Unbalanced      Kind = "marked content not balanced"
	NotInTree       Kind = "content not in structure tree"
	NotInContent    Kind = "structure tree refers to missing content"
	UsedTwice       Kind = "content used twice in structure tree"
	WrongParent     Kind = "parent tree disagrees with structure tree"
	NoScope         Kind = "header cell without scope"
	BadTable        Kind = "table row holds something else than cells"
	RaggedTable     Kind = "table rows differ in length"
	SkippedLevel    Kind = "heading level skipped"
	NoAlternative   Kind = "figure without alternative text"
	EmptyFigure     Kind = "figure without content"
	LinkUnconnected Kind = "link not connected with structure tree"
	LinkUndescribed Kind = "link annotation without description"
)

// Problem is one fault of a file.
type Problem struct {
	Kind   Kind
	Detail string
}

// String gives the kind and where it was found.
func (p Problem) String() string {
	return string(p.Kind) + ": " + p.Detail
}

// Check returns everything that is wrong with the tags of a file, in a fixed
// order; nothing when the file is in order.
func Check(file []byte) []Problem {
	c := &checker{claims: map[content]string{}, seen: map[content]bool{}, pages: map[int]int{}}
	if err := c.open(file); err != nil {
		return []Problem{{Unreadable, err.Error()}}
	}
	c.catalog()
	c.contents()
	c.tree()
	c.compare()
	c.links()
	sort.Slice(c.problems, func(i, j int) bool { return c.problems[i].String() < c.problems[j].String() })
	return c.problems
}

// Validate checks the whole file strictly against the PDF standard.
func Validate(file []byte) error {
	conf := *configuration()
	conf.ValidationMode = model.ValidationStrict
	return api.Validate(bytes.NewReader(file), &conf)
}

// configuration keeps the library from writing into the user's home.
var configuration = sync.OnceValue(func() *model.Configuration {
	api.DisableConfigDir()
	return model.NewDefaultConfiguration()
})

// content is one marked-content sequence.
type content struct {
	page, mcid int
}

type checker struct {
	ctx  *model.Context
	root types.Dict
	// pages leads from a page's object number to its index.
	pages    map[int]int
	pageList []types.Dict
	// claims holds the role of the element that each content belongs to.
	claims   map[content]string
	seen     map[content]bool
	linked   map[int]bool
	level    int
	problems []Problem
}

func (c *checker) report(kind Kind, format string, args ...any) {
	c.problems = append(c.problems, Problem{kind, fmt.Sprintf(format, args...)})
}

func (c *checker) open(file []byte) error {
	conf := *configuration()
	ctx, err := api.ReadContext(bytes.NewReader(file), &conf)
	if err != nil {
		return fmt.Errorf("read file: %w", err)
	}
	c.ctx = ctx
	c.linked = map[int]bool{}
	if c.root, err = ctx.Catalog(); err != nil {
		return fmt.Errorf("read catalog: %w", err)
	}
	if err := ctx.EnsurePageCount(); err != nil {
		return fmt.Errorf("count pages: %w", err)
	}
	return c.openPages()
}

func (c *checker) openPages() error {
	for number := 1; number <= c.ctx.PageCount; number++ {
		page, ref, _, err := c.ctx.PageDict(number, false)
		if err != nil {
			return fmt.Errorf("read page %d: %w", number, err)
		}
		c.pages[ref.ObjectNumber.Value()] = number - 1
		c.pageList = append(c.pageList, page)
	}
	return nil
}

// entry returns a resolved entry of a dictionary, or nil.
func (c *checker) entry(d types.Dict, key string) types.Object {
	if d == nil {
		return nil
	}
	return c.resolve(d[key])
}

func (c *checker) resolve(o types.Object) types.Object {
	resolved, err := c.ctx.Dereference(o)
	if err != nil {
		c.report(Unreadable, "%v", err)
		return nil
	}
	return resolved
}

func (c *checker) dict(o types.Object) types.Dict {
	d, _ := c.resolve(o).(types.Dict)
	return d
}

// list returns an array, or one object as an array of one.
func (c *checker) list(o types.Object) types.Array {
	switch resolved := c.resolve(o).(type) {
	case nil:
		return nil
	case types.Array:
		return resolved
	default:
		return types.Array{o}
	}
}

func (c *checker) text(o types.Object) string {
	text, err := c.ctx.DereferenceText(o)
	if err != nil {
		return ""
	}
	return text
}

func (c *checker) isTrue(o types.Object) bool {
	value, ok := c.resolve(o).(types.Boolean)
	return ok && value.Value()
}

func (c *checker) catalog() {
	if lang := c.text(c.root["Lang"]); lang == "" {
		c.report(NoLanguage, "catalog")
	}
	if !c.isTrue(c.dict(c.root["MarkInfo"])["Marked"]) {
		c.report(NotMarked, "catalog")
	}
	if !c.isTrue(c.dict(c.root["ViewerPreferences"])["DisplayDocTitle"]) {
		c.report(NoTitleDisplay, "catalog")
	}
	if !strings.Contains(c.metadata(), "<dc:title>") {
		c.report(NoTitle, "catalog")
	}
	if c.dict(c.root["StructTreeRoot"]) == nil {
		c.report(NoTree, "catalog")
	}
}

func (c *checker) metadata() string {
	stream, _, err := c.ctx.DereferenceStreamDict(c.root["Metadata"])
	if err != nil || stream == nil {
		return ""
	}
	if err := stream.Decode(); err != nil {
		return ""
	}
	return string(stream.Content)
}
