"""The state of a journey: its people, and what they have made so far."""

from contextlib import ExitStack
from typing import Any, Self
from uuid import uuid4

import httpx

from demo.tour.browser import Browser

type Json = dict[str, Any]


class Journey:
    """Three browsers, the sandbox, and the answers that later steps need."""

    def __init__(self, api: str, sandbox: str) -> None:
        self.api = api
        self.sandbox = httpx.Client(base_url=sandbox, timeout=60)
        self.instructor, self.student, self.visitor = Browser(api), Browser(api), Browser(api)
        self.run = uuid4().hex[:8]
        """A word that makes the names of this journey different from those of others."""
        self.course: Json = {}
        self.assets: list[Json] = []
        self.lectures: list[Json] = []
        self.order: Json = {}
        self.checkout_url = ""

    def __enter__(self) -> Self:
        self._open = ExitStack()
        for browser in (self.instructor, self.student, self.visitor):
            self._open.enter_context(browser.client)
        self._open.enter_context(self.sandbox)
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    @property
    def course_path(self) -> str:
        return f"/courses/{self.course['id']}"
