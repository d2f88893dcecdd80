# `make demo` and `make test` need Python 3.11 or later and nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test check bench stress score golden docs locale templates clean

$(STAMP): setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -qq --disable-pip-version-check -e ".[dev]"
	@touch $(STAMP)

demo: $(STAMP)
	$(BIN)/dtxl demo output

test: $(STAMP)
	$(BIN)/python -m pytest -n auto

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --strict -p dtxl.core -p dtxl.model
	$(BIN)/lint-imports
	$(BIN)/python docs/build.py --check

bench: $(STAMP)
	$(BIN)/python -m benchmarks

stress: $(STAMP)
	$(BIN)/python -m tests.stress $(ROUNDS)

score: $(STAMP)
	$(BIN)/python -m tests.scoring -v

golden: $(STAMP)
	$(BIN)/python -m pytest tests/test_golden.py --write-golden -q

docs: $(STAMP)
	$(BIN)/python docs/build.py

locale: $(STAMP)
	$(BIN)/pybabel compile -d dtxl/locale -D messages

templates: $(STAMP)
	$(BIN)/python templates/build_bao_cao.py
	$(BIN)/python templates/build_cong_van.py

clean:
	rm -rf output build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
