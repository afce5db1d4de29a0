"""What students say, and what others say of it."""

from rest_framework import serializers

from courses.models import Review
from lms.drf import ModelSerializer


class ReviewAuthorSerializer(serializers.Serializer):
    name = serializers.CharField()
    avatar = serializers.URLField(allow_null=True)


class ReviewSerializer(ModelSerializer):
    """A review as everybody sees it."""

    author = ReviewAuthorSerializer(source="user")

    class Meta:
        model = Review
        fields = ["id", "rating", "comment", "author", "created_at", "updated_at"]
        read_only_fields = fields


class ReviewWriteSerializer(serializers.Serializer):
    rating = serializers.IntegerField(min_value=1, max_value=5)
    comment = serializers.CharField(max_length=2000, allow_blank=True, default="")


class ReportSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=500, allow_blank=True, default="")
