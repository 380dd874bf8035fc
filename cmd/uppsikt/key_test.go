package main

import (
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/suitetest"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
)

// TestRotateKey: the new key signs, beside a running server; the old one verifies until it is forgotten.
func TestRotateKey(t *testing.T) {
	s, stop := suitetest.Start(t)
	ask := func(token string) codes.Code {
		_, err := directoryv1.NewDirectoryServiceClient(s.Conn).ListMunicipalities(authn.WithToken(t.Context(), token),
			&directoryv1.ListMunicipalitiesRequest{})
		return status.Code(err)
	}
	old := s.Token("operator", "platform")
	for _, flags := range [][]string{nil, {"--forget"}} {
		execute(t, append([]string{"rotate-key", "--data", s.Data}, flags...)...)
		s.Clock.Advance(11 * time.Second) // after which services ask for keys that they do not know
		if got := ask(s.Token("operator", "platform")); got != codes.OK {
			t.Errorf("rotate-key %v: a token of the new key: got %v", flags, got)
		}
		if len(flags) == 0 && ask(old) != codes.OK {
			t.Error("a token of the earlier key is refused")
		}
	}
	stop()
	s, _ = suitetest.Start(t, suitetest.InDirectory(s.Data))
	if got := ask(old); got != codes.Unauthenticated {
		t.Errorf("a token of a forgotten key: got %v", got)
	}
	refused(t, "ingen installation", "rotate-key", "--data", t.TempDir())
}
