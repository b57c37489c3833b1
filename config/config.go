package config

import "time"

// Config is the whole configuration as it was read, defaults filled in.
type Config struct {
	// Where Bugferry listens, and for whom.
	Server Server `yaml:"server"`
	// Who may look at the console and use it.
	Console Console `yaml:"console"`
	// 1 to 40 letters, digits, `_` or `-`: part of the marker of every issue. Give each installation that files at the same
	// place its own, and never change it.
	Installation string `yaml:"installation" default:"default" check:"installation"`
	// Where events and deliveries are kept.
	Store Store `yaml:"store"`
	// How deliveries to the trackers are made, repeated and given up.
	Delivery Delivery `yaml:"delivery"`
	// Which pictures are shown or fetched.
	Screenshots Screenshots `yaml:"screenshots"`

	// The paths that BetterBugs may POST to.
	Webhooks []Webhook `yaml:"webhooks" nonempty:"true" required:"at least one, with its path" entries:"1"`
	// The accounts at GitHub and Jira, by names of your own. They are asked through the proxy that the environment names:
	// `HTTPS_PROXY`, `NO_PROXY`.
	Trackers []Tracker `yaml:"trackers" form:"named" nonempty:"true" required:"at least one, such as github: {type: github, token: \"${GITHUB_TOKEN}\"}" entries:"github,jira"`
	// Who is who: the e-mail address or user id in BetterBugs -> the account, by the tracker's name or by its type. At Jira
	// Cloud that is the accountId, at Jira Data Center the user name.
	Users Users `yaml:"users" form:"named" example:"quinn@example.com: {github: quinn-dev, jira: 5b10ac8d82e05b22cc7d4ef5}" live:"1"`

	// What the destinations of all project files have where neither they nor the `defaults` of their file say it: any of
	// their keys but `enabled`, `tracker`, `project`, `repo` and `fallback`. See `defaults` in project files.
	Defaults Defaults `yaml:"defaults" example:"{labels: [betterbugs]}"`

	// The folder with one file for each BetterBugs project: `*.yaml` and `*.yml`.
	ProjectsDir Text      `yaml:"projects_dir" default:"projects/"`
	Projects    []Project `yaml:"-"` // in the order of their files' names

	Files []string `yaml:"-"` // every file that was read or should have been, projects directory included: what to watch
	Read  Snapshot `yaml:"-"` // what they held
}

// Server says where Bugferry listens.
type Server struct {
	// The address of the webhook, and of nothing else: `host:port`, or `:port` for all addresses.
	Listen string `yaml:"listen" default:":8080" check:"address" flag:"listen"`
	// The address of console, metrics and health. Where others reach it than this machine, `console` must say who may.
	Admin string `yaml:"admin" default:"127.0.0.1:8081" check:"address" flag:"admin"`
	// How BetterBugs reaches `listen`; `bugferry url` builds on it.
	PublicURL string `yaml:"public_url" check:"url" example:"https://bugferry.acme.example"`
	// The largest request, decompressed.
	BodyLimit Size `yaml:"body_limit" default:"5MiB"`
	// `true`: listen off loopback even where a webhook has no secret at all.
	Insecure bool `yaml:"insecure" default:"false"`

	// Addresses and networks of reverse proxies, whose `X-Forwarded-For` and `console.proxy_header` are believed.
	TrustedProxies []string `yaml:"trusted_proxies" check:"network" example:"[10.0.0.0/8]"`
	// Requests per second from one address, ten times as many at once; more get a 429. 0 is any number. Senders on loopback
	// are not counted: they are this machine, or a proxy.
	RateLimit int `yaml:"rate_limit" default:"200" min:"0" max:"100000"`
	// Requests read and stored at once; more wait up to 10 s and then get a 503.
	Concurrent int `yaml:"concurrent" default:"128" min:"1" max:"10000"`
	// The same report again within this time is the same event; 0 is never.
	Duplicates time.Duration `yaml:"duplicates" default:"5m" zero:"true"`
}

// Store says where events and deliveries are kept.
type Store struct {
	// `sqlite:PATH` or `postgres://…`. One process serves a file; PostgreSQL, for replicas, is not supported by this version.
	URL Secret `yaml:"url" default:"sqlite:bugferry.db" check:"store" flag:"store"` // a Secret for the password it may hold; PATH is resolved
	// How long events are to be kept; links outlive them. This version removes none.
	Retention time.Duration `yaml:"retention" default:"90d"`
}

// Delivery holds the clocks of the delivery protocol.
type Delivery struct {
	// Deliveries worked at once.
	Workers int `yaml:"workers" default:"8" min:"1" max:"1000"`
	// After a crash another worker takes over when the lease ends; 5s longer than any timeout.
	Lease time.Duration `yaml:"lease" default:"60s"`
	// The longest that one request to a tracker may take.
	Timeout time.Duration `yaml:"timeout" default:"20s"`
	// The pause after the first failure, growing up to `retry_to`.
	RetryFrom time.Duration `yaml:"retry_from" default:"5s"`
	// The longest pause between two attempts.
	RetryTo time.Duration `yaml:"retry_to" default:"1h"`
	// After this time of failures the delivery is parked, for a person to look at.
	GiveUp time.Duration `yaml:"give_up" default:"7d"`
	// How often to look for deliveries that nobody works on.
	Reconcile time.Duration `yaml:"reconcile" default:"5m"`
	// When an issue created while an earlier answer was lost is looked at again: is there a second one?
	Sweep time.Duration `yaml:"sweep" default:"15m"`

	// Failures in a row after which a tracker is left alone, and deliveries wait; 0: never.
	BreakerAfter int `yaml:"breaker_after" default:"5" min:"0" max:"1000"`
	// And for how long, until one harmless request asks whether it is back.
	BreakerWait time.Duration `yaml:"breaker_wait" default:"30s"`
}

// Screenshots says whence pictures may be fetched or shown.
type Screenshots struct {
	// Images are shown, and pictures to attach fetched, of these hosts only: `name`, `name:port` or `*.name`.
	//
	// The default are the hosts BetterBugs is known to serve pictures from (its webhook page, its SDK 0.0.45 and its
	// customers' files).
	Hosts []string `yaml:"hosts" default:"cdn.betterbugs.io,cdn-butterfly-new.betterbugs.io,betterbug-storage-prod.s3.amazonaws.com,betterbug-storage.s3.amazonaws.com" check:"host"`
	// `true`: fetch pictures from loopback and private addresses too.
	AllowPrivate bool `yaml:"allow_private" default:"false"`
}
