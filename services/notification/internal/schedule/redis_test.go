package schedule

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/uppsikt/uppsikt/internal/redistest"
)

// within tries until try succeeds, and fails the test with the last error when that takes too long.
func within(t *testing.T, what string, try func(ctx context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		err := try(ctx)
		if err == nil {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("%s: %v", what, err)
		}
	}
}

// works puts, claims and settles an entry.
func works(t *testing.T, s *Schedule) {
	t.Helper()
	put(t, s, Entry{"a", noon})
	done(t, s, claim(t, s, noon, "one", "a")[0], time.Time{}, true)
}

// TestOverTLSWithAPassword also changes the password file, as a rotation does, and tries without each.
func TestOverTLSWithAPassword(t *testing.T) {
	dir := t.TempDir()
	cert, key := certificate(t, dir)
	server := redistest.New(t, "tls-cert-file "+cert, "tls-key-file "+key, "tls-ca-cert-file "+cert, "tls-auth-clients no", "requirepass old")
	file := filepath.Join(dir, "password")
	password := func(text string) {
		if err := os.WriteFile(file, []byte(text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	password("old")
	good := Config{URL: "rediss://" + server.Addr(), PasswordFile: file, CAFile: cert}
	s := open(t, good)
	works(t, s)
	if err := s.client.ConfigSet(t.Context(), "requirepass", "new").Err(); err != nil {
		t.Fatal(err)
	}
	password("new")
	works(t, open(t, good))
	for name, cfg := range map[string]Config{"no password": {URL: good.URL, CAFile: cert}, "no TLS": {URL: "redis://" + server.Addr(), PasswordFile: file},
		"no authority": {URL: good.URL, PasswordFile: file}, "no file": {URL: good.URL, PasswordFile: file + "x", CAFile: cert},
		"wrong password": {URL: "rediss://:wrong@" + server.Addr(), CAFile: cert}} {
		if err := open(t, cfg).Ping(t.Context()); err == nil {
			t.Errorf("%s: it answers", name)
		}
	}
}

// certificate makes one that signs itself.
func certificate(t *testing.T, dir string) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "redis"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	signed, err1 := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	secret, err2 := x509.MarshalPKCS8PrivateKey(private)
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	err3 := os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed}), 0o600)
	err4 := os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		t.Fatal(err)
	}
	return cert, key
}

// TestARedisThatForgets is refused at the start, and when it is found out later.
func TestARedisThatForgets(t *testing.T) {
	server := redistest.New(t, "maxmemory 100mb", "maxmemory-policy allkeys-lru")
	if _, err := Open(t.Context(), Config{URL: "redis://" + server.Addr()}); !errors.As(err, new(*PolicyError)) || !strings.Contains(err.Error(), "allkeys-lru") {
		t.Errorf("opened: %v", err)
	}
	if err := server.Kill(); err != nil {
		t.Fatal(err)
	}
	s := open(t, Config{URL: "redis://" + server.Addr()})
	if err := s.Ping(t.Context()); err == nil || errors.As(err, new(*PolicyError)) {
		t.Errorf("without a server: %v", err)
	}
	if err := server.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	within(t, "the policy is found out", func(ctx context.Context) error {
		if err := s.Ping(ctx); !errors.As(err, new(*PolicyError)) {
			return fmt.Errorf("got %w", err)
		}
		return nil
	})
}

// TestARedisThatForbidsTheQuestion is used, and that is reported once.
func TestARedisThatForbidsTheQuestion(t *testing.T) {
	server := redistest.New(t, "rename-command CONFIG ''")
	reported := 0
	s := open(t, Config{URL: "redis://" + server.Addr(), Unproven: func(error) { reported++ }})
	works(t, s)
	if err := s.Ping(t.Context()); err != nil || reported != 1 {
		t.Errorf("ping: %v; reported %d times", err, reported)
	}
}

// TestAFullRedis refuses what it has no room for, says so, and loses nothing.
func TestAFullRedis(t *testing.T) {
	server := redistest.New(t)
	s := open(t, Config{URL: "redis://" + server.Addr()})
	put(t, s, Entry{"a", noon})
	memory := func(limit string) {
		if err := s.client.ConfigSet(t.Context(), "maxmemory", limit).Err(); err != nil {
			t.Fatal(err)
		}
	}
	memory("1")
	if err := s.Put(t.Context(), []Entry{{"b", noon}}); !redis.IsOOMError(err) {
		t.Errorf("put: %v", err)
	}
	if _, err := s.Claim(t.Context(), noon, lease, 1, "one"); err == nil {
		t.Error("claimed without room for the lease")
	}
	memory("0")
	claim(t, s, noon, "one", "a")
}

// TestFlushedKilledAndRestarted: the schedule is empty then, and works again by itself.
func TestFlushedKilledAndRestarted(t *testing.T) {
	server := redistest.New(t)
	s := open(t, Config{URL: "redis://" + server.Addr()})
	put(t, s, Entry{"a", noon})
	held := claim(t, s, noon, "one", "a")[0]
	if err := s.client.FlushAll(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	done(t, s, held, time.Time{}, false)
	works(t, s)
	if err := server.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := s.Ping(t.Context()); err == nil {
		t.Error("a dead server answers")
	}
	if err := server.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	within(t, "it answers again", s.Ping)
	works(t, s)
}

// TestSentinel: when the master dies the replica takes over, with what it had.
func TestSentinel(t *testing.T) {
	master := redistest.New(t, "requirepass secret", "masterauth secret", "repl-diskless-sync-delay 0")
	replica := redistest.New(t, "requirepass secret", "masterauth secret", fmt.Sprintf("replicaof 127.0.0.1 %d", master.Port))
	sentinel := redistest.NewSentinel(t, fmt.Sprintf("sentinel monitor uppsikt 127.0.0.1 %d 1", master.Port), "sentinel auth-pass uppsikt secret",
		"sentinel down-after-milliseconds uppsikt 300", "sentinel failover-timeout uppsikt 3000")
	s := open(t, Config{URL: "redis+sentinel://:secret@" + sentinel.Addr() + "/uppsikt"})
	works(t, s)
	put(t, s, Entry{"kept", noon})
	within(t, "the replica has it", func(ctx context.Context) error { return holds(ctx, replica, "kept") })
	within(t, "the sentinel knows the replica", func(ctx context.Context) error { return knows(ctx, sentinel) })
	if err := master.Kill(); err != nil {
		t.Fatal(err)
	}
	var leases []Lease
	within(t, "the replica takes over", func(ctx context.Context) (err error) {
		leases, err = s.Claim(ctx, noon, lease, 10, "one")
		return err
	})
	if len(leases) != 1 || leases[0].ID != "kept" {
		t.Fatalf("claimed %+v", leases)
	}
	done(t, s, leases[0], time.Time{}, true)
}

// direct returns a client of one server.
func direct(server *redistest.Server, password string) *redis.Client {
	return redis.NewClient(&redis.Options{Addr: server.Addr(), Password: password})
}

func holds(ctx context.Context, server *redistest.Server, id string) error {
	client := direct(server, "secret")
	defer client.Close()
	return client.ZScore(ctx, key, id).Err()
}

func knows(ctx context.Context, sentinel *redistest.Server) error {
	client := redis.NewSentinelClient(&redis.Options{Addr: sentinel.Addr()})
	defer client.Close()
	replicas, err := client.Replicas(ctx, "uppsikt").Result()
	if err == nil && len(replicas) != 1 {
		err = fmt.Errorf("%d replicas", len(replicas))
	}
	return err
}

// TestCluster: three nodes share the slots; the schedule lies on one of them and is found from any.
func TestCluster(t *testing.T) {
	var nodes []*redistest.Server
	args := []string{"--cluster", "create"}
	for range 3 {
		node := redistest.New(t, "cluster-enabled yes", "cluster-port "+strconv.Itoa(redistest.FreePort(t)), "requirepass secret", "masterauth secret")
		nodes, args = append(nodes, node), append(args, node.Addr())
	}
	create := exec.Command("redis-cli", append(args, "--cluster-yes", "--no-auth-warning")...)
	create.Env = append(os.Environ(), "REDISCLI_AUTH=secret")
	if out, err := create.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, node := range nodes {
		s := open(t, Config{URL: "redis+cluster://:secret@" + node.Addr()})
		within(t, "the cluster is up", func(ctx context.Context) error { return s.Put(ctx, []Entry{{"up", noon.Add(time.Hour)}}) })
		works(t, s)
	}
	client := direct(nodes[1], "secret")
	defer client.Close()
	if err := client.ConfigSet(t.Context(), "maxmemory-policy", "volatile-lru").Err(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), Config{URL: "redis+cluster://:secret@" + nodes[0].Addr()}); !errors.As(err, new(*PolicyError)) {
		t.Errorf("one node forgets: %v", err)
	}
}
