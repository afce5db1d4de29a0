"""Eager transformations: files derived at the upload instead of at the first request."""

import uuid
from dataclasses import dataclass

from PIL import Image
from starlette.concurrency import run_in_threadpool

from sandbox.cloudinary.answers import Answer, Answers
from sandbox.cloudinary.derived import Derived
from sandbox.cloudinary.errors import BadRequest
from sandbox.cloudinary.forms import Form
from sandbox.cloudinary.images import ENCODERS
from sandbox.cloudinary.notifications import Notifications
from sandbox.cloudinary.resources import Resource
from sandbox.cloudinary.transformations import parse


@dataclass(frozen=True)
class Eager:
    """The eager transformations of an upload or an ``explicit``."""

    derived: Derived
    notifications: Notifications

    async def respond(self, form: Form, answers: Answers, resource: Resource) -> Answer:
        """Derive the files that a form requests, now or later, and return their part of the answer."""
        texts = requested(form)
        if not texts:
            return {}

        def make() -> list[Answer]:
            return [self._try_to_make(answers, resource, text) for text in texts]

        if not form.flag("eager_async", default=False):
            return {"eager": await run_in_threadpool(make)}
        batch_id = uuid.uuid4().hex
        url = form.text("eager_notification_url") or form.text("notification_url")
        self.notifications.derive_later(answers.identity(resource), batch_id, make, url)
        state = {"status": "processing", "batch_id": batch_id}
        pending = [state | self._address(answers, resource, text) for text in texts]
        return {"batch_id": batch_id, "eager": pending}

    def _try_to_make(self, answers: Answers, resource: Resource, text: str) -> Answer:
        try:
            return self._make(answers, resource, text)
        except BadRequest as error:
            return {"transformation": text, "status": "failed", "reason": error.message}

    def _make(self, answers: Answers, resource: Resource, text: str) -> Answer:
        steps, extension = split(text)
        file = self.derived.file(resource, steps, extension)
        made: Answer = {"bytes": file.stat().st_size, "format": extension or resource.format}
        if file.suffix.lstrip(".") in ENCODERS:
            with Image.open(file) as image:
                made |= {"width": image.width, "height": image.height}
        return self._address(answers, resource, text) | made

    def _address(self, answers: Answers, resource: Resource, text: str) -> Answer:
        steps, extension = split(text)
        url = answers.url(resource, steps, extension or None)
        return {"transformation": text, "url": url, "secure_url": url}


def requested(form: Form) -> list[str]:
    """Return the eager transformations of a form; raise BadRequest for an invalid one."""
    texts = [text for text in form.text("eager").split("|") if text]
    for text in texts:
        parse(split(text)[0])
    return texts


def split(text: str) -> tuple[str, str]:
    """Split ``c_fill,w_200/jpg`` into steps and format ("" means the original's)."""
    steps, _, last = text.rpartition("/")
    return (text, "") if "_" in last else (steps, last)
