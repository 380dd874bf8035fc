package web

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// TestEveryPageOfTheAPI renders the description of every group and type, and finds every address that they lead to.
func TestEveryPageOfTheAPI(t *testing.T) {
	s := newTestServer(t)
	css := len(s.assets["uppsikt.css"].body)
	shots := []shot{{"docs", "/docs", nil, docsPage(s.api)}}
	for _, g := range s.api.groups {
		if apiGroupNames[g.ID] == "" {
			t.Errorf("the group %s has no Swedish name", g.ID)
		}
		shots = append(shots, shot{g.ID, "/docs/" + g.ID, nil, docsGroupPage(g)})
	}
	for name, typ := range s.api.types {
		shots = append(shots, shot{name, "/docs/types/" + name, nil, docsTypePage(typ)})
	}
	for _, k := range shots {
		t.Run(k.name, func(t *testing.T) {
			body := k.render(t, s)
			checkHTML(t, body)
			if size := len(body) + css; size > maxPage {
				t.Errorf("page and style take %d bytes, want at most %d", size, maxPage)
			}
			for _, address := range addressesIn(string(body)) {
				if !s.api.leads(address) {
					t.Errorf("a link leads to %s, which does not exist", address)
				}
			}
		})
	}
}

// leads reports whether an address of the description exists.
func (d *apiDocs) leads(address string) bool {
	path, anchor, _ := strings.Cut(strings.TrimPrefix(address, "/docs"), "#")
	if name, ok := strings.CutPrefix(path, "/types/"); ok {
		return d.types[name] != nil
	}
	return path == "" || slices.ContainsFunc(d.groups, func(g *apiGroup) bool {
		return "/"+g.ID == path && (anchor == "" || slices.ContainsFunc(g.Operations, func(o *apiOperation) bool { return o.ID == anchor }))
	})
}

// addressesIn lists the addresses below /docs that a page leads to.
func addressesIn(body string) []string {
	var out []string
	for _, part := range strings.Split(body, `href="`)[1:] {
		if address, _, _ := strings.Cut(part, `"`); strings.HasPrefix(address, "/docs") {
			out = append(out, address)
		}
	}
	return out
}

func TestReadablePaths(t *testing.T) {
	s := newTestServer(t)
	paths := map[string]string{}
	for _, g := range s.api.groups {
		for _, o := range g.Operations {
			paths[o.ID] = g.ID + " " + o.Method + " " + o.Path
		}
	}
	for id, want := range map[string]string{
		"RiskRegisterService_AcceptAction":   "actions POST /v1/municipalities/{municipality}/committees/{committee}/actions/{action}:accept",
		"RiskRegisterService_CountActions":   "actions GET /v1/municipalities/{municipality}:countActions",
		"RiskRegisterService_GetRiskEntry":   "riskEntries GET /v1/municipalities/{municipality}/committees/{committee}/plans/{plan}/riskEntries/{riskEntry}",
		"DirectoryService_GetPerson":         "people GET /v1/municipalities/{municipality}/people/{person}",
		"RiskRegisterService_GetPlanVersion": "plans GET /v1/municipalities/{municipality}/committees/{committee}/plans/{plan}/versions/{version}",
	} {
		if paths[id] != want {
			t.Errorf("%s: got %q, want %q", id, paths[id], want)
		}
	}
}

func TestBrokenDescription(t *testing.T) {
	if _, err := loadAPI([]byte("{")); err == nil {
		t.Error("a description that is no JSON was taken")
	}
}

func TestTheDescriptionNeedsNoSignIn(t *testing.T) {
	v, _ := newVisitor(t, false)
	for path, want := range map[string]int{"/docs": 200, "/docs/actions": 200, "/docs/types/Action": 200, "/docs/finns-inte": 404, "/docs/types/Inget": 404} {
		if res, _ := v.send("GET", path, nil); res.StatusCode != want {
			t.Errorf("%s: got %d, want %d", path, res.StatusCode, want)
		}
	}
}

func TestHumps(t *testing.T) {
	for in, want := range map[string]string{"RiskEntry": "Risk|Entry", "rpcStatus": "rpc|Status", "list of RiskEntry": "list of Risk|Entry", "apiHTTPBody": "api|HTTPBody", "ÅretsÄrenden": "Årets|Ärenden", "": ""} {
		if got := strings.Join(humps(in), "|"); strings.ReplaceAll(got, "of |", "of ") != want {
			t.Errorf("humps(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestDocsWithASlash(t *testing.T) {
	w := httptest.NewRecorder()
	newTestServer(t).newRoutes().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/docs/", nil))
	if w.Code != http.StatusMovedPermanently || w.Header().Get("Location") != "/docs" {
		t.Errorf("/docs/ answers %d to %q", w.Code, w.Header().Get("Location"))
	}
}
