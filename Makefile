# One command each. Needs Python 3.11+ and make; everything else comes into .venv.
PYTHON ?= python3
RUN := .venv/bin/python

.PHONY: help demo test soak bench lint fonts static clean

help: ## what there is
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 10

demo: demo-venv ## a running system with a small world in it; Ctrl-C ends it
	@exec $(RUN) manage.py demo --end-with-parent

test: test-venv ## the whole suite, browser journeys included
	@exec $(RUN) -m tests

soak: test-venv ## the large figures: hours, not minutes
	@exec $(RUN) -m tests soak

bench: bench-venv ## the benchmark table
	@exec $(RUN) -m tests.benchmarks

lint: test-venv ## style of code and templates
	@$(RUN) -m ruff check .
	@$(RUN) -m djlint --lint --quiet templates

fonts: demo-venv keys ## makes the typeface's web files anew
	@$(RUN) manage.py build_fonts --again

static: demo-venv keys ## collects the static files under var/static/
	@$(RUN) manage.py collectstatic --noinput --verbosity 0

clean: ## removes the environment and what runs wrote, the demo's data too
	rm -rf .venv var

.PHONY: demo-venv test-venv bench-venv keys
demo-venv:
	@$(PYTHON) -m config.install demo
test-venv:
	@$(PYTHON) -m config.install test
bench-venv:
	@$(PYTHON) -m config.install bench
keys: demo-venv
	@$(RUN) -m config.keys
