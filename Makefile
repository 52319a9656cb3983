# `make` builds .venv/ with everything, `make demo` shows it at work, `make test` checks it. Only pip uses the network.

PYTHON ?= python3
BIN := .venv/bin
DONE := .venv/.installed

.DEFAULT_GOAL := install
.PHONY: install demo test lint format pages screens constraints mutants fuzz prove bench clean

install: $(DONE)

$(DONE): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]' -c constraints.txt
	touch $(DONE)

demo: $(DONE)
	$(BIN)/palimpsest demo

lint: $(DONE)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# A file's tests stay together, because they share what is dear to make; in the order of the files, because those with
# the fewest tests take longest, and would come last.
test: lint
	$(BIN)/pytest -W error -n 2 --dist loadfile --no-loadscope-reorder

# Each guarded line is broken on purpose, and the tests named for it must fail (tests/mutants/): a quarter of an hour.
mutants: $(DONE)
	$(BIN)/python -m tests.mutants.run

# Parsers are given what nobody would write, so many seconds each; what breaks one stays in tests/fuzz/corpus.
SECONDS ?= 600
FUZZER := -m pip install --quiet --disable-pip-version-check -e '.[fuzz]' -c constraints.txt
fuzz: $(DONE)
	$(BIN)/python $(FUZZER)
	$(BIN)/python -m tests.fuzz.run $(SECONDS)

# What takes too long for every day: mutants, fuzzing at length, kills and flips by the hundred.
prove: $(DONE)
	$(BIN)/python $(FUZZER)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[spark]' -c constraints.txt
	SECONDS=$(SECONDS) $(BIN)/pytest -W error tests/prove
	PALIMPSEST_TEST_THOROUGH=1 $(BIN)/pytest -W error -n 2 --dist loadfile tests/addresses tests/archive tests/crawler

# All benchmarks of cost at small size, each beside its floor: three minutes.
bench: $(DONE)
	$(BIN)/python -m benchmarks

format: $(DONE)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The pages of docs/ that are made from the code.
pages: $(DONE)
	$(BIN)/python -m tests.house.reference

# The pictures of the archive in a browser; it needs a Chromium.
screens: $(DONE)
	$(BIN)/python -m tests.house.screens

# The newest versions that pyproject.toml allows. Run `make test` afterwards, and commit both or neither.
constraints:
	rm -rf .venv-fresh
	$(PYTHON) -m venv .venv-fresh
	.venv-fresh/bin/python -m pip install --quiet --disable-pip-version-check -e '.[test,fuzz,benchmark,browser,spark]'
	.venv-fresh/bin/python -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	sed '/^[^#]/d' constraints.txt > constraints.new
	.venv-fresh/bin/python -m pip freeze --exclude-editable | grep -v '^#' >> constraints.new
	mv constraints.new constraints.txt
	rm -rf .venv-fresh

clean:
	rm -rf .venv .venv-fresh .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
