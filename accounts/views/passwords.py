"""Passwords: changed, and reset by an e-mailed link."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import UserRequest
from accounts.exceptions import InvalidLink, TooManyPasswords, WrongPassword
from accounts.models import User
from accounts.queries import render_user
from accounts.serializers import UserSerializer
from accounts.serializers.details import MessageSerializer
from accounts.serializers.passwords import (
    ChangePasswordSerializer,
    ForgotPasswordSerializer,
    ResetPasswordSerializer,
)
from accounts.services import passwords
from accounts.throttling import (
    DEVICE_COOKIE,
    PASSWORD_THROTTLES,
    ForgotAddressThrottle,
    ForgotEmailThrottle,
    remember_device,
)
from accounts.views.bases import AccountViewSet, PublicViewSet
from lms.schema import raises


@extend_schema(tags=["Auth"])
class ChangePasswordViewSet(AccountViewSet):
    serializer_class = ChangePasswordSerializer
    throttle_classes = PASSWORD_THROTTLES

    @extend_schema(
        operation_id="changePassword",
        summary="Change your password",
        description="Your other sessions end; this one goes on.",
        responses={200: UserSerializer, **raises(WrongPassword, TooManyPasswords)},
    )
    def change(self, request: UserRequest) -> Response:
        new = self.validated(request)["new_password"]
        passwords.change_password(request.user, new=new, session_id=request.auth.session_id)
        response = Response(render_user(request.user))
        if DEVICE_COOKIE in request.COOKIES:
            _remember(response, request.user)
        return response


@extend_schema(tags=["Auth"])
class ForgotPasswordViewSet(PublicViewSet):
    serializer_class = ForgotPasswordSerializer
    throttle_classes = (ForgotAddressThrottle, ForgotEmailThrottle)

    @extend_schema(
        operation_id="requestPasswordReset",
        summary="Request a link to reset a password",
        description="E-mail a link if an account has this address. The response is the same if none has, so that "
        "nobody learns who has an account.",
        responses={202: MessageSerializer},
    )
    def request_reset(self, request: Request) -> Response:
        passwords.request_reset(self.validated(request)["email"])
        detail = (
            "If an account has this e-mail address, we have sent it a link to reset the password."
        )
        return Response({"detail": detail}, status=202)


@extend_schema(tags=["Auth"])
class ResetPasswordViewSet(PublicViewSet):
    serializer_class = ResetPasswordSerializer

    @extend_schema(
        operation_id="resetPassword",
        summary="Reset a password",
        description="Send `uid` and `token` of the link `FRONTEND_URL/reset-password?uid=...&token=...`. It "
        "works once, for an hour. All sessions of the account end; sign in with the new password "
        "after this. A password that is refused does not use up the link.",
        responses={200: MessageSerializer, **raises(InvalidLink, TooManyPasswords)},
    )
    def reset(self, request: Request) -> Response:
        data = self.validated(request)
        passwords.reset_password(data["token"], data["new_password"])
        response = Response({"detail": "Your new password is set. You can sign in with it now."})
        # The link proves who owns the account, so other people's guesses must not delay this browser's sign-in.
        _remember(response, data["token"].user)
        return response


def _remember(response: Response, user: User) -> None:
    """Remember a browser that has just set the password: the services leave the old hash on the user."""
    user.refresh_from_db(fields=["password"])
    remember_device(response, user)
