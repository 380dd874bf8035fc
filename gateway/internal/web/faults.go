package web

import (
	"errors"
	"net/http"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// statusOf maps kinds of faults to HTTP.
func statusOf(kind fault.Kind) int {
	switch kind {
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.Exists, fault.Precondition, fault.Conflict:
		return http.StatusConflict
	case fault.Denied:
		return http.StatusForbidden
	case fault.Unauthenticated:
		return http.StatusUnauthorized
	case fault.Exhausted:
		return http.StatusTooManyRequests
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	case fault.Unsupported:
		return http.StatusMethodNotAllowed
	default:
		return http.StatusInternalServerError
	}
}

// notFound is the fault of an address that leads nowhere.
func notFound() error { return fault.Missing("page") }

// faultView is what the error page shows.
type faultView struct {
	// Text says what happened, Todo what the reader can do.
	Text, Todo string
	Contact    string
}

// faultPage is the page that explains a fault.
func (c *call) faultPage(e *fault.Error) *page {
	title, todo := faultWords(e.Kind)
	text := e.Swedish
	if text == "" || e.Kind == fault.Internal {
		text = "Något gick fel hos oss. Det du gjorde kan ha sparats eller inte."
	}
	status := statusOf(e.Kind)
	var tooLarge *http.MaxBytesError
	if errors.As(e, &tooLarge) {
		status = http.StatusRequestEntityTooLarge
	}
	return &page{Title: title, Template: "fault", Status: status, Data: faultView{text, todo, c.Contact}}
}

// faultWords returns the title of an error page and what the reader can do.
func faultWords(kind fault.Kind) (title, todo string) {
	switch kind {
	case fault.NotFound:
		return "Sidan finns inte", "Kontrollera adressen, eller börja om från startsidan. Om länken kom i ett mejl kan sidan ha tagits bort eller flyttats."
	case fault.Denied:
		return "Du har inte behörighet", "Behöver du tillgång? Be den som samordnar internkontrollen i din nämnd om rätt roll."
	case fault.Unavailable:
		return "Tjänsten går inte att nå just nu", "Vänta en stund och ladda om sidan. Inget som redan är sparat har gått förlorat."
	case fault.Internal:
		return "Något gick fel", "Gå tillbaka och kontrollera om ändringen finns där. Försök sedan igen."
	case fault.Exhausted:
		return "Det blev för mycket", "Gå tillbaka och försök med mindre, eller vänta en stund."
	default:
		return "Det gick inte", "Gå tillbaka, rätta det som står ovan och försök igen."
	}
}
