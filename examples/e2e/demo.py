"""The demo that a test session starts for itself, and what a test asks of its sandbox and its API."""

import os
import re
import time
import uuid
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import randrange
from typing import Any

import httpx
import pymongo
from bson import ObjectId

from demo.content import PASSWORD
from demo.processes import Failed
from demo.system import System, refuse_taken_ports
from sandbox.mongo import lease

MAX_WAIT_SECONDS = 20


def start(data: Path) -> System:
    """Start a demo on five free ports; its processes and those of the tests find it by $E2E_PORT."""
    # In memory, which is several times as quick as on a disk.
    os.environ.setdefault("MONGODB_URI", lease.temporary())
    # Without the clock: a job at its time would meet the faults that a test has set.
    system = System(five_free_ports(), data, clock=False)
    try:
        system.start()
    except BaseException:
        system.stop()
        raise
    os.environ["E2E_PORT"] = str(system.port)
    return system


def five_free_ports() -> int:
    """Return the first of five ports in a row that nobody listens on."""
    for _ in range(100):
        port = randrange(20_000, 32_000)  # below those that Linux gives to clients
        try:
            refuse_taken_ports([*range(port, port + 5)])
        except Failed:
            continue
        return port
    raise Failed("no five free ports in a row were found")


def url(offset: int = 0) -> str:
    """Return the address of a part of the demo: 0 the API, 1 the sandbox, 4 the shop."""
    return f"http://localhost:{int(os.environ['E2E_PORT']) + offset}"


def api(method: str, path: str, *, token: str = "", **options: Any) -> Any:
    """Call the API as a program does, and return its JSON; raise if it refuses."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = httpx.request(method, f"{url()}/api/v1{path}", headers=headers, timeout=30, **options)
    answer.raise_for_status()
    return answer.json() if answer.content else None


@cache
def token(email: str, password: str = PASSWORD) -> str:
    """Return an access token of a person without a second factor: a person may sign in five times a minute."""
    body = {"email": email, "password": password}
    return str(api("POST", "/auth/token", json=body)["access"])


def control(method: str, path: str, **options: Any) -> Any:
    """Call a control of the sandbox."""
    answer = httpx.request(method, f"{url(1)}/_control{path}", timeout=30, **options)
    answer.raise_for_status()
    return answer.json()


def set_fault(target: str, mode: str, **fields: Any) -> None:
    """Break a part of the outside world: see docs/sandbox.md."""
    control("POST", "/faults", json={"target": target, "mode": mode, **fields})


def put_into_review(course: str) -> None:
    """Let a draft wait for staff, as publishing it does where `COURSE_REVIEW` is set: here instructors publish alone."""
    uri = f"mongodb://127.0.0.1:{int(os.environ['E2E_PORT']) + 2}/?directConnection=true"
    with pymongo.MongoClient[dict[str, Any]](os.environ.get("MONGODB_URI", uri)) as client:
        courses = client[os.environ.get("MONGODB_NAME", "lms")]["courses_course"]
        changed = courses.update_one({"_id": ObjectId(course)}, {"$set": {"status": "in_review"}})
    assert changed.modified_count == 1, course


def link_in_mail(to: str, path: str) -> str:
    """Return the link to a path of the shop in the newest mail to an address that holds one."""

    def find() -> str | None:
        for mail in control("GET", "/mails", params={"to": to}):
            if found := re.search(rf"{url(4)}{path}\S*", mail["text"]):
                return found[0]
        return None

    return until(find)


def until[T](read: Callable[[], T | None]) -> T:
    """Call `read` until it returns something; raise TimeoutError after 20 seconds."""
    deadline = time.monotonic() + MAX_WAIT_SECONDS
    while time.monotonic() < deadline:
        if (found := read()) is not None:
            return found
        time.sleep(0.05)
    raise TimeoutError(f"{read} found nothing within {MAX_WAIT_SECONDS} s")


def new_address(name: str) -> str:
    """Return an e-mail address that nobody has."""
    return f"{name}-{uuid.uuid4().hex[:8]}@e2e.test"
