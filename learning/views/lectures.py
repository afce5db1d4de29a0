"""Watching a lecture."""

from bson import ObjectId
from django.utils.decorators import method_decorator
from django.views.decorators.cache import cache_control
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import Credential
from learning.queries import lectures
from learning.serializers import PlaybackSerializer
from lms.schema import refused


@extend_schema(tags=["learning"])
class PlaybackViewSet(GenericViewSet):
    serializer_class = PlaybackSerializer
    permission_classes = (AllowAny,)

    @extend_schema(
        summary="Watch a lecture",
        operation_id="lectures_playback",
        description="A URL that works for a while. Visitors may watch previews; only the rate of requests of their "
        "address limits them, where a person plays on so many devices at once: 429 `too_many_streams`.",
        request=None,
        responses={
            200: PlaybackSerializer,
            403: refused("enrollment_required"),
            409: refused("not_ready", "nothing_to_play"),
        },
    )
    @method_decorator(cache_control(private=True, no_store=True))
    def create(self, request: Request, pk: ObjectId) -> Response:
        shown = lectures.find(pk, request.user)
        device = str(request.auth.session_id) if isinstance(request.auth, Credential) else ""
        return Response(lectures.play(shown, person=request.user, device=device))
