package schema_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"slices"
	"testing"

	"github.com/uppsikt/uppsikt/internal/exchange/schema"
)

var update = flag.Bool("update", false, "write the schema")

const (
	committed = "../../../docs/bundle.schema.json"
	openapi   = "../../../proto/gen/openapi/uppsikt.swagger.json"
)

func generate(t *testing.T) []byte {
	t.Helper()
	api, err := os.ReadFile(openapi)
	if err != nil {
		t.Fatal(err)
	}
	got, err := schema.Generate(api)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// TestCommitted: the published schema is that of the contract. Renew it with `go test ./internal/exchange/schema -update`.
func TestCommitted(t *testing.T) {
	got := generate(t)
	if *update {
		if err := os.WriteFile(committed, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(committed)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("docs/bundle.schema.json is not current; run go test ./internal/exchange/schema -update")
	}
}

// TestRules: what the contract demands of fields is in the schema, and what an installation adds is not.
func TestRules(t *testing.T) {
	type property struct {
		MaxLength   int      `json:"maxLength"`
		Description string   `json:"description"`
		Enum        []string `json:"enum"`
		Ref         string   `json:"$ref"`
	}
	var got struct {
		Properties map[string]json.RawMessage `json:"properties"`
		Defs       map[string]struct {
			Properties map[string]property `json:"properties"`
			Required   []string            `json:"required"`
		} `json:"$defs"`
	}
	if err := json.Unmarshal(generate(t), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Properties) != 24 {
		t.Errorf("got %d kinds of content, want the format and 23 lists", len(got.Properties))
	}
	for name, def := range got.Defs {
		for field, p := range def.Properties {
			if p.Description == "" {
				t.Errorf("%s.%s has no description", name, field)
			}
		}
	}
	entry := got.Defs["RiskEntry"]
	for _, name := range []string{"etag", "create_time", "computed_value", "computed_level"} {
		if _, there := entry.Properties[name]; there {
			t.Errorf("%s is in the schema", name)
		}
	}
	if p := entry.Properties["process"]; p.MaxLength != 20000 || p.Description == "" {
		t.Errorf("got %+v", p)
	}
	if p := got.Defs["Committee"].Properties["kind"]; len(p.Enum) != 4 {
		t.Errorf("got kinds %v, want the four that may be stated", p.Enum)
	}
	if p := got.Defs["PlanVersion"].Properties["snapshot"]; p.Ref != "#/$defs/PlanSnapshot" {
		t.Errorf("got %+v", p)
	}
	if p := got.Defs["Action"].Properties["origin"]; p.Ref != "#/$defs/ActionOrigin" {
		t.Errorf("got %+v", p)
	}
	for name, want := range map[string][]string{
		"Action": {"name", "title", "origin"}, "CommonItem": {"name", "title", "kind"}, "Plan": {"name", "method_version"},
	} {
		if got := got.Defs[name].Required; !slices.Equal(got, want) {
			t.Errorf("%s: got required %v, want %v", name, got, want)
		}
	}
}
