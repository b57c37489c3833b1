package telemetry

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// otherOutcome counts what no other word names.
const otherOutcome = "error"

// outcomes are what can become of a webhook request: the states of an event, then the answers without one.
var outcomes = []string{
	"accepted", "duplicate", "unrouted", "undecodable", "ignored", "refused",
	"limited", "too_large", "incomplete", "not_stored", otherOutcome,
}

// Metrics counts what Bugferry does. Its methods may be called from any goroutine.
type Metrics struct {
	registry *prometheus.Registry
	requests map[string]prometheus.Counter
	free     *prometheus.GaugeVec
	total    *prometheus.GaugeVec
	low      *prometheus.GaugeVec
	reloads  *prometheus.CounterVec
	loaded   *prometheus.GaugeVec
	loadedAt *prometheus.GaugeVec
}

// NewMetrics returns metrics in a registry of their own, with those of the Go runtime and of the process, and the version
// of Bugferry as a label of bugferry_build_info.
func NewMetrics(version string) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: map[string]prometheus.Counter{},
		free:     gauge("bugferry_store_free_bytes", "Bytes that the store's disk has left for Bugferry."),
		total:    gauge("bugferry_store_total_bytes", "Size of the store's disk in bytes."),
		low:      gauge("bugferry_store_low", "Whether the store's disk is filling up (1) or not (0)."),
		reloads: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "bugferry_config_reloads_total", Help: "Attempts to replace the configuration of the running process, by how they ended.",
		}, []string{"result"}),
		loaded:   gauge("bugferry_config_last_reload_successful", "Whether the configuration that was last read is in use (1) or was refused (0)."),
		loadedAt: gauge("bugferry_config_last_reload_success_timestamp_seconds", "When the configuration in use was read."),
	}
	build := gauge("bugferry_build_info", "The version that runs; always 1.", "version")
	build.WithLabelValues(version).Set(1)
	for _, result := range []string{reloadOK, reloadRefused} {
		m.reloads.WithLabelValues(result)
	}
	m.registry.MustRegister(m.free, m.total, m.low, build, m.countRequests(), m.reloads, m.loaded, m.loadedAt,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// gauge returns a gauge that shows nothing until it is set: before the first look at the disk, "0 bytes free" would be a
// false alarm.
func gauge(name, help string, labels ...string) *prometheus.GaugeVec {
	return prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, labels)
}

// countRequests makes the counter of every outcome at once: a rate over a series that begins with its first event misses
// that event.
func (m *Metrics) countRequests() *prometheus.CounterVec {
	c := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "bugferry_webhook_requests_total",
		Help: "Webhook requests by what became of them.",
	}, []string{"outcome"})
	for _, outcome := range outcomes {
		m.requests[outcome] = c.WithLabelValues(outcome)
	}
	return c
}

// Request counts a webhook request by what became of it: a state of an event (accepted, duplicate, unrouted, undecodable,
// ignored, refused), or limited, too_large, incomplete, not_stored or error. Any other word counts as error.
func (m *Metrics) Request(outcome string) {
	c, known := m.requests[outcome]
	if !known {
		c = m.requests[otherOutcome]
	}
	c.Inc()
}

// Disk notes how full the store's disk is: the bytes left and of all, and whether that is too few to go on for long.
func (m *Metrics) Disk(free, total uint64, low bool) {
	m.free.WithLabelValues().Set(float64(free))
	m.total.WithLabelValues().Set(float64(total))
	alarm := 0.0
	if low {
		alarm = 1
	}
	m.low.WithLabelValues().Set(alarm)
}

// The results of a reload.
const (
	reloadOK      = "ok"
	reloadRefused = "refused"
)

// Loaded notes when the configuration that the process begins with was read.
func (m *Metrics) Loaded(at time.Time) {
	m.loaded.WithLabelValues().Set(1)
	m.loadedAt.WithLabelValues().Set(float64(at.UnixMilli()) / 1000)
}

// Reloaded notes that another configuration took its place at that time.
func (m *Metrics) Reloaded(at time.Time) {
	m.reloads.WithLabelValues(reloadOK).Inc()
	m.Loaded(at)
}

// Refused notes that another configuration could not be used, and that the old one goes on.
func (m *Metrics) Refused() {
	m.reloads.WithLabelValues(reloadRefused).Inc()
	m.loaded.WithLabelValues().Set(0)
}

// Watch adds a gauge that is read at each scrape. While read fails the gauge is left out, and the failure counted in
// promhttp_metric_handler_errors_total.
func (m *Metrics) Watch(name, help string, read func() (float64, error)) {
	m.registry.MustRegister(watched{prometheus.NewDesc(name, help, nil, nil), read})
}

// watched is a gauge that has to be asked.
type watched struct {
	desc *prometheus.Desc
	read func() (float64, error)
}

func (w watched) Describe(descs chan<- *prometheus.Desc) { descs <- w.desc }

func (w watched) Collect(metrics chan<- prometheus.Metric) {
	value, err := w.read()
	if err != nil {
		metrics <- prometheus.NewInvalidMetric(w.desc, err)
		return
	}
	metrics <- prometheus.MustNewConstMetric(w.desc, prometheus.GaugeValue, value)
}

// Handler answers GET /metrics in Prometheus' text format, and 404 for the rest. A collector that fails hides only itself
// and is counted in promhttp_metric_handler_errors_total.
func (m *Metrics) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		Registry:      m.registry,
		ErrorHandling: promhttp.ContinueOnError,
	}))
	return mux
}
