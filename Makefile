# Everything a person does with the product, by name. `make` alone prints the list.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
FLASK := $(BIN)/flask --app app
PIP := $(BIN)/python -m pip install -qq --require-hashes
COMPILE := $(BIN)/pip-compile -q --allow-unsafe --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-emit-trusted-host --strip-extras --no-header $(if $(UPGRADE),--upgrade)
BROWSE := $(BIN)/python -m pytest tests/browser -o addopts= --import-mode=importlib \
	--strict-markers --browser chromium -n auto
BUILT := foundation/static/build/manifest.json

PORT ?= 8000
# loadfile: tests of one file share what they begin with, so they run in one process. Files that
# take long come first (tests/conftest.py), so that no core waits for the other at the end.
PYTEST_FLAGS ?= -q -n auto --dist loadfile --no-loadscope-reorder --databases marked
# Tests sync every commit: to memory, on a machine that has room there.
ifneq ($(shell df --output=avail -B1G /dev/shm 2>/dev/null | awk 'NR == 2 && $$1 >= 6'),)
export PYTEST_DEBUG_TEMPROOT ?= /dev/shm
endif
BROWSER_FLAGS ?= -q

.PHONY: help setup run test check content seed docs golden browser walks slow prove bench release lock format clean lint dev-setup

help: ## Print this list
	@echo "Supplier Assurance. Usage: make <target>"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' Makefile

setup: .venv/base.stamp $(BUILT) ## Install what the service runs on and build its style sheet
	@:

run: setup ## Serve the service with a demonstration authority (PORT=8000)
	@export ASSURANCE_DEMONSTRATION=1 ASSURANCE_PORT=$(PORT); \
	$(FLASK) db upgrade; \
	$(FLASK) demo --once; \
	exec $(BIN)/python -m foundation.serve

test: dev-setup lint browser ## Set everything up, then run the checks and tests
	@echo "== tests"; $(BIN)/python -m pytest -m "not slow" $(PYTEST_FLAGS)

check: test ## The same as test

content: setup ## Check the questions, packs and clauses
	@$(FLASK) bank check

seed: setup ## Build the demonstration: one tender at every stage
	@export ASSURANCE_DEMONSTRATION=1; $(FLASK) db upgrade; $(FLASK) demo --once

docs: setup ## Draw the pictures and tables in docs/ again from the code
	@$(BIN)/python -m tooling.draw_docs

golden: ## Write the schedules of the demonstration bids as text again, to be read as a diff
	@$(BIN)/python -m tests.golden_schedules

browser: dev-setup ## Run the tests that need a browser, less the long walks
	@echo "== browser tests"; $(BROWSE) -m "not walk" $(BROWSER_FLAGS)

walks: dev-setup ## Walk long ways through the service in a browser, as CI does after test
	@echo "== walks in a browser"; $(BROWSE) -m "walk and not slow" $(BROWSER_FLAGS)

slow: dev-setup ## Run the tests that test leaves out because they are slow
	@echo "== slow tests"; $(BIN)/python -m pytest -m slow $(PYTEST_FLAGS)
	@echo "== everything in a browser, axe on every page"; EVERY_PAGE=1 $(BROWSE) $(BROWSER_FLAGS)

prove: dev-setup ## List the proofs at full size; PART=name runs one, PART=all what has not passed yet
	@$(BIN)/python -m tests.proofs $(PART) $(if $(PIECES),--pieces $(PIECES)) $(if $(JOBS),--jobs $(JOBS))

bench: dev-setup .venv-peers/peers.stamp ## Measure speed, memory and growth beside the bare limits (three quarters of an hour; ROW=autosave, QUICK=1)
	@$(if $(QUICK),BENCH_QUICK=1) $(BIN)/python -m benchmarks $(ROW)

release: ## Check that all is committed and green, then pack the source into dist/
	@tooling/release

lock: dev-setup ## Write the locks again after a change of requirements (UPGRADE=1: newest versions)
	$(COMPILE) requirements/base.in -o requirements/base.txt
	$(COMPILE) -c requirements/base.txt requirements/bucket.in -o requirements/bucket.txt
	$(COMPILE) requirements/dev.in -o requirements/dev.txt
	$(COMPILE) requirements/node.in -o requirements/node.txt
	$(COMPILE) requirements/peers.in -o requirements/peers.txt
	tooling/with-node npm install --package-lock-only
	$(BIN)/python -m tooling.tidy_npm_lock

format: dev-setup ## Put the code in the house's form
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format --quiet .

clean: ## Remove what set-up and the checks have built; instance/ is never touched
	rm -rf .venv .venv-peers node_modules foundation/static/build dist test-results \
		.mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

lint: dev-setup
	@echo "== ruff"; $(BIN)/ruff check .; $(BIN)/ruff format --check .
	@echo "== mypy"; $(BIN)/mypy
	@echo "== import contracts"; $(BIN)/lint-imports
	@echo "== dependencies"; $(BIN)/deptry .

# Each step below leaves a stamp, so that doing it again costs nothing.

.venv/pyvenv.cfg:
	@tooling/make-venv

.venv/base.stamp: requirements/base.txt | .venv/pyvenv.cfg
	@echo "setup: installing libraries"
	@$(PIP) -r requirements/base.txt
	@touch $@

.venv/dev.stamp: requirements/dev.txt .venv/base.stamp
	@echo "setup: installing tools of the checks"
	@$(PIP) -r requirements/dev.txt
	@touch $@

# What `make bench` measures beside ours, apart from what the service runs on.
.venv-peers/peers.stamp: requirements/peers.txt | .venv/pyvenv.cfg
	@echo "setup: installing the libraries that are measured beside ours"
	@$(BIN)/python -m venv --clear .venv-peers
	@.venv-peers/bin/python -m pip install -qq --require-hashes -r requirements/peers.txt
	@touch $@

node_modules/.stamp: package.json package-lock.json .npmrc | .venv/base.stamp
	@echo "setup: installing the front end's sources"
	@tooling/with-node npm ci --include=dev --omit=optional --loglevel=error >/dev/null
	@touch $@

$(BUILT): node_modules/.stamp $(wildcard frontend/*)
	@tooling/with-node node frontend/build.mjs

dev-setup: setup .venv/dev.stamp
	@tooling/system-packages
