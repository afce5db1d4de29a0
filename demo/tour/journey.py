"""The state of a journey: its people, and what they have made so far."""

from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any, Self
from uuid import uuid4

import httpx

from demo.tour.browser import Browser, Call

type Json = dict[str, Any]


class Journey:
    """The browsers of the people, the sandbox, and the answers that later steps need."""

    def __init__(self, api: str, sandbox: str) -> None:
        self.api = api
        self.sandbox = httpx.Client(base_url=sandbox, timeout=60)
        self.calls: list[Call] = []
        """Every request to the API, in order."""
        self.instructor, self.student, self.guest = self.browser(), self.browser(), self.browser()
        self.visitor, self.program = self.browser(), self.browser()
        """Nobody signs in with cookies in these two; the program uses bearer tokens."""
        self.begun = datetime.now(UTC)
        self.run = uuid4().hex[:8]
        """A word that makes the names of this journey different from those of others."""
        self.course: Json = {}
        self.free_course: Json = {}
        self.assets: dict[str, Json] = {}
        self.lectures: list[Json] = []
        self.coupon: Json = {}
        self.order: Json = {}
        self.questions: list[Json] = []
        self.exam: Json = {}
        self.quiz = self.task = self.attempt = ""
        """The paths of the exam's two lectures, and of the attempt that is graded."""
        self.checkout_url = ""

    def browser(self) -> Browser:
        """Return a new browser, in which nobody is signed in."""
        return Browser(self.api, self.calls)

    def __enter__(self) -> Self:
        self._open = ExitStack()
        for browser in (self.instructor, self.student, self.guest, self.visitor, self.program):
            self._open.enter_context(browser.client)
        self._open.enter_context(self.sandbox)
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    @property
    def course_path(self) -> str:
        return f"/courses/{self.course['id']}"
