package main

import (
	"compress/gzip"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/pressly/goose/v3"

	"github.com/uppsikt/uppsikt/internal/sqldb"
	"github.com/uppsikt/uppsikt/internal/sqldb/sqldbtest"
	"github.com/uppsikt/uppsikt/internal/suitetest"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/controlmeasurement"
	"github.com/uppsikt/uppsikt/services/directory"
	"github.com/uppsikt/uppsikt/services/notification"
	"github.com/uppsikt/uppsikt/services/reporting"
	"github.com/uppsikt/uppsikt/services/riskregister"
)

// The databases in testdata/upgrade were written by the first version: the reference data, and on top of them a risk, a
// case and a final document. docs/operations.md promises that every later version takes them over.
const (
	oldData      = "testdata/upgrade"
	oldCommittee = "municipalities/exempelkommun/committees/socialnamnden"
)

// oldSchemas are the schema versions of testdata/upgrade. The services that came later have none there.
var oldSchemas = map[string]int64{directory.Name: 11, riskregister.Name: 10, reporting.Name: 10}

func migrationsOf(service string) fs.FS {
	return map[string]fs.FS{directory.Name: directory.Migrations(), riskregister.Name: riskregister.Migrations(),
		controlmeasurement.Name: controlmeasurement.Migrations(), reporting.Name: reporting.Migrations(),
		notification.Name: notification.Migrations()}[service]
}

// unpackOld writes the old databases into a new directory.
func unpackOld(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for service := range oldSchemas {
		packed, err := os.Open(filepath.Join(oldData, service+".db.gz"))
		must(t, err)
		r, err := gzip.NewReader(packed)
		must(t, err)
		content, err := io.ReadAll(r)
		must(t, err)
		must(t, packed.Close())
		must(t, os.WriteFile(filepath.Join(dir, service+".db"), content, 0o600))
	}
	return dir
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// upTo returns the migrations that a program of an earlier version had.
func upTo(t *testing.T, all fs.FS, version int64) fs.FS {
	t.Helper()
	some := fstest.MapFS{}
	for _, engine := range sqldbtest.Engines() {
		names, err := fs.Glob(all, string(engine)+"/*.sql")
		must(t, err)
		for _, name := range names {
			number, err := goose.NumericComponent(filepath.Base(name))
			must(t, err)
			text, err := fs.ReadFile(all, name)
			must(t, err)
			if number <= version {
				some[name] = &fstest.MapFile{Data: text}
			}
		}
	}
	return some
}

// TestUpgrade: this version takes over what the first one has written, on both engines: the journal agrees with the data
// before and after new writes, and a final document keeps its bytes.
func TestUpgrade(t *testing.T) {
	migrates := false
	for service, old := range oldSchemas {
		newest, err := sqldb.NewestSchema(migrationsOf(service), sqldb.SQLite)
		must(t, err)
		migrates = migrates || newest > old
	}
	if !migrates {
		t.Error("the data in testdata/upgrade have the newest schema: there is nothing to upgrade")
	}
	t.Run("sqlite", func(t *testing.T) { upgraded(t, suitetest.InDirectory(unpackOld(t))) })
	t.Run("postgres", func(t *testing.T) {
		dir := unpackOld(t)
		upgraded(t, suitetest.OnDatabases(func(ctx context.Context, service string, migrations fs.FS) (sqldb.DB, error) {
			p := sqldbtest.NewPostgres(t)
			if version, there := oldSchemas[service]; there {
				moveToPostgres(t, filepath.Join(dir, service+".db"), p, upTo(t, migrations, version))
			}
			if err := sqldb.Bootstrap(ctx, p.OwnerURL, p.Schema, p.Role, migrations); err != nil {
				return nil, err
			}
			return sqldb.OpenPostgres(ctx, p.URL, p.Schema, migrations)
		}))
	})
}

// upgraded starts this version on old databases, reads, writes and verifies.
func upgraded(t *testing.T, on suitetest.Option) {
	t.Helper()
	s, _ := suitetest.Start(t, on)
	s.WantSound()
	ctx := s.As(t.Context(), "coordinator", "municipalities/exempelkommun")
	risks, reports := riskv1.NewRiskRegisterServiceClient(s.Conn), reportv1.NewReportingServiceClient(s.Conn)
	plan, err := risks.GetPlan(ctx, &riskv1.GetPlanRequest{Name: oldCommittee + "/plans/2025"})
	if err != nil || plan.GetState() != riskv1.PlanState_PLAN_STATE_DECIDED {
		t.Fatalf("got the plan %v, %v", plan, err)
	}
	entries, err := risks.ListRiskEntries(ctx, &riskv1.ListRiskEntriesRequest{Parent: plan.GetName(), PageSize: 100})
	if err != nil || len(entries.GetRiskEntries()) != 14 {
		t.Errorf("got %d risk entries, %v, want 14", len(entries.GetRiskEntries()), err)
	}
	wantSameBytes(t, ctx, reports)
	risk, err := risks.GetRisk(ctx, &riskv1.GetRiskRequest{Name: oldCommittee + "/risks/krangel"})
	must(t, err)
	risk.Title = "Risk att ärenden dröjer för länge"
	_, err = risks.UpdateRisk(ctx, &riskv1.UpdateRiskRequest{Risk: risk})
	must(t, err)
	_, err = risks.CreateRisk(ctx, &riskv1.CreateRiskRequest{Parent: oldCommittee, RiskId: "ny", Risk: &riskv1.Risk{Title: "Ny risk"}})
	must(t, err)
	_, err = reports.CreateCase(ctx, &reportv1.CreateCaseRequest{Parent: oldCommittee, Case: &reportv1.Case{Title: "Nytt ärende"}})
	must(t, err)
	s.WantSound()
}

// wantSameBytes compares the final document with the digests that it has carried since it was made.
func wantSameBytes(t *testing.T, ctx context.Context, reports reportv1.ReportingServiceClient) {
	t.Helper()
	document, err := reports.GetDocument(ctx, &reportv1.GetDocumentRequest{Name: oldCommittee + "/documents/delar"})
	must(t, err)
	if len(document.GetFiles()) != 3 {
		t.Errorf("the document has the files %v", document.GetFiles())
	}
	for _, file := range document.GetFiles() {
		body, err := reports.DownloadDocument(ctx, &reportv1.DownloadDocumentRequest{Name: document.GetName(), Format: file.GetFormat()})
		must(t, err)
		if sum := sha256.Sum256(body.GetData()); hex.EncodeToString(sum[:]) != file.GetSha256() {
			t.Errorf("the document's bytes as %v are others", file.GetFormat())
		}
	}
}

// TestEachMigrationOverData applies what came after the old data one migration at a time, as a patient operator would.
func TestEachMigrationOverData(t *testing.T) {
	dir := unpackOld(t)
	for service, version := range oldSchemas {
		newest, err := sqldb.NewestSchema(migrationsOf(service), sqldb.SQLite)
		must(t, err)
		for ; version <= newest; version++ {
			db, err := sqldb.OpenSQLite(t.Context(), filepath.Join(dir, service+".db"), upTo(t, migrationsOf(service), version))
			if err != nil {
				t.Fatalf("%s, migration %d: %v", service, version, err)
			}
			must(t, db.Close())
		}
	}
	execute(t, "migrate", "--data", dir) // makes the databases of the services that came later
	execute(t, "verify", "--data", dir)
}

// moveToPostgres copies the rows of a file into an empty schema of the same version.
func moveToPostgres(t *testing.T, file string, p sqldbtest.Postgres, migrations fs.FS) {
	t.Helper()
	from, err := sql.Open("sqlite", file)
	must(t, err)
	defer from.Close()
	must(t, sqldb.Bootstrap(t.Context(), p.OwnerURL, p.Schema, p.Role, migrations))
	to, err := sqldb.OpenPostgres(t.Context(), p.URL, p.Schema, migrations)
	must(t, err)
	defer to.Close()
	tables := column(t, from, `select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'
		and name not in ('goose_db_version', 'schema_checksums') order by name`)
	for _, table := range tables {
		moveTable(t, from, to, table)
	}
}

func moveTable(t *testing.T, from *sql.DB, to sqldb.DB, table string) {
	t.Helper()
	names := column(t, from, `select name from pragma_table_info('`+table+`') order by cid`)
	required := column(t, from, `select name from pragma_table_info('`+table+`') where "notnull" order by cid`)
	rows, err := from.QueryContext(t.Context(), "select "+strings.Join(names, ", ")+" from "+table)
	must(t, err)
	defer rows.Close()
	var places []string
	for i := range names {
		places = append(places, fmt.Sprintf("$%d", i+1))
	}
	insert := "insert into " + table + " (" + strings.Join(names, ", ") + ") values (" + strings.Join(places, ", ") + ")"
	for rows.Next() {
		values, pointers, tenant := make([]any, len(names)), make([]any, len(names)), ""
		for i := range values {
			pointers[i] = &values[i]
		}
		must(t, rows.Scan(pointers...))
		for i, name := range names {
			if name == "tenant" {
				tenant, _ = values[i].(string)
			}
			if b, ok := values[i].([]byte); ok && len(b) == 0 && slices.Contains(required, name) {
				values[i] = []byte{} // for which the driver returns nil
			}
		}
		must(t, to.Write(t.Context(), tenant, nil, sqldb.Stmts(sqldb.Stmt{SQL: insert, Args: values})))
	}
	must(t, rows.Err())
}

// column returns the one column of an answer.
func column(t *testing.T, db *sql.DB, query string) (values []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	must(t, err)
	defer rows.Close()
	for rows.Next() {
		var v string
		must(t, rows.Scan(&v))
		values = append(values, v)
	}
	must(t, rows.Err())
	return values
}
