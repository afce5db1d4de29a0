"""The secret tokens in the links that we send by e-mail."""

from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models.user import User
from lms.mongodb.indexes import TTLIndex
from lms.mongodb.references import refer_to
from lms.mongodb.transaction import atomic
from lms.tasks.mailing import make_token


def _digest(token: str) -> str:
    # A token has 256 bits and cannot be guessed, so a fast hash is enough.
    return sha256(token.encode()).hexdigest()


class MailTokenManager(models.Manager["MailToken"]):
    @atomic
    def issue(
        self,
        user: User,
        purpose: "MailToken.Purpose",
        email: str,
        *,
        lifetime: timedelta | None = None,
    ) -> str:
        """Return a token to send to `email`; it replaces an earlier one for the same purpose.

        It works for `lifetime`, or for as long as tokens of its purpose usually do.

        Raises `User.DoesNotExist` if the account was disabled or erased since it was read.
        """
        refer_to(User, user.pk, is_active=True)
        token = make_token()
        self.update_or_create(
            user=user,
            purpose=purpose,
            defaults={
                "digest": _digest(token),
                "email": email,
                "expires_at": timezone.now() + (lifetime or LIFETIMES[purpose]),
            },
        )
        return token

    def live(self) -> models.QuerySet["MailToken"]:
        """Return the tokens that have not expired."""
        return self.filter(expires_at__gt=timezone.now())

    def find(self, purpose: "MailToken.Purpose", token: str) -> "MailToken | None":
        """Return the live row of a token, or None."""
        return self.live().filter(digest=_digest(token), purpose=purpose).first()


class MailToken(models.Model):
    """A link, good once and for a limited time, which proves that the user reads the mail of an address.

    Only a digest of the token is stored. Each user has at most one token per purpose.
    """

    class Purpose(models.TextChoices):
        VERIFY = "verify"
        RESET = "reset"

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="mail_tokens", db_index=False
    )
    purpose = models.CharField(max_length=6, choices=Purpose.choices)
    digest = models.CharField(max_length=64, unique=True)
    email = models.EmailField()
    expires_at = models.DateTimeField()

    objects = MailTokenManager()

    class Meta:
        constraints = [
            # Over all rows, so that MongoDB uses it to find the tokens of a user whatever their purpose.
            models.UniqueConstraint(
                fields=["user", "purpose"], nulls_distinct=False, name="mail_token_one_per_purpose"
            )
        ]
        indexes = [TTLIndex(field="expires_at", name="mail_token_expiry")]

    def __str__(self) -> str:
        return f"{self.purpose} for {self.user_id}"

    def spend(self) -> bool:
        """Use the token up; return False if it has been used or replaced."""
        deleted, _ = MailToken.objects.filter(pk=self.pk, digest=self.digest).delete()
        return deleted == 1


LIFETIMES = {
    MailToken.Purpose.VERIFY: settings.EMAIL_VERIFICATION_LIFETIME,
    MailToken.Purpose.RESET: settings.PASSWORD_RESET_LIFETIME,
}
