# Everything a newcomer needs is `make demo` and `make test`; `make help` lists the rest.
# Beforehand: git, make, Python 3.11 or later with venv.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup demo test test-slow bench bench-quick requirements mutants lint format types messages wheel lock clean

PYTHON ?= $(shell tools/find_python.sh)
BIN := .venv/bin
DEMO_SERVE ?= 1
WORKERS ?= 2
PYTEST := $(BIN)/python -m pytest
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate $(if $(UPGRADE),--upgrade)

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

setup: .venv/.ready ## a working .venv from the locked requirements
	@$(BIN)/python hatch_build.py

.venv/.ready: requirements/test.txt pyproject.toml hatch_build.py
	@tools/setup.sh "$(PYTHON)"
	@touch $@

demo: setup ## load the sample, grade it, say what to look at (DEMO_SERVE=0: do not stay)
	@DEMO_SERVE=$(DEMO_SERVE) $(BIN)/fenji demo

test: setup ## lint, types, import contracts and the default tests
	@status=0; $(MAKE) --no-print-directory lint types || status=$$?; \
	$(PYTEST) -n $(WORKERS) --dist loadgroup -m "not slow" </dev/null || status=$$?; \
	if [ $$status -ne 0 ]; then echo "make test: something above failed" >&2; fi; exit $$status

test-slow: setup .venv/.ready-spark ## Spark, kills, fuzz, mutants, fresh installations
	@tools/java.sh
	@$(PYTEST) -n $(WORKERS) --dist loadgroup -m slow </dev/null || { status=$$?; \
	if [ $$status -eq 5 ]; then echo "no test is marked slow"; else exit $$status; fi; }

.venv/.ready-spark: .venv/.ready requirements/spark.txt
	@tools/install.sh requirements/spark.txt
	@touch $@

.venv/.ready-bench: .venv/.ready requirements/bench.txt
	@tools/install.sh requirements/bench.txt
	@touch $@

bench: setup .venv/.ready-bench ## every bar at full size; BENCH_ARGS passes sizes on
	@$(BIN)/python -m benchmarks $(BENCH_ARGS)

bench-quick: setup .venv/.ready-bench ## the bars at 10 million orders
	@$(BIN)/python -m benchmarks --quick $(BENCH_ARGS)

requirements: setup ## where each catalogued requirement stands
	@$(BIN)/python tools/requirements.py

mutants: setup ## changes of the regulations that no case notices; ONLY=s03 for one
	@$(BIN)/python -m tests.mutants $(ONLY)

lint: setup ## ruff and the import contracts
	@status=0; $(BIN)/ruff check . || status=$$?; $(BIN)/lint-imports --no-logo || status=$$?; exit $$status

format: setup ## put the code into ruff's form
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix --exit-zero .

types: setup ## mypy, strict
	@$(BIN)/mypy

messages: setup ## messages without a translation, translations without a message
	@$(BIN)/python tools/messages.py

wheel: setup ## dist/fenji-*.whl
	@$(BIN)/hatchling build -t wheel -d dist

lock: setup ## requirements/*.txt anew; UPGRADE=1 takes the newest versions
	@$(COMPILE) pyproject.toml -o requirements/run.txt
	@$(COMPILE) pyproject.toml requirements/test.in -c requirements/run.txt -o requirements/test.txt
	@$(COMPILE) pyproject.toml --extra spark -c requirements/test.txt -o requirements/spark.txt
	@$(COMPILE) pyproject.toml requirements/bench.in -c requirements/test.txt -o requirements/bench.txt

clean: ## what was built and cached, not .venv
	@rm -rf build dist out .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
	@find src -name '*.mo' -delete
