"""Fields for what people type: addresses, names and passwords."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from lms.addresses import MAX_LENGTH, canonical_address
from lms.exceptions import invalid

MAX_PASSWORD_LENGTH = 128
"""In characters: hashing a long text is work that a stranger could order."""

LOCALES = [code for code, name in settings.LANGUAGES]
"""What `locale` may be."""

REQUIREMENTS = (
    "At least 10 characters; not one that many people use, and not like the name or the address."
)
"""What Django's validators (`AUTH_PASSWORD_VALIDATORS`) require, for the OpenAPI document."""


class EmailField(serializers.EmailField):
    """An e-mail address, in any spelling; the value is its canonical form."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MAX_LENGTH, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        return canonical_address(super().to_internal_value(data))


class LineField(serializers.CharField):
    """A text of one line: any white space becomes one space."""

    def to_internal_value(self, data: Any) -> str:
        return " ".join(super().to_internal_value(data).split())


class LocaleField(serializers.ChoiceField):
    """One of the languages that people are written to in; null and "" are no choice, whose value is ""."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=LOCALES, required=False, allow_null=True, allow_blank=True, **kwargs
        )

    def run_validation(self, data: Any = serializers.empty) -> str:
        return super().run_validation(data) or ""


class PasswordField(serializers.CharField):
    """A password of at most `MAX_PASSWORD_LENGTH` characters, never trimmed, cut or returned."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=MAX_PASSWORD_LENGTH,
            trim_whitespace=False,
            write_only=True,
            style={"input_type": "password"},
            **kwargs,
        )


@extend_schema_field({"type": "string", "minLength": settings.MIN_PASSWORD_LENGTH})
class NewPasswordField(PasswordField):
    """A password that Django's validators check, once it is known whose it is."""

    raises = (
        invalid(
            _("This password is too short. It must contain at least {min_length} characters."),
            "password_too_short",
            min_length=settings.MIN_PASSWORD_LENGTH,
        ),
        invalid(
            _("The password is too similar to the {verbose_name}."),
            "password_too_similar",
            verbose_name="name",
        ),
        invalid(_("This password is too common."), "password_too_common"),
        invalid(_("This password is entirely numeric."), "password_entirely_numeric"),
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(help_text=REQUIREMENTS, **kwargs)


class CurrentPasswordField(PasswordField):
    """The user's own password, required where a stolen session must not be enough."""

    default_error_messages = {"invalid_password": _("This is not your current password.")}

    def run_validation(self, data: Any = serializers.empty) -> Any:
        value = super().run_validation(data)
        if not self.context["request"].user.check_password(value):
            self.fail("invalid_password")
        return value
