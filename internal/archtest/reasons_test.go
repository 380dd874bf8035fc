package archtest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	errorsv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/errors/v1"
)

// stateReason finds the reason that a fault of the kind "wrong state" is made with.
var stateReason = regexp.MustCompile(`fault\.State\("([A-Z_]+)"`)

// TestReasonsArePartOfTheContract: callers act on reasons, so each that the product sends stands in the API.
func TestReasonsArePartOfTheContract(t *testing.T) {
	sent := 0
	for _, folder := range []string{"internal", "services", "gateway"} {
		err := filepath.WalkDir(filepath.Join("..", "..", folder), func(path string, entry os.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			for _, found := range stateReason.FindAllStringSubmatch(string(text), -1) {
				sent++
				if _, ok := errorsv1.Reason_value["REASON_"+found[1]]; !ok {
					t.Errorf("%s sends the reason %s, which the API does not have", path, found[1])
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if sent == 0 {
		t.Error("no reason was found: the test looks for the wrong thing")
	}
}
