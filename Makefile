# The front door. `make help` lists every target; CMakeLists.txt builds the C, package.json names what npm installs.

MAKEFLAGS += --no-print-directory
SHELL := /bin/sh
SERVER := build/release/instacrm
SEEDS := 500
SEED_BASE := 1
stage = @printf '%s ...\n' "$(1)" >&2
# Runs a command whose output only matters when it fails.
quiet = mkdir -p build/logs && { $(2) ; } >build/logs/$(1).log 2>&1 || { cat build/logs/$(1).log >&2; exit 1; }
# The Node that tools/node finds goes first, for npm and for what npm runs.
with_node = node=$$(tools/node) || exit 1; PATH="$$node:$$PATH"; export PATH;

PACKAGES := package.json web/package.json extension/package.json tests/package.json
CONTRACT := contract/errors.json contract/openapi.yaml
WEB := $(shell find web -type f -not -path '*/node_modules/*' 2>/dev/null)
EXTENSION := $(shell find extension contract -type f -not -path '*/node_modules/*' 2>/dev/null)
C := $(shell find src tools -type f 2>/dev/null) $(CONTRACT)

.PHONY: help run test build extension link check conformance crash network oracle-smoke simulate simulate-faults tidy diagram fmt bench
.PHONY: bench-store bench-door clean setup
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

run: build ## Install what is missing, build, start the Command Center (ARGS="--listen ..." adds flags).
	@exec $(SERVER) serve $(ARGS)

test: ## Install what only tests need and run everything; the last line is "N passed, N failed".
	@tools/setup test
	@$(MAKE) build
	@exec tests/run

build: setup build/.built ## Build the server, the agent, the web app and the extension.

extension: setup build/extension/manifest.json ## Build the extension into build/extension.

link: build ## Print a new one-time sign-in link for the owner (ARGS adds flags).
	@exec $(SERVER) link $(ARGS)

check: build ## Check the form of the code: formatting, floors, lints, types, dead code.
	@tools/setup test
	@exec tests/check

tidy: setup build/release/build.ninja ## Hold the tree against the floors and rules of the house.
	@$(call quiet,tidy,cmake --build --preset release --target tidy)
	@build/release/tools/tidy .

diagram: setup build/release/build.ninja ## Draw the tables that the migrations make into docs/schema-diagram.md.
	@$(call quiet,diagram,cmake --build --preset release --target erd)
	@build/release/tools/erd .

fmt: node_modules/.package-lock.json ## Format the sources.
	@tools/setup test
	@tools/format

bench: build ## Run the benchmarks, which print ratios side by side.
	@exec bench/run

conformance: setup ## Hold every engine of the store against one suite; "ENGINE: N passed, N failed" each.
	@tools/setup test
	@$(call quiet,conformance,cmake --preset sanitize && cmake --build --preset sanitize --target store_conformance)
	@exec tests/conformance/run build/sanitize/conformance/store_conformance

crash: build ## Kill agents and the server at random moments (KILLS=300 SEED=1); nothing is lost or doubled.
	@tools/setup test
	@exec tests/crash/run

network: build ## Desks and a server on a network that loses, delays, parts and cuts (MESSAGES=300 SEED=1); nothing is lost.
	@tools/setup test
	@$(call quiet,network,cmake --preset sanitize && cmake --build --preset sanitize -- --quiet)
	@exec tests/network/run

oracle-smoke: setup ## Hold a real Oracle against that suite, in an empty schema (docs/oracle.md).
	@tools/setup test
	@$(call quiet,conformance,cmake --preset debug && cmake --build --preset debug --target store_conformance)
	@exec tests/conformance/run build/debug/conformance/store_conformance oracle-smoke

simulate: setup ## Simulate desktops, server, network and disks (SEEDS=500 SEED_BASE=1; TRACE=SEED tells one run).
	@$(call quiet,simulation,cmake --preset simulation && cmake --build --preset simulation --target simulate -- --quiet)
	@exec build/simulation/simulation/simulate $(if $(TRACE),--trace $(TRACE),--seeds $(SEEDS) --base $(SEED_BASE))

simulate-faults: setup ## Plant faults, one after the other, and see the simulation find each.
	@$(call quiet,simulation,cmake --preset simulation && cmake --build --preset simulation --target simulate_faults -- --quiet)
	@exec tests/simulation/find-faults build/simulation/simulation/faults

bench-store: build ## Measure the store beside the bare engines; the figures go to build/bench-store.json, too.
	@exec bench/store

bench-door: build ## What 10,000 failed sign-ins do to a signed-in person's pages; the figures go to build/bench-door.json, too.
	@exec bench/door

clean: ## Remove what was built; the data stays.
	rm -rf build node_modules */node_modules

setup:
	@tools/setup run

# npm writes the target itself, once everything is in place.
node_modules/.package-lock.json: package-lock.json $(PACKAGES)
	$(call stage,Installing the npm packages)
	@$(with_node) $(call quiet,npm,npm ci)
	@touch $@

build/release/build.ninja: CMakeLists.txt CMakePresets.json
	$(call stage,Configuring)
	@$(call quiet,configure,cmake --preset release)
	@touch $@

build/contract/openapi.d.ts: node_modules/.package-lock.json build/release/build.ninja $(CONTRACT) tools/contractgen.c
	$(call stage,Generating the constants of the contract)
	@$(call quiet,contract,cmake --build --preset release --target contract)
	@$(with_node) $(call quiet,openapi,npx --no-install openapi-typescript contract/openapi.yaml -o $@)
	@touch $@

build/web/index.html: build/contract/openapi.d.ts $(WEB)
	$(call stage,Building the web app)
	@$(with_node) $(call quiet,web,npm run -w web build)
	@touch $@

build/extension/manifest.json: build/contract/openapi.d.ts $(EXTENSION)
	$(call stage,Building the extension)
	@$(with_node) $(call quiet,extension,npm run -w extension build)
	@touch $@

build/.built: build/web/index.html build/extension/manifest.json $(C)
	$(call stage,Building the server and the agent)
	@$(call quiet,release,cmake --build --preset release -- --quiet)
	@touch $@
