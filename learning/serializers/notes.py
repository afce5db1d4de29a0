"""Private notes on lectures."""

from rest_framework import serializers

from learning.marks import MAX_POSITION
from learning.models import Note
from learning.serializers.study import SecondsField
from lms.drf import ModelSerializer


class NoteSerializer(ModelSerializer):
    """Your note on a lecture, which only you see."""

    class Meta:
        model = Note
        fields = ("id", "lecture", "body", "position_seconds", "created_at", "updated_at")
        read_only_fields = fields
        help_texts = {
            "body": "Plain text.",
            "position_seconds": "In seconds from the start; null for the lecture as a whole.",
        }


class NoteWriteSerializer(serializers.Serializer):
    """A note on a lecture."""

    body = serializers.CharField(max_length=5000, help_text="Plain text.")
    position_seconds = SecondsField(
        required=False,
        allow_null=True,
        help_text="In seconds from the start; null, the default, for the lecture as a whole.",
    )

    def validate_position_seconds(self, seconds: float | None) -> int | None:
        return None if seconds is None else int(min(seconds, MAX_POSITION))
