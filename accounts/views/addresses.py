"""Verifying that an e-mail address is somebody's."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import UserRequest
from accounts.serializers.addresses import VerifiedSerializer, VerifyEmailSerializer
from accounts.services import addresses
from accounts.throttling import ResendThrottle
from accounts.views.bases import AccountView, DetailSerializer, PublicView
from lms.schema import refused

signing_in = extend_schema(tags=["signing in"])


@signing_in
class VerifyEmailView(PublicView):
    serializer_class = VerifyEmailSerializer

    @extend_schema(responses={200: VerifiedSerializer, 400: refused("invalid_token", "unique")})
    def post(self, request: Request) -> Response:
        """Verify the address that the link was mailed to; a new address becomes the user's by it."""
        user = addresses.verify_email(self.validated(request)["token"])
        return Response({"email_verified": user.email_verified})


@signing_in
class ResendVerificationView(AccountView):
    throttle_classes = (ResendThrottle,)

    @extend_schema(request=None, responses={202: DetailSerializer})
    def post(self, request: UserRequest) -> Response:
        """Mail a new link, if an address waits to be verified; the one before it dies."""
        addresses.resend_verification(request.user)
        detail = "If your address is not verified yet, a mail is on its way."
        return Response({"detail": detail}, status=202)
