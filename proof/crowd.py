"""Many people who buy at the same time, and a server that can be killed meanwhile."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path

import httpx
from bson import ObjectId

from demo.processes import ROOT, Part, api_command, free_port
from learning.models import Enrollment
from payments.models import Order
from proof.world import World
from sandbox.client import SandboxClient

HESITATION_SECONDS = 0.2
"""A customer takes up to three times this long to pay, so that some are on Stripe's page when the server dies."""

type Purchases = set[tuple[ObjectId, ObjectId]]
"""Pairs of the ids of a user and a course."""


class Server:
    """The API in processes of its own, always at the same port."""

    def __init__(self, log: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        settings = {"DJANGO_SETTINGS_MODULE": "lms.settings", "LOG_LEVEL": "ERROR"}
        self.env = os.environ | settings | {"SITE_URL": self.url}

    def start(self) -> None:
        self.part = Part("the API", api_command(self.port), self.env, self.log)
        self.part.wait_until_ready(f"{self.url}/health/ready")

    def kill(self) -> None:
        self.part.kill()

    def reconcile(self) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", "reconcile", "--grace", "0"]
        return subprocess.run(command, env=self.env, cwd=ROOT, capture_output=True, text=True)


class Crowd:
    """Students who each buy one of the world's courses; `paid` counts those who have paid."""

    def __init__(self, world: World, api_url: str, size: int) -> None:
        self.sandbox, self.api_url = world.sandbox, api_url
        self.tokens = [world.create_student(number)[1] for number in range(size)]
        self.courses = [course for course in world.courses if not course.is_free]
        self.paid = 0
        self._counting = threading.Lock()

    def buy(self, on_paid: Callable[[int], object]) -> None:
        """Let everybody buy at the same time; `on_paid` is called with the count after each payment."""
        with ThreadPoolExecutor(len(self.tokens)) as pool:
            list(pool.map(partial(self._buy, on_paid), range(len(self.tokens))))

    def _buy(self, on_paid: Callable[[int], object], number: int) -> None:
        """Click, pay on Stripe's page and return, until the server dies."""
        bearer = {"Authorization": f"Bearer {self.tokens[number]}"}
        course = self.courses[number % len(self.courses)]
        with (
            suppress(httpx.TransportError),
            httpx.Client(base_url=f"{self.api_url}/api/v1", headers=bearer, timeout=300) as browser,
        ):
            answer = browser.post("/payments/checkout", json={"course": str(course.pk)})
            if answer.status_code != 201:
                return
            checkout = answer.json()
            time.sleep(number % 4 * HESITATION_SECONDS)
            self.sandbox.act(checkout["checkout_url"], "pay")
            with self._counting:
                self.paid += 1
                count = self.paid
            on_paid(count)
            browser.post(f"/payments/orders/{checkout['order']['id']}/sync")


def paid_purchases(sandbox: SandboxClient) -> Purchases:
    """Return who has paid for what, as Stripe knows it."""
    orders = [
        charge["metadata"]["order"]
        for charge in sandbox.list_all("charges")
        if charge["status"] == "succeeded"
    ]
    assert len(orders) == len(set(orders)), "an order was paid twice"
    return set(Order.objects.filter(pk__in=orders).values_list("user_id", "course_id"))


def enrolled() -> Purchases:
    """Return who is enrolled in what."""
    return set(Enrollment.objects.active().values_list("user_id", "course_id"))
