"""Signing up and signing in: browsers get cookies, other programs get tokens in the body."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.exceptions import (
    CrossSiteCookies,
    EmailTaken,
    InvalidCode,
    InvalidCredentials,
    InvalidToken,
    SecondFactorSetupRequired,
    TooManyPasswords,
    UntrustedOrigin,
)
from accounts.queries import render_challenge
from accounts.serializers.signing_in import (
    SignedInUserSerializer,
    SignInChallengeSerializer,
    SignInCodeSerializer,
    SignInSerializer,
    SignUpSerializer,
    TokenPairSerializer,
)
from accounts.services.signing_in import finish_sign_in, sign_in, sign_up
from accounts.throttling import (
    CODE_THROTTLES,
    SIGNIN_THROTTLES,
    CodeFailures,
    SigninFailures,
    SignupThrottle,
)
from accounts.tokens import TokenPair
from accounts.views.bases import (
    PublicViewSet,
    TrustedOriginMixin,
    device_of,
    signed_in_response,
    token_response,
)
from lms.locales import of_request
from lms.schema import raises

TWO_STEPS = "If a second factor is set up, the response is 202 with a challenge for `second-factor` below this path."
ONE_USE = "Send a code of the authenticator app, or a recovery code. Each code works once."
SESSION_ERRORS = (InvalidCredentials, SecondFactorSetupRequired)
PASSWORD_ERRORS = (TooManyPasswords, *SESSION_ERRORS)
CODE_ERRORS = (InvalidCode, InvalidToken, *SESSION_ERRORS)
COOKIE_ERRORS = (UntrustedOrigin, CrossSiteCookies)


@extend_schema(tags=["Auth"])
class SignupViewSet(TrustedOriginMixin, PublicViewSet):
    serializer_class = SignUpSerializer
    throttle_classes = (SignupThrottle,)

    @extend_schema(
        operation_id="signUp",
        summary="Sign up",
        description="Create a student's account, e-mail a link that verifies the address, and sign in with "
        "cookies as `POST /auth/signin` does. Fields that are not listed, `role` among them, have no "
        "effect.",
        responses={
            201: SignedInUserSerializer,
            **raises(EmailTaken, TooManyPasswords, *COOKIE_ERRORS),
        },
    )
    def sign_up(self, request: Request) -> Response:
        pair = sign_up(
            **self.validated(request),
            signup_locale=of_request(request._request),
            device=device_of(request),
        )
        return signed_in_response(request, pair, status=201)


class PasswordStep(PublicViewSet):
    """The first step of a sign-in, and the only one without a second factor."""

    serializer_class = SignInSerializer
    throttle_classes = SIGNIN_THROTTLES
    respond = staticmethod(token_response)

    def sign_in(self, request: Request) -> Response:
        with SigninFailures().watch(request):
            result = sign_in(**self.validated(request), device=device_of(request))
        if isinstance(result, TokenPair):
            return self.respond(request, result)
        return Response(render_challenge(result), status=202)


class CodeStep(PublicViewSet):
    """The second step of a sign-in: the second factor's code."""

    serializer_class = SignInCodeSerializer
    throttle_classes = CODE_THROTTLES
    respond = staticmethod(token_response)

    def finish(self, request: Request) -> Response:
        with CodeFailures().watch(request):
            pair = finish_sign_in(**self.validated(request), device=device_of(request))
        return self.respond(request, pair)


@extend_schema(tags=["Auth"])
class SigninViewSet(TrustedOriginMixin, PasswordStep):
    respond = staticmethod(signed_in_response)

    @extend_schema(
        operation_id="signIn",
        summary="Sign in with cookies",
        description="For browsers: the tokens are in HttpOnly cookies, which scripts cannot read.\n\nIf the "
        "account has a second factor, the response is 202 and sets no cookie: send its `challenge` "
        "with a code to `POST /auth/signin/second-factor`. An unknown address and a wrong password "
        "get the same answer.",
        responses={
            200: SignedInUserSerializer,
            202: SignInChallengeSerializer,
            **raises(*COOKIE_ERRORS, *PASSWORD_ERRORS),
        },
    )
    def sign_in(self, request: Request) -> Response:
        return super().sign_in(request)


@extend_schema(tags=["Auth"])
class SigninCodeViewSet(TrustedOriginMixin, CodeStep):
    respond = staticmethod(signed_in_response)

    @extend_schema(
        operation_id="finishSignIn",
        summary="Finish signing in with cookies",
        description="Send the `challenge` of `POST /auth/signin` with a code of the authenticator app or a "
        "recovery code. Each code works once.",
        responses={200: SignedInUserSerializer, **raises(*COOKIE_ERRORS, *CODE_ERRORS)},
    )
    def finish(self, request: Request) -> Response:
        return super().finish(request)


@extend_schema(tags=["Auth"])
class TokenViewSet(PasswordStep):
    @extend_schema(
        operation_id="createToken",
        summary="Sign in with tokens",
        description="For programs that are not browsers: the tokens are in the body, and no cookie is set. Send "
        "`access` as `Authorization: Bearer <access>`.\n\nIf the account has a second factor, the "
        "response is 202: send its `challenge` with a code to `POST /auth/token/second-factor`.",
        responses={
            200: TokenPairSerializer,
            202: SignInChallengeSerializer,
            **raises(*PASSWORD_ERRORS),
        },
    )
    def sign_in(self, request: Request) -> Response:
        return super().sign_in(request)


@extend_schema(tags=["Auth"])
class TokenCodeViewSet(CodeStep):
    @extend_schema(
        operation_id="finishCreateToken",
        summary="Finish signing in with tokens",
        description="Send the `challenge` of `POST /auth/token` with a code of the authenticator app or a "
        "recovery code. Each code works once.",
        responses={200: TokenPairSerializer, **raises(*CODE_ERRORS)},
    )
    def finish(self, request: Request) -> Response:
        return super().finish(request)
