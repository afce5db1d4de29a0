"""The content of a lecture, which depends on whether the person may watch it: an upper app decides and renders that."""

from collections.abc import Callable
from typing import Any

from bson import ObjectId

from courses.visibility import Person
from lms.registry import Registry

type Renderer = Callable[[ObjectId, Person], dict[str, Any]]

content_renderers: Registry[Renderer] = Registry()
"""The one function that renders a lecture as `LectureContentSerializer` declares it, or raises 401, 403 or 404; `learning`
registers it."""


def render_content(lecture_id: ObjectId, user: Person) -> dict[str, Any]:
    """Render a lecture with its text or file for a person who may watch it; raise 401, 403 or 404 for others."""
    (render,) = content_renderers
    return render(lecture_id, user)
