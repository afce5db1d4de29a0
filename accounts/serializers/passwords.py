"""Passwords: confirmed, changed and reset."""

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from rest_framework import serializers

from accounts.models import User
from accounts.queries import get_reset_token
from accounts.serializers.fields import (
    CurrentPasswordField,
    EmailField,
    NewPasswordField,
)
from lms.drf import ObjectIdField
from lms.exceptions import ErrorCode


def check_new_password(password: str, user: User, *, field: str | None = None) -> None:
    """Apply Django's validators; raise `ValidationError` with their codes and params, under the name of `field` if given."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        for each in error.error_list:
            each.code = ErrorCode(str(each.code), each.params)
        raise (ValidationError({field: error}) if field else error) from None


class CurrentPasswordSerializer(serializers.Serializer):
    """The password that confirms a change, so that a stolen session is not enough."""

    current_password = CurrentPasswordField(help_text="Your present password.")


class ChangePasswordSerializer(serializers.Serializer):
    """A new password, and the present one that confirms it."""

    current_password = CurrentPasswordField(help_text="Your present password.")
    new_password = NewPasswordField()

    def validate_new_password(self, value: str) -> str:
        check_new_password(value, self.context["request"].user)
        return value


class ForgotPasswordSerializer(serializers.Serializer):
    """The address of an account."""

    email = EmailField(help_text="In any spelling: upper and lower case are the same.")


class ResetPasswordSerializer(serializers.Serializer):
    """`uid` and `token` come from the link in the e-mail. A refused password does not use up the link."""

    uid = ObjectIdField(help_text="The `uid` of the link.")
    token = serializers.CharField(max_length=200, help_text="The `token` of the link.")
    new_password = NewPasswordField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        token = get_reset_token(attrs["uid"], attrs["token"])
        check_new_password(attrs["new_password"], token.user, field="new_password")
        return {"token": token, "new_password": attrs["new_password"]}
