"""One's own profile."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from accounts.authentication import UserRequest
from accounts.personal_data import export_everything
from accounts.serializers import ProfileSerializer, UserSerializer
from accounts.serializers.passwords import CurrentPasswordSerializer
from accounts.serializers.people import AvatarSerializer
from accounts.services import people
from accounts.throttling import PASSWORD_THROTTLES, EmailChangeThrottle
from accounts.views.bases import AccountView, LeavingMixin
from lms.parsers import JSONParser
from lms.schema import refused


@extend_schema(tags=["people"])
class MeView(LeavingMixin, AccountView):
    throttle_classes = (*PASSWORD_THROTTLES, EmailChangeThrottle)
    parser_classes = (JSONParser, MultiPartParser)

    @extend_schema(responses=UserSerializer)
    def get(self, request: UserRequest) -> Response:
        """Show who I am."""
        return Response(UserSerializer(request.user).data)

    @extend_schema(
        request=ProfileSerializer,
        responses={200: UserSerializer, 413: refused("payload_too_large")},
    )
    def patch(self, request: UserRequest) -> Response:
        """Change my profile. A new `email` becomes mine when the link that is mailed there is used."""
        serializer = ProfileSerializer(
            request.user, data=request.data, partial=True, context={"request": request}
        )
        serializer.is_valid(raise_exception=True)
        changes = {**serializer.validated_data}
        changes.pop("current_password", None)
        people.change_profile(request.user, **changes)
        return Response(UserSerializer(request.user).data)

    @extend_schema(
        request=CurrentPasswordSerializer,
        responses={204: None, 400: refused("required", "invalid_password")},
    )
    def delete(self, request: UserRequest) -> Response:
        """Delete my account and everything that names me; what I bought stays in the books without my name."""
        serializer = CurrentPasswordSerializer(data=request.data, context={"request": request})
        serializer.is_valid(raise_exception=True)
        people.forget(request.user)
        return Response(status=204)


@extend_schema(tags=["people"])
class AvatarView(AccountView):
    serializer_class = AvatarSerializer
    parser_classes = (MultiPartParser,)

    @extend_schema(responses={200: UserSerializer, 413: refused("payload_too_large")})
    def put(self, request: UserRequest) -> Response:
        """Set my picture: JPEG, PNG or WebP."""
        people.set_avatar(request.user, self.validated(request)["avatar"])
        return Response(UserSerializer(request.user).data)

    @extend_schema(request=None, responses={200: UserSerializer})
    def delete(self, request: UserRequest) -> Response:
        """Remove my picture."""
        people.set_avatar(request.user, None)
        return Response(UserSerializer(request.user).data)


@extend_schema(tags=["people"])
class InstructorView(AccountView):
    @extend_schema(
        request=None,
        responses={200: UserSerializer, 202: UserSerializer, 409: refused("request_declined")},
    )
    def post(self, request: UserRequest) -> Response:
        """Become an instructor: at once (200), or when staff approve (202)."""
        done = people.become_instructor(request.user)
        return Response(UserSerializer(request.user).data, status=200 if done else 202)


@extend_schema(tags=["people"])
class ExportView(AccountView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: UserRequest) -> Response:
        """Give everything that is kept about me."""
        headers = {"Content-Disposition": 'attachment; filename="personal-data.json"'}
        return Response(export_everything(request.user), headers=headers)
