"""The personal data of a user: this app's part, and the registry in which other apps add theirs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import make_password
from django.contrib.contenttypes.models import ContentType

from accounts.models import (
    InstructorRequest,
    LoginSession,
    MailToken,
    SecondFactor,
    SentMail,
    StaffNote,
    User,
)
from accounts.queries import DELETED_NAME, render_user
from lms import events
from lms.folding import fold
from lms.images import delete_image
from lms.models import AuditEntry
from lms.mongodb import connection
from lms.mongodb.transaction import atomic
from lms.registry import Registry
from lms.tasks import queue

ERASED_DOMAIN = "@invalid"


@dataclass(frozen=True)
class Keeper:
    """The functions by which one app exports and erases the personal data that it stores.

    `export` returns data that can be written as JSON. `erase` must be repeatable: after a failure, all of it runs
    again. It keeps what the law or other people need (orders, the ledger, a course that others study), without
    anything that identifies the person.

    `forget` waits until services outside have forgotten an erased person, and raises if one cannot be asked. It may be
    repeated; `erase`, which runs within a request, leaves them to a task.
    """

    app: str
    export: Callable[[User], Any]
    erase: Callable[[User], None]
    forget: Callable[[User], None] | None = None


keepers: Registry[Keeper] = Registry()


def export_everything(user: User) -> dict[str, Any]:
    """Return all data that is stored about a user, by app."""
    return {keeper.app: keeper.export(user) for keeper in keepers}


def erase_everything(user: User) -> None:
    """Erase the user's personal data in every app, the account itself last."""
    for keeper in reversed(keepers):
        keeper.erase(user)


def forget_everywhere(user: User) -> None:
    """Let all services outside forget an erased person; raise if one of them cannot be asked."""
    for keeper in keepers:
        if keeper.forget:
            keeper.forget(user)


def export(user: User) -> dict[str, Any]:
    """Return what this app stores about a user, except secrets."""
    sessions = LoginSession.objects.filter(user=user).order_by("-created_at")
    factor = SecondFactor.objects.find_confirmed(user)
    request = InstructorRequest.objects.filter(user=user).first()
    return {
        **render_user(user),
        "email_verified_at": user.email_verified_at,
        "signup_locale": user.signup_locale or None,
        "last_login": user.last_login,
        "updated_at": user.updated_at,
        "sessions": list(
            sessions.values("user_agent", "ip", "created_at", "last_used_at", "expires_at")
        ),
        "mailed_links": list(
            MailToken.objects.filter(user=user).values("purpose", "email", "expires_at")
        ),
        "mails": list(
            SentMail.objects.filter(user=user)
            .order_by("-sent_at", "-pk")
            .values("subject", "outcome", "sent_at")
        ),
        # What is noted about a person is their data; who noted it is not.
        "notes_by_staff": list(
            StaffNote.objects.filter(user=user)
            .order_by("-created_at", "-pk")
            .values("text", "created_at")
        ),
        "second_factor": factor and {"confirmed_at": factor.confirmed_at},
        "instructor_request": request
        and {"status": request.status, "created_at": request.created_at},
        "changed_by_staff": list(
            AuditEntry.objects.filter(person_id=user.pk)
            .order_by("-pk")
            .values("at", "action", "model", "object_id", "before", "after", "reason")
        ),
    }


def erase(user: User) -> None:
    """Delete everything except the user's row, which orders and courses refer to, and anonymize that row."""
    for model in (
        LoginSession,
        MailToken,
        SecondFactor,
        InstructorRequest,
        SentMail,
        StaffNote,
    ):
        model.objects.filter(user=user).delete()
    user.groups.clear()
    user.user_permissions.clear()
    AuditEntry.objects.forget(user.pk)
    _anonymize_old_log(user)
    queue.forget(str(user.pk), user.email)
    _anonymize_row(user)


def _anonymize_old_log(user: User) -> None:
    """Overwrite the person's name in Django's log, which is read and written by nothing (docs/decisions/0029)."""
    entries = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(User), object_id=str(user.pk)
    )
    entries.update(object_repr=DELETED_NAME)


@atomic
def _anonymize_row(user: User) -> None:
    """Overwrite what identifies the person, make sign-in impossible, and delete the picture."""
    address = f"deleted-{user.pk}{ERASED_DOMAIN}"
    before = connection.get_collection(User._meta.db_table).find_one_and_update(
        {"_id": user.pk},
        {
            "$set": {
                "email": address,
                "name": DELETED_NAME,
                "name_key": fold(DELETED_NAME),
                "headline": "",
                "bio": "",
                "avatar": "",
                "locale": "",
                "signup_locale": "",
                "password": make_password(None),
                "email_verified_at": None,
                "last_login": None,
                "is_active": False,
                "is_staff": False,
                "is_superuser": False,
            }
        },
        projection=["avatar", "email"],
        session=connection.session,
    )
    if before and before["email"] != address:
        events.record("user.erased", user.pk)
    if before and before["avatar"]:
        delete_image.enqueue(before["avatar"])
