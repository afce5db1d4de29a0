"""Reviews, and reports of bad ones."""

from typing import Any

from rest_framework import serializers

from accounts.models import User
from accounts.serializers import PersonSerializer
from courses.models import Review
from lms.drf import ModelSerializer


class ReviewAuthorSerializer(PersonSerializer):
    """The author of a review, without an id."""

    class Meta(PersonSerializer.Meta):
        fields = ("name", "avatar")
        read_only_fields = fields

    def to_representation(self, instance: User) -> dict[str, Any]:
        person = super().to_representation(instance)
        return {name: person[name] for name in self.Meta.fields}


class ReviewSerializer(ModelSerializer):
    """A review of a course."""

    author = ReviewAuthorSerializer(source="user")

    class Meta:
        model = Review
        fields = ("id", "rating", "comment", "author", "created_at", "updated_at")
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


class ReviewReportSerializer(serializers.Serializer):
    """Why staff should look at a review."""

    reason = serializers.CharField(
        max_length=500, allow_blank=True, default="", help_text="A sentence for staff."
    )
