"""A person's notes on a lecture."""

from typing import Any

from bson import ObjectId

from accounts.models import User
from learning.models import Note
from lms.pagination import Page

BY_PLACE = ("place", "id")


def list_notes(user: User, lecture_id: ObjectId, page: Page) -> list[Note]:
    """Return a page of a person's notes on a lecture plus one: without a position first, then by position, then by age."""
    return list(page.narrow(Note.objects.filter(user=user, lecture=lecture_id)))


def render_note(note: Note) -> dict[str, Any]:
    """Render a note, as `NoteSerializer` declares it."""
    return {
        "id": note.pk,
        "lecture": note.lecture_id,
        "body": note.body,
        "position_seconds": note.position_seconds,
        "created_at": note.created_at,
        "updated_at": note.updated_at,
    }
