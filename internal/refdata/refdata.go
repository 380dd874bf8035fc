// Package refdata holds the reference data: an invented municipality whose committees show what the product is for. It is
// loaded in demonstrations and used by tests, through the same import as any other file.
package refdata

import (
	"embed"
	"fmt"
	"io/fs"

	"google.golang.org/protobuf/proto"

	exchangev1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/exchange/v1"

	"github.com/uppsikt/uppsikt/internal/exchange"
)

// Municipality is the municipality of the reference data.
const Municipality = "municipalities/exempelkommun"

// Coordinator is the person that a demonstration offers first, because people are listed by name: the coordinator of two
// committees.
const Coordinator = Municipality + "/people/ansvarig-internkontroll"

//go:embed data/*.yaml
var data embed.FS

// Load returns the reference data as one file.
func Load() (*exchange.File, error) {
	names, err := fs.Glob(data, "data/*.yaml")
	if err != nil {
		return nil, err
	}
	all := &exchangev1.Bundle{}
	for _, name := range names {
		text, err := fs.ReadFile(data, name)
		if err != nil {
			return nil, err
		}
		file, err := exchange.Decode(name, text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		proto.Merge(all, file.Bundle)
	}
	return exchange.NewFile(all)
}
