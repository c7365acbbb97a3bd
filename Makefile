# Fifth Why.  `make run` opens the first sample, `make test` is what CI runs.
# The first command makes .venv (Python 3.12 or newer) from requirements.lock; a changed lock makes
# it again.  On Windows, or without make: see README.md.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.installed
WORKERS ?= 2
PER_KIND ?= 4
TWINS ?= 200
NULLS ?= 100
SLICELINE ?=
SCALING ?=
PEERS ?=
OFFSCREEN := QT_QPA_PLATFORM=offscreen MPLBACKEND=agg

# A pyenv shim exists for versions that are not active: only one that answers counts.
define FIND_PYTHON
wanted=$$(cat .python-version); found=""; \
for name in "$${PYTHON:-}" python$$wanted python3.12 python3.13 python3.14 \
            "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/3.1[234]*/bin/python python3 python; do \
  [ -n "$$name" ] || continue; \
  if "$$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1; \
  then found="$$name"; break; fi; \
done; \
if [ -z "$$found" ]; then \
  echo "No Python 3.12 or newer with venv was found. Install one (Debian, Ubuntu: python3.12 and" >&2; \
  echo "python3.12-venv; macOS: brew install python@3.12; anywhere: pyenv install $$wanted)," >&2; \
  echo "or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python" >&2; exit 2; \
fi
endef
export PYTHON

.PHONY: help
help: ## This list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1|\2/p' Makefile | column -t -s '|'

$(STAMP): requirements.lock pyproject.toml
	@$(FIND_PYTHON); [ -x $(PY) ] || { echo "Making $(VENV) with $$("$$found" --version)"; "$$found" -m venv $(VENV); }
	$(PY) -m pip install --quiet --require-hashes -r requirements.lock
	$(PY) -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $(STAMP)

.PHONY: install
install: $(STAMP) ## Make .venv from the lock file (every other target does it when needed)

.PHONY: run
run: $(STAMP) ## Open the first sample in the window (without a display: investigate it, say where the report is)
	$(PY) -m app sample shop_fraud

.PHONY: lint
lint: $(STAMP) ## Style, layers, dependencies, dead code
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/lint-imports
	$(VENV)/bin/deptry app investigators
	$(VENV)/bin/vulture

.PHONY: types
types: $(STAMP) ## mypy, strict
	$(VENV)/bin/mypy

.PHONY: test
test: lint types ## Everything CI asks: lint, types, then all tests
	$(OFFSCREEN) $(PY) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

.PHONY: journeys
journeys: $(STAMP) ## Five journeys on a screen of their own, with pictures (needs xvfb, openbox, xdotool, imagemagick)
	$(PY) tests/journeys/journeys.py

.PHONY: bench
bench: $(STAMP) ## Speed beside a bare read, scaling of all checks, groups among a million rows, five million UI events, first paint, gaps of the window, 500 kills, 1,000 planted faults and 3,000 clean tables (`make bench SCALING=--ten-million PEERS=--make`: up to ten million rows; drift tools beside it)
	$(OFFSCREEN) $(PY) tests/benchmarks/bench.py
	$(OFFSCREEN) $(PY) tests/benchmarks/scaling.py $(SCALING)
	$(OFFSCREEN) $(PY) tests/benchmarks/slices_scale.py
	$(OFFSCREEN) $(PY) tests/benchmarks/ui_scale.py
	$(OFFSCREEN) $(PY) tests/benchmarks/peers.py $(PEERS)
	$(OFFSCREEN) $(PY) tests/benchmarks/first_paint.py
	$(PY) tests/benchmarks/kill9.py --kills 500
	$(OFFSCREEN) $(PY) tests/benchmarks/list_bench.py
	$(OFFSCREEN) $(PY) tests/benchmarks/gap_bench.py
	mkdir -p out/bench
	$(OFFSCREEN) $(PY) tests/benchmarks/planted_scale.py --faults 1000 --sound 3000 \
	  --out out/bench/planted-$$(git rev-parse --short HEAD).jsonl

.PHONY: bench-quick
bench-quick: $(STAMP) ## 100 planted faults and 300 clean or truly drifting tables (under 10 minutes)
	$(OFFSCREEN) $(PY) tests/benchmarks/planted_scale.py --faults 100 --sound 300

.PHONY: bench-kinds
bench-kinds: $(STAMP) ## Faults of every kind, 4 tables each, and 200 twins; goes on where it was stopped (`make bench-kinds PER_KIND=20 TWINS=1000`)
	mkdir -p out/bench
	$(OFFSCREEN) $(PY) tests/benchmarks/planted_kinds.py --per-kind $(PER_KIND) --twins $(TWINS) \
	  --out out/bench/kinds-$$(git rev-parse --short HEAD).jsonl
	$(OFFSCREEN) $(PY) tests/benchmarks/planted_kinds.py --real --per-kind $(PER_KIND) --twins $(TWINS) \
	  --out out/bench/kinds-real-$$(git rev-parse --short HEAD).jsonl

.PHONY: bench-groups
bench-groups: $(STAMP) ## Faults of groups and screens of every kind, 4 tables each, and 100 sound ones; goes on where it was stopped (`make bench-groups PER_KIND=20 NULLS=500 SLICELINE=--make`)
	mkdir -p out/bench
	$(OFFSCREEN) $(PY) tests/benchmarks/planted_groups.py --per-kind $(PER_KIND) --nulls $(NULLS) \
	  $(SLICELINE) --out out/bench/groups-$$(git rev-parse --short HEAD).jsonl

.PHONY: samples
samples: $(STAMP) ## Make the sample cases again (seeded: the same bytes)
	$(PY) sample_data/make_samples.py

.PHONY: help-pages
help-pages: $(STAMP) ## Write the table of checks into the help pages
	$(PY) -m investigators.help_pages

.PHONY: translations
translations: $(STAMP) ## Collect the window's texts into resources/i18n/*.ts and make the .qm files
	$(VENV)/bin/pyside6-lupdate -silent -no-obsolete -locations none -sort-messages \
	  -tr-function-alias QT_TR_NOOP+=later $$(git ls-files 'app/*.py') -ts resources/i18n/*.ts
	for ts in resources/i18n/*.ts; do $(VENV)/bin/pyside6-lrelease -silent $$ts -qm $${ts%.ts}.qm; done

.PHONY: lock
lock: ## Resolve the newest versions into requirements.lock (needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.12 \
	  --all-extras --group dev --upgrade pyproject.toml -o requirements.lock

.PHONY: clean
clean: ## Remove what was made (not .venv: delete it by hand)
	rm -rf out build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find app investigators tests -name __pycache__ -type d -prune -exec rm -rf {} +
