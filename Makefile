# Every task of the project. `make help` lists them; CONTRIBUTING.md says how a chapter is made.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
COURSEWORK := $(BIN)/python -m coursework
BUILD := $(BIN)/python -m book.build
PYTEST := $(BIN)/pytest -p no:cacheprovider -n 2 --dist loadgroup
PORT ?= 8000
# Whom 'serve' and 'mark' answer: this machine alone, and in the container whoever reaches its port.
BIND ?= 127.0.0.1
EDITION ?= student
# An assignment as the grader calls it: a cohort's has the cohort's name behind its own.
NAMED = $(if $(ASSIGNMENT),--assignment '$(ASSIGNMENT)$(if $(COHORT),-$(COHORT))')
export BIND COHORT PYTHON ROSTER VENV
HTML := _build/html
PDF := _build/book.pdf
ifeq ($(EDITION),instructor)
# A book of its own, with the solutions: it is never built where the students' edition is published from.
HTML := _build/instructor/_build/html
PDF := _build/instructor/book.pdf
BUILD += --toc _build/instructor/_toc.yml --output _build/instructor/_build
else ifneq ($(EDITION),student)
$(error EDITION is 'student' or 'instructor', not '$(EDITION)')
endif

.DEFAULT_GOAL := help
.PHONY: help setup machine browser lab lab-list book pages notebooks lint check test test-packages test-slow links assignments bank calendar slides data grade mark explain return \
	submissions-named capstone serve watch zip pdf release bench lock version clean
# One step after the other: each uses all cores itself, and a book is built of what the steps before it made.
.NOTPARALLEL:

help: ## list the tasks
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/book.ok ## install what making and grading need (once): pinned packages, bubblewrap, a Chinese font
	@.ci/machine bubblewrap font

machine: $(VENV)/test.ok ## install what tests need besides: browsers, Java, PostgreSQL ('make test' does it too)
	@.ci/machine bubblewrap font browser firefox java postgresql

browser: $(VENV)/test.ok
	@.ci/machine font browser

book: pages ## build the book into _build/html (EDITION=instructor: with solutions, elsewhere)
	@EDITION=$(EDITION) $(BUILD)
	@echo "Open $(HTML)/index.html in a browser, or run 'make serve'."

pages: notebooks ## make what the book shows of masters and ledger; 'jupyter-book build .' and 'sphinx-build' work after it
	@$(COURSEWORK) pages --edition $(EDITION)

notebooks: $(VENV)/book.ok ## run the notebooks whose source, library or tables changed, collect their numbers into data/results.csv (ANEW=1: all; CHAPTER=03: one)
	@$(COURSEWORK) notebooks $(if $(ANEW),--anew) $(if $(CHAPTER),$(or $(wildcard chapters/$(CHAPTER)_*.md exercises/$(CHAPTER)_*.md),chapters/$(CHAPTER)))
	@$(BIN)/python -m book.downloads.descriptor

lab: $(VENV)/test.ok ## make what runs Python in the page (once; in a browser, or LAB=lab.zip from another machine); then 'make book' adds Run buttons
	@$(if $(LAB),,.ci/machine browser npm)
	@$(BIN)/python -m live_cells.make $(if $(LAB),--take '$(LAB)')

lab-list: lab book ## ask the pages' Python which cells and exercises it can run, and list them (CHAPTER=03: of one)
	@$(BIN)/python -m book.lab.supported $(if $(CHAPTER),$(wildcard chapters/$(CHAPTER)_*.md))

lint: $(VENV)/test.ok ## what reading the code finds: ruff (rules, format) and, for the library, mypy (types)
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --quiet --diff
	@$(BIN)/mypy --no-error-summary

check: $(VENV)/book.ok ## what is wrong with a chapter, in seconds: make check CHAPTER=03 (none named: all)
	@$(COURSEWORK) lint $(CHAPTER)

test: machine lab lint assignments book ## what a change of text, data, library, exercise or page can break
	@echo "Running every notebook again, comparing each output with the stored one; testing library, data, chapters,"
	@echo "exercises, and every page in a browser"
	@$(PYTEST) --nbval --nbval-current-env --doctest-modules -m "not slow" \
		$$($(BIN)/python -m coursework.build.freshness) jingjinji tests

# Its tests take longest, so they begin first.
GRADER := packages/notebook-grader/pyproject.toml
test-packages: machine ## test each package in an environment of its own, with nothing of the course (PACKAGE=plain-answers: one)
	@printf '%s\n' $(or $(PACKAGE:%=packages/%/pyproject.toml),$(GRADER) $(filter-out $(GRADER),$(wildcard packages/*/pyproject.toml))) | \
		xargs -n 1 -P 2 $(BIN)/python .ci/package.py

test-slow: machine lab book ## what only machinery can break: whole builds, clusters, hostile classes
	@$(PYTEST) tests -m slow

links: $(VENV)/test.ok book ## follow the links that lead out of the book (needs the network; publishers that shut robots out count as there)
	@$(BIN)/lychee --no-progress --accept '100..=103,200..=299,403,429' --scheme https --scheme http --root-dir '$(abspath $(HTML))' '$(HTML)/**/*.html'

assignments: notebooks ## make the students' notebooks and nbgrader's sources (ASSIGNMENT=03_gdp: one; COHORT=2027-spring: own numbers; ROSTER=class.csv: one for each student)
	@$(COURSEWORK) assignments $(if $(ASSIGNMENT),--assignment '$(ASSIGNMENT)')

bank: notebooks ## what fits as a question bank for Moodle, in _build/bank (SETS=3: of numbers for what varies)
	@$(COURSEWORK) bank $(if $(SETS),--sets '$(SETS)')

slides: notebooks ## slides of each chapter, with polls and speaker notes, in _build/slides (CHAPTER=03: of one)
	@$(COURSEWORK) slides $(CHAPTER)

calendar: $(VENV)/book.ok ## plan a term and write its calendar: make calendar WEEKS=12 START=2027-03-01 [HOURS=4] [BREAK="2027-05-03 ..."]
	@test -n '$(WEEKS)' -a -n '$(START)' || \
		{ echo "Say how long and from when: make calendar WEEKS=12 START=2027-03-01, with HOURS a week and BREAK if you like." >&2; exit 1; }
	@$(COURSEWORK) calendar --weeks '$(WEEKS)' --start '$(START)' --hours '$(or $(HOURS),4)' --break '$(BREAK)'

data: $(VENV)/book.ok ## write size and checksum of each data file into its descriptor
	@$(BIN)/python -m book.downloads.descriptor

grade: submissions-named assignments ## grade what students handed in: make grade SUBMISSIONS=folder-or-zip [COHORT=2027-spring] [ASSIGNMENT=03_gdp]
	@$(COURSEWORK) grade '$(SUBMISSIONS)' $(NAMED) $(GRADING)

mark: $(if $(SUBMISSIONS),grade,$(VENV)/book.ok) ## mark the texts in a browser: make mark [SUBMISSIONS=folder-or-zip, graded first] [MARKERS=Li,Wang] [PORT=8001]
	@$(COURSEWORK) mark --port $(PORT) --bind $(BIND) $(NAMED) $(if $(MARKERS),--markers '$(MARKERS)') \
		$(if $(TWICE),--twice '$(TWICE)') $(if $(ADDRESS),--address '$(ADDRESS)') $(MARKING)

explain: $(VENV)/book.ok ## how a mark came about, for a complaint: make explain STUDENT=ann EXERCISE=3.8 [ASSIGNMENT=03_gdp] [COHORT=...]
	@test -n '$(STUDENT)' -a -n '$(EXERCISE)' || \
		{ echo "Say whose mark, and of what: make explain STUDENT=ann EXERCISE=3.8" >&2; exit 1; }
	@$(COURSEWORK) explain '$(STUDENT)' '$(EXERCISE)' $(NAMED)

return: $(VENV)/book.ok ## marks and feedback for a platform: make return PLATFORM=moodle LIST=its-own-list.csv [ASSIGNMENT=03_gdp] [COHORT=...]
	@test -n '$(PLATFORM)' -a -n '$(LIST)' || \
		{ echo "Say where to: make return PLATFORM=moodle LIST=participants.csv, or PLATFORM=canvas with the export of its gradebook." >&2; exit 1; }
	@$(COURSEWORK) return '$(PLATFORM)' '$(LIST)' $(NAMED) $(RETURNING)

submissions-named:
	@test -n '$(SUBMISSIONS)' || \
		{ echo "Say what to grade: make grade SUBMISSIONS=folder, or a zip, with student/NN_topic.ipynb in it." >&2; exit 1; }

capstone: $(VENV)/book.ok ## check a capstone, or take in a class's: make capstone SUBMISSION=folder-or-zip
	@test -n '$(SUBMISSION)' || \
		{ echo "Say what to check: make capstone SUBMISSION=folder, of one capstone or of a class, or its zip." >&2; exit 1; }
	@$(COURSEWORK) capstone '$(SUBMISSION)' $(CHECKING)

serve: book ## build, then serve the book on this machine
	@$(BIN)/python -c "import socket; socket.create_server(('$(BIND)', $(PORT)))" 2>/dev/null || \
		{ echo "Port $(PORT) is in use or not allowed; choose another: make serve PORT=8001" >&2; exit 1; }
	@echo "Serving on http://localhost:$(PORT) (stop with Ctrl-C)"
	@$(BIN)/python -m http.server --directory $(HTML) --bind $(BIND) $(PORT)

watch: $(VENV)/book.ok ## show a chapter in the browser, anew at each save: make watch CHAPTER=03
	@$(BIN)/python -m book.watch '$(CHAPTER)' '$(PORT)' $(MAKE) --no-print-directory book CHAPTER='$(CHAPTER)'

zip: book ## the built book as one file, _build/book.zip, that works from a folder
	@$(BIN)/python -m book.downloads.pack $(HTML) _build/book.zip

pdf: browser book ## the book as one PDF, _build/book.pdf, printed by the browser that tests it
	@$(BIN)/python -m book.print.pdf $(HTML) $(PDF)

release: browser lab book ## wheel, site with its Python, zip to read offline, PDF and sums of the version, in _build/release
	@$(BIN)/python -m book.print.pdf $(HTML) $(PDF)
	@$(BIN)/python .ci/release.py

version: ## print the version, or write it (or the repository's address) into every file that has it: make version NUMBER=0.2.1 [ADDRESS=https://...]
	@$(PYTHON) .ci/version.py $(or $(ADDRESS),$(NUMBER))

bench: machine lab assignments book ## measure build, page weight, laboratory and grading (ONLY="builds weight": some parts)
	@PYTHONPATH=. $(BIN)/python bench/bench.py $(if $(ONLY),--only $(ONLY))

lock: $(VENV)/test.ok ## pin what the pinned packages need in turn
	@$(BIN)/uv pip compile --universal --python-version 3.11 --no-header --no-annotate --quiet \
		requirements-test.txt -o constraints.txt

clean: ## remove the built book and the environment
	@rm -rf _build $(VENV)

$(VENV)/book.ok: requirements.txt constraints.txt pyproject.toml $(wildcard */pyproject.toml packages/*/pyproject.toml)
	@.ci/environment requirements.txt $@

$(VENV)/test.ok: requirements-test.txt $(VENV)/book.ok
	@.ci/environment requirements-test.txt $@
