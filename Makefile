.DEFAULT_GOAL := help
PY := .venv/bin

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/.runtime ## set up what is missing, start the program, open the dispatch page
	@$(PY)/ambon112 serve

test: .venv/.dev ## set up what the tests need and run them all
	@tools/test-needs
	@$(PY)/pytest -n 2 --dist loadfile || { [ $$? -eq 1 ] && \
	  echo 'Yang gagal dicoba sekali lagi, sendirian. / What failed is tried once more, alone.' && \
	  $(PY)/pytest --last-failed --last-failed-no-failures none; }

check: .venv/.dev ## what a change must pass: lint, types, layers, tests
	$(PY)/ruff check .
	$(PY)/ruff format --check .
	$(PY)/mypy
	$(PY)/lint-imports
	@$(MAKE) --no-print-directory test

bench: .venv/.bench ## measure against peers in the same run (ratios, no assertions)
	@tools/test-needs
	@for bench in routing locate click room planner; do $(PY)/python -m tests.benchmarks.bench_$$bench || exit 1; done

audit: .venv/.dev ## compare the libraries with known weaknesses (internet), write SBOMs to build/
	@tools/audit

hostile: .venv/.dev ## drive 100,000 generated bad inputs (AMBON112_HOSTILE=N for others)
	@$(PY)/python -m tests.hostile

sums: ## after editing a file under data/ by hand: write down what each one holds now
	@$(PY)/python -c "from geo.files import DATA, write_sums; write_sums(DATA)"

drills: .venv/.dev ## break programs, disks and networks under real pages, and see them come back
	@tools/test-needs
	@$(PY)/pytest -m drill
	@AMBON112_KILLS=24 $(PY)/pytest -k killed tests/dispatch/test_room_at_work.py tests/dispatch/test_replaying.py

loopback: .venv/.dev ## every page, button and export where there is no network at all
	@tools/test-needs
	@tools/loopback $(PY)/pytest -n 2 --dist loadfile $(PAGES) || [ $$? -eq 77 ]

soak: .venv/.dev ## half an hour of 20 calls a second under 20 open browsers
	@tools/test-needs
	@$(PY)/python -m tests.benchmarks.soak

pictures: .venv/.dev ## take the pictures of the documentation from a running room
	@tools/test-needs
	@$(PY)/python -m tests.ui.pictures

lock: ## resolve pyproject.toml into the three lock files again (needs uv)
	@$(LOCK) -o requirements.lock
	@$(LOCK) --extra dev -c requirements.lock -o requirements-dev.lock
	@$(LOCK) --extra dev --extra bench -c requirements-dev.lock -o requirements-bench.lock

PAGES := tests/ui tests/dispatch/test_export.py tests/dispatch/test_cap.py tests/dispatch/test_monthly_report.py

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

.PHONY: help run test check bench hostile audit sums drills loopback soak pictures lock
