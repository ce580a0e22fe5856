# `make` alone lists the targets. Needs Python and git; uv is installed into .uv where it is missing.
.DEFAULT_GOAL := help

# In the conda environment of environment.yml everything is installed already: use it as it is.
IN_CONDA := $(filter mlsd-course,$(CONDA_DEFAULT_ENV))

ifeq ($(OS),Windows_NT)
OWN_UV := .uv/Scripts/uv.exe
else
OWN_UV := .uv/bin/uv
endif
ifndef UV
UV := $(or $(shell command -v uv 2>/dev/null),$(OWN_UV))
endif
UV_TO_INSTALL := $(filter $(OWN_UV),$(UV))
PYTHON = $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
  if "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then echo "$$p"; break; fi; done)

SYNC := $(UV) sync --frozen --compile-bytecode
EXTRAS := --extra test --extra fast --extra scale
CORE_READY := .venv/.core-ready
ALL_READY := .venv/.all-ready
RUN := $(UV) run --no-sync
ifneq ($(IN_CONDA),)
CORE_READY :=
ALL_READY :=
RUN :=
endif
# What uv says about another environment that happens to be active is noise here.
unexport VIRTUAL_ENV

# When a part began and ended, for `make report`.
BEGAN = @mkdir -p .test-times && date +%s >.test-times/$@.began
ENDED = @date +%s >.test-times/$@.ended

.PHONY: help lab test check lint types layers tests nbval browser report notebooks pictures bench lock changelog portable wheel clean distclean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

lab: $(CORE_READY) ## open the course in JupyterLab; your work is in ./workspace
	@$(RUN) mlsd lab $(ARGS)

test: lint types layers tests browser nbval ## everything that CI runs

check: lint types layers ## the part of it that takes two minutes at most
	$(RUN) python -m pytest -q -n 2 --dist loadfile -m "not slow and not browser"

lint: $(ALL_READY) ## style and formatting
	$(BEGAN)
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(ENDED)

types: $(ALL_READY) ## mypy
	$(BEGAN)
	$(RUN) mypy
	$(ENDED)

layers: $(ALL_READY) ## imports point only downwards
	$(BEGAN)
	$(RUN) lint-imports
	$(ENDED)

tests: $(ALL_READY) ## all of pytest but the browser
	$(BEGAN)
	$(RUN) python -m pytest -q -n 2 --dist worksteal -m "not browser" --junitxml=.test-times/$@.xml
	$(ENDED)

browser: $(ALL_READY) ## the tests in JupyterLab and Chromium
	$(BEGAN)
	$(RUN) python -m pytest -q -n 2 --dist worksteal -m browser --junitxml=.test-times/$@.xml
	$(ENDED)

nbval: $(ALL_READY) ## run every reference notebook and compare its outputs
	$(BEGAN)
	$(RUN) python -m pytest -q -n 2 --dist loadfile --nbval -p no:cacheprovider notebooks/source --junitxml=.test-times/$@.xml
	$(ENDED)

report: $(ALL_READY) ## the minutes of the last `make test`, by part and by chapter
	@$(RUN) python -m tests.support.minutes .test-times

notebooks: $(ALL_READY) ## build the reference and the student notebooks from their sources
	$(RUN) mlsd build $(ARGS)

pictures: $(ALL_READY) ## take the documentation's pictures in JupyterLab
	$(RUN) python -m tests.browser.pictures

bench: $(ALL_READY) ## measure what is claimed to be fast, and print the ratios
	@set -e; for script in benchmarks/*.py; do echo "== $$script"; $(RUN) python "$$script"; done

lock: $(UV_TO_INSTALL) ## resolve the dependencies of pyproject.toml anew within their bounds
	$(UV) lock

changelog: $(UV_TO_INSTALL) ## VERSION=1.2.0: move the fragments of changelog.d into CHANGELOG.md
	$(UV) tool run towncrier build --yes --version "$(VERSION)"

portable: $(UV_TO_INSTALL) ## resolve for Linux, macOS and Windows, Python 3.11 to 3.13, from wheels only
	@set -e; for system in linux macos windows; do for python in 3.11 3.12 3.13; do \
	  echo "$$system, Python $$python: $$($(UV) pip compile -q pyproject.toml --all-extras --only-binary :all: \
	    --python-platform $$system --python-version $$python --no-annotate --no-header | grep -c ==) wheels"; done; done

wheel: $(UV_TO_INSTALL) ## build the package into dist
	$(UV) build --wheel

clean: ## remove caches and build results; never your workspace
	rm -rf dist build .test-times .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find mlsd_course tests benchmarks notebooks -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean ## remove the environment too; never your workspace
	rm -rf .venv .uv

.venv/.core-ready: pyproject.toml uv.lock | $(UV_TO_INSTALL)
	@echo "Setting up the course's environment in .venv; the first time takes a minute or two."
	$(SYNC) --inexact
	@touch $@

.venv/.all-ready: pyproject.toml uv.lock | $(UV_TO_INSTALL)
	$(SYNC) $(EXTRAS)
	@touch .venv/.core-ready $@

$(OWN_UV):
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; found none. Install it from https://www.python.org" >&2; exit 1; }
	"$(PYTHON)" -m venv .uv || { echo "On Debian and Ubuntu: apt install python3-venv" >&2; rm -rf .uv; exit 1; }
	"$(dir $(OWN_UV))python" -m pip install --quiet --disable-pip-version-check "uv>=0.9,<1"
