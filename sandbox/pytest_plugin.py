"""The environment of a test process: an embedded MongoDB and the sandbox on loopback, before Django reads its settings.

`pytest.ini` names this plugin, so that every conftest and test may import models at its top. Everything is the process's
own (memory, free ports): tests run beside each other and in any order.
"""

import os
from collections.abc import Iterator

import httpx
import pytest

from sandbox import server
from sandbox.mongo import lease

SANDBOX = server.start_in_thread()
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
    """Hide these parts from the processes that xdist is about to start: each makes its own."""
    for name in VARIABLES:
        os.environ.pop(name, None)


def pytest_unconfigure() -> None:
    SANDBOX.stop()


@pytest.fixture
def sandbox() -> Iterator[server.Sandbox]:
    """The sandbox: `.url`, `.smtp_port`; it forgets everything after the test."""
    yield SANDBOX
    httpx.post(f"{SANDBOX.url}/_control/reset").raise_for_status()
