package exchange

import (
	"path/filepath"
	"strings"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// Format is how a bundle is written.
type Format int

// The formats.
const (
	// YAML is for people: block texts, comments.
	YAML Format = iota + 1
	// JSON is for programs.
	JSON
)

// FormatOf tells the format by a file name's extension: .yaml, .yml or .json, in any case. Any other is a fault of the
// kind Invalid.
func FormatOf(filename string) (Format, error) {
	switch strings.ToLower(filepath.Ext(filename)) {
	case ".yaml", ".yml":
		return YAML, nil
	case ".json":
		return JSON, nil
	default:
		return 0, invalid(fault.Field{
			Path: "file", Reason: "FILE_EXTENSION",
			Swedish: "Filnamnet ska sluta på .yaml, .yml eller .json, så att det framgår hur filen är skriven.",
			English: "the file name must end in .yaml, .yml or .json",
		})
	}
}
