"""Signing up, in and out: browsers by cookies, others by tokens in the body."""

from django.conf import settings
from django.middleware.csrf import get_token
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import SignoutAuthentication, UserRequest, enforce_csrf
from accounts.cookies import REFRESH_COOKIE, set_cookies
from accounts.exceptions import InvalidCode, InvalidCredentials
from accounts.models import LoginSession
from accounts.serializers import UserSerializer
from accounts.serializers.signing_in import (
    ChallengeSerializer,
    CSRFSerializer,
    RefreshSerializer,
    SecondStepSerializer,
    SigninSerializer,
    SignupSerializer,
    TokensSerializer,
)
from accounts.services.signing_in import (
    finish_sign_in,
    sign_in,
    sign_out_everywhere,
    sign_up,
)
from accounts.throttling import (
    CODE_THROTTLES,
    SIGNIN_THROTTLES,
    CodeFailures,
    SigninFailures,
    SignupThrottle,
    remember_device,
)
from accounts.tokens import Tokens, rotate
from accounts.views.bases import (
    AccountView,
    LeavingMixin,
    PublicView,
    TrustedOriginMixin,
    device_of,
)
from lms.schema import refused

signing_in = extend_schema(tags=["signing in"])


def by_cookies(request: Request, tokens: Tokens, *, status: int = 200) -> Response:
    """Hand tokens to a browser, out of its scripts' reach, and answer its user."""
    user = tokens.session.user
    response = Response(UserSerializer(user).data, status=status)
    set_cookies(response, tokens)
    remember_device(response, user)
    get_token(request._request)  # makes Django's middleware set the CSRF cookie
    return response


def by_body(request: Request, tokens: Tokens) -> Response:
    return Response({"access": tokens.access, "refresh": tokens.refresh})


@signing_in
class CSRFView(PublicView):
    @extend_schema(responses=CSRFSerializer)
    def get(self, request: Request) -> Response:
        """Give the token that browsers send as `X-CSRFToken`, and set its cookie."""
        return Response({"csrf_token": get_token(request._request)})


@signing_in
class SignupView(TrustedOriginMixin, PublicView):
    serializer_class = SignupSerializer
    throttle_classes = (SignupThrottle,)

    @extend_schema(responses={201: UserSerializer, 403: refused("untrusted_origin")})
    def post(self, request: Request) -> Response:
        """Make an account, mail a link that verifies its address, and sign in by cookies."""
        tokens = sign_up(**self.validated(request), device=device_of(request))
        return by_cookies(request, tokens, status=201)


class PasswordStep(PublicView):
    """The first step of a sign-in, and the only one without a second factor."""

    serializer_class = SigninSerializer
    throttle_classes = SIGNIN_THROTTLES
    hand_over = staticmethod(by_body)

    def post(self, request: Request) -> Response:
        """Sign in by e-mail and password.

        Where a second factor is set up, the answer is 202 with a challenge for `second-factor` below this path.
        """
        failures = SigninFailures()
        try:
            result = sign_in(**self.validated(request), device=device_of(request))
        except InvalidCredentials:
            failures.allow_request(request, self)
            raise
        failures.forgive(request, self)
        if isinstance(result, Tokens):
            return self.hand_over(request, result)
        seconds = int(settings.CHALLENGE_LIFETIME.total_seconds())
        body = {"code": "second_factor_required", "challenge": result, "expires_in": seconds}
        return Response(body, status=202)


class CodeStep(PublicView):
    """The second step: a code of the authenticator app, or a recovery code."""

    serializer_class = SecondStepSerializer
    throttle_classes = CODE_THROTTLES
    hand_over = staticmethod(by_body)

    def post(self, request: Request) -> Response:
        """Finish signing in by a code of the authenticator app, or a recovery code. Each works once."""
        failures = CodeFailures()
        try:
            tokens = finish_sign_in(**self.validated(request), device=device_of(request))
        except InvalidCode:
            failures.allow_request(request, self)
            raise
        failures.forgive(request, self)
        return self.hand_over(request, tokens)


@signing_in
@extend_schema(
    responses={
        200: UserSerializer,
        202: ChallengeSerializer,
        401: refused("invalid_credentials"),
        403: refused("untrusted_origin"),
    }
)
class SigninView(TrustedOriginMixin, PasswordStep):
    hand_over = staticmethod(by_cookies)


@signing_in
@extend_schema(
    responses={
        200: UserSerializer,
        400: refused("invalid_code"),
        401: refused("invalid_token"),
        403: refused("untrusted_origin"),
    }
)
class SigninCodeView(TrustedOriginMixin, CodeStep):
    hand_over = staticmethod(by_cookies)


@signing_in
@extend_schema(
    responses={
        200: TokensSerializer,
        202: ChallengeSerializer,
        401: refused("invalid_credentials"),
    }
)
class TokenView(PasswordStep):
    pass


@signing_in
@extend_schema(
    responses={
        200: TokensSerializer,
        400: refused("invalid_code"),
        401: refused("invalid_token"),
    }
)
class TokenCodeView(CodeStep):
    pass


@signing_in
class RefreshView(LeavingMixin, PublicView):
    serializer_class = RefreshSerializer
    leaving_statuses = (401,)

    @extend_schema(
        responses={
            200: PolymorphicProxySerializer(
                component_name="Refreshed",
                serializers=[UserSerializer, TokensSerializer],
                resource_type_field_name=None,
            ),
            401: refused("session_revoked", "invalid_token", "not_authenticated"),
            403: refused("csrf_failed"),
        }
    )
    def post(self, request: Request) -> Response:
        """Exchange a refresh token for the next pair: the body's in the body, else the cookie's by cookies."""
        if token := self.validated(request).get("refresh"):
            return by_body(request, rotate(token))
        if token := request.COOKIES.get(REFRESH_COOKIE):
            enforce_csrf(request._request)
            return by_cookies(request, rotate(token))
        raise NotAuthenticated


@signing_in
class SignoutView(LeavingMixin, AccountView):
    authentication_classes = (SignoutAuthentication,)
    leaving_statuses = (204, 401)

    @extend_schema(
        request=None,
        responses={204: None},
        auth=[{"bearer": []}, {"cookie": []}],  # type: ignore[list-item]  # goes into the document as it is
    )
    def post(self, request: UserRequest) -> Response:
        """End this session and clear its cookies."""
        LoginSession.objects.filter(pk=request.auth.session_id).delete()
        return Response(status=204)


@signing_in
class SignoutEverywhereView(LeavingMixin, AccountView):
    @extend_schema(request=None, responses={204: None})
    def post(self, request: UserRequest) -> Response:
        """End every session of the user, this one too."""
        sign_out_everywhere([request.user])
        return Response(status=204)
