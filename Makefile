# make demo    run everything with sample data on http://localhost:8000 (PORT=9000 DATA=/some/dir to choose)
# make test    run all tests of the product (ARGS="sandbox demo proof bench" for those of what stands beside it)
# make e2e     drive a browser through the example shop (ARGS=--pictures for a picture of each page; -k buying for a part)
# make proxy   try the proxy of deploy/nginx with nginx itself: slow clients, spoofed headers, killed API processes
# make tour    drive the whole journey over HTTP against a running demo
# make examples record the requests and responses that the OpenAPI document shows, in a run of the tour
# make fuzz    send odd requests to every operation of a running demo, and compare the answers with the OpenAPI document
# make mutants change the rules of money and access in every small way, and list what no test notices (ARGS="payments.pricing*")
# make manage  any command of manage.py on a running demo: make manage ARGS="reconcile --dry-run"
# make proof   deliver events in every wrong way, kill the server amid purchases, and show that the money is right
# make queue   kill workers and a real Redis (Debian: redis-server) at random while a thousand mails are sent, and show that none is lost
# make chaos   kill and freeze parts of a whole site (nginx, Redis, APIs, workers) amid purchases, uploads and mails, for five minutes (ARGS="--seconds 40")
# make bench   measure the CPU of each hot request against the least that an answer can cost, and against the last release
# make client  make two TypeScript clients from docs/openapi.yaml, and compile them with examples/client/page.ts
# make pins    write constraints.txt after a change of the requirements
# make ci      what .ci/run runs

PORT ?= 8000
DATA ?= var
VENV := .venv
PYTHON := $(VENV)/bin/python
UV_VERSION := 0.13.9
# Half as many again as there are cores: a test often waits for a server process. Some take a hundred times as long as others,
# so a process that has nothing left takes over tests of another.
JOBS ?= $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) * 3 / 2 )))

export DEBUG ?= 1
# Many short processes run here: let them keep what they compile, whatever the machine's own setting.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test e2e proxy tour examples fuzz mutants manage proof queue chaos bench lint types schema client pins ci clean

demo: $(VENV)/installed
	@exec $(PYTHON) -m demo --port $(PORT) --data "$(DATA)"

test: $(VENV)/installed
	@$(PYTHON) -m pytest -n $(JOBS) --dist worksteal $(ARGS)

e2e: $(VENV)/e2e
	@$(PYTHON) -m pytest -c examples/e2e/pytest.ini examples/e2e $(ARGS)

proxy: $(VENV)/installed
	@$(PYTHON) -m pytest -c deploy/tests/pytest.ini deploy/tests $(ARGS)

tour: $(VENV)/installed
	@$(PYTHON) -m demo.tour --url http://localhost:$(PORT)

examples: export RECORD_EXAMPLES := 1
examples: $(VENV)/installed
	@$(PYTHON) -m pytest -q demo/tests/test_tour.py
	@$(MAKE) --no-print-directory schema

fuzz: $(VENV)/installed
	@$(PYTHON) -m demo.fuzz --url http://localhost:$(PORT) $(ARGS)

# One at a time: they share a database.
mutants: $(VENV)/installed
	@$(PYTHON) -m mutmut run --max-children 1 $(ARGS)
	@$(PYTHON) -m mutmut results | grep -Ev "caught by type check|not checked" || echo "Nothing survived."

manage: export DATA := $(DATA)
manage: export STRIPE_API_BASE = http://localhost:$(shell echo $$(($(PORT) + 1)))
manage: export CLOUDINARY_API_BASE = $(STRIPE_API_BASE)
manage: export EMAIL_PORT = $(shell echo $$(($(PORT) + 3)))
manage: $(VENV)/installed
	@$(PYTHON) manage.py $(ARGS)

proof: $(VENV)/installed
	@$(PYTHON) -m proof $(ARGS)
	@$(PYTHON) -m proof --of attempts $(ARGS)
	@$(PYTHON) -m proof.killed

queue: $(VENV)/installed
	@PATH=$$PATH:/usr/sbin $(PYTHON) -m proof.queue $(ARGS)

chaos: $(VENV)/installed
	@PATH=$$PATH:/usr/sbin $(PYTHON) -m proof.chaos $(ARGS)

bench: export PYTHONWARNINGS := ignore
bench: $(VENV)/installed
	@$(PYTHON) -m bench.cpu $(ARGS)

lint: $(VENV)/installed
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .

types: $(VENV)/installed
	@MONGODB_URI=mongodb://127.0.0.1:1 $(VENV)/bin/mypy

schema: $(VENV)/installed
	@$(PYTHON) manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml
	@$(PYTHON) manage.py error_catalogue

client: examples/client/node_modules/installed
	@cd examples/client && npm run --silent types && npm run --silent sdk && npm run --silent check

examples/client/node_modules/installed: examples/client/package.json examples/client/package-lock.json
	@cd examples/client && npm ci --silent --no-audit --no-fund
	@touch $@

# After a change of the requirements: pin everything that they bring along.
pins: $(VENV)/installed
	@$(VENV)/bin/uv pip compile --quiet --universal --python-version 3.13 --no-header --no-annotate \
		--output-file constraints.txt requirements-dev.txt examples/e2e/requirements.txt

ci:
	@.ci/run

clean:
	rm -rf $(VENV) var static_root mutants

# Python 3.13 from the PATH or pyenv; where there is none, uv fetches it. The marker is written last.
$(VENV)/installed: requirements.txt requirements-dev.txt constraints.txt
	@echo "installing Python packages in $(VENV)"
	@test -x $(PYTHON) || { python3 -c 'import sys; sys.exit(sys.version_info[:2] < (3, 13))' 2>/dev/null \
		&& python3 -m venv $(VENV) || uv venv --quiet --seed --python 3.13 $(VENV) \
		|| { echo "Python 3.13 or uv is needed." >&2; exit 1; }; }
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@$(VENV)/bin/uv pip install --quiet --compile-bytecode --python $(PYTHON) -r requirements-dev.txt -c constraints.txt \
		|| $(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt -c constraints.txt
	@touch $@

$(VENV)/e2e: $(VENV)/installed examples/e2e/requirements.txt
	@$(VENV)/bin/uv pip install --quiet --python $(PYTHON) -r examples/e2e/requirements.txt -c constraints.txt
	@touch $@
