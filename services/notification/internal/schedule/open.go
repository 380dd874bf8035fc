package schedule

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// patience is how long Redis may take to be reached and to answer. What the schedule lacks meanwhile the database has.
const patience = 2 * time.Second

// Config says which Redis to use.
type Config struct {
	// URL is "redis://user:password@host:6379/0", "redis+sentinel://host1:26379,host2:26379/master" or
	// "redis+cluster://host1:6379,host2:6379"; with rediss in the place of redis over TLS. Where sentinels ask for a
	// password of their own: "?sentinel_username=…&sentinel_password=…". Empty for a server in the process.
	URL string
	// PasswordFile holds the password, in the place of one in the URL. It is read for every new connection.
	PasswordFile string
	// CAFile holds the certificates that a server over TLS is known by; empty for those of the system.
	CAFile string
	// Unproven gets why it could not be learnt that Redis keeps what it is given; nil for nobody.
	Unproven func(error)
}

// Open returns the schedule. It returns a PolicyError for a Redis that throws entries away. One that cannot be reached is
// no error: Ping tells when it can be.
func Open(ctx context.Context, cfg Config) (*Schedule, error) {
	s := &Schedule{unproven: cfg.Unproven, claim: redis.NewScript(claimSource), settle: redis.NewScript(settleSource)}
	options, err := cfg.options()
	if err != nil {
		return nil, err
	}
	if cfg.URL == "" {
		s.inProcess(options)
	}
	s.client = redis.NewUniversalClient(options)
	if err := s.Ping(ctx); err != nil && errors.As(err, new(*PolicyError)) {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// inProcess gives the client a server of its own, over a pipe: no port is opened. That has no buffer, so commands are not
// pipelined over it, and it has no network to wait for.
func (s *Schedule) inProcess(options *redis.UniversalOptions) {
	s.own = miniredis.NewMiniRedis()
	options.Dialer = func(context.Context, string, string) (net.Conn, error) { return s.own.Dial() }
	options.ReadTimeout, options.WriteTimeout = time.Minute, time.Minute
	s.checked.Store(true)
}

// Validate returns what is wrong with the configuration, without the password.
func (c Config) Validate() error {
	_, err := c.options()
	return err
}

// options translates the URL. That of the library knows neither several hosts nor these schemes.
func (c Config) options() (*redis.UniversalOptions, error) {
	o := &redis.UniversalOptions{DialTimeout: patience, ReadTimeout: patience, WriteTimeout: patience, ContextTimeoutEnabled: true,
		MaxRetries: 1, DialerRetries: 1, PipelinePoolSize: -1, DisableIdentity: true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}}
	if c.URL == "" {
		return o, nil
	}
	u, hosts, err := split(c.URL)
	if err != nil {
		return nil, err
	}
	form, err := c.secure(o, u.Scheme)
	if err != nil {
		return nil, err
	}
	if err := shape(o, u, form); err != nil {
		return nil, err
	}
	port := map[string]string{"": "6379", "cluster": "6379", "sentinel": "26379"}[form]
	for _, host := range hosts {
		if _, _, err := net.SplitHostPort(host); err != nil {
			host = net.JoinHostPort(strings.Trim(host, "[]"), port)
		}
		o.Addrs = append(o.Addrs, host)
	}
	c.authenticate(o, u)
	return o, nil
}

// split parses a URL that may have several hosts with commas between. Its errors do not repeat the URL, which may hold a
// password.
func split(address string) (*url.URL, []string, error) {
	scheme, rest, _ := strings.Cut(address, "://")
	authority, tail := rest, ""
	if i := strings.IndexAny(rest, "/?"); i >= 0 {
		authority, tail = rest[:i], rest[i:]
	}
	user, list := "", authority
	if i := strings.LastIndex(authority, "@"); i >= 0 {
		user, list = authority[:i+1], authority[i+1:]
	}
	u, err := url.Parse(scheme + "://" + user + "hosts" + tail)
	hosts := strings.Split(list, ",")
	for _, host := range hosts {
		if host == "" || err != nil {
			return nil, nil, errors.New("the address of Redis cannot be read: it looks like redis://user:password@host:6379/0")
		}
	}
	return u, hosts, nil
}

// secure sets TLS by the scheme, and returns the form that the scheme names: "", "sentinel" or "cluster".
func (c Config) secure(o *redis.UniversalOptions, scheme string) (string, error) {
	base, form, _ := strings.Cut(scheme, "+")
	if base != "redis" && base != "rediss" || form != "" && form != "sentinel" && form != "cluster" {
		return "", fmt.Errorf("the address of Redis begins with %q; it may be redis, redis+sentinel or redis+cluster, with rediss over TLS", scheme)
	}
	if base == "redis" {
		return form, nil
	}
	o.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	if c.CAFile == "" {
		return form, nil
	}
	text, err := os.ReadFile(c.CAFile)
	if err != nil {
		return "", fmt.Errorf("read the authority of Redis: %w", err)
	}
	o.TLSConfig.RootCAs = x509.NewCertPool()
	if !o.TLSConfig.RootCAs.AppendCertsFromPEM(text) {
		return "", fmt.Errorf("%s holds no certificate", c.CAFile)
	}
	return form, nil
}

// shape sets what the path says in each form.
func shape(o *redis.UniversalOptions, u *url.URL, form string) error {
	path := strings.Trim(u.Path, "/")
	switch {
	case form == "cluster":
		o.IsClusterMode = true
		if path != "" {
			return errors.New("a cluster of Redis has no numbered databases: leave the path of its address out")
		}
	case form == "sentinel":
		if o.MasterName = path; path == "" {
			return errors.New("the address of Redis by sentinels ends with the name of the master: redis+sentinel://host:26379/name")
		}
		o.SentinelUsername, o.SentinelPassword = u.Query().Get("sentinel_username"), u.Query().Get("sentinel_password")
	case path != "":
		db, err := strconv.Atoi(path)
		if err != nil || db < 0 {
			return errors.New("the address of Redis ends with the number of a database, such as /0")
		}
		o.DB = db
	}
	return nil
}

// authenticate sets user and password.
func (c Config) authenticate(o *redis.UniversalOptions, u *url.URL) {
	o.Username = u.User.Username()
	o.Password, _ = u.User.Password()
	if c.PasswordFile == "" {
		return
	}
	user := o.Username
	o.CredentialsProviderContext = func(context.Context) (string, string, error) {
		text, err := os.ReadFile(c.PasswordFile)
		if err != nil {
			return "", "", fmt.Errorf("read the password of Redis: %w", err)
		}
		return user, strings.TrimSpace(string(text)), nil
	}
}
