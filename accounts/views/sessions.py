"""Sessions: listed, refreshed and ended."""

from bson import ObjectId
from django.db.models import QuerySet
from django.middleware.csrf import get_token
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema, extend_schema_view
from rest_framework import mixins
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import SignoutAuthentication, UserRequest, enforce_csrf
from accounts.cookies import (
    ACCESS_COOKIE,
    REFRESH_COOKIE,
    delete_cookies,
    deleting_dead_cookies,
    read_cookie,
    set_cookies,
)
from accounts.exceptions import (
    CrossSiteCookies,
    InvalidToken,
    SecondFactorSetupRequired,
    SessionRevoked,
)
from accounts.models import LoginSession
from accounts.queries import render_user
from accounts.serializers.signing_in import (
    CsrfTokenSerializer,
    LoginSessionSerializer,
    RefreshedSessionSerializer,
    RefreshSerializer,
    SessionSerializer,
    TokenPairSerializer,
)
from accounts.services import sessions
from accounts.views.bases import (
    AccountViewSet,
    PublicViewSet,
    refuse_other_site,
    render_tokens,
    token_response,
)
from lms.exceptions import CSRFFailed
from lms.schema import raises

REFRESHED = PolymorphicProxySerializer(
    component_name="RefreshedTokens",
    serializers=[RefreshedSessionSerializer, TokenPairSerializer],
    resource_type_field_name=None,
)


@extend_schema(tags=["Auth"])
class CSRFViewSet(PublicViewSet):
    @extend_schema(
        operation_id="getCsrfToken",
        summary="Get a CSRF token",
        description="Send it as the header `X-CSRFToken` with every POST, PUT, PATCH and DELETE that is signed "
        "in by cookie. The response also sets the cookie that it is compared with. Bearer tokens "
        "need none.",
        responses=CsrfTokenSerializer,
    )
    def retrieve(self, request: Request) -> Response:
        return Response({"csrf_token": get_token(request._request)})


@extend_schema(tags=["Auth"])
class CurrentSessionViewSet(PublicViewSet):
    @extend_schema(
        operation_id="getSession",
        summary="Get who is signed in",
        description="For a page's first request: 200 for everybody, and `user` is null for a visitor. It looks at the "
        "cookies alone, renews both if the access token has ended or ends within a minute, and deletes them if they are of "
        "no use any more.",
        responses=SessionSerializer,
    )
    def retrieve(self, request: Request) -> Response:
        access, refresh = (read_cookie(request, name) for name in (ACCESS_COOKIE, REFRESH_COOKIE))
        resumed = sessions.resume_session(access, refresh)
        if resumed is None:
            delete_cookies(request)  # dead ones, if there are any
            return Response({"user": None} | render_tokens(request, None))
        tokens = render_tokens(request, resumed.access_expires_at)
        response = Response({"user": render_user(resumed.user)} | tokens)
        if resumed.pair:
            set_cookies(response, resumed.pair)
        return response


@extend_schema(tags=["Auth"])
@extend_schema_view(
    list=extend_schema(
        operation_id="listSessions",
        summary="List your sessions, newest first",
        description="Each is a browser or a program that is signed in to your account.",
    )
)
class SessionViewSet(mixins.ListModelMixin, GenericViewSet):
    queryset = LoginSession.objects.none()
    serializer_class = LoginSessionSerializer
    ordering = ("-created_at", "-id")
    request: UserRequest

    def get_queryset(self) -> QuerySet[LoginSession]:
        return LoginSession.objects.visible_to(self.request.user)

    @extend_schema(
        operation_id="endSession",
        summary="End one of your sessions",
        description="Its access token stops working at once. If it is this session, its cookies are deleted.",
    )
    def destroy(self, request: UserRequest, pk: ObjectId) -> Response:
        self.get_object().delete()
        if pk == request.auth.session_id:
            delete_cookies(request)
        return Response(status=204)


@extend_schema(tags=["Auth"])
class RefreshViewSet(PublicViewSet):
    serializer_class = RefreshSerializer

    @extend_schema(
        operation_id="refreshSession",
        summary="Get the next tokens for a refresh token",
        description="Send the refresh token in the body to get the next pair in the body. Browsers send their "
        "cookie with an empty body and get cookies.\n\nA refresh token works once. A second tab that "
        "sends the same one within 10 seconds gets the same pair; later it ends the session, because "
        "somebody else may have a copy.",
        responses={
            200: REFRESHED,
            **raises(
                NotAuthenticated,
                InvalidToken,
                SessionRevoked,
                CrossSiteCookies,
                CSRFFailed,
                SecondFactorSetupRequired,
            ),
        },
    )
    def refresh(self, request: Request) -> Response:
        if token := self.validated(request).get("refresh"):
            return token_response(request, sessions.refresh_session(token))
        refuse_other_site(request)
        token = read_cookie(request, REFRESH_COOKIE)
        if not token:
            delete_cookies(request)
            raise NotAuthenticated
        enforce_csrf(request._request)
        with deleting_dead_cookies(request):
            pair = sessions.refresh_session(token)
        response = Response(render_tokens(request, pair.access_expires_at))
        set_cookies(response, pair)
        return response


@extend_schema(tags=["Auth"])
class SignoutViewSet(AccountViewSet):
    authentication_classes = (SignoutAuthentication,)

    @extend_schema(
        operation_id="signOut",
        summary="Sign out",
        description="End this session and delete its cookies. Its access token stops working at once. Browsers "
        "can sign out with the refresh cookie alone, after the access token has ended.",
        request=None,
        responses={204: None},
        auth=[{"bearer": []}, {"cookie": []}],  # type: ignore[list-item]  # goes into the document as it is
    )
    def sign_out(self, request: UserRequest) -> Response:
        sessions.sign_out(request.auth.session_id)
        delete_cookies(request)
        return Response(status=204)


@extend_schema(tags=["Auth"])
class SignoutEverywhereViewSet(AccountViewSet):
    @extend_schema(
        operation_id="signOutEverywhere",
        summary="Sign out everywhere",
        description="End all your sessions, this one too, and delete its cookies.",
        request=None,
        responses={204: None},
    )
    def sign_out_everywhere(self, request: UserRequest) -> Response:
        sessions.sign_out_everywhere([request.user])
        delete_cookies(request)
        return Response(status=204)
