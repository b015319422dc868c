# `make demo` and `make test` need Python (3.11 or newer) and make; everything else goes into .venv.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help install demo test torture check format screenshots numbers bench requirements clean

help:
	@echo "make demo     set up and run the demo"
	@echo "make install  set up what running needs"
	@echo "make test     set up and run every check and test"
	@echo "make torture  kill, freeze and lie to Mull for twenty minutes, and count (docs/torture.md)"
	@echo "make format   put the code in shape"
	@echo "make screenshots  take the pictures of the README anew (needs Chromium)"
	@echo "make numbers  the size and shape of the code, as ARCHITECTURE.md wants it"
	@echo "make bench    benchmarks, as ratios beside a baseline"

install: $(VENV)/.run

demo: $(VENV)/.run
	@$(BIN)/mull demo

test: check

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/mull flows check
	$(BIN)/pytest

torture: $(VENV)/.dev
	$(BIN)/python -m tests.torture

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

screenshots: $(VENV)/.dev
	$(BIN)/python -m docs.pictures.screens

numbers: $(VENV)/.dev
	$(BIN)/python -m bench.shape

bench: $(VENV)/.dev
	$(BIN)/python -m bench.burst
	$(BIN)/python -m bench.planning
	$(BIN)/python -m bench.workspace_load --seconds 20
	$(BIN)/python -m bench.ten_thousand

# Stamps are written last: a set-up that broke off half way is done again from the start.
$(VENV)/.run: requirements.txt pyproject.toml
	@sh bin/make-venv "$(PYTHON)" "$(VENV)"
	@echo "Installing what Mull needs (a minute, once) …"
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.txt
	@echo "Installing what the tests need …"
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

# A maintainer's target: needs uv on the PATH.
requirements:
	uv pip compile pyproject.toml --group build --universal --generate-hashes --no-header --no-annotate --upgrade -o requirements.txt
	uv pip compile --group dev -c requirements.txt --universal --generate-hashes --no-header --no-annotate --upgrade -o requirements-dev.txt

clean:
	rm -rf $(VENV)
