# `make` alone lists the verbs: the text after `##` beside a target is its help.
# The two requirements files pin every package by hash; a stamp named after their content says what .venv/ holds,
# so that a second run touches neither network nor disk.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT   ?= 8000
DATA   ?= .data/

BIN     := .venv/bin
PIP     := $(BIN)/python -m pip --disable-pip-version-check install --quiet
KEY     := $(shell cat Makefile pyproject.toml requirements.lock | cksum | cut -d' ' -f1)
DEV_KEY := $(shell cat Makefile pyproject.toml requirements-dev.lock | cksum | cut -d' ' -f1)
RUNS    := .venv/.runs-$(KEY)
TESTS   := .venv/.tests-$(DEV_KEY)
LOCK    := $(BIN)/uv pip compile pyproject.toml --group build --universal --python-version 3.11 \
           --generate-hashes --no-header --no-annotate --no-emit-index-url --quiet

.DEFAULT_GOAL := help
.PHONY: help up test check bench fmt docs lock

help: ## list these verbs
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-7s %s\n", $$1, $$2}' Makefile

# One plain command, so that make runs it without a shell between and Ctrl-C or SIGTERM reaches it directly.
up: export STOCKTAKE_PORT := $(PORT)
up: export STOCKTAKE_DATA := $(DATA)
up: $(RUNS) ## run all of it on 127.0.0.1, loading the record first (PORT=8000 DATA=.data/)
	@$(BIN)/stocktake up

# By file, since a file's tests share what is slow to set up (a loaded record, four processes).
test: $(TESTS) ## run the tests (ARGS="tests/bus -k relay" for some of them)
	$(BIN)/pytest -n 2 --dist loadfile $(ARGS)

check: $(TESTS) ## lint, types, import contracts, event contracts, and the deployment files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy examples/python
	$(BIN)/lint-imports
	$(BIN)/python -m deploy.checks

bench: $(TESTS) ## measure each goal beside what it is compared with (BENCH_FULL=1 for a million events)
	$(BIN)/python -m bench

fmt: $(TESTS) ## format the code and fix what ruff can fix
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

docs: $(TESTS) ## derive docs/events.md, docs/schemas, docs/asyncapi.yaml and docs/treaty.md again from the code
	$(BIN)/python -m shared.events.documentation docs/events.md
	$(BIN)/python -m shared.events.contract docs
	$(BIN)/python -m shared.treaty.documentation docs/treaty.md

lock: $(TESTS) ## resolve the requirements files anew (needs the network)
	$(LOCK) --upgrade --output-file requirements.lock
	$(LOCK) --upgrade --extra dev --constraint requirements.lock --output-file requirements-dev.lock

# The project itself is installed last, without dependencies and with the locked build backend: nothing is fetched for it.
$(RUNS):
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 or newer is needed: make PYTHON=...')"
	@echo "installing into .venv/ (once, until the requirements change; about half a minute)"
	@$(PYTHON) -m venv .venv
	@$(PIP) --require-hashes --requirement requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@rm -f .venv/.runs-*
	@touch $@

$(TESTS): $(RUNS)
	@echo "installing the development tools into .venv/"
	@$(PIP) --require-hashes --requirement requirements-dev.lock
	@rm -f .venv/.tests-*
	@touch $@
