"""The shape of what a player needs."""

from rest_framework import serializers

from courses.models import Lecture
from courses.serializers import NullField
from lms.drf import DateTimeField, ObjectIdField


class CaptionsSerializer(serializers.Serializer):
    """Captions of a video, in WebVTT."""

    id = ObjectIdField()
    label = serializers.CharField(help_text="For the player's menu.")  # type: ignore[assignment]  # DRF takes fields off the class
    language = serializers.CharField(
        allow_null=True, help_text="A language tag by BCP 47; null if unknown."
    )
    url = serializers.URLField(help_text="For a `<track>`.")


class PlaybackSerializer(serializers.Serializer):
    """What a player needs."""

    kind = serializers.ChoiceField(choices=Lecture.Kind.choices)
    url = serializers.URLField(
        help_text="An HLS stream (`.m3u8`), a video file or a file to download."
    )
    expires_at = DateTimeField(
        allow_null=True, help_text="Until when `url` works: then start again."
    )
    poster = serializers.URLField(
        allow_null=True, help_text="A picture to show before it plays, or null."
    )
    duration_seconds = serializers.IntegerField(
        help_text="The length of the video in seconds; 0 if unknown."
    )
    locked = NullField(help_text="Always null: what is locked for you is 403 `locked`.")
    captions = CaptionsSerializer(many=True)
