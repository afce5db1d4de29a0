"""What people do on the site meanwhile: buy, upload, forget their passwords. They try again, as people do."""

import time
from collections.abc import Container, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from accounts.services.sessions import open_session
from accounts.tests.factories import UserFactory
from demo import papers
from deploy.tests.running import HOST
from proof.world import World

PATIENCE_SECONDS = 60
"""How long somebody tries again before it counts as an error of the site."""
TRY_AGAIN = {429, 502, 503, 504}


class GaveUp(Exception):
    """Somebody got an answer that is none, or none for `PATIENCE_SECONDS`; the message names the request and the last answer."""


@dataclass
class Done:
    """What the site has confirmed to people: it must be so in the end."""

    paid_orders: set[str] = field(default_factory=set)
    assets: set[str] = field(default_factory=set)
    reset_for: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{len(self.paid_orders)} purchases, {len(self.assets)} files, {len(self.reset_for)} forgotten passwords"


class People:
    """Students who buy and an instructor who uploads, through the proxy."""

    def __init__(self, world: World, site_url: str) -> None:
        self.world, self.site_url = world, site_url
        self.instructor = open_session(UserFactory.create(role="instructor")).access
        self.done = Done()

    @contextmanager
    def living(self, *, seconds: float, at_once: int) -> Iterator[None]:
        """Let `at_once` people act at the same time for some seconds, and end what they have begun."""
        until = time.monotonic() + seconds
        with ThreadPoolExecutor(at_once) as pool:
            turns = [pool.submit(self._act_until, until, first) for first in range(at_once)]
            yield
            for turn in turns:
                turn.result()

    def _act_until(self, until: float, number: int) -> None:
        """Be one person after another."""
        while time.monotonic() < until:
            number += 1000
            try:
                self._act(number)
            except GaveUp as error:
                self.done.errors.append(str(error))

    def _act(self, number: int) -> None:
        user, token = self.world.create_student(number)
        with Visitor(self.site_url, token) as visitor:
            self._buy(visitor, number)
            if number % 4 == 0:
                visitor.send("POST", "/auth/password/forgot", {202}, json={"email": user.email})
                self.done.reset_for.add(user.email)
        if number % 3 == 0:
            self._upload(user.email)

    def _buy(self, visitor: "Visitor", number: int) -> None:
        course = self.world.courses[number % len(self.world.courses)]
        body = {"course": str(course.pk)}
        answer = visitor.send("POST", "/payments/checkout", {200, 201, 409}, json=body)
        if answer.status_code == 409:
            return  # a request whose answer was lost has enrolled them: it was free
        checkout = answer.json()
        order, page = checkout["order"]["id"], checkout["checkout_url"]
        if not page:
            return
        if self.world.sandbox.act(page).is_error:
            raise GaveUp(f"The page of order {order} cannot be paid.")
        self.done.paid_orders.add(order)
        if number % 2:  # the others close the window
            visitor.send("POST", f"/payments/orders/{order}/sync", {200})

    def _upload(self, name: str) -> None:
        files = {"file": ("handout.pdf", papers.handout(name, ("Chaos",)), "application/pdf")}
        with Visitor(self.site_url, self.instructor) as instructor:
            answer = instructor.send("POST", "/media/files", {201}, files=files)
            self.done.assets.add(answer.json()["id"])


class Visitor:
    """Somebody at a browser, who tries again when the site does not answer."""

    def __init__(self, site_url: str, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}", "Host": HOST}
        url = f"{site_url}/api/v1"
        self.http = httpx.Client(
            base_url=url, headers=headers, timeout=20, verify=False, trust_env=False
        )

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(self, *error: object) -> None:
        self.http.close()

    def send(self, method: str, path: str, expected: Container[int], **body: Any) -> httpx.Response:
        """Send a request, again while the site is out of order; raise `GaveUp` for any other answer."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                # The name in the handshake, without which the proxy refuses it.
                name = {"sni_hostname": HOST}
                answer = self.http.request(method, path, extensions=name, **body)
                last = f"{answer.status_code} {answer.text[:300]}"
                if answer.status_code in expected:
                    return answer
            except httpx.TransportError as error:
                answer, last = None, repr(error)
            is_final = answer is not None and answer.status_code not in TRY_AGAIN
            if is_final or time.monotonic() > until:
                raise GaveUp(f"{method} {path}: {last}")
            time.sleep(0.3)
