package e2e_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/uppsikt/uppsikt/e2e/internal/product"
)

// TestBackupWhileWriting: an archive taken while clients write holds everything that was acknowledged before it was begun,
// and an installation made of it verifies, starts and goes on.
func TestBackupWhileWriting(t *testing.T) {
	t.Parallel()
	s := shared.program.Start(t, product.Options{})
	s.MustClient(t, s.TokenFor(t, "operator", "platform"), "import", examplePlan)
	ctx, cancel := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	defer writers.Wait()
	defer cancel()
	w := &writing{t: t, server: s, token: s.TokenFor(t, "coordinator", committee), some: make(chan struct{})}
	for client := range 4 {
		writers.Go(func() { w.write(ctx, client) })
	}
	<-w.some
	before := w.names()
	archive := filepath.Join(t.TempDir(), "kopia.tar.gz")
	want(t, s.Run(t, "backup", "--data", s.Data, "-o", archive), 0, archive)
	cancel()
	writers.Wait()
	want(t, s.Run(t, "verify", "--data", archive), 0)
	s.Stop()

	data := filepath.Join(t.TempDir(), "data")
	want(t, s.Run(t, "restore", archive, "--data", data), 0, "Journalen stämmer")
	again := shared.program.Start(t, product.Options{Data: data})
	token := again.TokenFor(t, "coordinator", committee)
	for _, name := range before {
		if a := again.Request(t, http.MethodGet, "/v1/"+name, token, nil); a.Status != http.StatusOK {
			t.Errorf("%s was acknowledged before the backup, but got %d after it was restored", name, a.Status)
		}
	}
	if a := again.Request(t, http.MethodPost, "/v1/"+committee+"/risks", token, []byte(`{"title": "Risk efteråt"}`)); a.Status != http.StatusOK {
		t.Errorf("a write to the restored installation: got %d %s", a.Status, a.Body)
	}
	again.Stop()
	want(t, s.Run(t, "verify", "--data", data), 0)
}

// writing collects what a server has acknowledged.
type writing struct {
	t      *testing.T
	server *product.Server
	token  string
	// some is closed when there is enough.
	some chan struct{}

	mu           sync.Mutex
	acknowledged []string
}

const enough = 40

// write writes until its context ends.
func (w *writing) write(ctx context.Context, client int) {
	for i := 0; ctx.Err() == nil; i++ {
		id := fmt.Sprintf("kopia-%d-%d", client, i)
		a, err := w.server.Send(ctx, http.MethodPost, "/v1/"+committee+"/risks?risk_id="+id, w.token, []byte(`{"title": "Risk `+id+`"}`))
		if err != nil {
			return // the context has ended
		}
		if a.Status != http.StatusOK {
			w.t.Errorf("%s: got %d %s", id, a.Status, a.Body)
			return
		}
		w.mu.Lock()
		if w.acknowledged = append(w.acknowledged, committee+"/risks/"+id); len(w.acknowledged) == enough {
			close(w.some)
		}
		w.mu.Unlock()
	}
}

// names returns what has been acknowledged so far.
func (w *writing) names() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string{}, w.acknowledged...)
}

// TestKilledWhileRestoring is a restore that ends as by a power cut: nothing takes the place for an installation.
func TestKilledWhileRestoring(t *testing.T) {
	t.Parallel()
	data, archive := t.TempDir(), filepath.Join(t.TempDir(), "kopia.tar.gz")
	want(t, shared.program.Run(t, "migrate", "--data", data), 0)
	want(t, shared.program.Run(t, "backup", "--data", data, "-o", archive), 0)
	place := t.TempDir()
	// What a kill leaves: the folder in which the archive was being unpacked, and some databases in place already.
	for _, err := range []error{os.Mkdir(filepath.Join(place, ".restoring"), 0o700),
		os.Rename(filepath.Join(data, "directory.db"), filepath.Join(place, "directory.db"))} {
		if err != nil {
			t.Fatal(err)
		}
	}
	want(t, shared.program.Run(t, "serve", "--data", place, "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0"), 1, "återställning avbrutits")
	want(t, shared.program.Run(t, "restore", archive, "--data", place), 1, "inte tom")
}
