"""What a course is to the person who looks at it: an upper app knows that and renders it."""

from collections.abc import Callable
from typing import Any

from accounts.models import User
from courses.queries.courses import CourseDocument
from courses.queries.outline import Sections
from courses.visibility import Person
from lms.registry import Registry

type ViewerRenderer = Callable[[User, CourseDocument], dict[str, Any]]

viewer_renderers: Registry[ViewerRenderer] = Registry()
"""The one function that does what `render_viewer` says; `learning` registers it."""

type Annotator = Callable[[Sections, User, CourseDocument], dict[str, Any] | None]

annotators: Registry[Annotator] = Registry()
"""The one function that adds to an outline what a person has done, as `annotate_outline` says; `learning` registers it."""

NOT_STUDIED = dict.fromkeys(("percentage", "resume", "is_completed", "certificate"))
"""What stands beside the outline for people who are not enrolled."""


def render_viewer(user: Person, document: CourseDocument) -> dict[str, Any] | None:
    """Render what a course is to a person, as `ViewerSerializer` declares it; None for a visitor.

    Adds to the lectures of the document why each is locked, if the person may watch the course.
    """
    if not user.is_authenticated:
        return None
    (render,) = viewer_renderers
    return render(user, document)


def annotate_outline(
    sections: Sections, user: Person, document: CourseDocument
) -> dict[str, Any] | None:
    """Add to the lectures of an outline what a person has done with them, and return what stands beside the outline.

    Returns None, and adds nothing, if the person may not watch the course.
    """
    if not user.is_authenticated:
        return None
    (annotate,) = annotators
    return annotate(sections, user, document)
