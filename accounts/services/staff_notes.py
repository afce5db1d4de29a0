"""Notes by staff about a person."""

from accounts.exceptions import SessionRevoked
from accounts.models import Erasure, StaffNote, User
from accounts.personal_data import ERASED_DOMAIN


def add_note(user: User, text: str, by: User) -> StaffNote:
    """Keep a note about a person, who may be disabled. Raises `SessionRevoked` if the person is erased."""
    if user.email.endswith(ERASED_DOMAIN) or Erasure.objects.filter(user=user).exists():
        raise SessionRevoked
    note: StaffNote = StaffNote.objects.create(user=user, text=text, by=by.pk)
    return note
