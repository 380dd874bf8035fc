package process

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Variable describes one environment variable of the suite's processes.
type Variable struct {
	Name string
	// Of lists the processes that read it; all when empty.
	Of []string
	// Default is what an unset variable stands for; empty when there is none.
	Default string
	// Needed says that the processes do not start without it.
	Needed bool
	// File says that NAME_FILE may name a file that holds the value instead, for secrets.
	File bool
	// Meaning in a sentence or two.
	Meaning string
}

// Variables lists every environment variable that a process of the suite reads. docs/configuration.md is made of it.
func Variables() []Variable {
	services := []string{Directory, RiskRegister, ControlMeasurement, Reporting, Notification}
	return []Variable{
		{Name: "UPPSIKT_DATABASE", Of: services, Needed: true, File: true,
			Meaning: "Address of the PostgreSQL database (`postgres://…`), as the role of this service, or the path of an SQLite file."},
		{Name: "UPPSIKT_LISTEN", Of: services, Default: DefaultListen,
			Meaning: "Address for gRPC. Without TLS only loopback."},
		{Name: "UPPSIKT_LISTEN", Of: []string{Gateway}, Default: DefaultHTTP,
			Meaning: "Address for pages and REST. Without a certificate for browsers or a trusted proxy only loopback."},
		{Name: "UPPSIKT_METRICS", Meaning: "Address for Prometheus; none when unset."},
		{Name: variable(Directory), Of: []string{RiskRegister, ControlMeasurement, Reporting, Notification, Gateway}, Needed: true,
			Meaning: "Address of the directory: `host:port`, several with commas between, or a target of gRPC such as `dns:///directory:9090`."},
		{Name: variable(RiskRegister), Of: []string{ControlMeasurement, Reporting, Notification, Gateway}, Needed: true, Meaning: "Address of the risk register, likewise."},
		{Name: variable(ControlMeasurement), Of: []string{Reporting, Notification, Gateway}, Needed: true, Meaning: "Address of control measurement, likewise."},
		{Name: variable(Reporting), Of: []string{Gateway}, Needed: true, Meaning: "Address of reporting, likewise."},
		{Name: variable(Notification), Of: []string{Gateway}, Needed: true, Meaning: "Address of notification, likewise."},
		{Name: "UPPSIKT_SMTP", Of: []string{Notification}, File: true,
			Meaning: "Address of the mail server: `smtp://user:password@host:587` (STARTTLS is demanded), `smtps://…:465` (TLS) or `smtp://…?tls=none`. Without it mails are put into UPPSIKT_OUTBOX."},
		{Name: "UPPSIKT_OUTBOX", Of: []string{Notification}, Default: "none",
			Meaning: "Folder for mails where there is no mail server; one of the two is needed."},
		{Name: "UPPSIKT_MAIL_FROM", Of: []string{Notification}, Needed: true,
			Meaning: "Who mails are from, such as `Uppsikt <uppsikt@exempelkommun.example>`."},
		{Name: "UPPSIKT_REDIS", Of: []string{Notification}, File: true,
			Meaning: "Address of the schedule: `redis://user:password@host:6379/0`, `rediss://…` (TLS), `redis+sentinel://host1:26379,host2:26379/master` or `redis+cluster://host1:6379,host2:6379`. Redis must be set to `maxmemory-policy noeviction`. Without it each process keeps a schedule of its own."},
		{Name: "UPPSIKT_PUBLIC_URL", Of: []string{Notification}, Needed: true,
			Meaning: "Where people reach the pages, such as `https://internkontroll.exempelkommun.example`: the links in mails begin with it."},
		{Name: "UPPSIKT_TLS_CERT", Meaning: "File with this process's certificate, by which the others know it. Read anew when it changes."},
		{Name: "UPPSIKT_TLS_KEY", Meaning: "File with the key of that certificate."},
		{Name: "UPPSIKT_TLS_CA", Meaning: "File with the authority that signs the certificates of all processes. The three belong together."},
		{Name: "UPPSIKT_HTTP_CERT", Of: []string{Gateway}, Meaning: "File with the certificate chain for browsers."},
		{Name: "UPPSIKT_HTTP_KEY", Of: []string{Gateway}, Meaning: "File with the key of that certificate."},
		{Name: "UPPSIKT_TRUSTED_PROXY", Of: []string{Gateway}, Default: "false",
			Meaning: "`true` when something in front ends TLS: other addresses than loopback may then be listened on without a certificate."},
		{Name: "UPPSIKT_CONTACT", Of: []string{Gateway}, Meaning: "Whom error pages refer to."},
		{Name: "OTEL_EXPORTER_OTLP_ENDPOINT", Meaning: "Address of an OpenTelemetry collector for traces; none when unset."},
	}
}

// Describe writes the environment variables that a process reads, one a line.
func Describe(w io.Writer, name string) {
	fmt.Fprintf(w, "%s takes no arguments; it is configured by the environment:\n", name)
	for _, v := range Variables() {
		if len(v.Of) > 0 && !slices.Contains(v.Of, name) {
			continue
		}
		variable := v.Name
		if v.File {
			variable += ", or " + v.Name + "_FILE"
		}
		fmt.Fprintf(w, "  %s%s\n      %s\n", variable, v.without(), strings.ReplaceAll(v.Meaning, "`", ""))
	}
}

// without says what holds when the variable is not set.
func (v Variable) without() string {
	switch {
	case v.Needed:
		return " (needed)"
	case v.Default != "":
		return " (" + v.Default + ")"
	default:
		return ""
	}
}
