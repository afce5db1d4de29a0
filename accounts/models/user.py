"""People: the user model."""

import unicodedata
from typing import Any

from django.conf import settings
from django.contrib.auth import hashers
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils.translation import gettext_lazy as _

from lms import events
from lms.addresses import canonical_address
from lms.folding import FoldedField
from lms.models import Referenced, TimeStamped
from lms.mongodb.transaction import atomic
from lms.validators import validate_line, validate_name


def images() -> Storage:
    return storages["images"]


def normalize_password(password: str | None) -> str | None:
    """Return a password in the form that is hashed (NFKC): operating systems encode the same keys differently.

    https://pages.nist.gov/800-63-4/sp800-63b.html#passwordver
    """
    return password if password is None else unicodedata.normalize("NFKC", password)


def hash_password(password: str) -> str:
    """Return what is stored of a password. It waits for its turn: call it outside a transaction."""
    return hashers.make_password(normalize_password(password))


def as_hashed(password: str | None, encoded: str) -> str | None:
    """Return a password in the form in which the hash `encoded` was made: as it was typed, for one of a Node server."""
    return password if encoded.startswith("bcrypt$") else normalize_password(password)


class UserManager(BaseUserManager["User"]):
    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """Return an address in the form that is stored and compared; raise `ValidationError`."""
        return canonical_address(email or "")

    def find_by_email(self, email: str) -> "User | None":
        """Return the account that has an address in any spelling, or None."""
        try:
            return self.filter(email=canonical_address(email)).first()
        except ValidationError:
            return None

    def get_by_natural_key(self, username: str | None) -> "User":
        if user := self.find_by_email(username or ""):
            return user
        raise self.model.DoesNotExist

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an account. Raises `ValidationError` for an address that no mail can be sent to."""
        user = self.model(email=canonical_address(email), **fields)
        user.set_password(password)
        user.insert()
        return user

    def create_superuser(self, email: str, password: str, **fields: Any) -> "User":
        fields.setdefault("name", "Staff")
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(Referenced, TimeStamped, AbstractBaseUser, PermissionsMixin):
    """A person with an account. An erased account keeps its row, because orders and courses refer to it."""

    class Role(models.TextChoices):
        STUDENT = "student"
        INSTRUCTOR = "instructor"

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=100, validators=[validate_name])
    name_key = FoldedField(of="name", max_length=400)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.STUDENT)
    headline = models.CharField(max_length=120, blank=True, validators=[validate_line])
    bio = models.TextField(max_length=5000, blank=True)
    avatar = models.ImageField(upload_to="avatars", storage=images, blank=True, max_length=255)
    locale = models.CharField(max_length=10, blank=True)
    signup_locale = models.CharField(max_length=10, blank=True, editable=False)
    email_verified_at = models.DateTimeField(null=True, blank=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes = [
            models.Index(fields=["name_key", "id"], name="user_name_key"),
            models.Index(fields=["role", "-id"], name="user_role"),
            models.Index(
                fields=["-id", "is_staff"], condition=models.Q(is_staff=True), name="user_staff"
            ),
            models.Index(
                fields=["-id", "is_active"],
                condition=models.Q(is_active=False),
                name="user_disabled",
            ),
        ]
        permissions = [
            ("erase_user", "Can erase people"),
            ("manage_staff", "Can invite staff and choose their roles"),
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"

    @property
    def is_instructor(self) -> bool:
        return self.role == self.Role.INSTRUCTOR

    @property
    def avatar_name(self) -> str:
        """Return the name of the stored avatar, "" if there is none. Its file object, which refers back to the person, is not made."""
        return str(vars(self)["avatar"] or "")

    @property
    def mail_locale(self) -> str:
        """Return the language of mails to this person: the one that they chose, else that of their sign-up."""
        return self.locale or self.signup_locale or settings.LANGUAGE_CODE

    @property
    def email_verified(self) -> bool:
        return self.email_verified_at is not None

    @atomic
    def insert(self) -> None:
        """Insert a new person. Raises `IntegrityError` for an address that another account has."""
        self.save(force_insert=True)
        events.record("user.created", self.pk)

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(normalize_password(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        return super().check_password(as_hashed(raw_password, self.password))

    def replace_password(self, encoded: str) -> bool:
        """Store the hash of another password; return False if the password has changed since this instance was read.

        This instance keeps the old hash, so that a transaction that is retried compares with the same value.
        """
        return User.objects.filter(pk=self.pk, password=self.password).update(password=encoded) == 1
