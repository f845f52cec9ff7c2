# What can be done with a checkout; `make` alone prints it. Needs git, make and Python >= 3.11
# with venv. Each target prepares what it needs in .venv, once.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.DEFAULT_GOAL := help
.PHONY: help demo test check fix bench docs residual schema translations font pictures clean

help: ## Print this list.
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1 \2/p' Makefile | while read -r make name text; do \
	  printf '  %s %-12s  %s\n' "$$make" "$$name" "$$text"; done

demo: $(VENV)/installed ## Run Noksan with and without the programme, 20 times, and draw it.
	@page=$$($(BIN)/clustersim run noksan --replicates 20) && printf '%s\n' "$$page" && \
	  $(BIN)/clustersim plot "$$(printf '%s\n' "$$page" | tail -n 1 | cut -d ' ' -f 2-)"

test: $(VENV)/installed-dev ## Run all tests and doctests, on all processors.
	@# worksteal keeps neighbours together, so that what they share is made once
	$(BIN)/python -m pytest -n auto --dist worksteal --benchmark-disable --doctest-modules src tests

check: $(VENV)/installed-dev ## Lint, check the format and the types; changes nothing.
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

fix: $(VENV)/installed-dev ## Mend what the linter and the formatter can.
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(VENV)/installed-dev ## Time what must stay quick.
	$(BIN)/python -m pytest -o python_files='bench_*.py' benchmarks

docs: $(VENV)/installed-docs ## Build the documentation in build/docs, its notebooks run; warnings are errors.
	$(BIN)/python -m sphinx --fail-on-warning --keep-going --nitpicky --quiet -b html docs build/docs
	@echo "build/docs/index.html"

residual: $(VENV)/installed ## Solve again what each complex did beside its sectors.
	$(BIN)/python -m clustersim.experiment.residual

schema: $(VENV)/installed ## Write the JSON Schema of scenario files again.
	$(BIN)/clustersim schema --out src/clustersim/scenarios/schema.json
	$(BIN)/clustersim schema --block --out src/clustersim/scenarios/block.json

translations: $(VENV)/installed-dev ## Bring the catalogue of translations up to date with the code.
	$(BIN)/python tests/translations.py

font: $(VENV)/installed ## Make the font of Korean pictures again; needs npm.
	@rm -rf build/font && mkdir -p build/font
	cd build/font && npm pack --silent @ibm/plex-sans-kr@1.1.0 && tar xzf *.tgz
	$(BIN)/python -m clustersim.charts.fonts.subset build/font

PICTURES := output_per_firm.png=noksan-output.png output_per_firm.ko.png=noksan-output.ko.png \
  money.png=noksan-money.png

pictures: $(VENV)/installed ## Draw the pictures of the documents again, in fewer colours.
	$(BIN)/clustersim run noksan --replicates 20 --out build/noksan
	$(BIN)/clustersim plot build/noksan --lang en
	$(BIN)/clustersim plot build/noksan --lang ko
	@mkdir -p docs/images && for name in $(PICTURES); do $(BIN)/python -c 'import sys; \
	  from PIL import Image; Image.open(sys.argv[1]).convert("RGB").quantize(128).save(sys.argv[2], \
	  optimize=True)' build/noksan/plots/$${name%=*} docs/images/$${name#*=}; done

clean: ## Remove .venv and caches; results in runs/ stay.
	rm -rf $(VENV) .hypothesis .mypy_cache .pytest_cache .ruff_cache .benchmarks .coverage build dist \
	  docs/reference/generated docs/tutorial/generated
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is written last, so an installation that was interrupted is done again.
$(VENV)/installed: pyproject.toml constraints.txt | $(VENV)/created
	$(PIP) -e .
	@touch $@

$(VENV)/installed-dev: pyproject.toml constraints.txt | $(VENV)/created
	$(PIP) -e '.[dev]'
	@touch $@ $(VENV)/installed

$(VENV)/installed-docs: pyproject.toml constraints.txt | $(VENV)/created
	$(PIP) -e '.[dev,docs]'
	@touch $@ $(VENV)/installed $(VENV)/installed-dev

$(VENV)/created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  found=$$($(PYTHON) --version 2>/dev/null) || found="not there"; \
	  echo "clustersim needs Python 3.11 or newer; $(PYTHON) is $$found"; \
	  echo "install one and name it, for example: make PYTHON=python3.12 $(MAKECMDGOALS)"; \
	  exit 1; } >&2
	$(PYTHON) -m venv $(VENV)
	@touch $@
