"""One sign-in on one device."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from bson import ObjectId
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, models
from django.utils import timezone

from accounts.models.user import User
from lms.mongodb import connection
from lms.mongodb.indexes import TTLIndex

# What a request never needs of the person behind it; read on first use, like any deferred field.
UNREAD = {"user.password": 0, "user.last_login": 0}


def new_jti() -> str:
    return uuid4().hex


class LoginSessionQuerySet(models.QuerySet["LoginSession"]):
    def live(self) -> "LoginSessionQuerySet":
        """MongoDB takes up to a minute to delete what has expired, so that we look ourselves."""
        return self.filter(expires_at__gt=timezone.now())

    def visible_to(self, user: User) -> "LoginSessionQuerySet":
        return self.live().filter(user=user)

    def with_user(self, session_id: ObjectId) -> "LoginSession | None":
        """Read a live session and its user by one indexed command; None if it was revoked."""
        collection = connection.get_collection(self.model._meta.db_table)
        found = collection.aggregate(
            [
                {"$match": {"_id": session_id, "expires_at": {"$gt": timezone.now()}}},
                {
                    "$lookup": {
                        "from": User._meta.db_table,
                        "localField": "user_id",
                        "foreignField": "_id",
                        "as": "user",
                    }
                },
                {"$project": UNREAD},
            ],
            session=connection.session,
        )
        document = next(found, None)
        if document is None or not document["user"]:
            return None
        session = _instance(self.model, document)
        session.user = _instance(User, document["user"][0])
        return session


class LoginSession(models.Model):
    """One sign-in on one device. Its tokens are good only while the row is here.

    `jti` names the one refresh token that may be used next, `previous_jti` the one before it.
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
        indexes = [
            models.Index(fields=["user", "-created_at", "-id"], name="session_user_created"),
            TTLIndex(field="expires_at", name="session_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} since {self.created_at:%Y-%m-%d}"

    def expiry(self, now: datetime) -> datetime:
        """A session ends when it was not used for a while, and in the end in any case."""
        return min(
            now + settings.REFRESH_TOKEN_LIFETIME, self.created_at + settings.SESSION_LIFETIME
        )

    def rotate(self) -> bool:
        """Replace the refresh token that may be used next; False if another request was first."""
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
        """Was this the token before the present one, until a moment ago? Then a second tab was as quick."""
        return (
            self.previous_jti == jti
            and self.rotated_at is not None
            and timezone.now() - self.rotated_at < settings.REFRESH_TOKEN_GRACE
        )


def _instance[M: models.Model](model: type[M], document: dict[str, Any]) -> M:
    """Make a row of what MongoDB answered; fields that it left out are deferred."""
    fields = [field for field in model._meta.concrete_fields if field.column in document]
    values = [_aware(document[str(field.column)]) for field in fields]
    return model.from_db(DEFAULT_DB_ALIAS, [field.attname for field in fields], values)


def _aware(value: Any) -> Any:
    """MongoDB's times are UTC, and the driver says so by giving them no zone."""
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
