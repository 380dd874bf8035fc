package sqldbtest

import (
	"crypto/rand"
	"net/url"
	"strings"
	"testing"
)

// Database is a database of its own as a suite has it: a role that owns and migrates, and one for each service.
type Database struct {
	OwnerURL string
	// Prefix comes before the name of a service in the name of its role.
	Prefix string

	server, name, password string
}

// NewDatabase makes the database and the roles, all dropped at the end of the test.
func NewDatabase(t testing.TB, services ...string) Database {
	t.Helper()
	server, err := postgresURL(t)
	if err != nil {
		t.Fatal(err)
	}
	name := "t_" + strings.ToLower(rand.Text()[:16])
	d := Database{Prefix: name + "_", server: server, name: name, password: rand.Text()}
	roles := []string{d.Prefix + "owner"}
	for _, service := range services {
		roles = append(roles, d.Prefix+service)
	}
	for _, role := range roles {
		administer(t, server, "create role "+role+" login password '"+d.password+"'")
	}
	administer(t, server, "create database "+name+" owner "+roles[0])
	t.Cleanup(func() {
		administer(t, server, "drop database "+name+" with (force)", "drop role "+strings.Join(roles, ", "))
	})
	d.OwnerURL = d.URL(t, "owner")
	return d
}

// URL returns the address of the database for the role of a service.
func (d Database) URL(t testing.TB, service string) string {
	t.Helper()
	u, err := url.Parse(as(t, d.server, d.Prefix+service, d.password))
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + d.name
	return u.String()
}
