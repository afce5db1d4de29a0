"""The second factor: shown, set up and removed."""

from dataclasses import asdict

import segno
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from accounts.authentication import UserRequest
from accounts.exceptions import (
    InvalidCode,
    SecondFactorEnabled,
    SecondFactorMissing,
    TooManyPasswords,
)
from accounts.models import SecondFactor
from accounts.queries import render_second_factor
from accounts.serializers.passwords import CurrentPasswordSerializer
from accounts.serializers.second_factor import (
    RecoveryCodesSerializer,
    SecondFactorCodeSerializer,
    SecondFactorSerializer,
    SecondFactorSetupSerializer,
)
from accounts.services import second_factor
from accounts.throttling import PASSWORD_THROTTLES
from accounts.views.bases import AccountViewSet
from lms.schema import raises


@extend_schema(tags=["Auth"])
class SecondFactorViewSet(AccountViewSet):
    serializer_class = CurrentPasswordSerializer
    throttle_classes = PASSWORD_THROTTLES

    @extend_schema(
        operation_id="getSecondFactor",
        summary="Get the state of your second factor",
        description="Whether sign-ins require codes, since when, and how many recovery codes are left.",
        responses=SecondFactorSerializer,
    )
    def retrieve(self, request: UserRequest) -> Response:
        factor = SecondFactor.objects.find_confirmed(request.user)
        return Response(render_second_factor(factor))

    @extend_schema(
        operation_id="startSecondFactor",
        summary="Start to set up a second factor",
        description="The response has a secret for an authenticator app; nothing else ever shows it. Show "
        "`qr_code` as an image. Sign-ins require codes once `POST /auth/second-factor/confirm` has "
        "seen one. Starting again replaces the secret.",
        responses={
            201: SecondFactorSetupSerializer,
            **raises(SecondFactorEnabled, TooManyPasswords),
        },
    )
    def create(self, request: UserRequest) -> Response:
        self.validated(request)
        setup = second_factor.set_up(request.user)
        qr_code = segno.make(setup.otpauth_url).svg_data_uri(scale=4)
        return Response(asdict(setup) | {"qr_code": qr_code}, status=201)

    @extend_schema(
        operation_id="removeSecondFactor",
        summary="Remove your second factor",
        description="Sign-ins require no code any more. Repeating it changes nothing.",
        request=CurrentPasswordSerializer,
        responses={204: None, **raises(TooManyPasswords)},
    )
    def destroy(self, request: UserRequest) -> Response:
        self.validated(request)
        second_factor.remove(request.user)
        return Response(status=204)

    @extend_schema(
        operation_id="createRecoveryCodes",
        summary="Create new recovery codes",
        description="The previous codes stop working. The response is the only one that contains the new ones.",
        responses={200: RecoveryCodesSerializer, **raises(SecondFactorMissing, TooManyPasswords)},
    )
    def renew_recovery_codes(self, request: UserRequest) -> Response:
        self.validated(request)
        return Response({"recovery_codes": second_factor.renew_recovery_codes(request.user)})


@extend_schema(tags=["Auth"])
class ConfirmSecondFactorViewSet(AccountViewSet):
    serializer_class = SecondFactorCodeSerializer

    @extend_schema(
        operation_id="confirmSecondFactor",
        summary="Confirm your second factor",
        description="Send a code that the authenticator app shows. From then on every sign-in requires one. The "
        "response is the only one that contains the recovery codes: ask the person to keep them.",
        responses={
            200: RecoveryCodesSerializer,
            **raises(InvalidCode, SecondFactorMissing, SecondFactorEnabled),
        },
    )
    def confirm(self, request: UserRequest) -> Response:
        codes = second_factor.confirm(request.user, self.validated(request)["code"])
        return Response({"recovery_codes": codes})
