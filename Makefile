# Every target first makes .venv if it is missing, and brings it up to date if pyproject.toml or constraints.txt changed.
# `make PYTHON=python3.12 setup` chooses the interpreter (3.11 to 3.13).
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test lint types docs bench studio page bundle

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.set-up
PIP := $(BIN)/python -m pip --disable-pip-version-check
COVERED := core constraints queries sessions
# Tests that count for their coverage: their own, and those of the command line. To trace the others too takes minutes.
TRACED := $(addprefix tests/,$(COVERED) cli)
VENV_PACKAGE = $$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
PAGE_STAMP := web/node_modules/.set-up
BUNDLE := src/clusteer/studio/static
# The browser of the end-to-end tests; any Chromium or Chrome will do.
export CHROMIUM ?= /usr/bin/chromium

# Two processes that compute at once would otherwise spin in wait of each other's cores: up to ten times slower.
export OMP_WAIT_POLICY := passive

help:
	@echo "make setup   everything into $(VENV)"
	@echo "make demo    the same 2,000 pictures grouped three ways"
	@echo "make studio  the page where you answer, on the bundled pictures"
	@echo "make test    lint, types, docs, the studio's page and tests with the coverage gate"
	@echo "make docs    the site of these docs, into build/docs"
	@echo "make bundle  builds the studio's page from web/ into the package"
	@echo "make lint | types | page | bench    one of them alone"

# $(call debian,CHECK,PACKAGES,SENTENCE): where CHECK fails, installs packages as root of a Debian, elsewhere says what to do.
define debian
@$(1) || if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update && apt-get install -y $(2); \
	else echo $(3)"; install it first: apt-get install" $(2) >&2; exit 2; fi
endef

setup: $(STAMP)

# torch comes first, pinned, so that pip takes the build at hand and nothing later replaces it.
$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if (3, 11) <= v < (3, 14) else \
		f"clusteer needs Python 3.11 to 3.13, but {sys.executable} is {v[0]}.{v[1]}; choose another: make PYTHON=python3.11 setup")'
	$(call debian,$(PYTHON) -c 'import ensurepip; import venv' 2>/dev/null,$(VENV_PACKAGE),"$(PYTHON) cannot make a virtual environment")
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --constraint constraints.txt torch hatchling
	$(PIP) install --quiet --constraint constraints.txt --no-build-isolation --editable '.[plots,bench,studio,dev]'
	$(PIP) check
	@touch $@

demo: setup
	$(BIN)/clusteer demo

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports

types: setup
	$(BIN)/mypy

docs: setup
	$(BIN)/python -m sphinx -q -W --keep-going -b html docs build/docs
	@echo "the site is file://$(CURDIR)/build/docs/index.html"

# One worker per core and one thread per worker. The docs' own checks are among the tests.
test: export OMP_NUM_THREADS := 1
test: lint types page | $(CHROMIUM)
	$(call debian,command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1,postgresql,"there is no PostgreSQL server for the tests")
	$(BIN)/coverage erase
	tools/with_postgresql $(BIN)/python -m pytest -n 2 --durations 15 --cov --cov-report= $(TRACED)
	$(BIN)/python -m pytest -n 2 --durations 15 $(addprefix --ignore=,$(TRACED))
	@for package in $(COVERED); do \
		echo "coverage of $$package, at least 90 %:"; \
		$(BIN)/coverage report --fail-under=90 --include="src/clusteer/$$package/*" || exit; \
	done

bench: setup
	$(BIN)/clusteer bench list

# What the package serves is built from web/: its types, its tests, and that the bundle is what its source builds.
page: $(PAGE_STAMP)
	cd web && npm run check && npm test
	cd web && npm run build -- --outDir ../build/static --logLevel warn
	@diff -qr build/static $(BUNDLE) || { echo "$(BUNDLE) is not what web/ builds; run: make bundle" >&2; exit 1; }

bundle: $(PAGE_STAMP)
	cd web && npm run build

$(PAGE_STAMP): web/package-lock.json
	$(call debian,command -v npm >/dev/null,nodejs npm,"there is no npm to check the page with")
	cd web && npm ci
	@touch $@

$(CHROMIUM):
	$(call debian,false,chromium,"there is no browser at $@ for the end-to-end tests")

studio: setup
	@$(BIN)/clusteer list --json | grep -q '"name": "inks"' || $(BIN)/clusteer new inks --dataset inks --encoder pixels
	$(BIN)/clusteer studio inks
