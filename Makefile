# Everything a fresh machine needs: Python 3.11 or newer and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8080
COMPANY ?= benova

.PHONY: run test lint audit bench chat studio lock clean

$(VENV)/run.stamp: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what Clinicdesk runs on ..."
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what Clinicdesk runs on and is tested with ..."
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.lock
	@touch $@ $(VENV)/run.stamp

run: $(VENV)/run.stamp
	PORT=$(PORT) $(BIN)/python server.py serve

chat: $(VENV)/run.stamp
	@$(BIN)/python server.py chat --company $(COMPANY)

# Two at a time: much of the suite waits for processes that it kills and time-outs that it proves.
# What fails is run once more, alone: a busy machine can starve a test of a time-out. A defect fails twice.
test: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -n 2 --dist loadfile || \
	$(BIN)/python -m pytest --last-failed --last-failed-no-failures none

lint: $(VENV)/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/mypy .
	$(BIN)/hadolint Dockerfile
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.compose-spec compose.yaml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/ci.yml

bench: $(VENV)/dev.stamp
	# As server.py has it, before numpy is loaded.
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.benchmarks

# Opens, replays and forks threads in LangGraph Studio, on the same Redis.
studio: $(VENV)/dev.stamp
	LANGGRAPH_CLI_NO_ANALYTICS=1 $(BIN)/langgraph dev --no-browser --no-reload --config langgraph.json

# Needs uv; hashes, no addresses.
lock:
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet --output-file requirements-dev.lock
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet --constraints requirements-dev.lock --output-file requirements.lock

clean:
	rm -rf $(VENV) .data .mypy_cache .ruff_cache .pytest_cache .hypothesis .langgraph_api
