package suitetest_test

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/authz"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const accessGolden = "testdata/access.golden"

// holder is a column of the matrix: a caller with one role.
type holder struct {
	title string
	role  authn.Role
}

// holders are the callers of the matrix. A role that may be held in several kinds of scope is there with each.
func holders() []holder {
	var all []holder
	add := func(short, role, scope, assignment string) {
		all = append(all, holder{title: short, role: authn.Role{Role: role, Scope: scope, Assignment: assignment}})
	}
	for _, role := range []string{"member", "secretary", "head", "coordinator"} {
		add(role[:3], role, own.committee, "")
	}
	add("man", "manager", own.committee, own.municipality+"/roleAssignments/annan")
	add("own", "owner", own.committee, own.municipality+"/roleAssignments/annan")
	add("own*", "owner", own.committee, own.assignment())
	add("off", "official", own.committee, "")
	add("aud", "auditor", own.committee, "")
	add("adm", "administrator", own.committee, "")
	for _, role := range []string{"coordinator", "auditor", "administrator", "operator"} {
		add("M:"+role[:3], role, own.municipality, "")
	}
	for _, role := range []string{"administrator", "operator"} {
		add("P:"+role[:3], role, "-", "")
	}
	return all
}

// places are the letters of a cell, in order.
func places() []place { return []place{own, draft, sister, foreign} }

const legend = `# Who is let in where. Written by internal/suitetest (go test ./internal/suitetest -run AccessMatrix -update) from the
# descriptors of every RPC and real calls of the whole suite; both engines give this very table. Read it in review.
#
# A cell has a letter for each place where the named resource lies: 1 the caller's own committee, 2 the same where the plan
# is a draft, 3 another committee of the municipality, 4 another municipality. With "P:" the caller's role holds on the
# platform, with "M:" on the municipality 1–3, else on committee 1. "own*" is an owner whose role assignment the resource
# names. A resource of the municipality itself has only places 1 and 4, one of the platform only 1.
#
#   y  let in: answered, or refused for another reason than rights
#   -  PERMISSION_DENIED
#   0  NOT_FOUND
#   .  the same resource as in place 1
#
# "best" is the furthest that anybody came. Bad tokens, one letter each, all x for UNAUTHENTICATED:
#   `

// TestAccessMatrix calls every RPC as everybody, everywhere, on both engines, and compares who was let in with what was
// reviewed.
func TestAccessMatrix(t *testing.T) {
	t.Parallel()
	for _, engine := range sqldbtest.Engines() {
		t.Run(string(engine), func(t *testing.T) {
			if !*update { // else the first engine writes what the second is compared with
				t.Parallel()
			}
			e := openEstate(t, engine)
			compareGolden(t, e.matrix(), *update && engine == sqldbtest.Engines()[0])
		})
	}
}

// TestEveryRPCIsInTheMatrix fails for an RPC that was added without a line that somebody has read.
func TestEveryRPCIsInTheMatrix(t *testing.T) {
	e := &estate{T: t}
	text := string(read(t, "internal/suitetest/"+accessGolden))
	for _, p := range e.procedures() {
		if !strings.Contains(text, "\n"+p.label+" ") {
			t.Errorf("%s has no line in %s; run with -update and read it", p.label, accessGolden)
		}
	}
}

func compareGolden(t *testing.T, got string, write bool) {
	t.Helper()
	if write {
		if err := os.WriteFile(accessGolden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(accessGolden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s differs (-want +got); read it, then run with -update:\n%s", accessGolden, diff)
	}
}

// matrix makes every call and writes the table.
func (e *estate) matrix() string {
	e.Helper()
	var b strings.Builder
	var kinds []string
	for _, bad := range badTokens() {
		kinds = append(kinds, bad.name)
	}
	b.WriteString(legend + strings.Join(kinds, ", ") + "\n")
	fmt.Fprintf(&b, "\n%-74s %-19s %-*s", "", "best", len(badTokens()), "bad")
	columns := holders()
	for _, h := range columns {
		fmt.Fprintf(&b, " %-5s", h.title)
	}
	for _, p := range e.procedures() {
		fmt.Fprintf(&b, "\n%-74s %s", p.label, e.row(p, columns))
	}
	lines := strings.Split(b.String()+"\n", "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

// row makes the calls of one RPC.
func (e *estate) row(p procedure, columns []holder) string {
	e.Helper()
	bad := e.refusesBadTokens(p)
	best, cells := codes.PermissionDenied, make([]string, len(columns))
	for i, h := range columns {
		for _, at := range places() {
			if !p.applies(at) {
				cells[i] += "."
				continue
			}
			got := e.visit(p, h, at)
			cells[i] += e.letter(p, h, got)
			best = further(best, got.code)
		}
	}
	if p.rule.Process != (best == codes.PermissionDenied) {
		e.Errorf("%s: for processes %t, but the best answer to a token is %s", p.label, p.rule.Process, best)
	}
	if p.rule.ReadOnly && !p.rule.Process && best != codes.OK && !slices.Contains(unread(), p.label) {
		e.Errorf("%s: nobody got an answer, only %s; what nobody can read proves nothing", p.label, best)
	}
	return fmt.Sprintf("%-19s %s %s", best, bad, padded(cells))
}

// unread are reads that the fixture has nothing to show for: its risks have values without axes, so there is no matrix.
func unread() []string { return []string{"report.v1.ReportingService/RenderRiskMatrix"} }

func padded(cells []string) string {
	var b strings.Builder
	for _, cell := range cells {
		fmt.Fprintf(&b, " %-5s", cell)
	}
	return strings.TrimPrefix(b.String(), " ")
}

// visit makes one call, and checks what holds wherever it is made: nothing beyond the caller's municipality is named, and
// who may not see the resource is not told whether it exists.
func (e *estate) visit(p procedure, h holder, at place) outcome {
	e.Helper()
	ctx, target := e.with(e.token(h.role)), p.name(at)
	got := e.call(ctx, p, p.request(e, at, target))
	for _, name := range got.names {
		ofCommittee := h.role.Scope == own.committee && (within(target, own.committee) || p.method.IsStreamingServer())
		if h.role.Scope != "-" && within(name, foreign.municipality) || ofCommittee && within(name, sister.committee) {
			e.Errorf("%s as %s at %s: the answer names %s", p.label, h.title, target, name)
		}
	}
	if got.code == codes.NotFound || !p.seen(h, target) && (got.code == codes.PermissionDenied || at == draft) {
		e.tellsNothing(p, h, at, got)
	}
	return got
}

// seen reports whether the caller may know of the resource, drafts included, and was refused by a rule on the row alone.
func (p procedure) seen(h holder, target string) bool {
	caller := &authn.Identity{Roles: []authn.Role{h.role}}
	return authz.Can(caller, p.rule.Permission, target) && authz.Can(caller, authzv1.Permission_PERMISSION_DRAFT_READ, target)
}

func within(name, ancestor string) bool {
	return name == ancestor || strings.HasPrefix(name, ancestor+"/")
}

// tellsNothing checks that a call is answered as one for what does not exist.
func (e *estate) tellsNothing(p procedure, h holder, at place, got outcome) {
	e.Helper()
	ctx, target := e.with(e.token(h.role)), p.name(at)
	for _, absent := range absentees(target, at) {
		twin := e.call(ctx, p, p.request(e, at, absent))
		if twin.code != got.code || unnamed(twin.said, absent) != unnamed(got.said, target) || len(twin.names) != len(got.names) {
			e.Errorf("%s as %s tells %s, which exists (%s %s), from %s (%s %s)", p.label, h.title, target, got.code, got.said, absent, twin.code, twin.said)
		}
	}
}

// chosenID is an id that the server has chosen: another one each time.
var chosenID = regexp.MustCompile(`/[a-z2-7]{16}\b`)

// unnamed takes the name that was asked for out of a refusal, that of the plan it lies in, and ids chosen by the server.
func unnamed(said, name string) string {
	said = chosenID.ReplaceAllString(strings.ReplaceAll(said, name, "·"), "/·")
	if parts := strings.Split(name, "/"); len(parts) > 6 {
		said = strings.ReplaceAll(said, strings.Join(parts[:6], "/"), "·")
	}
	return said
}

// absentees are names of the target's form that nothing has: another id, and the same id below another plan.
func absentees(target string, at place) []string {
	if !strings.Contains(target, "/") {
		return nil
	}
	names := []string{target[:strings.LastIndex(target, "/")+1] + "1999"}
	if plan := at.name("municipalities/*/committees/*/plans/*"); within(target, plan) && target != plan {
		names = append(names, strings.Replace(target, plan, at.committee+"/plans/1999", 1))
	}
	return names
}

// letter is the class of an outcome.
func (e *estate) letter(p procedure, h holder, got outcome) string {
	e.Helper()
	letIn := []codes.Code{codes.OK, codes.InvalidArgument, codes.FailedPrecondition, codes.AlreadyExists, codes.Aborted}
	switch {
	case slices.Contains(letIn, got.code):
		return "y"
	case got.code == codes.PermissionDenied:
		return "-"
	case got.code == codes.NotFound:
		return "0"
	}
	e.Errorf("%s as %s: %s %s", p.label, h.title, got.code, got.said)
	return "!"
}

// further returns which of two answers came further into the service.
func further(a, b codes.Code) codes.Code {
	order := []codes.Code{codes.PermissionDenied, codes.NotFound, codes.InvalidArgument, codes.AlreadyExists, codes.Aborted, codes.FailedPrecondition, codes.OK}
	for _, code := range order {
		if a == code {
			return b
		}
		if b == code {
			return a
		}
	}
	return a
}

// refusesBadTokens returns a letter for each bad token.
func (e *estate) refusesBadTokens(p procedure) string {
	e.Helper()
	letters := ""
	for _, bad := range badTokens() {
		got := e.call(e.with(bad.make(e)), p, p.request(e, own, p.name(own)))
		if got.code != codes.Unauthenticated {
			e.Errorf("%s with a token that is bad (%s): got %s %s", p.label, bad.name, got.code, got.said)
			letters += "!"
			continue
		}
		letters += "x"
	}
	return letters
}
