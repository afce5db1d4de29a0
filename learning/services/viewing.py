"""What a course is to the person who looks at it: on its page, and in its outline.

As each read of progress does, both complete the enrollment if that is due.
"""

from typing import Any

from accounts.models import User
from courses.queries.courses import CourseDocument, facts_of
from courses.queries.outline import Sections
from courses.queries.reviews import render_review
from courses.queries.viewer import NOT_STUDIED
from courses.visibility import Reason, is_author
from learning.access import EnrollmentDocument, decide, find_enrollment
from learning.queries.progress import STUDIED, outline_of, render_states
from learning.queries.viewer import find_held
from learning.services.completion import complete_and_render


def render_viewer(user: User, document: CourseDocument) -> dict[str, Any]:
    """Render what a course is to a person, as `ViewerSerializer` declares it.

    What was studied and the review are only for those who are enrolled. Their own review is theirs also while staff
    hide it from others. Adds to the lectures of the document why each is locked, if the person may watch the course.
    """
    held = find_held(user, document["_id"])
    enrollment = held["enrollment"][0] if held["enrollment"] else EnrollmentDocument()
    access = decide(user, facts_of(document), grants=enrollment.get("grants", ()))
    viewer = {
        "can_watch": access.can_watch,
        "reason": access.reason,
        "percentage": None,
        "certificate": None,
        "in_wishlist": bool(held["wishlist"]),
        "review": None,
    }
    if access.can_watch:
        for lecture in document["lectures"]:
            lecture["locked"] = None
    if access.reason != Reason.ENROLLED:
        return viewer
    outline = outline_of(enrollment, document, is_author=is_author(user, facts_of(document)))
    progress = complete_and_render(outline, enrollment)
    locked = {each["id"]: each["locked"] for each in progress["lectures"]}
    for lecture in document["lectures"]:
        lecture["locked"] = locked.get(lecture["_id"])
    return viewer | {
        "percentage": progress["percentage"],
        "certificate": progress["certificate"],
        "review": render_review(held["review"][0]) if held["review"] else None,
    }


def annotate_outline(
    sections: Sections, user: User, document: CourseDocument
) -> dict[str, Any] | None:
    """Add to the lectures of an outline what a person has done with them, and return what stands beside the outline.

    Returns None, and adds nothing, if the person may not watch the course.
    """
    columns = ("user_id", "course_id", "grants", *STUDIED)
    enrollment = find_enrollment(user, document["_id"], *columns)
    access = decide(user, facts_of(document), grants=enrollment.get("grants", ()))
    if not access.can_watch:
        return None
    lectures = [lecture for section in sections for lecture in section["lectures"]]
    states = render_states(enrollment, {each["id"]: each["duration_seconds"] for each in lectures})
    for lecture in lectures:
        lecture |= states[lecture["id"]] | {"locked": None}
    if access.reason != Reason.ENROLLED:
        return NOT_STUDIED
    outline = outline_of(enrollment, document, is_author=is_author(user, facts_of(document)))
    progress = complete_and_render(outline, enrollment)
    locked = {each["id"]: each["locked"] for each in progress["lectures"]}
    for lecture in lectures:
        lecture["locked"] = locked.get(lecture["id"])
    return {name: progress[name] for name in NOT_STUDIED}
