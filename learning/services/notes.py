"""Write, change and delete a person's private notes on lectures."""

from typing import Any

from django.http import Http404
from django.utils import timezone

from accounts.models import User
from accounts.services.erasure import refer_to_person
from courses.models import Lecture
from learning.exceptions import TooManyNotes
from learning.models import Note
from learning.models.note import NO_POSITION
from lms.mongodb.references import refer_to
from lms.mongodb.transaction import atomic

MAX_NOTES = 500
"""How many notes a person may have in one course."""


def create(user: User, lecture: Lecture, *, body: str, position_seconds: int | None = None) -> Note:
    """Write a note on a lecture.

    Raises 404 if the lecture was just deleted, `TooManyNotes`, and `SessionRevoked` if the account was just deleted.
    """
    try:
        return _create(user, lecture, body=body, **_placed(position_seconds))
    except Lecture.DoesNotExist:
        raise Http404 from None


def change(note: Note, **changes: Any) -> None:
    """Save the changed fields of a note; raise 404 if it was just deleted."""
    if "position_seconds" in changes:
        changes |= _placed(changes["position_seconds"])
    if not Note.objects.filter(pk=note.pk).update(**changes, updated_at=timezone.now()):
        raise Http404


@atomic
def _create(user: User, lecture: Lecture, **fields: Any) -> Note:
    """Write to the person first: of two notes at once MongoDB runs one again, so that both are counted."""
    refer_to_person(user.pk)
    refer_to(Lecture, lecture.pk)
    if Note.objects.filter(user=user, course=lecture.course_id).count() >= MAX_NOTES:
        raise TooManyNotes(max_notes=MAX_NOTES)
    note: Note = Note.objects.create(
        user=user, lecture=lecture, course_id=lecture.course_id, **fields
    )
    return note


def _placed(position_seconds: int | None) -> dict[str, int | None]:
    """Return a position and the place that it gives a note among those of its lecture."""
    place = NO_POSITION if position_seconds is None else position_seconds
    return {"position_seconds": position_seconds, "place": place}
