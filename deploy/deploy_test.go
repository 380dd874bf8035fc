// Package deploy checks the descriptions of the suite in containers against its topology.
package deploy

import (
	"crypto/tls"
	"crypto/x509"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/uppsikt/uppsikt/deploy/suite"
)

// compose is what the tests need of compose.yaml.
type compose struct {
	Services map[string]service
	Secrets  map[string]struct{ File string }
}

type service struct {
	Command     []string
	Environment map[string]string
	Deploy      struct{ Replicas int }
	DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
	Secrets     []struct{ Source, Target string }
	Healthcheck struct{ Test []string }
	Ports       []string
}

func load(t *testing.T, file string, into any) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

// TestComposeIsTheTopology: compose.yaml runs every process of the suite, as often, with the variables that it needs and
// the addresses of those that it calls.
func TestComposeIsTheTopology(t *testing.T) {
	var c compose
	load(t, "compose.yaml", &c)
	known := []string{"postgres", "redis", "migrate", "otel-collector"}
	for _, p := range suite.Topology() {
		known = append(known, p.Name)
		s, ok := c.Services[p.Name]
		if !ok {
			t.Errorf("%s is missing", p.Name)
			continue
		}
		if s.Deploy.Replicas != p.Replicas || !slices.Equal(s.Command, []string{p.Name}) {
			t.Errorf("%s: %d replicas of %q, want %d of the binary", p.Name, s.Deploy.Replicas, s.Command, p.Replicas)
		}
		checkVariables(t, p, s)
		checkSecrets(t, c, p, s)
	}
	for name := range c.Services {
		if !slices.Contains(known, name) {
			t.Errorf("%s is no process of the suite", name)
		}
	}
}

func checkVariables(t *testing.T, p suite.Process, s service) {
	t.Helper()
	for _, v := range p.Variables() {
		if s.Environment[v] == "" {
			t.Errorf("%s lacks %s", p.Name, v)
		}
	}
	for _, need := range p.Needs {
		n := suite.Process{Name: need}
		if got, want := s.Environment[n.Variable()], "dns:///"+need+":9090"; got != want {
			t.Errorf("%s: %s is %q, want %q, which reaches every replica", p.Name, n.Variable(), got, want)
		}
		if s.DependsOn[need].Condition != "service_healthy" {
			t.Errorf("%s does not wait until %s serves", p.Name, need)
		}
	}
	if role := "uppsikt_" + p.Schema + ":"; p.Schema != "" && !strings.Contains(s.Environment["UPPSIKT_DATABASE"], role) {
		t.Errorf("%s does not sign in to the database as its own role", p.Name)
	}
	if len(s.Healthcheck.Test) < 3 || s.Healthcheck.Test[1] != "uppsikt" || s.Healthcheck.Test[2] != "healthcheck" {
		t.Errorf("%s: the health check is %q", p.Name, s.Healthcheck.Test)
	}
}

// checkSecrets: each process is handed its own certificate and key, and the authority's certificate, never its key.
func checkSecrets(t *testing.T, c compose, p suite.Process, s service) {
	t.Helper()
	files := map[string]string{}
	for _, secret := range s.Secrets {
		files[secret.Target] = c.Secrets[secret.Source].File
	}
	want := map[string]string{"certificate": "./certificates/" + p.Name + ".pem", "key": "./certificates/" + p.Name + ".key",
		"authority": "./certificates/authority.pem"}
	for target, file := range want {
		if files[target] != file {
			t.Errorf("%s: %s is %q, want %q", p.Name, target, files[target], file)
		}
	}
	if len(files) != len(want) {
		t.Errorf("%s is handed %v", p.Name, files)
	}
}

// TestPasswordsAreAskedFor: example.env names every variable that compose.yaml cannot do without, and the roles' script
// takes each from there.
func TestPasswordsAreAskedFor(t *testing.T) {
	composed, example := text(t, "compose.yaml"), text(t, "example.env")
	roles := text(t, filepath.Join("suite", "roles.sql"))
	for _, p := range suite.Topology() {
		if p.Schema == "" {
			continue
		}
		name := "UPPSIKT_" + strings.ToUpper(p.Schema) + "_PASSWORD"
		for file, content := range map[string]string{"compose.yaml": composed, "example.env": example, "roles.sql": roles} {
			if !strings.Contains(content, name) {
				t.Errorf("%s lacks %s", file, name)
			}
		}
	}
}

// TestCollectorReadsEveryProcess: the collector reads the metrics of every process.
func TestCollectorReadsEveryProcess(t *testing.T) {
	var c struct {
		Receivers struct {
			Prometheus struct {
				Config struct {
					ScrapeConfigs []struct {
						DNS []struct {
							Names []string
							Port  int
						} `yaml:"dns_sd_configs"`
					} `yaml:"scrape_configs"`
				}
			}
		}
	}
	load(t, "otel-collector.yaml", &c)
	var read []string
	for _, job := range c.Receivers.Prometheus.Config.ScrapeConfigs {
		for _, dns := range job.DNS {
			if dns.Port != 9464 {
				t.Errorf("metrics are read at port %d", dns.Port)
			}
			read = append(read, dns.Names...)
		}
	}
	for _, p := range suite.Topology() {
		if !slices.Contains(read, p.Name) {
			t.Errorf("nobody reads the metrics of %s", p.Name)
		}
	}
}

// TestCertificates: the script makes, for each process, a certificate that the authority signed, for both ends of a
// connection, in the process's name; run again, it renews those under the same authority.
func TestCertificates(t *testing.T) {
	folder := t.TempDir()
	for range 2 {
		out, err := exec.CommandContext(t.Context(), "bash", "certificates.sh", folder).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	authority := x509.NewCertPool()
	if !authority.AppendCertsFromPEM([]byte(text(t, filepath.Join(folder, "authority.pem")))) {
		t.Fatal("no authority")
	}
	for _, p := range suite.Topology() {
		pair, err := tls.LoadX509KeyPair(filepath.Join(folder, p.Name+".pem"), filepath.Join(folder, p.Name+".key"))
		if err != nil {
			t.Fatal(err)
		}
		for _, usage := range []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth} {
			_, err := pair.Leaf.Verify(x509.VerifyOptions{DNSName: p.Name, Roots: authority, KeyUsages: []x509.ExtKeyUsage{usage}})
			if err != nil {
				t.Errorf("%s: %v", p.Name, err)
			}
		}
		if uris := pair.Leaf.URIs; len(uris) != 1 || uris[0].String() != "spiffe://uppsikt/"+p.Name {
			t.Errorf("%s is also called %v", p.Name, uris)
		}
	}
}

func text(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
