package config

import "time"

// Config is the whole configuration as it was read, defaults filled in.
type Config struct {
	Server       Server      `yaml:"server"`
	Installation string      `yaml:"installation" default:"default" check:"installation"` // part of the marker of every issue
	Store        Store       `yaml:"store"`
	Delivery     Delivery    `yaml:"delivery"`
	Screenshots  Screenshots `yaml:"screenshots"`

	Webhooks []Webhook `yaml:"webhooks" nonempty:"true" required:"at least one, with its path"`
	Trackers []Tracker `yaml:"trackers" form:"named" nonempty:"true" required:"at least one, such as github: {type: github, token: \"${GITHUB_TOKEN}\"}"`
	Users    Users     `yaml:"users" form:"named"`

	Defaults Defaults `yaml:"defaults"` // of the destinations of every project file

	ProjectsDir Text      `yaml:"projects_dir" default:"projects/"` // as written
	Projects    []Project `yaml:"-"`                                // in the order of their files' names

	Files []string `yaml:"-"` // every file that was read or should have been, projects directory included: what to watch
}

// Server says where Bugferry listens.
type Server struct {
	Listen    string `yaml:"listen" default:":8080" check:"address"`         // the webhook, and nothing else
	Admin     string `yaml:"admin" default:"127.0.0.1:8081" check:"address"` // console, metrics, health
	PublicURL string `yaml:"public_url" check:"url"`                         // how BetterBugs reaches Listen; empty: not known
	BodyLimit Size   `yaml:"body_limit" default:"5MiB"`                      // of a request's body, decompressed too
	Insecure  bool   `yaml:"insecure" default:"false"`                       // listen off loopback with no secret at all

	TrustedProxies []string      `yaml:"trusted_proxies" check:"network"`               // whose X-Forwarded-For is believed
	RateLimit      int           `yaml:"rate_limit" default:"200" min:"0" max:"100000"` // requests per second from one address; 0: any number
	Concurrent     int           `yaml:"concurrent" default:"128" min:"1" max:"10000"`  // requests read and stored at once
	Duplicates     time.Duration `yaml:"duplicates" default:"5m" zero:"true"`           // how long the same report is the same event
}

// Store says where events and deliveries are kept.
type Store struct {
	// URL is sqlite:PATH or postgres://…; PATH is resolved, see the package comment. It is a Secret for the password it
	// may hold.
	URL       Secret        `yaml:"url" default:"sqlite:bugferry.db" check:"store"`
	Retention time.Duration `yaml:"retention" default:"90d"` // of events; links outlive it
}

// Delivery holds the clocks of the delivery protocol.
type Delivery struct {
	Workers   int           `yaml:"workers" default:"8" min:"1" max:"1000"` // deliveries worked at once
	Lease     time.Duration `yaml:"lease" default:"60s"`                    // after a crash a link is taken over when its lease ends
	Timeout   time.Duration `yaml:"timeout" default:"20s"`                  // of one request to a tracker; shorter than Lease
	RetryFrom time.Duration `yaml:"retry_from" default:"5s"`                // the first pause after a failure
	RetryTo   time.Duration `yaml:"retry_to" default:"1h"`                  // the longest pause
	GiveUp    time.Duration `yaml:"give_up" default:"7d"`                   // then the delivery is parked
	Reconcile time.Duration `yaml:"reconcile" default:"5m"`                 // how often deliveries without a job are looked for
	Sweep     time.Duration `yaml:"sweep" default:"15m"`                    // when an issue created in doubt is looked at again

	BreakerAfter int           `yaml:"breaker_after" default:"5" min:"0" max:"1000"` // failures in a row after which a tracker is left alone; 0: none
	BreakerWait  time.Duration `yaml:"breaker_wait" default:"30s"`                   // and for how long
}

// Screenshots says whence pictures may be fetched or shown.
type Screenshots struct {
	// Hosts are the hosts BetterBugs is known to serve pictures from (its webhook page, its SDK 0.0.45 and its customers'
	// files).
	Hosts        []string `yaml:"hosts" default:"cdn.betterbugs.io,cdn-butterfly-new.betterbugs.io,betterbug-storage-prod.s3.amazonaws.com,betterbug-storage.s3.amazonaws.com" check:"host"`
	AllowPrivate bool     `yaml:"allow_private" default:"false"` // fetch from loopback and private addresses too
}
