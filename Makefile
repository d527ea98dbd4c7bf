# The short way in. What a machine needs: Python 3.11 or newer with its venv module, and make. Nothing else.

PYTHON ?= python3
BIN := .venv/bin

# The demo and the tests start hundreds of processes, each of which would compile what it reads anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup setup-browser demo check test bench bench-nation bench-mail bench-peers bench-pages chaos-mail chaos docs clean

help: ## say what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-14s %s\n", $$1, $$2}'

# Two stamps: the demo needs no tools for development, and neither is installed again until pyproject.toml changes.
.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; say which with: make PYTHON=/path/to/python3.11 ..." >&2; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/.installed: .venv/.made pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/.installed-dev: .venv/.made pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ .venv/.installed

setup: .venv/.installed-dev ## make .venv with everything in it

setup-browser: ## install Chromium for the tests in a browser (Debian, as root); they are skipped without it
	@command -v chromium >/dev/null || { apt-get -qq update && apt-get -qq install --yes chromium; }

demo: .venv/.installed ## a whole academic year of an invented county, then its pages
	$(BIN)/sib demo

check: setup ## ruff, mypy, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy

# One worker more than there are processors; the tests on Prefect's server stay together on one of them.
test: setup ## every test, on SQLite and on a PostgreSQL that comes with them
	$(BIN)/pytest --numprocesses auto --dist loadgroup

bench: setup ## measure against the bars; writes docs/benchmarks.md
	$(BIN)/python -m benchmarks > build-figures.jsonl
	$(BIN)/python -m benchmarks.page < build-figures.jsonl
	@rm build-figures.jsonl

bench-nation: setup ## the whole service with 24,000 and with 250,000 schools, an hour and a quarter; writes docs/nation-benchmarks.md
	$(BIN)/python -m benchmarks scale --n 24000 --n 250000 --database sqlite > build-sqlite.jsonl & sqlite=$$!; \
	$(BIN)/python -m benchmarks scale --n 24000 --n 250000 --database postgres > build-postgres.jsonl && wait $$sqlite
	cat build-sqlite.jsonl build-postgres.jsonl | $(BIN)/python -m benchmarks.page nation
	@rm build-sqlite.jsonl build-postgres.jsonl

bench-pages: setup ## pages alone: 24,000 schools and cases, a million messages, on PostgreSQL
	$(BIN)/python -m benchmarks pages

bench-mail: setup ## mail alone: a round's chase against a hand-written floor
	$(BIN)/python -m benchmarks mail

bench-peers: setup ## the same beside Celery, django-post_office, Procrastinate, DBOS and plain Prefect; writes docs/mail-benchmarks.md
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,bench]'
	$(BIN)/python -m benchmarks mail --n 2400 --n 24000 --rounds 3 > build-figures.jsonl
	$(BIN)/python -m benchmarks.page mail < build-figures.jsonl
	@rm build-figures.jsonl

chaos-mail: setup ## workers killed two hundred times while they chase, make and send mail; nothing lost, nothing twice
	CHAOS_KILLS=200 CHAOS_PEOPLE=8000 $(BIN)/pytest tests/tasks/test_deaths.py -s

MINUTES ?= 30
chaos: setup ## kill, stop and mislead the real thing for MINUTES (30), and check what must still hold
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,spread]'
	$(BIN)/python -m chaos --minutes $(MINUTES)

docs: setup ## write the pages of docs/ that come from the code, and build the site in build/site
	$(BIN)/python -m docs.generate
	$(BIN)/python -m docs.build

clean: ## remove what was made here: the environment, the demo's state, caches
	rm -rf .venv .sib build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
