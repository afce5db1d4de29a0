"""The second factor of a sign-in: codes from an authenticator app, and recovery codes."""

import base64
import secrets
from functools import cache
from hashlib import sha256

import pyotp
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django_mongodb_backend.fields import ArrayField
from pyotp.exceptions import OTPVerificationError

from accounts.models.user import User
from lms.models import TimeStamped
from lms.mongodb import connection

RECOVERY_CODE_COUNT = 10


@cache
def _ciphers(keys: tuple[str, ...]) -> MultiFernet:
    salt = "accounts.SecondFactor"
    digests = (salted_hmac(salt, "", secret=key, algorithm="sha256").digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def _cipher() -> MultiFernet:
    """Return a cipher keyed by SECRET_KEY, so that a copy of the database is not enough to make codes."""
    return _ciphers((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


def _digest(code: str) -> str:
    # A recovery code has 80 random bits, so a fast hash is enough.
    return sha256(code.replace("-", "").strip().upper().encode()).hexdigest()


def _recovery_code() -> str:
    letters = base64.b32encode(secrets.token_bytes(10)).decode()
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


class SecondFactorManager(models.Manager["SecondFactor"]):
    def find_confirmed(self, user: User) -> "SecondFactor | None":
        """Return the second factor that the user's sign-ins require, or None."""
        return self.filter(user=user, confirmed_at__isnull=False).first()

    def is_missing(self, user: User) -> bool:
        """Return whether the user must set one up before anything else, as `STAFF_SECOND_FACTOR` demands of staff."""
        if not (settings.STAFF_SECOND_FACTOR and user.is_staff):
            return False
        return self.find_confirmed(user) is None


class SecondFactor(TimeStamped):
    """The secret of a user's time-based one-time passwords (RFC 6238), and their recovery codes.

    Each code works once: `last_step` is the time step of the last accepted one. A factor without `confirmed_at` is
    still being set up, and sign-ins do not require it.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="second_factor")
    secret = models.CharField(max_length=200)
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)
    recovery_codes = ArrayField(models.CharField(max_length=64), default=list)

    objects = SecondFactorManager()

    def __str__(self) -> str:
        return f"of {self.user_id}"

    def set_secret(self) -> str:
        """Put a new secret, encrypted, on the unsaved row and return it in clear: it can be read only this once."""
        secret = pyotp.random_base32()
        self.secret = _cipher().encrypt(secret.encode()).decode()
        return secret

    def provisioning_uri(self, secret: str, email: str) -> str:
        """Return the `otpauth://` URI that authenticator apps read from a QR code."""
        return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=settings.SITE_NAME)

    def accept(self, code: str) -> bool:
        """Use up a code of the app or a recovery code; return False if it is wrong or was used before."""
        code = code.strip().replace(" ", "")
        if len(code) == 6 and code.isascii() and code.isdigit():
            return self._accept_totp(code)
        return self._accept_recovery(code)

    def _accept_totp(self, code: str) -> bool:
        totp = pyotp.TOTP(_cipher().decrypt(self.secret).decode())
        try:
            # A phone's clock may be one step (30 s) off: RFC 6238, section 5.2.
            step = totp.verify_and_get_timecode(code, for_time=timezone.now(), valid_window=1)
        except OTPVerificationError:
            return False
        newer = SecondFactor.objects.filter(pk=self.pk, secret=self.secret, last_step__lt=step)
        return newer.update(last_step=step) == 1

    def _accept_recovery(self, code: str) -> bool:
        collection = connection.get_collection(self._meta.db_table)
        digest = _digest(code)
        used = collection.update_one(
            {"_id": self.pk, "recovery_codes": digest},
            {"$pull": {"recovery_codes": digest}},
            session=connection.session,
        )
        return used.modified_count == 1

    def confirm(self, code: str) -> bool:
        """Require the second factor from now on, if the code is right; return False if it is not."""
        if not self._accept_totp(code.strip().replace(" ", "")):
            return False
        unconfirmed = SecondFactor.objects.filter(
            pk=self.pk, secret=self.secret, confirmed_at__isnull=True
        )
        return unconfirmed.update(confirmed_at=timezone.now()) == 1

    def replace_recovery_codes(self) -> list[str]:
        """Store new recovery codes as digests and return them in clear: they can be read only this once."""
        codes = [_recovery_code() for _ in range(RECOVERY_CODE_COUNT)]
        self.recovery_codes = [_digest(code) for code in codes]
        self.save(update_fields=["recovery_codes", "updated_at"])
        return codes
