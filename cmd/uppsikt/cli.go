package main

import "github.com/uppsikt/uppsikt/cmd/uppsikt/client"

const description = "Internal control for municipal committees: the suite in one process, and its client."

// cli is the grammar of the command line.
type cli struct {
	Serve       serveCommand       `cmd:"" help:"Run the whole suite in this process."`
	Demo        demoCommand        `cmd:"" help:"Run it with the reference data in a temporary directory."`
	Import      client.Import      `cmd:"" help:"Check a bundle or a workbook and bring it in."`
	Export      client.Export      `cmd:"" help:"Write a municipality, or all, to a bundle."`
	Template    client.Template    `cmd:"" help:"Write an empty workbook to fill in."`
	Report      client.Report      `cmd:"" help:"Render a draft document from current data."`
	Get         client.Get         `cmd:"" help:"Print a resource, or its history, as JSON."`
	Token       tokenCommand       `cmd:"" help:"Mint an access token from a local data directory."`
	Verify      verifyCommand      `cmd:"" help:"Recompute the journal of an installation, or of a backup (--data FILE), and compare it with the data; reads only."`
	Backup      backupCommand      `cmd:"" help:"Write an archive of everything in a data directory, also while the server runs."`
	Restore     restoreCommand     `cmd:"" help:"Make a data directory of an archive."`
	RotateKey   rotateKeyCommand   `cmd:"" help:"Make a new key for access tokens."`
	Migrate     migrateCommand     `cmd:"" help:"Bring the databases to this version's schema."`
	Healthcheck client.Healthcheck `cmd:"" help:"Ask whether an installation serves; exit 1 when not."`
	Version     versionCommand     `cmd:"" help:"Print the version."`
}
