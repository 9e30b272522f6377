# Short for tools/dev.py, which does the work and runs on Windows too.
PYTHON ?= python3

.PHONY: demo test setup lock
demo: ## set up .venv, then build the demonstration site's Malay edition
	@$(PYTHON) tools/dev.py demo
test: ## set up .venv, then lint, types and tests
	@$(PYTHON) tools/dev.py test
setup:
	@$(PYTHON) tools/dev.py setup --dev
lock:
	@$(PYTHON) tools/dev.py lock
