"""The second factor: seen, set up, removed."""

import segno
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from accounts.authentication import UserRequest
from accounts.models import SecondFactor
from accounts.serializers.passwords import CurrentPasswordSerializer
from accounts.serializers.second_factor import (
    CodeSerializer,
    EnrolmentSerializer,
    RecoveryCodesSerializer,
    SecondFactorSerializer,
)
from accounts.services import second_factor
from accounts.throttling import PASSWORD_THROTTLES
from accounts.views.bases import AccountView
from lms.schema import refused

signing_in = extend_schema(tags=["signing in"])


@signing_in
class SecondFactorView(AccountView):
    serializer_class = CurrentPasswordSerializer
    throttle_classes = PASSWORD_THROTTLES

    @extend_schema(responses=SecondFactorSerializer)
    def get(self, request: UserRequest) -> Response:
        """Say whether signing in asks for a code."""
        factor = SecondFactor.objects.of(request.user)
        return Response(
            {
                "enabled": factor is not None,
                "confirmed_at": factor.confirmed_at if factor else None,
                "recovery_codes_left": len(factor.recovery_codes) if factor else 0,
            }
        )

    @extend_schema(responses={201: EnrolmentSerializer, 409: refused("second_factor_enabled")})
    def post(self, request: UserRequest) -> Response:
        """Make a secret for an authenticator app. It counts from when a code of it is confirmed."""
        self.validated(request)
        enrolment = second_factor.enrol(request.user)
        body = {
            "secret": enrolment.secret,
            "otpauth_url": enrolment.otpauth_url,
            "qr_code": segno.make(enrolment.otpauth_url).svg_data_uri(scale=4),
        }
        return Response(body, status=201)

    @extend_schema(
        request=CurrentPasswordSerializer,
        responses={204: None, 400: refused("required", "invalid_password")},
    )
    def delete(self, request: UserRequest) -> Response:
        """Remove the second factor."""
        self.validated(request)
        second_factor.remove(request.user)
        return Response(status=204)


@signing_in
class ConfirmSecondFactorView(AccountView):
    serializer_class = CodeSerializer

    @extend_schema(
        responses={
            200: RecoveryCodesSerializer,
            400: refused("invalid_code"),
            409: refused("second_factor_missing", "second_factor_enabled"),
        }
    )
    def post(self, request: UserRequest) -> Response:
        """Ask for codes from now on; the answer shows the recovery codes, once."""
        codes = second_factor.confirm(request.user, self.validated(request)["code"])
        return Response({"recovery_codes": codes})


@signing_in
class RecoveryCodesView(AccountView):
    serializer_class = CurrentPasswordSerializer
    throttle_classes = PASSWORD_THROTTLES

    @extend_schema(responses={200: RecoveryCodesSerializer, 409: refused("second_factor_missing")})
    def post(self, request: UserRequest) -> Response:
        """Replace the recovery codes; the answer shows the new ones, once."""
        self.validated(request)
        return Response({"recovery_codes": second_factor.renew_recovery_codes(request.user)})
