from typing import Any

from rest_framework import serializers

from lms.drf import ModelSerializer
from media import limits
from media.models import Asset


class AssetSerializer(ModelSerializer):
    """A file as its owner sees it; where it is stored is nobody's business."""

    class Meta:
        model = Asset
        fields = [
            "id",
            "kind",
            "status",
            "failure_reason",
            "original_name",
            "bytes",
            "duration_seconds",
            "created_at",
        ]
        read_only_fields = fields


class FileSerializer(serializers.Serializer):
    """A file sent through us."""

    file = serializers.FileField()


class UploadRequestSerializer(serializers.Serializer):
    """What is about to be sent straight to Cloudinary."""

    kind = serializers.ChoiceField(choices=Asset.Kind.choices)
    filename = serializers.CharField(max_length=255)
    size_bytes = serializers.IntegerField(min_value=1)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        formats, most = limits.FORMATS[attrs["kind"]], limits.max_bytes(attrs["kind"])
        if limits.extension(attrs["filename"]) not in formats:
            raise serializers.ValidationError(
                {"filename": f"The name must end in one of: {', '.join(formats)}."},
                code="unsupported_media",
            )
        if attrs["size_bytes"] > most:
            raise serializers.ValidationError(
                {"size_bytes": f"The file may have {most:,} bytes at most."}, code="max_value"
            )
        return attrs


class TicketSerializer(serializers.Serializer):
    """Where to POST the file, with which form fields, in parts of how many bytes, until when."""

    url = serializers.URLField()
    fields_ = serializers.DictField(child=serializers.CharField())
    chunk_bytes = serializers.IntegerField()
    expires_at = serializers.DateTimeField()

    def get_fields(self) -> dict[str, serializers.Field]:
        # `fields` is what serializers call their own.
        fields = super().get_fields()
        fields["fields"] = fields.pop("fields_")
        return fields


class UploadSerializer(serializers.Serializer):
    """The asset that waits for its file, and the ticket to send it."""

    asset = AssetSerializer()
    upload = TicketSerializer()


class CompletionSerializer(serializers.Serializer):
    """What Cloudinary answered to the upload."""

    public_id = serializers.CharField(max_length=255)
    version = serializers.IntegerField(min_value=0, max_value=2**53)
    signature = serializers.CharField(max_length=64)


class KindLimitsSerializer(serializers.Serializer):
    formats = serializers.ListField(child=serializers.CharField())
    max_bytes = serializers.IntegerField()


class LimitsSerializer(serializers.Serializer):
    """Sizes in bytes; `image` is of avatars and thumbnails."""

    chunk_bytes = serializers.IntegerField()
    video = KindLimitsSerializer()
    file = KindLimitsSerializer()
    captions = KindLimitsSerializer()
    image = KindLimitsSerializer()
