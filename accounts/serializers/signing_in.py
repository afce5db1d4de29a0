"""Sign-up, sign-in and sessions."""

from typing import Any

from rest_framework import serializers

from accounts.models import LoginSession, User
from accounts.serializers.fields import EmailField, LineField, PasswordField
from accounts.serializers.passwords import check_new_password
from accounts.serializers.people import UserSerializer
from lms.drf import ModelSerializer
from lms.validators import validate_name


class SignUpSerializer(serializers.Serializer):
    name = LineField(max_length=100, validators=[validate_name])
    email = EmailField()
    password = PasswordField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        user = User(name=attrs["name"], email=attrs["email"])
        check_new_password(attrs["password"], user, field="password")
        return attrs


class SignInSerializer(serializers.Serializer):
    email = EmailField()
    password = PasswordField()


class SignInChallengeSerializer(serializers.Serializer):
    """The password was right. Send `challenge` and a code to `second-factor` below this path."""

    code = serializers.CharField(help_text="`second_factor_required`")
    challenge = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds")


class SignInCodeSerializer(serializers.Serializer):
    challenge = serializers.CharField(max_length=2000)
    code = serializers.CharField(max_length=40)


class TokenPairSerializer(serializers.Serializer):
    access = serializers.CharField()
    refresh = serializers.CharField()


class RefreshSerializer(serializers.Serializer):
    """Browsers send the cookie instead."""

    refresh = serializers.CharField(max_length=2000, required=False)


class CsrfTokenSerializer(serializers.Serializer):
    csrf_token = serializers.CharField()


class RefreshedSessionSerializer(CsrfTokenSerializer):
    """What a page may know of its tokens, which are in cookies."""

    access_expires_at = serializers.DateTimeField(
        help_text="When the access token ends. Refresh it then; `GET /auth/session` does so too."
    )


class SessionSerializer(CsrfTokenSerializer):
    """Who is signed in; a visitor's `user` and `access_expires_at` are null."""

    user = UserSerializer(allow_null=True)
    access_expires_at = serializers.DateTimeField(allow_null=True)


class SignedInUserSerializer(UserSerializer):
    """The user, and what the page may know of the tokens in its cookies."""

    csrf_token = serializers.CharField()
    access_expires_at = serializers.DateTimeField()

    class Meta(UserSerializer.Meta):
        fields = (*UserSerializer.Meta.fields, "csrf_token", "access_expires_at")


class LoginSessionSerializer(ModelSerializer):
    is_current = serializers.SerializerMethodField()

    class Meta:
        model = LoginSession
        fields = ("id", "user_agent", "ip", "created_at", "last_used_at", "is_current")
        read_only_fields = fields

    def get_is_current(self, session: LoginSession) -> bool:
        current: bool = session.pk == self.context["request"].auth.session_id
        return current
