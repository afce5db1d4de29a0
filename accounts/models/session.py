"""Sign-ins: one row per device that is signed in."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from bson import ObjectId
from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models.user import User
from lms.models import name_of
from lms.mongodb import connection
from lms.mongodb.indexes import TTLIndex
from lms.mongodb.pipelines import Document, instance_of

# Fields that hardly any request needs; they are deferred, so that first use reads them.
DEFERRED = {"user.password": 0, "user.last_login": 0}

WITH_USER: Document = {
    "$lookup": {
        "from": User._meta.db_table,
        "localField": "user_id",
        "foreignField": "_id",
        "as": "user",
    }
}


def new_jti() -> str:
    return uuid4().hex


class LoginSessionQuerySet(models.QuerySet["LoginSession"]):
    def live(self) -> "LoginSessionQuerySet":
        """Return the sessions that have not expired: MongoDB's TTL index may take a minute to delete one."""
        return self.filter(expires_at__gt=timezone.now())

    def visible_to(self, user: User) -> "LoginSessionQuerySet":
        """Return the live sessions of a user."""
        return self.live().filter(user=user)

    def find_with_user(self, session_id: ObjectId) -> "LoginSession | None":
        """Return a live session with its user, read by one indexed command; None if it has ended."""
        document = self.read_with_user(session_id)
        if document is None:
            return None
        session = instance_of(self.model, document)
        session.user = instance_of(User, document["user"])
        return session

    def read_with_user(self, session_id: ObjectId, *joins: Document) -> Document | None:
        """Return the document of a live session with its `user`, and what further stages join to it; None if it has ended.

        The stages find the id of the person at `user_id`.
        """
        collection = connection.get_collection(self.model._meta.db_table)
        rows = collection.aggregate(
            [
                {"$match": {"_id": session_id, "expires_at": {"$gt": timezone.now()}}},
                WITH_USER,
                {"$unwind": "$user"},
                *joins,
                {"$project": DEFERRED},
            ],
            session=connection.session,
        )
        return next(rows, None)


class LoginSession(models.Model):
    """One sign-in on one device. Its tokens are valid only while this row exists.

    `jti` is the id of the refresh token that may be used next, `previous_jti` that of the one before it.
    """

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="login_sessions", db_index=False
    )
    jti = models.CharField(max_length=32, unique=True, default=new_jti)
    previous_jti = models.CharField(max_length=32, blank=True)
    rotated_at = models.DateTimeField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)
    ip = models.GenericIPAddressField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    objects = LoginSessionQuerySet.as_manager()

    class Meta:
        default_permissions = ()  # those who may see and change a person may see and end the sessions
        indexes = [
            models.Index(fields=["user", "-created_at", "-id"], name="session_user_created"),
            TTLIndex(field="expires_at", name="session_expiry"),
        ]

    def __str__(self) -> str:
        return f"{name_of(self, 'user')}, {self.created_at:%Y-%m-%d}"

    def expiry(self, now: datetime) -> datetime:
        """Return when the session ends if it is used at `now`: after disuse, and at its maximum age in any case."""
        return min(
            now + settings.REFRESH_TOKEN_LIFETIME, self.created_at + settings.SESSION_LIFETIME
        )

    def rotate(self) -> bool:
        """Replace `jti`, so that only the next refresh token works; return False if another request was first."""
        now = timezone.now()
        change: dict[str, Any] = {
            "jti": new_jti(),
            "previous_jti": self.jti,
            "rotated_at": now,
            "last_used_at": now,
            "expires_at": self.expiry(now),
        }
        if not LoginSession.objects.live().filter(pk=self.pk, jti=self.jti).update(**change):
            return False
        for name, value in change.items():
            setattr(self, name, value)
        return True

    def is_in_grace(self, jti: str) -> bool:
        """Return whether this token was replaced only moments ago, so that a second tab may still use it."""
        return (
            self.previous_jti == jti
            and self.rotated_at is not None
            and timezone.now() - self.rotated_at < settings.REFRESH_TOKEN_GRACE
        )
