package main

import (
	"net/url"
	"strings"
	"testing"

	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	"github.com/uppsikt/uppsikt/services/controlmeasurement"
	"github.com/uppsikt/uppsikt/services/directory"
	"github.com/uppsikt/uppsikt/services/notification"
	"github.com/uppsikt/uppsikt/services/reporting"
	"github.com/uppsikt/uppsikt/services/riskregister"
)

// TestOperatorOfPostgres: what an operator does with the database of a suite.
func TestOperatorOfPostgres(t *testing.T) {
	p := sqldbtest.NewPostgres(t)
	prefix := p.Schema + "_"
	begin, end := []string{"create database " + p.Schema + " owner " + p.Schema + "_owner"}, []string{"drop database " + p.Schema}
	for _, service := range []string{directory.Name, riskregister.Name, controlmeasurement.Name, reporting.Name, notification.Name} {
		begin, end = append(begin, "create role "+prefix+service), append(end, "drop role "+prefix+service)
	}
	sqldbtest.Administer(t, begin...)
	t.Cleanup(func() { sqldbtest.Administer(t, end...) })
	address, err := url.Parse(p.OwnerURL)
	must(t, err)
	address.Path = "/" + p.Schema
	at := []string{"--database", address.String()}

	for range 2 { // doing it again changes nothing
		execute(t, append([]string{"migrate", "--role-prefix", prefix}, at...)...)
	}
	for _, flag := range []string{"--forget=false", "--forget"} {
		execute(t, append([]string{"rotate-key", flag}, at...)...)
	}
	if got := execute(t, append([]string{"token", "--role", "auditor", "--scope", "platform"}, at...)...); strings.Count(got, ".") != 2 {
		t.Errorf("got the token %q", got)
	}
	execute(t, append([]string{"verify"}, at...)...)
	refused(t, "not-there", "verify", "--database", strings.Replace(address.String(), p.Schema, "not-there", 1))
}
