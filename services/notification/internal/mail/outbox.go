package mail

import (
	"bytes"
	"context"
	"fmt"
	netmail "net/mail"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// Outbox puts mails into a folder, one file each. It is what there is instead of a mail server.
type Outbox struct{ dir string }

// OpenOutbox returns the outbox in a folder, which it makes if need be.
func OpenOutbox(dir string) (*Outbox, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open the outbox: %w", err)
	}
	return &Outbox{dir: dir}, nil
}

// outboxID is what a delivery's id looks like; nothing else becomes the name of a file.
var outboxID = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,99}$`)

// Send writes the mail to "{delivery id}.eml", or over it: a repeat gives no second file. Other processes see the whole
// file or none. A disk that does not take it is an answer of Later.
func (o *Outbox) Send(ctx context.Context, _ string, raw []byte) (Answer, error) {
	if err := ctx.Err(); err != nil {
		return Answer{}, err
	}
	id, err := deliveryID(raw)
	if err != nil {
		return Answer{}, err
	}
	if err := o.write(id+".eml", raw); err != nil {
		return Answer{Outcome: Later, Step: StepData, Text: oneLine(err.Error())}, nil
	}
	return Answer{Outcome: Taken, Step: StepEnd, Text: "outbox " + id + ".eml"}, nil
}

// Close does nothing.
func (o *Outbox) Close() error { return nil }

// deliveryID reads the delivery's id out of the Message-ID.
func deliveryID(raw []byte) (string, error) {
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return "", fmt.Errorf("read the mail's header: %w", err)
	}
	id, _, _ := strings.Cut(strings.TrimPrefix(m.Header.Get("Message-ID"), "<"), "@")
	if !outboxID.MatchString(id) {
		return "", &fault.Error{Kind: fault.Internal, English: "the mail has no Message-ID of a delivery"}
	}
	return id, nil
}

// write stores a file so that it is there whole, also after a crash, or not at all.
func (o *Outbox) write(name string, content []byte) (err error) {
	f, err := os.CreateTemp(o.dir, ".new-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	if err = fill(f, content); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), filepath.Join(o.dir, name)); err != nil {
		return err
	}
	return syncDir(o.dir)
}

// fill writes content to a new file and closes it. CreateTemp makes files that only their owner reads.
func fill(f *os.File, content []byte) error {
	_, err := f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	return err
}

// syncDir makes a new name survive a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if closing := d.Close(); err == nil {
		err = closing
	}
	return err
}
