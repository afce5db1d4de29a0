"""Reviews, and reports of bad ones."""

from typing import Any

from rest_framework import serializers

from accounts.models import User
from accounts.serializers import PersonSerializer
from courses.models import Review
from courses.models.course import STARS
from lms.drf import DateTimeField, ModelSerializer


class ReviewAuthorSerializer(PersonSerializer):
    """The author of a review, without an id."""

    class Meta(PersonSerializer.Meta):
        fields = ("name", "avatar")
        read_only_fields = fields

    def to_representation(self, instance: User) -> dict[str, Any]:
        person = super().to_representation(instance)
        return {name: person[name] for name in self.Meta.fields}


class ReplySerializer(serializers.Serializer):
    """The instructor's answer to a review."""

    comment = serializers.CharField(help_text="Plain text.")
    created_at = DateTimeField(
        help_text="The time of the first answer; changing it keeps the time."
    )


class ReviewSerializer(ModelSerializer):
    """A review of a course."""

    author = ReviewAuthorSerializer(source="user")
    reply = ReplySerializer(allow_null=True, help_text="Null without an answer.")

    class Meta:
        model = Review
        fields = ("id", "rating", "comment", "reply", "author", "created_at", "updated_at")
        read_only_fields = fields
        help_texts = {
            "rating": "1 to 5 stars.",
            "comment": "Plain text; may be empty.",
        }


class ReviewWriteSerializer(serializers.Serializer):
    """A review of a course."""

    rating = serializers.IntegerField(min_value=1, max_value=5, help_text="1 to 5 stars.")
    comment = serializers.CharField(
        max_length=2000, allow_blank=True, default="", help_text="Plain text."
    )


class ReplyWriteSerializer(serializers.Serializer):
    """An answer to a review."""

    comment = serializers.CharField(max_length=2000, help_text="Plain text.")


class HistogramSerializer(serializers.Serializer):
    """How many people gave 1, 2, 3, 4 and 5 stars."""

    def get_fields(self) -> dict[str, serializers.Field]:
        return {str(star): serializers.IntegerField(min_value=0) for star in STARS}


class RatingSerializer(serializers.Serializer):
    """The average of all listed reviews."""

    average = serializers.FloatField(
        allow_null=True, help_text="Rounded to two decimals; null if nobody has rated."
    )
    count = serializers.IntegerField(help_text="How many people rated.")


class RatingsSerializer(RatingSerializer):
    """How people rate a course."""

    histogram = HistogramSerializer()


class ReviewReportSerializer(serializers.Serializer):
    """Why staff should look at a review."""

    reason = serializers.CharField(
        max_length=500, allow_blank=True, default="", help_text="A sentence for staff."
    )
