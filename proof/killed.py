"""`python -m proof.killed`: kill the server in the midst of many purchases, and see who is enrolled.

The API runs as in production, on a MongoDB in memory, with Stripe's stand-in beside it. Everybody buys at the same time.
When half of them have paid it is killed (SIGKILL), and what Stripe still had to tell is lost. It is started again,
nobody comes back, `manage.py reconcile` runs once: then those who have paid are enrolled, and nobody else.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from demo.processes import Part
from proof.worker import prepare

if TYPE_CHECKING:
    from proof.town import Stripe, Town

ROOT = Path(__file__).resolve().parents[1]
HESITATION = 0.2
"""Seconds: up to three times that a customer takes to pay."""


class Server:
    """The API in processes of its own, at the same port whenever it runs."""

    def __init__(self, log: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = str(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        settings = {"DJANGO_SETTINGS_MODULE": "lms.settings", "LOG_LEVEL": "ERROR"}
        self.env = os.environ | settings | {"SITE_URL": self.url}

    def start(self) -> None:
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", self.port]
        command += ["--blocking-threads", "16", "--no-ws", "lms.wsgi:application"]
        self.part = Part("the API", command, self.env, self.log)
        self.part.wait_until(f"{self.url}/health/ready", 60)

    def kill(self) -> None:
        os.killpg(self.part.process.pid, signal.SIGKILL)
        self.part.process.wait()

    def reconcile(self) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", "reconcile", "--grace", "0"]
        return subprocess.run(command, env=self.env, cwd=ROOT, capture_output=True, text=True)


class Crowd:
    """Many students who each buy a course of the town's at the same time; `paid` counts those who have."""

    def __init__(self, town: "Town", api: str, size: int) -> None:
        self.town, self.api = town, api
        self.tokens = [town.student(number)[1] for number in range(size)]
        self.courses = [course for course in town.courses if not course.is_free]
        self.paid = 0
        self._counting = threading.Lock()

    def buy(self, on_paid: Callable[[int], object]) -> None:
        with ThreadPoolExecutor(len(self.tokens)) as pool:
            list(pool.map(partial(self._purchase, on_paid), range(len(self.tokens))))

    def _purchase(self, on_paid: Callable[[int], object], number: int) -> None:
        """Click, pay on Stripe's page, come back: as far as the server lives."""
        bearer = {"Authorization": f"Bearer {self.tokens[number]}"}
        course = self.courses[number % len(self.courses)]
        with (
            suppress(httpx.TransportError),
            httpx.Client(base_url=f"{self.api}/api/v1", headers=bearer, timeout=300) as browser,
        ):
            answer = browser.post("/payments/checkout", json={"course": str(course.pk)})
            if answer.status_code != 201:
                return
            checkout = answer.json()
            time.sleep(
                number % 4 * HESITATION
            )  # so that some stand on Stripe's page when it happens
            self.town.stripe.act(checkout["checkout_url"], "pay")
            with self._counting:
                self.paid += 1
            on_paid(self.paid)
            browser.post(f"/payments/orders/{checkout['order']['id']}/sync")


def paid_for(stripe: "Stripe") -> set[tuple[Any, Any]]:
    """Ask Stripe who has paid for what, by the orders that it names."""
    from payments.models import Order

    orders = [
        charge["metadata"]["order"]
        for charge in stripe.all("charges")
        if charge["status"] == "succeeded"
    ]
    assert len(orders) == len(set(orders)), "an order was paid twice"
    return set(Order.objects.filter(pk__in=orders).values_list("user_id", "course_id"))


def enrolled() -> set[tuple[Any, Any]]:
    from learning.models import Enrollment

    return set(Enrollment.objects.active().values_list("user_id", "course_id"))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m proof.killed")
    parser.add_argument("--purchases", type=int, default=200)
    size = parser.parse_args(arguments).purchases
    stripe_url = prepare()

    from proof.town import Stripe, Town
    from proof.truth import disagreements

    stripe = Stripe(stripe_url)
    town, begun = Town(stripe), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder) / "api.log")
        crowd = Crowd(town, server.url, size)
        stripe.control("webhook_endpoint", url=f"{server.url}/api/v1/payments/webhooks/stripe")
        server.start()
        try:
            crowd.buy(lambda paid: paid == size // 2 and kill(server, stripe))
            paid, lost = paid_for(stripe), paid_for(stripe) - enrolled()
            server.start()
            done = server.reconcile()
        finally:
            server.kill()
        wrong = [*disagreements(town)]
        wrong += [f"paid, but not enrolled: {each}" for each in paid - enrolled()]
        wrong += [f"enrolled, but not paid: {each}" for each in enrolled() - paid]
        if done.returncode:
            wrong.append(f"reconcile exits with {done.returncode}: {done.stdout}{done.stderr}")
        if not lost:
            wrong.append("nothing was lost: the server was killed too late to show anything")
    say = sys.stdout.write
    say(f"{size} purchases at once, {len(paid)} paid; killed, {len(lost)} of those not enrolled; ")
    say(f"reconciled, {len(paid - enrolled())} not; in {time.monotonic() - begun:.0f} s\n")
    for each in wrong:
        say(f"WRONG: {each}\n")
    return bool(wrong)


def kill(server: Server, stripe: "Stripe") -> None:
    """Let the server die, and whatever Stripe tells from now on be lost."""
    server.kill()
    stripe.control("faults", target="webhooks", mode="lose")


if __name__ == "__main__":
    sys.exit(main())
