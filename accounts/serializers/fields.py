"""An address and a password, as people type them."""

import unicodedata
from typing import Any

from rest_framework import serializers

from accounts.models import User

LONGEST_PASSWORD = 128
"""In characters: hashing more than a sentence is work that a stranger could order."""


class EmailField(serializers.EmailField):
    """An e-mail address in the one form that we keep: lower case, NFKC, and ASCII before the `@`.

    Django's validator lets letters through that only look like ASCII without regard to case, and no mail reaches them.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=254, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        email = User.objects.normalize_email(super().to_internal_value(data))
        if not email.partition("@")[0].isascii():
            self.fail("invalid")
        return email


class LineField(serializers.CharField):
    """A text of one line: white space is one space, and control characters are refused."""

    default_error_messages = {"control_characters": "Control characters are not allowed."}

    def to_internal_value(self, data: Any) -> str:
        value = " ".join(super().to_internal_value(data).split())
        if any(unicodedata.category(character) == "Cc" for character in value):
            self.fail("control_characters")
        return value


class PasswordField(serializers.CharField):
    """A password of up to 128 characters, never trimmed or cut, never shown."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=LONGEST_PASSWORD,
            trim_whitespace=False,
            write_only=True,
            style={"input_type": "password"},
            **kwargs,
        )


class CurrentPasswordField(PasswordField):
    """The password of whoever asks, for what a session alone must not be enough."""

    default_error_messages = {"invalid_password": "This is not your present password."}

    def run_validation(self, data: Any = serializers.empty) -> Any:
        value = super().run_validation(data)
        if not self.context["request"].user.check_password(value):
            self.fail("invalid_password")
        return value
