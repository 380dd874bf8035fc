# Works on any system with Go; what else the tests need is installed on Debian by tools/setup/debian.sh.
SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

# `work` is every module of go.work: the product, its API and the end-to-end tests.
GO_TEST := go test -race -timeout 40m

.PHONY: help run generate check test test-long suite verify lint bench build image

help: ## Show the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Start the whole suite with the reference data, on this machine only
	@go run ./cmd/uppsikt demo

generate: ## Regenerate proto/gen from the protos
	@tools/bin.sh buf
	@tools/bin.sh gen
	@tools/gen/generate.sh

check: verify lint ## Before each commit: verify, lint and the tests that need no browser
	@tools/setup/debian.sh
	@$(GO_TEST) ./...

test: verify lint build ## Everything a release needs; installs what is missing on Debian
	@tools/setup/debian.sh
	@go test -run '^$$' -bench . -benchtime 1x -timeout 20m work
	@$(GO_TEST) -count=1 work

test-long: ## The same tests with many more seeds, and the fuzz targets (UPPSIKT_SEEDS, FUZZTIME)
	@tools/setup/debian.sh
	@tools/fuzz.sh
	@UPPSIKT_SEEDS="$${UPPSIKT_SEEDS:-1000}" go test -race -count=1 -timeout 6h work

suite: build ## Start production's topology with the reference data, on this machine only: a process per replica, PostgreSQL, mTLS
	@tools/setup/debian.sh
	@dist/suite

verify: ## Show that generated code, modules and the API contract are in order
	@tools/bin.sh buf
	@tools/bin.sh gen
	@tools/verify.sh

lint: ## Run the linters
	@tools/bin.sh lint
	@tools/lint/lint.sh

bench: ## Run the benchmarks and print what they measure
	@tools/setup/debian.sh
	@UPPSIKT_BENCH_ENTRIES=400000 go test -run '^$$' -bench . -benchmem -timeout 1h work

build: ## Build every binary into dist/, each in one file that needs nothing else
	@CGO_ENABLED=0 go build -trimpath -buildvcs=auto -ldflags '-s -w' -o dist/ $$(go list -f '{{if eq .Name "main"}}{{.ImportPath}}{{end}}' ./cmd/... ./services/... ./gateway/... ./deploy/...)

image: build ## Build the container image with docker, podman or buildah, whichever is there
	@tools/image.sh
