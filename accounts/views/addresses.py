"""The verification of an e-mail address."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import UserRequest
from accounts.exceptions import EmailTaken, InvalidLink
from accounts.serializers.addresses import EmailVerificationSerializer, VerifyEmailSerializer
from accounts.serializers.details import MessageSerializer
from accounts.services import addresses
from accounts.throttling import ResendThrottle
from accounts.views.bases import AccountViewSet, PublicViewSet
from lms.schema import raises


@extend_schema(tags=["Auth"])
class VerificationViewSet(PublicViewSet):
    serializer_class = VerifyEmailSerializer

    @extend_schema(
        operation_id="verifyEmail",
        summary="Verify an e-mail address",
        description="Send the `token` of the link `FRONTEND_URL/verify-email?token=...`. If you asked to change "
        "your address, this changes it. A token works once, for 3 days, and until a newer link is "
        "sent.",
        responses={200: EmailVerificationSerializer, **raises(InvalidLink, EmailTaken)},
    )
    def verify(self, request: Request) -> Response:
        user = addresses.verify_email(self.validated(request)["token"])
        return Response({"email_verified": user.email_verified})


@extend_schema(tags=["Auth"])
class ResendVerificationViewSet(AccountViewSet):
    throttle_classes = (ResendThrottle,)

    @extend_schema(
        operation_id="resendVerification",
        summary="Send the verification link again",
        description="E-mail a new link if an address of yours is not verified yet. The previous link stops "
        "working. The response is the same if there is nothing to verify.",
        request=None,
        responses={202: MessageSerializer},
    )
    def resend(self, request: UserRequest) -> Response:
        addresses.resend_verification(request.user)
        detail = "If your e-mail address is not verified yet, we have sent you a new link."
        return Response({"detail": detail}, status=202)
