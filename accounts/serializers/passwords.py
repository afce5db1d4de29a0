"""Passwords: confirmed, changed, forgotten."""

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from rest_framework import serializers

from accounts.models import User
from accounts.serializers.fields import CurrentPasswordField, EmailField, PasswordField
from accounts.services.passwords import find_reset
from lms.drf import ObjectIdField


def check_new_password(password: str, user: User, *, field: str) -> None:
    """Apply Django's validators; what they find is told of `field`, each with its code."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({field: error}) from None


class CurrentPasswordSerializer(serializers.Serializer):
    current_password = CurrentPasswordField()


class ChangePasswordSerializer(serializers.Serializer):
    current_password = CurrentPasswordField()
    new_password = PasswordField()

    def validate_new_password(self, value: str) -> str:
        validate_password(value, self.context["request"].user)
        return value


class ForgotPasswordSerializer(serializers.Serializer):
    email = EmailField()


class ResetPasswordSerializer(serializers.Serializer):
    """`uid` and `token` are those of the mailed link, which a refused password does not use up."""

    uid = ObjectIdField()
    token = serializers.CharField(max_length=200)
    new_password = PasswordField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        link = find_reset(attrs["uid"], attrs["token"])
        check_new_password(attrs["new_password"], link.user, field="new_password")
        return {"link": link, "new_password": attrs["new_password"]}
