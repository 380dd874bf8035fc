// Package suite runs production's topology on the loopback of one machine, without containers: PostgreSQL, a process for
// each replica of each service, mutual TLS between them, and gateways before them. What the topology is stands in
// Topology, against which the other descriptions of it are checked.
package suite

import "strings"

// Process is one program of the suite.
type Process struct {
	// Name is that of the binary, of the certificate, and of the host where there are hosts.
	Name string
	// Package holds its main function, below the module's root.
	Package string
	// Schema is that of its database, and after "uppsikt_" the name of its role; empty for a process without a database.
	Schema string
	// HTTP says that it serves browsers and REST on port 8080, not gRPC on port 9090.
	HTTP bool
	// Reminds says that it sends mail, woken by Redis.
	Reminds bool
	// Replicas is how many of it run side by side.
	Replicas int
	// Needs names the processes that it calls. They are started before it.
	Needs []string
}

// Topology lists the processes of production in the order of their start. Before the first of them `uppsikt migrate
// --database` has run.
func Topology() []Process {
	return []Process{
		{Name: "directory", Package: "services/directory/cmd/directory", Schema: "directory", Replicas: 2},
		{Name: "risk-register", Package: "services/riskregister/cmd/risk-register", Schema: "riskregister", Replicas: 2,
			Needs: []string{"directory"}},
		{Name: "control-measurement", Package: "services/controlmeasurement/cmd/control-measurement", Schema: "controlmeasurement",
			Replicas: 2, Needs: []string{"directory", "risk-register"}},
		{Name: "reporting", Package: "services/reporting/cmd/reporting", Schema: "reporting", Replicas: 2,
			Needs: []string{"directory", "risk-register", "control-measurement"}},
		{Name: "notification", Package: "services/notification/cmd/notification", Schema: "notification", Replicas: 2,
			Needs: []string{"directory", "risk-register", "control-measurement"}, Reminds: true},
		{Name: "gateway", Package: "gateway/cmd/gateway", HTTP: true, Replicas: 2,
			Needs: []string{"directory", "risk-register", "control-measurement", "reporting", "notification"}},
	}
}

// Variable returns the environment variable by which others learn the address of the process.
func (p Process) Variable() string {
	return "UPPSIKT_" + strings.ToUpper(strings.ReplaceAll(p.Name, "-", "_"))
}

// Variables lists the environment variables that the process must be given.
func (p Process) Variables() []string {
	all := []string{"UPPSIKT_LISTEN", "UPPSIKT_TLS_CERT", "UPPSIKT_TLS_KEY", "UPPSIKT_TLS_CA"}
	if p.Schema != "" {
		all = append(all, "UPPSIKT_DATABASE")
	}
	if p.Reminds {
		all = append(all, "UPPSIKT_REDIS", "UPPSIKT_MAIL_FROM", "UPPSIKT_PUBLIC_URL")
	}
	for _, name := range p.Needs {
		all = append(all, Process{Name: name}.Variable())
	}
	return all
}
