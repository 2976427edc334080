# The front door. `make help` lists every target; CMakeLists.txt builds the C, package.json names what npm installs.

MAKEFLAGS += --no-print-directory
SHELL := /bin/sh
RUN := build/release/instacrm
stage = @printf '%s ...\n' "$(1)" >&2
# Runs a command whose output only matters when it fails.
quiet = mkdir -p build/logs && { $(2) ; } >build/logs/$(1).log 2>&1 || { cat build/logs/$(1).log >&2; exit 1; }
# The Node that tools/node finds goes first, for npm and for what npm runs.
with_node = node=$$(tools/node) && PATH="$$node:$$PATH"

WEB := $(shell find web -type f -not -path '*/node_modules/*' 2>/dev/null)
EXTENSION := $(shell find extension -type f -not -path '*/node_modules/*' 2>/dev/null) contract/extension-id.txt
C := $(shell find src tools -type f 2>/dev/null) CMakeLists.txt CMakePresets.json contract/errors.json contract/openapi.yaml

.PHONY: help run test build extension link check fmt bench clean setup
.DEFAULT_GOAL := help

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

run: build ## Install what is missing, build, start the Command Center (ARGS="--listen ..." adds flags).
	@exec $(RUN) serve $(ARGS)

test: ## Install what only tests need and run everything; the last line is "N passed, N failed".
	@tools/setup test
	@$(MAKE) build
	@exec tests/run

build: setup build/.built ## Build the server, the agent, the web app and the extension.

extension: setup build/.extension ## Build the extension into build/extension.

link: build ## Print a new one-time sign-in link for the owner (ARGS="--operator NAME" for somebody else).
	@exec $(RUN) link $(ARGS)

check: build ## Check form: formatting, floors, lints, types, dead code.
	@tools/setup test
	@exec tests/check

fmt: ## Format the C sources.
	@find src tools tests bench -name '*.[ch]' 2>/dev/null | xargs clang-format -i

bench: build ## Run the benchmarks, which print ratios side by side.
	@exec bench/run

clean: ## Remove what was built; the data stays.
	rm -rf build node_modules

setup:
	@tools/setup run

build/.npm: package-lock.json package.json web/package.json extension/package.json tests/package.json
	$(call stage,Installing the npm packages)
	@$(with_node) && export PATH && $(call quiet,npm,npm ci)
	@mkdir -p build && touch $@

build/.configured: CMakeLists.txt CMakePresets.json
	$(call stage,Configuring)
	@$(call quiet,configure,cmake --preset release)
	@touch $@

build/.contract: build/.npm build/.configured contract/errors.json contract/openapi.yaml tools/contractgen.c
	$(call stage,Generating the contract's constants)
	@$(call quiet,contract,cmake --build --preset release --target contract)
	@$(with_node) && export PATH && $(call quiet,openapi,npx openapi-typescript contract/openapi.yaml -o build/contract/openapi.d.ts)
	@touch $@

build/.web: build/.contract $(WEB)
	$(call stage,Building the web app)
	@$(with_node) && export PATH && $(call quiet,web,npm run -w web build)
	@touch $@

build/.extension: build/.contract $(EXTENSION)
	$(call stage,Building the extension)
	@$(with_node) && export PATH && $(call quiet,extension,npm run -w extension build)
	@touch $@

build/.built: build/.web build/.extension $(C)
	$(call stage,Building the server and the agent)
	@$(call quiet,release,cmake --build --preset release)
	@touch $@
