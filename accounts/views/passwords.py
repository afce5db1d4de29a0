"""Passwords: changed, forgotten, set anew."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import UserRequest
from accounts.serializers import UserSerializer
from accounts.serializers.passwords import (
    ChangePasswordSerializer,
    ForgotPasswordSerializer,
    ResetPasswordSerializer,
)
from accounts.services import passwords
from accounts.throttling import (
    PASSWORD_THROTTLES,
    ForgotAddressThrottle,
    ForgotEmailThrottle,
    remember_device,
)
from accounts.views.bases import AccountView, DetailSerializer, PublicView
from lms.schema import refused

signing_in = extend_schema(tags=["signing in"])


@signing_in
class ChangePasswordView(AccountView):
    serializer_class = ChangePasswordSerializer
    throttle_classes = PASSWORD_THROTTLES

    @extend_schema(responses=UserSerializer)
    def post(self, request: UserRequest) -> Response:
        """Change the password and sign every other device out."""
        new = self.validated(request)["new_password"]
        passwords.change_password(request.user, new=new, session_id=request.auth.session_id)
        return Response(UserSerializer(request.user).data)


@signing_in
class ForgotPasswordView(PublicView):
    serializer_class = ForgotPasswordSerializer
    throttle_classes = (ForgotAddressThrottle, ForgotEmailThrottle)

    @extend_schema(responses={202: DetailSerializer})
    def post(self, request: Request) -> Response:
        """Mail a link to set a new password, if somebody has this address; the answer is always the same."""
        passwords.forget_password(self.validated(request)["email"])
        detail = "If somebody has an account with this address, a mail is on its way."
        return Response({"detail": detail}, status=202)


@signing_in
class ResetPasswordView(PublicView):
    serializer_class = ResetPasswordSerializer

    @extend_schema(responses={200: DetailSerializer, 400: refused("invalid_token")})
    def post(self, request: Request) -> Response:
        """Set a new password by a mailed link, and sign every device out."""
        data = self.validated(request)
        passwords.reset_password(data["link"], data["new_password"])
        response = Response({"detail": "The password is set. Sign in with it."})
        # Reading the mail proves the owner, whom somebody who guesses elsewhere must not keep waiting.
        remember_device(response, data["link"].user)
        return response
