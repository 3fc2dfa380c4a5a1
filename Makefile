# The two commands of the README; everything that they need is installed below this folder.
PYTHON ?= python3

demo: .venv/demo
	.venv/bin/policytrail demo

# Everything. More processes than cores, because many tests wait for paced requests. In the order of tests/conftest.py:
# sorted by their counts of tests, the few that crawl for minutes would come last, one beside idle cores.
test: .venv/dev .cache/pywb/done .cache/loaders/done
	.venv/bin/python -m tests.support.browser.install
	.venv/bin/pytest -n 4 --dist loadfile --no-loadscope-reorder

# The quick loop before each commit: format, lint, types and unit tests.
check: lint
	.venv/bin/pytest -q -n auto -m "not (e2e or browser or fuzz or slow)"

# The sentences of the rules that recognise statements: docs/meaning.md says how to add a rule.
rules: .venv/dev
	.venv/bin/pytest -q tests/extract/claims/test_rules.py

lint: .venv/dev
	.venv/bin/ruff format --check
	.venv/bin/ruff check
	.venv/bin/mypy
	.venv/bin/lint-imports

# Coverage of the whole suite, with a report in .cache/coverage.
coverage: .venv/dev .cache/pywb/done .cache/loaders/done
	.venv/bin/pytest -n 4 --dist loadfile --no-loadscope-reorder --cov --cov-report=term:skip-covered --cov-report=html:.cache/coverage

# The pictures in docs/images, of the demonstration archive as it looks now.
pictures: .venv/dev
	.venv/bin/python -m tests.support.browser.install
	.venv/bin/python -m tests.support.browser.pictures

# Exact versions and the hashes of their files again, after a change of the dependencies in pyproject.toml. Those of
# the tests bind the others too. CONTRIBUTING.md, "Dependencies", says how to renew them.
COMPILE = .venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
    --no-emit-index-url $(RENEW)
lock: .venv/dev
	$(COMPILE) --all-extras -o requirements-dev.lock pyproject.toml
	$(COMPILE) --extra pdf -c requirements-dev.lock -o requirements.lock pyproject.toml
	echo pywb | $(COMPILE) -o tests/support/pywb.lock -
	printf '%s\n' 'datasets>=4' 'pandas>=2.2' 'pyarrow>=20' duckdb==1.5.5 duckdb-extension-sqlite==1.5.5 \
	    'frictionless>=5.18' 'mlcroissant>=1.0.17' | $(COMPILE) -o tests/support/loaders.lock -
	printf 'build\ntwine\nsetuptools>=77\n' | $(COMPILE) -c requirements-dev.lock -o .github/release.lock -

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/demo: .venv/bin/python requirements.lock pyproject.toml
	.venv/bin/python -m pip install -q --require-hashes -r requirements.lock
	.venv/bin/python -m pip install -q --no-deps --no-build-isolation -e .
	touch $@

.venv/dev: .venv/bin/python requirements-dev.lock pyproject.toml
	.venv/bin/python -m pip install -q --require-hashes -r requirements-dev.lock
	.venv/bin/python -m pip install -q --no-deps --no-build-isolation -e .
	touch $@ .venv/demo

# pywb pins old versions of libraries that policytrail uses too: it lives in an environment of its own.
.cache/pywb/done: tests/support/pywb.lock
	$(PYTHON) -m venv .cache/pywb
	.cache/pywb/bin/python -m pip install -q --require-hashes -r tests/support/pywb.lock
	touch $@

# What loads exports lives apart too: tests/support/loaders.py says why.
.cache/loaders/done: tests/support/loaders.lock
	$(PYTHON) -m venv .cache/loaders
	.cache/loaders/bin/python -m pip install -q --require-hashes -r tests/support/loaders.lock
	touch $@

.PHONY: demo test check rules lint coverage lock pictures
