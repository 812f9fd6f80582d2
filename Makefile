# Every target first makes .venv if it is missing, and brings it up to date if pyproject.toml or constraints.txt changed.
# `make PYTHON=python3.12 setup` chooses the interpreter (3.11 to 3.13).
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test lint types docs bench studio

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.set-up
PIP := $(BIN)/python -m pip --disable-pip-version-check
COVERED := core constraints queries sessions

# Two processes that compute at once would otherwise spin in wait of each other's cores: up to ten times slower.
export OMP_WAIT_POLICY := passive

help:
	@echo "make setup   everything into $(VENV)"
	@echo "make demo    the same 2,000 pictures grouped three ways"
	@echo "make studio  the page where you answer, on the bundled pictures"
	@echo "make test    lint, types, docs and tests with the coverage gate"
	@echo "make docs    the site of these docs, into build/docs"
	@echo "make lint | types | bench    one of them alone"

setup: $(STAMP)

# torch comes first, pinned, so that pip takes the build at hand and nothing later replaces it.
$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if (3, 11) <= v < (3, 14) else \
		f"clusteer needs Python 3.11 to 3.13, but {sys.executable} is {v[0]}.{v[1]}; choose another: make PYTHON=python3.11 setup")'
	@if ! $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null; then \
		package=$$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'); \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update && apt-get install -y "$$package"; \
		else echo "$(PYTHON) cannot make a virtual environment; install it first: apt-get install $$package" >&2; exit 2; fi; \
	fi
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
test: lint types
	$(BIN)/coverage erase
	$(BIN)/python -m pytest -n 2 --cov --cov-report=
	@for package in $(COVERED); do \
		echo "coverage of $$package, at least 90 %:"; \
		$(BIN)/coverage report --fail-under=90 --include="src/clusteer/$$package/*" || exit; \
	done

bench: setup
	$(BIN)/clusteer bench list

studio: setup
	@$(BIN)/clusteer list --json | grep -q '"name": "inks"' || $(BIN)/clusteer new inks --dataset inks --encoder pixels
	$(BIN)/clusteer studio inks
