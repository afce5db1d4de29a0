"""A person's own account."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from accounts.authentication import UserRequest
from accounts.cookies import delete_cookies
from accounts.exceptions import EmailTaken, RequestDeclined, TooManyPasswords
from accounts.personal_data import export_everything
from accounts.queries import render_user
from accounts.serializers import ProfileSerializer, UserSerializer
from accounts.serializers.passwords import CurrentPasswordSerializer
from accounts.serializers.people import AvatarSerializer
from accounts.services import erasure, instructors, profiles
from accounts.throttling import PASSWORD_THROTTLES, EmailChangeThrottle
from accounts.views.bases import AccountViewSet
from lms.images import PICTURE_ERRORS
from lms.parsers import JSONParser
from lms.schema import raises
from lms.throttling import AnonThrottle, PictureThrottle, UserThrottle


@extend_schema(tags=["Account"])
class MeViewSet(AccountViewSet):
    throttle_classes = (*PASSWORD_THROTTLES, EmailChangeThrottle, PictureThrottle)
    parser_classes = (JSONParser, MultiPartParser)

    @extend_schema(
        operation_id="getMe",
        summary="Get your account",
        description="A page that starts asks `GET /auth/session` instead, which never answers 401.",
        responses=UserSerializer,
    )
    def retrieve(self, request: UserRequest) -> Response:
        return Response(render_user(request.user))

    @extend_schema(
        operation_id="updateMe",
        summary="Update your profile",
        description="Send the fields that change, as JSON, or as a form if it carries an `avatar`. A new `email` "
        "needs `current_password`; it becomes yours when you open the link that is sent to it, and "
        "until then the response has the old one.",
        request=ProfileSerializer,
        responses={200: UserSerializer, **raises(EmailTaken, *PICTURE_ERRORS, TooManyPasswords)},
    )
    def partial_update(self, request: UserRequest) -> Response:
        context = self.get_serializer_context()
        serializer = ProfileSerializer(
            request.user, data=request.data, partial=True, context=context
        )
        serializer.is_valid(raise_exception=True)
        profiles.change_profile(request.user, **serializer.validated_data)
        return Response(render_user(request.user))

    @extend_schema(
        operation_id="deleteMe",
        summary="Delete your account",
        description="Erase everything that identifies you, and end all your sessions. Orders stay without your "
        "name, and certificates are revoked. Your courses are deleted, or archived if others are "
        "enrolled: those keep them. It cannot be undone.",
        request=CurrentPasswordSerializer,
        responses={204: None, **raises(TooManyPasswords)},
    )
    def destroy(self, request: UserRequest) -> Response:
        context = self.get_serializer_context()
        serializer = CurrentPasswordSerializer(data=request.data, context=context)
        serializer.is_valid(raise_exception=True)
        erasure.erase_account(request.user)
        delete_cookies(request)
        return Response(status=204)


@extend_schema(tags=["Account"])
class AvatarViewSet(AccountViewSet):
    serializer_class = AvatarSerializer
    throttle_classes = (UserThrottle, AnonThrottle, PictureThrottle)
    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="setAvatar",
        summary="Set your picture",
        description="It is scaled to at most 512 pixels a side, and only the "
        "picture is kept: no place, no camera.",
        responses={200: UserSerializer, **raises(*PICTURE_ERRORS)},
    )
    def update(self, request: UserRequest) -> Response:
        profiles.set_avatar(request.user, self.validated(request)["avatar"])
        return Response(render_user(request.user))

    @extend_schema(
        operation_id="removeAvatar",
        summary="Remove your picture",
        description="Repeating it changes nothing.",
        request=None,
        responses={200: UserSerializer},
    )
    def destroy(self, request: UserRequest) -> Response:
        profiles.set_avatar(request.user, None)
        return Response(render_user(request.user))


@extend_schema(tags=["Account"])
class InstructorViewSet(AccountViewSet):
    @extend_schema(
        operation_id="becomeInstructor",
        summary="Become an instructor",
        description="The response is 200 if you are one, and 202 if staff must approve it first: they send an "
        "e-mail. Repeating it changes nothing.",
        request=None,
        responses={200: UserSerializer, 202: UserSerializer, **raises(RequestDeclined)},
    )
    def become_instructor(self, request: UserRequest) -> Response:
        is_instructor = instructors.become_instructor(request.user)
        return Response(render_user(request.user), status=200 if is_instructor else 202)


@extend_schema(tags=["Account"])
class ExportViewSet(AccountViewSet):
    @extend_schema(
        operation_id="exportMe",
        summary="Export everything that is stored about you",
        description="One JSON file with a member per part of the application. It is sent as a download named "
        "`personal-data.json`.",
        responses=OpenApiTypes.OBJECT,
    )
    def export(self, request: UserRequest) -> Response:
        headers = {"Content-Disposition": 'attachment; filename="personal-data.json"'}
        return Response(export_everything(request.user), headers=headers)
