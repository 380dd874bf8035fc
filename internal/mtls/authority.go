package mtls

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/uppsikt/uppsikt/internal/clock"
)

// Authority signs certificates on a machine that has no authority of its own, for trials and tests. In production the
// organisation's own signs them.
type Authority struct {
	folder string
	life   time.Duration
	key    *ecdsa.PrivateKey
	own    *x509.Certificate
}

// NewAuthority makes an authority whose certificates are valid for a while, and writes its own to ca.pem in the folder.
func NewAuthority(folder string, life time.Duration) (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	a := &Authority{folder: folder, life: life, key: key}
	template, err := a.template("uppsikt authority")
	if err != nil {
		return nil, err
	}
	template.IsCA, template.BasicConstraintsValid, template.KeyUsage = true, true, x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	if a.own, err = x509.ParseCertificate(der); err != nil {
		return nil, err
	}
	return a, write(a.CA(), "CERTIFICATE", der)
}

// CA is the file with the authority's own certificate.
func (a *Authority) CA() string { return filepath.Join(a.folder, "ca.pem") }

// Issue makes a certificate for the processes of a service, by its name as a server and as spiffe://uppsikt/NAME, and
// writes it and its key to the folder. Issued again, it takes the place of the old one.
func (a *Authority) Issue(name string) (Files, error) {
	f := Files{Certificate: filepath.Join(a.folder, name+".pem"), Key: filepath.Join(a.folder, name+".key"), CA: a.CA()}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return f, err
	}
	template, err := a.template(name)
	if err != nil {
		return f, err
	}
	template.DNSNames = []string{name}
	template.URIs = []*url.URL{{Scheme: "spiffe", Host: "uppsikt", Path: "/" + name}}
	template.KeyUsage = x509.KeyUsageDigitalSignature
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	der, err := x509.CreateCertificate(rand.Reader, template, a.own, key.Public(), a.key)
	if err != nil {
		return f, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return f, err
	}
	if err := write(f.Key, "PRIVATE KEY", private); err != nil {
		return f, err
	}
	return f, write(f.Certificate, "CERTIFICATE", der)
}

func (a *Authority) template(name string) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	now := clock.System{}.Now()
	return &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: name},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(a.life)}, nil
}

// write puts a whole file in the place of the old one, readable by its owner alone.
func write(path, kind string, der []byte) error {
	next := path + ".new"
	if err := os.WriteFile(next, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		return fmt.Errorf("write a certificate: %w", err)
	}
	return os.Rename(next, path)
}
