# `make` runs what the continuous integration runs; the other targets are its steps.
PYTHON ?= python3
BIN := .venv/bin
PYTHONS := 3.11 3.12 3.13
EXAMPLES ?= 20000
SECONDS ?= 60
SEED ?= 0
MODULE ?= core,diagnoses,patterns

.PHONY: all format lint types test coverage switches interop embedding nginx fuzz atheris rules mutants pythons build clone bench conformance

all:
	bash .ci/run

.venv/dev: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --editable '.[test,dev]'
	touch $@

.venv-interop/done: pyproject.toml tests/interop/package-lock.json
	test -x .venv-interop/bin/python || $(PYTHON) -m venv .venv-interop
	.venv-interop/bin/pip install --quiet --editable '.[test,interop]'
	cd tests/interop && npm ci --no-audit --no-fund --silent
	touch $@

.venv-fuzz/done: pyproject.toml
	test -x .venv-fuzz/bin/python || $(PYTHON) -m venv .venv-fuzz
	.venv-fuzz/bin/pip install --quiet --editable '.[test,fuzz]'
	touch $@

.venv-mutants/done: pyproject.toml
	test -x .venv-mutants/bin/python || $(PYTHON) -m venv .venv-mutants
	.venv-mutants/bin/pip install --quiet --editable '.[test,mutants]'
	touch $@

.venv-bench/done: pyproject.toml
	test -x .venv-bench/bin/python || $(PYTHON) -m venv .venv-bench
	.venv-bench/bin/pip install --quiet --editable '.[bench]'
	touch $@

.venv-conformance/done: pyproject.toml tests/interop/package-lock.json
	test -x .venv-conformance/bin/python || $(PYTHON) -m venv .venv-conformance
	.venv-conformance/bin/pip install --quiet --editable '.[test,conformance]'
	cd tests/interop && npm ci --no-audit --no-fund --silent
	touch $@

format: .venv/dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: .venv/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

# The peers' own types are not ours to check: only what is installed here is.
types: .venv/dev
	$(BIN)/mypy

test: .venv/dev
	$(BIN)/python -m pytest

coverage: .venv/dev
	rm -f .coverage .coverage.*
	env -u CI $(BIN)/coverage run -m pytest -q --ignore=tests/embedding
	$(BIN)/coverage combine -q
	$(BIN)/coverage report

# What holds only because of an assert or a docstring would fail here, and what needs UTF-8, a
# locale or one order of sets.
UNDER := -bb -W error -m pytest -q -p no:cacheprovider --ignore=tests/embedding \
    -W "ignore:assertions not in test modules:pytest.PytestConfigWarning"
switches: .venv/dev
	env -u CI LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0 PYTHONIOENCODING=ascii \
	    PYTHONHASHSEED=1 $(BIN)/python -OO $(UNDER)
	env -u CI PYTHONIOENCODING=latin-1 PYTHONHASHSEED=2 $(BIN)/python -O $(UNDER) \
	    tests/cli tests/contract tests/test_documents.py tests/test_main.py tests/test_state.py

# The library against the oracle of tests/oracle, on as many random messages as asked for.
fuzz: .venv/dev
	WS_HANDSHAKE_EXAMPLES=$(EXAMPLES) $(BIN)/python -m pytest -q tests/oracle/test_oracle.py

# Coverage-guided, SECONDS in all; what is found stays in build/fuzz.
atheris: .venv-fuzz/done
	.venv-fuzz/bin/python tests/fuzz/run.py --seconds $(SECONDS) --seed $(SEED)

# For each rule that past advisories teach, its tests fail when what protects is taken out: minutes.
rules: .venv/dev
	$(BIN)/python tests/rules/run.py

# In CI a missing peer fails; elsewhere the test says what it skips.
interop: .venv-interop/done
	CI=true .venv-interop/bin/python -m pytest tests/interop tests/differential \
	    tests/property/test_injection_places.py

# The recipes against real peers, and in headless Chromium.
embedding: .venv-interop/done
	CI=true .venv-interop/bin/python -m pytest tests/embedding

# In CI a missing nginx fails; elsewhere the tests say that they are skipped.
nginx: .venv/dev
	CI=true $(BIN)/python -m pytest tests/nginx

# Every small change to the library is noticed by a test, or is listed with the reason why none can.
mutants: .venv-mutants/done
	.venv-mutants/bin/python tests/mutants/run.py --modules $(MODULE)

pythons:
	for version in $(PYTHONS); do \
	    python=$$(ls -d $${PYENV_ROOT:-$$HOME/.pyenv}/versions/$$version.*/bin/python 2>/dev/null \
	        | tail -n 1); \
	    python=$${python:-$$(command -v python$$version)}; \
	    test -n "$$python" || { echo "no Python $$version"; exit 1; }; \
	    rm -rf .venv-$$version && "$$python" -m venv .venv-$$version && \
	    .venv-$$version/bin/pip install --quiet '.[test]' && \
	    .venv-$$version/bin/python --version && \
	    env -u CI .venv-$$version/bin/python -m pytest -q || exit 1; \
	done

# The time of the last commit stands in the archives: the same commit gives the same bytes.
build: export SOURCE_DATE_EPOCH = $(shell git log -1 --format=%ct)
build: .venv/dev
	rm -rf dist
	$(BIN)/python -m build --outdir dist .
	$(BIN)/python tests/check_build.py dist

# What a stranger does: clone, and paste the first command of the README.
clone:
	rm -rf build/clone && git clone --quiet . build/clone
	cd build/clone && bash -euc "$$(sed -n '/^```sh$$/,/^```$$/p' README.md | sed '/^```/d' | head -n 1)"
	rm -rf build/clone

# The servers and clients that everybody uses under the kit; some minutes.
conformance: .venv-conformance/done
	cd benchmarks && ../.venv-conformance/bin/python -m conformance.run --write

bench: .venv-bench/done
	.venv-bench/bin/python benchmarks/compare.py --check
