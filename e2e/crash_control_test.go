package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/uppsikt/uppsikt/e2e/internal/product"
)

// crashIndicator is what the clients of the crash tests measure.
const (
	crashIndicator     = "krasch"
	crashIndicatorBody = `{"title": "Andel utan avbrott", "quantity": "QUANTITY_SHARE"}`
)

// proposedWithin is how long a proposal may take to arrive: a process that was killed while it delivered some has them
// leased for half a minute.
const proposedWithin = 2 * time.Minute

// dueEntry is the only risk that the rounds of the crash tests take up.
const dueEntry = "/plans/2025/riskEntries/bemanning"

// crashWrite is one thing to create: the name that it gets, where to send it, and what.
type crashWrite struct{ name, to, body string }

func riskWrites(id string, _ int) []crashWrite {
	return []crashWrite{{"risks/" + id, "risks?risk_id=" + id, `{"title": "Risk att strömmen går ` + id + `"}`}}
}

// measurementWrites is a measurement of the n-th day, so that no two are of the same.
func measurementWrites(id string, n int) []crashWrite {
	return []crashWrite{{"measurements/" + id, "measurements?measurement_id=" + id, measurementBody(committee, crashIndicator, n)}}
}

// resultWrites is a round and its result, which deviates and so proposes an action.
func resultWrites(id string, _ int) []crashWrite {
	return []crashWrite{{"rounds/" + id, "rounds?round_id=" + id + "&due_entries=" + committee + dueEntry, roundBody(committee, id)},
		{"rounds/" + id + "/results/avtal", "rounds/" + id + "/results?result_id=avtal", resultBody(committee)}}
}

func measurementBody(committee, indicator string, n int) string {
	day := time.Date(1900, 1, 1+n, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	return fmt.Sprintf(`{"indicator": "%s/indicators/%s", "begin_date": %q, "end_date": %q, "numerator": %d, "denominator": 1000000}`, committee, indicator, day, day, n)
}

func roundBody(committee, id string) string {
	return fmt.Sprintf(`{"title": "Uppföljning %s", "kind": "ROUND_KIND_INTERIM", "plans": ["%s/plans/2025"], "selection": "ROUND_SELECTION_DUE"}`, id, committee)
}

func resultBody(committee string) string {
	return fmt.Sprintf(`{"subject": "%s/plans/2025/controlPoints/avtal", "execution": "EXECUTION_DONE", "stated_fulfilment": "FULFILMENT_NOT_MET",
		"override_reason": "Avtalen följs inte.", "text": "Två av tre avtal saknar uppföljning."}`, committee)
}

// storedResult is what a result says of what it proposed.
type storedResult struct {
	Name     string `json:"name"`
	Deviates bool   `json:"deviates"`
	Proposed []struct {
		Action string `json:"action"`
		State  string `json:"state"`
	} `json:"proposed_actions"`
}

// storedAction is what an action says of where it comes from.
type storedAction struct {
	Name   string `json:"name"`
	Origin struct {
		Resource string `json:"resource"`
	} `json:"origin"`
}

// wantProposedOnce fails the test unless every result of a committee that deviates has its action in the register, written
// there once and never again, and the register has no action of another origin.
func wantProposedOnce(t *testing.T, committee string, get func(path string) product.Answer) {
	t.Helper()
	deviating := map[string]string{}
	for _, r := range awaitProposed(t, committee, get) {
		if r.Deviates && len(r.Proposed) != 1 {
			t.Errorf("%s deviates and has proposed %d actions, want 1", r.Name, len(r.Proposed))
		}
		for _, p := range r.Proposed {
			deviating[p.Action] = r.Name
		}
	}
	actions := everyPage[storedAction](t, get, committee+"/actions", "actions")
	if len(actions) != len(deviating) || len(actions) == 0 {
		t.Errorf("the register has %d actions, want those of %d results that deviate", len(actions), len(deviating))
	}
	for _, a := range actions {
		if deviating[a.Name] != a.Origin.Resource {
			t.Errorf("%s comes from %q, want the result %q", a.Name, a.Origin.Resource, deviating[a.Name])
		}
		if entries := everyPage[json.RawMessage](t, get, a.Name+":riskHistory", "entries"); len(entries) != 1 {
			t.Errorf("%s was written %d times, want 1", a.Name, len(entries))
		}
	}
}

// awaitProposed waits until no result has a proposal on its way, and returns them all.
func awaitProposed(t *testing.T, committee string, get func(path string) product.Answer) []storedResult {
	t.Helper()
	again, limit := time.Tick(200*time.Millisecond), time.After(proposedWithin)
	for {
		results := everyPage[storedResult](t, get, committee+"/rounds/-/results", "results")
		var waiting []string
		for _, r := range results {
			for _, p := range r.Proposed {
				if p.State != "PROPOSED_ACTION_STATE_DELIVERED" {
					waiting = append(waiting, r.Name+" "+p.State)
				}
			}
		}
		if len(waiting) == 0 {
			return results
		}
		select {
		case <-again:
		case <-limit:
			t.Fatalf("%d proposals have not arrived: %q", len(waiting), waiting)
		}
	}
}

// everyPage reads a whole list.
func everyPage[T any](t *testing.T, get func(path string) product.Answer, path, field string) []T {
	t.Helper()
	var all []T
	for token := ""; ; {
		a := get(path + "?page_size=200&page_token=" + token)
		var page map[string]json.RawMessage
		if err := json.Unmarshal(a.Body, &page); err != nil || a.Status != http.StatusOK {
			t.Fatalf("%s: got %d %s (%v)", path, a.Status, a.Body, err)
		}
		var items []T
		if list := page[field]; len(list) > 0 {
			if err := json.Unmarshal(list, &items); err != nil {
				t.Fatalf("%s: %v\n%s", path, err, list)
			}
		}
		all = append(all, items...)
		if token = strings.Trim(string(page["next_page_token"]), `"`); token == "" {
			return all
		}
	}
}
