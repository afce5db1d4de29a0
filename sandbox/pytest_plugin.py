"""The environment of a test process: an embedded MongoDB and the sandbox, started before Django reads its settings.

`pytest.ini` names this plugin, so that every conftest and test may import models at its top. Each process has its own
database and ports: tests run in parallel and in any order.
"""

import atexit
import os
from collections.abc import Iterator

import pytest

from sandbox import server
from sandbox.mongo import lease

SANDBOX = server.start_in_thread()
# Not at the end of a test run: mutmut makes several in one process.
atexit.register(SANDBOX.stop)
VARIABLES = {
    "DEBUG": "1",
    "STRIPE_API_BASE": SANDBOX.url,
    "CLOUDINARY_API_BASE": SANDBOX.url,
    "DJANGO_SETTINGS_MODULE": "lms.settings_test",
}
if not os.environ.get("MONGODB_URI"):
    VARIABLES["MONGODB_URI"] = lease.temporary()
os.environ |= VARIABLES


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Hide the variables from the processes that xdist starts: each starts its own servers."""
    for name in VARIABLES:
        os.environ.pop(name, None)


@pytest.fixture
def sandbox() -> Iterator[server.Sandbox]:
    """Return the sandbox, which is emptied after the test: `.url`, `.smtp_port`."""
    yield SANDBOX
    SANDBOX.reset()
