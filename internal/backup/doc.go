// Package backup is the form in which an installation's databases are kept: one gzip-compressed tar archive that begins
// with a manifest and goes on with the database of each service. It knows files and digests, no services and no SQL.
//
// A digest tells a damaged archive from a whole one. It does not tell who wrote it: whoever can write the archive can
// write a manifest that fits. What the databases say of themselves is for their own verification.
package backup
