# Every task of the project. `make help` lists them; CONTRIBUTING.md says how a chapter is made.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JUPYTER_BOOK := $(BIN)/jupyter-book build . -W -n --keep-going
NOTEBOOKS := $(patsubst %.md,%.ipynb,$(wildcard chapters/[0-9]*.md exercises/[0-9]*.md) capstone/example.md capstone/template.md refresher.md)
MACHINERY := $(shell find _ext _static _templates -type f -not -path '*/__pycache__/*') constraints.txt _config.yml _toc.yml
INPUTS := $(shell find jingjinji data -name '*.py' -o -name '*.csv' -o -name '*.json')
PORT ?= 8000
EDITION ?= student
export COHORT
HTML := _build/html
PDF := _build/book.pdf
ifeq ($(EDITION),instructor)
# A book of its own, with the solutions: it is never built where the students' edition is published from.
HTML := _build/instructor/_build/html
PDF := _build/instructor/book.pdf
TABLE_OF_CONTENTS := $(BIN)/python -m exercises.making --edition instructor
JUPYTER_BOOK += --toc _build/instructor/_toc.yml --path-output _build/instructor
else ifneq ($(EDITION),student)
$(error EDITION is 'student' or 'instructor', not '$(EDITION)')
endif

.DEFAULT_GOAL := help
.PHONY: help book test notebooks data assignments grade submissions-named capstone serve zip pdf bench lock clean

help: ## list the tasks
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

book: $(VENV)/book.ok _build/machinery ## build the book into _build/html (EDITION=instructor: with solutions, elsewhere)
	@$(TABLE_OF_CONTENTS)
	@EDITION=$(EDITION) $(JUPYTER_BOOK)
	@echo "Open $(HTML)/index.html in a browser, or run 'make serve'."

test: $(VENV)/test.ok ## run every check: library, data, notebooks, contract, pages in a browser
	@$(BIN)/python tests/browser.py
	@$(BIN)/python tests/bubblewrap.py
	@$(BIN)/python tests/postgres.py
	@$(BIN)/python tests/java.py
	@$(MAKE) --no-print-directory book
	@echo "Re-running every notebook and comparing each output with the stored one"
	@JINGJINJI_BOOK=1 $(BIN)/pytest -p no:cacheprovider --nbval --nbval-current-env -n 2 --dist loadfile \
		$(NOTEBOOKS)
	@$(BIN)/pytest -p no:cacheprovider -n 2 --dist loadfile --doctest-modules jingjinji tests

notebooks: $(NOTEBOOKS) ## re-execute the chapters and masters whose source, library or data changed

%.ipynb: %.md $(INPUTS) _ext/execute.py constraints.txt | $(VENV)/book.ok
	@$(BIN)/python _ext/execute.py $<

assignments: $(VENV)/book.ok ## make the students' notebooks and nbgrader's sources (COHORT=2027-spring: own numbers)
	@$(BIN)/python -m exercises.making

data: $(VENV)/book.ok ## write size and checksum of each data file into its descriptor
	@$(BIN)/python tests/refresh_descriptor.py

grade: submissions-named assignments ## grade what students handed in: make grade SUBMISSIONS=folder-or-zip [COHORT=2027-spring] [ASSIGNMENT=03_gdp]
	@$(BIN)/python -m exercises.grading '$(SUBMISSIONS)' $(if $(ASSIGNMENT),--assignment '$(ASSIGNMENT)$(if $(COHORT),-$(COHORT))') $(GRADING)

submissions-named:
	@test -n '$(SUBMISSIONS)' || \
		{ echo "Say what to grade: make grade SUBMISSIONS=folder, or a zip, with student/NN_topic.ipynb in it." >&2; exit 1; }

capstone: $(VENV)/book.ok ## check a capstone: make capstone SUBMISSION=name.ipynb, with name_brief.md beside it
	@test -n '$(SUBMISSION)' || \
		{ echo "Say what to check: make capstone SUBMISSION=name.ipynb, with name_brief.md beside it." >&2; exit 1; }
	@$(BIN)/python -m capstone.checking '$(SUBMISSION)' $(CHECKING)

# Sphinx rebuilds a page when its source changes, not when the machinery does: then all is built anew.
_build/machinery: $(MACHINERY)
	@rm -rf _build && mkdir _build && touch $@

serve: book ## build, then serve the book on this machine
	@$(BIN)/python -c "import socket; socket.create_server(('127.0.0.1', $(PORT)))" 2>/dev/null || \
		{ echo "Port $(PORT) is in use or not allowed; choose another: make serve PORT=8001" >&2; exit 1; }
	@echo "Serving on http://localhost:$(PORT) (stop with Ctrl-C)"
	@$(BIN)/python -m http.server --directory $(HTML) --bind 127.0.0.1 $(PORT)

zip: book ## the built book as one file, _build/book.zip, that works from a folder
	@$(BIN)/python _ext/pack.py $(HTML) _build/book.zip

pdf: $(VENV)/test.ok ## the book as one PDF, _build/book.pdf, printed by the browser that tests it
	@$(BIN)/python tests/browser.py
	@$(MAKE) --no-print-directory book
	@$(BIN)/python _ext/book_pdf.py $(HTML) $(PDF)

bench: $(VENV)/test.ok assignments ## measure build, notebooks, page weight and grading (ONLY="builds weight": some parts)
	@$(BIN)/python tests/browser.py
	@$(BIN)/python tests/bubblewrap.py
	@$(BIN)/python tests/postgres.py
	@$(MAKE) --no-print-directory book
	@$(BIN)/python bench/bench.py $(if $(ONLY),--only $(ONLY))

lock: ## pin what the pinned packages need in turn (needs uv)
	@uv pip compile --universal --python-version 3.11 --no-header --no-annotate --quiet \
		requirements-test.txt -o constraints.txt

clean: ## remove the built book and the environment
	@rm -rf _build $(VENV)

$(VENV)/bin/pip:
	@PYTHON='$(PYTHON)' VENV='$(VENV)' sh .ci/environment

$(VENV)/book.ok: requirements.txt constraints.txt pyproject.toml | $(VENV)/bin/pip
	@echo "Installing the pinned packages of the book (once, about a minute)"
	@$(BIN)/python -m pip install --disable-pip-version-check -r requirements.txt -c constraints.txt
	@$(BIN)/python -m pip install --disable-pip-version-check -q --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/test.ok: requirements-test.txt $(VENV)/book.ok
	@echo "Installing what the tests need (once)"
	@$(BIN)/python -m pip install --disable-pip-version-check -r requirements-test.txt -c constraints.txt
	@touch $@
