# The two commands a newcomer needs are `make run` and `make test`; each sets up what it needs by itself.

PYTHON ?= python3
VENV := .venv/bin
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run dev test proofs setup setup-dev lint format types lock migrations matrix counts pictures secrets clean

help: ## List these commands
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup ## Start everything with demo data on http://localhost:8000 (PORT=, HOST=, ZHUBANG_DATA=)
	@exec $(VENV)/python scripts/serve.py

test: setup-dev ## Run all tests (ARGS="tests/leave -k overlap", ZHUBANG_TEST_DATABASES=sqlite,postgres)
	@exec $(VENV)/python scripts/run_tests.py $(ARGS)

proofs: setup-dev ## Run the long proofs that `make test` leaves out
	@exec $(VENV)/python scripts/run_tests.py --proofs $(ARGS)

setup: ## Only prepare .venv and the front-end packages
	@$(PYTHON) scripts/set_up.py run

setup-dev: ## The same, with what tests and checks need
	@$(PYTHON) scripts/set_up.py dev

dev: setup ## Start only the web server, reloading, with tracebacks in the browser
	@ZHUBANG_PROFILE=dev $(VENV)/python manage.py migrate --verbosity 0
	@ZHUBANG_PROFILE=dev $(VENV)/python manage.py prepare
	@ZHUBANG_PROFILE=dev exec $(VENV)/python manage.py runserver $(or $(HOST),127.0.0.1):$(or $(PORT),8000)

lint: setup-dev ## Every check that is not a test, as .ci/run makes them
	@exec sh scripts/lint.sh

format: setup-dev ## Lay out Python and templates
	@$(VENV)/ruff check --fix --quiet . ; $(VENV)/ruff format .
	@git ls-files '*.html' | xargs $(VENV)/djade --target-version 5.2

types: setup-dev ## Check types only
	@$(VENV)/mypy

lock: setup-dev ## Compile requirements*.in and package.json into their locks
	@exec sh scripts/lock.sh

migrations: setup-dev ## Make the first migrations anew from the models (until the first release)
	@exec sh scripts/migrations.sh

matrix: setup-dev ## Add what the access matrix in tests/ does not say yet; read it before committing
	@exec $(VENV)/pytest -q tests/fill_matrix.py

counts: setup-dev ## Write how many queries each page makes into tests/query_counts.csv; read it before committing
	@ZHUBANG_WRITE_COUNTS=1 exec $(VENV)/pytest -q tests/test_query_counts.py

pictures: setup-dev ## Take the README's pictures anew
	@exec $(VENV)/python scripts/pictures.py

secrets: setup ## Print new secrets for a production .env
	@exec $(VENV)/python scripts/new_secrets.py

clean: ## Remove .venv, node_modules and caches; data in var/ stay
	rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
