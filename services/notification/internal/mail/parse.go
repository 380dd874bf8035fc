package mail

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	gomail "github.com/emersion/go-message/mail"
)

// Parse reads a mail that Compose made, for showing what was sent.
func Parse(raw []byte) (Mail, error) {
	r, err := gomail.CreateReader(bytes.NewReader(raw))
	if err != nil {
		return Mail{}, fmt.Errorf("read a mail: %w", err)
	}
	m := Mail{Raw: raw}
	if m.Subject, err = r.Header.Subject(); err != nil {
		return m, fmt.Errorf("read the subject of a mail: %w", err)
	}
	for {
		part, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return m, nil
		}
		if err != nil {
			return m, fmt.Errorf("read a mail: %w", err)
		}
		if err := m.take(part); err != nil {
			return m, err
		}
	}
}

// take reads one part of a mail.
func (m *Mail) take(part *gomail.Part) error {
	body, err := io.ReadAll(part.Body)
	if err != nil {
		return fmt.Errorf("read a part of a mail: %w", err)
	}
	text := strings.ReplaceAll(string(body), "\r\n", "\n")
	switch kind, _, _ := strings.Cut(part.Header.Get("Content-Type"), ";"); kind {
	case "text/plain":
		m.Text = text
	case "text/html":
		m.HTML = text
	case "text/calendar":
		m.Calendar = string(body)
	}
	return nil
}
