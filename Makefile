.DEFAULT_GOAL := help
PY := .venv/bin

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/.runtime ## set up what is missing, start the program, open the dispatch page
	@$(PY)/ambon112 serve

test: .venv/.dev ## set up what the tests need and run them all
	@tools/test-needs
	@$(PY)/pytest

check: .venv/.dev ## what a change must pass: lint, types, layers, tests
	$(PY)/ruff check .
	$(PY)/ruff format --check .
	$(PY)/mypy
	$(PY)/lint-imports
	@$(MAKE) --no-print-directory test

bench: .venv/.bench ## measure against peers in the same run (ratios, no assertions)
	@tools/test-needs
	@for bench in routing locate click; do $(PY)/python -m tests.benchmarks.bench_$$bench || exit 1; done

lock: ## resolve pyproject.toml into the three lock files again (needs uv)
	@$(LOCK) -o requirements.lock
	@$(LOCK) --extra dev -c requirements.lock -o requirements-dev.lock
	@$(LOCK) --extra dev --extra bench -c requirements-dev.lock -o requirements-bench.lock

LOCK := uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-header --no-annotate pyproject.toml

.venv/.runtime: requirements.lock pyproject.toml
	@tools/venv requirements.lock
	@touch $@

.venv/.dev: requirements-dev.lock pyproject.toml
	@tools/venv requirements-dev.lock
	@touch .venv/.runtime $@

.venv/.bench: requirements-bench.lock pyproject.toml
	@tools/venv requirements-bench.lock
	@touch .venv/.runtime .venv/.dev $@

.PHONY: help run test check bench lock
