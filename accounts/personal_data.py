"""What is kept of a person: this app's part, and the registry by which the other apps add theirs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import make_password
from django.contrib.contenttypes.models import ContentType

from accounts.models import InstructorRequest, LoginSession, MailToken, SecondFactor, User
from accounts.serializers import UserSerializer
from lms.images import delete_image
from lms.mongodb import connection
from lms.registry import Registry

DELETED_NAME = "Deleted user"


@dataclass(frozen=True)
class Keeper:
    """How one app exports and erases what it keeps of a person.

    `export` returns JSON-able data. `erase` must be repeatable: after a failure all of it is done again. It keeps what
    the law or other people need (orders, the ledger, a course that others study), without anything that names the
    person.
    """

    app: str
    export: Callable[[User], Any]
    erase: Callable[[User], None]


keepers: Registry[Keeper] = Registry()


def export_everything(user: User) -> dict[str, Any]:
    """Return everything that is kept about a person, by app."""
    return {keeper.app: keeper.export(user) for keeper in keepers}


def erase_everything(user: User) -> None:
    """Have every app erase what it keeps of a person, the account itself last."""
    for keeper in reversed(keepers):
        keeper.erase(user)


def export(user: User) -> dict[str, Any]:
    """Give all that is kept about the account but secrets."""
    sessions = LoginSession.objects.filter(user=user).order_by("-created_at")
    factor = SecondFactor.objects.of(user)
    request = InstructorRequest.objects.filter(user=user).first()
    return {
        **UserSerializer(user).data,
        "email_verified_at": user.email_verified_at,
        "last_login": user.last_login,
        "updated_at": user.updated_at,
        "sessions": list(
            sessions.values("user_agent", "ip", "created_at", "last_used_at", "expires_at")
        ),
        "mailed_links": list(
            MailToken.objects.filter(user=user).values("purpose", "email", "expires_at")
        ),
        "second_factor": factor and {"confirmed_at": factor.confirmed_at},
        "instructor_request": request
        and {"status": request.status, "created_at": request.created_at},
    }


def erase(user: User) -> None:
    """Empty the person's row, which orders and courses go on pointing at, and delete all else."""
    for model in (LoginSession, MailToken, SecondFactor, InstructorRequest):
        model.objects.filter(user=user).delete()
    user.groups.clear()
    user.user_permissions.clear()
    _empty_log(user)
    _empty(user)


def _empty_log(user: User) -> None:
    """The admin's log keeps the name of what was changed."""
    kind = ContentType.objects.get_for_model(User)
    entries = LogEntry.objects.filter(content_type=kind, object_id=str(user.pk))
    entries.update(object_repr=DELETED_NAME)


def _empty(user: User) -> None:
    before = connection.get_collection(User._meta.db_table).find_one_and_update(
        {"_id": user.pk},
        {
            "$set": {
                "email": f"deleted-{user.pk}@invalid",
                "name": DELETED_NAME,
                "headline": "",
                "bio": "",
                "avatar": "",
                "password": make_password(None),
                "email_verified_at": None,
                "last_login": None,
                "is_active": False,
                "is_staff": False,
                "is_superuser": False,
            }
        },
        projection=["avatar"],
        session=connection.session,
    )
    if before and before["avatar"]:
        delete_image.enqueue(before["avatar"])
