package mtls

import (
	"context"
	"crypto/x509"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"google.golang.org/grpc/credentials"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func identity(t *testing.T, a *Authority, name string) (*Identity, Files) {
	t.Helper()
	files, err := a.Issue(name)
	check(t, err)
	i, err := Load(files, func(err error) { t.Logf("not reloaded: %v", err) })
	check(t, err)
	return i, files
}

func authority(t *testing.T) *Authority {
	t.Helper()
	a, err := NewAuthority(t.TempDir(), time.Hour)
	check(t, err)
	return a
}

// shake makes one handshake and returns the certificates that each side saw.
func shake(t *testing.T, server, client *Identity, name string) (ofServer, ofClient []*x509.Certificate, err error) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	defer listener.Close()
	here, err := net.Dial("tcp", listener.Addr().String())
	check(t, err)
	there, err := listener.Accept()
	check(t, err)
	served := make(chan []*x509.Certificate, 1)
	go func() {
		conn, info, err := server.Server().Clone().ServerHandshake(there)
		if err != nil {
			served <- nil
			there.Close()
			return
		}
		served <- info.(credentials.TLSInfo).State.PeerCertificates
		conn.Close()
	}()
	conn, info, err := client.Client().Clone().ClientHandshake(context.Background(), name, here)
	if err != nil {
		here.Close()
		<-served
		return nil, nil, err
	}
	ofClient = <-served
	conn.Close()
	return info.(credentials.TLSInfo).State.PeerCertificates, ofClient, nil
}

func TestRotation(t *testing.T) {
	a := authority(t)
	server, serverFiles := identity(t, a, "directory")
	client, _ := identity(t, a, "gateway")
	first, peer, err := shake(t, server, client, "directory")
	check(t, err)
	if got := peer[0].URIs[0].String(); got != "spiffe://uppsikt/gateway" {
		t.Errorf("the server sees %s", got)
	}
	_, err = a.Issue("directory")
	check(t, err)
	second, _, err := shake(t, server, client, "directory")
	check(t, err)
	if first[0].SerialNumber.Cmp(second[0].SerialNumber) == 0 {
		t.Error("the old certificate is shown after a rotation")
	}
	check(t, os.WriteFile(serverFiles.Certificate, []byte("half"), 0o600))
	third, _, err := shake(t, server, client, "directory")
	check(t, err)
	if third[0].SerialNumber.Cmp(second[0].SerialNumber) != 0 {
		t.Error("a broken file takes the place of a good certificate")
	}
}

// TestNewAuthority replaces the authority under processes that run: those who hold the new one's certificates agree.
func TestNewAuthority(t *testing.T) {
	a := authority(t)
	server, _ := identity(t, a, "directory")
	client, _ := identity(t, a, "gateway")
	next, err := NewAuthority(a.folder, time.Hour)
	check(t, err)
	if _, _, err := shake(t, server, client, "directory"); err == nil {
		t.Error("certificates of the old authority are still accepted")
	}
	for _, name := range []string{"directory", "gateway"} {
		_, err := next.Issue(name)
		check(t, err)
	}
	if _, _, err := shake(t, server, client, "directory"); err != nil {
		t.Errorf("after both have new certificates: %v", err)
	}
}

func TestServersProveTheirName(t *testing.T) {
	a := authority(t)
	server, _ := identity(t, a, "reporting")
	client, _ := identity(t, a, "gateway")
	if _, _, err := shake(t, server, client, "directory"); err == nil || !strings.Contains(err.Error(), "directory") {
		t.Errorf("reporting passes for the directory: %v", err)
	}
	stranger, _ := identity(t, authority(t), "directory")
	if _, _, err := shake(t, stranger, client, "directory"); err == nil {
		t.Error("a server of another authority is believed")
	}
}

func TestFilesBelongTogether(t *testing.T) {
	for _, tt := range []struct {
		files       Files
		given, fine bool
	}{
		{Files{}, false, true},
		{Files{Certificate: "c", Key: "k", CA: "a"}, true, true},
		{Files{Certificate: "c"}, true, false},
	} {
		given, err := tt.files.Given()
		if given != tt.given || (err == nil) != tt.fine {
			t.Errorf("%+v: got %t, %v", tt.files, given, err)
		}
	}
	if _, err := Load(Files{Certificate: "nothing", Key: "nothing", CA: "nothing"}, nil); err == nil {
		t.Error("files that are not there are loaded")
	}
}
