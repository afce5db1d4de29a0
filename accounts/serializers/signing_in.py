"""Sign-up, sign-in and sessions."""

from typing import Any

from rest_framework import serializers

from accounts.models import LoginSession, User
from accounts.serializers.fields import (
    EmailField,
    LineField,
    LocaleField,
    NewPasswordField,
    PasswordField,
)
from accounts.serializers.passwords import check_new_password
from accounts.serializers.people import UserSerializer
from lms.drf import DateTimeField, ModelSerializer
from lms.validators import validate_name

EXPIRY = "When the access token ends. Refresh it then; `GET /auth/session` does so too."


class SignUpSerializer(serializers.Serializer):
    """A new account."""

    name = LineField(max_length=100, validators=[validate_name], help_text="How others see you.")
    email = EmailField(help_text="Signs you in; a link is sent to it.")
    password = NewPasswordField()
    locale = LocaleField(
        help_text="The language of e-mails; without one, that of `Accept-Language`."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        user = User(name=attrs["name"], email=attrs["email"])
        check_new_password(attrs["password"], user, field="password")
        return attrs


class SignInSerializer(serializers.Serializer):
    """An e-mail address and its password."""

    email = EmailField(help_text="In any spelling: upper and lower case are the same.")
    password = PasswordField(help_text="Upper and lower case differ.")


class SignInChallengeSerializer(serializers.Serializer):
    """The password was right. Send `challenge` and a code to `second-factor` below this path."""

    code = serializers.CharField(help_text="`second_factor_required`")
    challenge = serializers.CharField(
        help_text="Send it back with a code. It holds no secret that a person must see."
    )
    expires_in = serializers.IntegerField(help_text="Seconds")


class SignInCodeSerializer(serializers.Serializer):
    """The second step of a sign-in."""

    challenge = serializers.CharField(
        max_length=2000, help_text="From the response to the first step."
    )
    code = serializers.CharField(
        max_length=40, help_text="Six digits of the authenticator app, or a recovery code."
    )


class TokenPairSerializer(serializers.Serializer):
    """The tokens of a session."""

    access = serializers.CharField(
        help_text="A JWT for `Authorization: Bearer`; it ends after 15 minutes."
    )
    refresh = serializers.CharField(
        help_text="Gets the next pair from `POST /auth/refresh`. It works once, within 14 days."
    )


class RefreshSerializer(serializers.Serializer):
    """Browsers send the cookie instead."""

    refresh = serializers.CharField(
        max_length=2000, required=False, help_text="The last refresh token that you got."
    )


class CsrfTokenSerializer(serializers.Serializer):
    """A CSRF token."""

    csrf_token = serializers.CharField(help_text="For the header `X-CSRFToken`.")


class RefreshedSessionSerializer(CsrfTokenSerializer):
    """What a page may know of its tokens, which are in cookies."""

    access_expires_at = DateTimeField(help_text=EXPIRY)


class SessionSerializer(CsrfTokenSerializer):
    """Who is signed in; a visitor's `user` and `access_expires_at` are null."""

    user = UserSerializer(allow_null=True)
    access_expires_at = DateTimeField(allow_null=True, help_text=EXPIRY)


class SignedInUserSerializer(UserSerializer):
    """The user, and what the page may know of the tokens in its cookies."""

    csrf_token = serializers.CharField(help_text="For the header `X-CSRFToken`.")
    access_expires_at = DateTimeField(help_text=EXPIRY)

    class Meta(UserSerializer.Meta):
        fields = (*UserSerializer.Meta.fields, "csrf_token", "access_expires_at")


class LoginSessionSerializer(ModelSerializer):
    """A browser or a program that is signed in."""

    is_current = serializers.SerializerMethodField(help_text="Whether this request belongs to it.")

    class Meta:
        model = LoginSession
        fields = ("id", "user_agent", "ip", "created_at", "last_used_at", "is_current")
        read_only_fields = fields
        help_texts = {
            "user_agent": "What the browser or program calls itself.",
            "ip": "Where the sign-in came from; null if unknown.",
            "last_used_at": "When its tokens were last refreshed.",
        }

    def get_is_current(self, session: LoginSession) -> bool:
        current: bool = session.pk == self.context["request"].auth.session_id
        return current
