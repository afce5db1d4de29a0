"""The second thing that a sign-in may ask for: a code of an authenticator app, or one written on paper."""

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

RECOVERY_CODES = 10


@cache
def _ciphers(keys: tuple[str, ...]) -> MultiFernet:
    salt = "accounts.SecondFactor"
    digests = (salted_hmac(salt, "", secret=key, algorithm="sha256").digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def _cipher() -> MultiFernet:
    """Encrypt by SECRET_KEY, so that a copy of the database alone gives no codes."""
    return _ciphers((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


def _digest(code: str) -> str:
    # 80 random bits: a quick digest is enough.
    return sha256(code.replace("-", "").strip().upper().encode()).hexdigest()


def _recovery_code() -> str:
    letters = base64.b32encode(secrets.token_bytes(10)).decode()
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


class SecondFactorManager(models.Manager["SecondFactor"]):
    def confirmed(self) -> models.QuerySet["SecondFactor"]:
        return self.filter(confirmed_at__isnull=False)

    def of(self, user: User) -> "SecondFactor | None":
        """Give the second factor that a sign-in must ask for, if any."""
        return self.confirmed().filter(user=user).first()


class SecondFactor(TimeStamped):
    """A time-based one-time password (RFC 6238) and the recovery codes beside it.

    Each code works once: `last_step` is the time step of the last one accepted.
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
        """Make a new secret, encrypted on the row, and give it in clear: the one time that it is shown."""
        secret = pyotp.random_base32()
        self.secret = _cipher().encrypt(secret.encode()).decode()
        return secret

    def provisioning_uri(self, secret: str, email: str) -> str:
        """Write the `otpauth://` URI that authenticator apps read from a QR code."""
        return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=settings.SITE_NAME)

    def accept(self, code: str) -> bool:
        """Use a code of the app, or a recovery code, up; False if it is wrong or was used."""
        code = code.strip().replace(" ", "")
        if len(code) == 6 and code.isascii() and code.isdigit():
            return self._accept_totp(code)
        return self._accept_recovery(code)

    def _accept_totp(self, code: str) -> bool:
        totp = pyotp.TOTP(_cipher().decrypt(self.secret).decode())
        try:
            # A phone's clock may be a step off, and a person slow: RFC 6238, section 5.2.
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
        """Begin to ask for the codes, after one was right."""
        if not self._accept_totp(code.strip().replace(" ", "")):
            return False
        found = SecondFactor.objects.filter(
            pk=self.pk, secret=self.secret, confirmed_at__isnull=True
        )
        return found.update(confirmed_at=timezone.now()) == 1

    def replace_recovery_codes(self) -> list[str]:
        """Make new recovery codes and give them in clear: the one time that they are shown."""
        codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
        self.recovery_codes = [_digest(code) for code in codes]
        self.save(update_fields=["recovery_codes", "updated_at"])
        return codes
