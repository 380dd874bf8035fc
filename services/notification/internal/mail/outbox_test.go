package mail

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/uppsikt/uppsikt/internal/fault"
)

func TestOutbox(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "outbox")
	o, err := OpenOutbox(dir)
	if err != nil {
		t.Fatal(err)
	}
	raw := rawMail(t, 2)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if a, err := o.Send(t.Context(), anna, raw); err != nil || a.Outcome != Taken {
				t.Errorf("got %+v, %v, want Taken", a, err)
			}
		})
	}
	group.Wait()
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 || files[0].Name() != "mzxw6ytboi2tmnzyha4tamjsgm-2.eml" {
		t.Fatalf("got %v, %v, want one file named after the delivery", files, err)
	}
	info, err := files[0].Info()
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got mode %v, %v, want 0600", info.Mode(), err)
	}
	if got, err := os.ReadFile(filepath.Join(dir, files[0].Name())); err != nil || !bytes.Equal(got, raw) {
		t.Errorf("got %q, %v, want the mail", got, err)
	}
	if err := o.Close(); err != nil {
		t.Error(err)
	}
}

func TestOutboxRefuses(t *testing.T) {
	o, err := OpenOutbox(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, raw := range []string{"", "Subject: a\r\n\r\n", "Message-ID: <../x@y.se>\r\n\r\n", "Message-ID: <.x@y.se>\r\n\r\n"} {
		if a, err := o.Send(t.Context(), anna, []byte(raw)); err == nil || a != (Answer{}) {
			t.Errorf("%q: got %+v, %v, want an error", raw, a, err)
		}
	}
	if _, err := o.Send(t.Context(), anna, []byte("Message-ID: <A@y.se>\r\n\r\n")); !fault.Is(err, fault.Internal) {
		t.Errorf("got %v, want a fault", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := o.Send(ended, anna, rawMail(t, 1)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want an ended context", err)
	}
}

func TestOutboxThatIsGone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "outbox")
	o, err := OpenOutbox(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	if a := send(t, o, anna, rawMail(t, 1)); a.Outcome != Later || a.Text == "" {
		t.Errorf("got %+v, want Later with the reason", a)
	}
	if _, err := OpenOutbox("/dev/null/outbox"); err == nil {
		t.Error("an outbox in what is no folder was opened")
	}
}
