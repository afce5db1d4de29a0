"""Playback of lectures."""

from bson import ObjectId
from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import Credential
from courses.exceptions import EnrollmentRequired, Locked
from learning.exceptions import NothingToPlay
from learning.serializers import PlaybackSerializer
from learning.services.playback import start_playback
from lms.schema import raises
from media.exceptions import NotReady, TooManyStreams


@extend_schema(tags=["Learning"])
class PlaybackViewSet(GenericViewSet):
    serializer_class = PlaybackSerializer
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="startPlayback",
        summary="Start to play a lecture",
        description="Give `url` to a player: an HLS stream or a video file; for a lecture of kind `file`, a "
        "download. It works until `expires_at`: then ask again. Visitors may play previews.\n\nA "
        f"person may play on {settings.PLAYBACK_STREAMS} devices at once: on one more it is 429 `too_many_streams` until one "
        "stops.",
        request=None,
        responses={
            200: PlaybackSerializer,
            **raises(
                NotAuthenticated,
                EnrollmentRequired,
                Locked,
                NothingToPlay,
                NotReady,
                TooManyStreams,
            ),
        },
    )
    def create(self, request: Request, pk: ObjectId) -> Response:
        device = str(request.auth.session_id) if isinstance(request.auth, Credential) else ""
        return Response(start_playback(pk, user=request.user, device=device))
