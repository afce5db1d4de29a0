"""The shape of uploads and files on the wire."""

from typing import Any

from rest_framework import serializers

from lms.drf import DateTimeField, ModelSerializer
from lms.languages import LanguageField
from lms.validators import validate_line
from media import limits
from media.models import Asset


class AssetSerializer(ModelSerializer):
    """A file as its owner sees it. Where it is stored stays secret."""

    class Meta:
        model = Asset
        fields = (
            "id",
            "kind",
            "status",
            "failure_reason",
            "failure_detail",
            "original_name",
            "bytes",
            "duration_seconds",
            "language",
            "created_at",
        )
        read_only_fields = fields


class UploadLanguageField(LanguageField):
    """The language of a file. Captions without it have the one at the end of their name: `intro.es-419.vtt`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default=None, allow_null=True, allow_blank=True, **kwargs)


class FileUploadSerializer(serializers.Serializer):
    """A file that is uploaded through us."""

    file = serializers.FileField()
    language = UploadLanguageField()


class StartUploadSerializer(serializers.Serializer):
    """A file that is about to be uploaded straight to Cloudinary."""

    kind = serializers.ChoiceField(choices=Asset.Kind.choices)
    filename = serializers.CharField(max_length=255)
    size_bytes = serializers.IntegerField(min_value=1)
    language = UploadLanguageField()

    def validate_filename(self, value: str) -> str:
        """Return a name that reads as what it is: students download the file under it."""
        validate_line(value)
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        formats, max_bytes = limits.FORMATS[attrs["kind"]], limits.max_bytes(attrs["kind"])
        if limits.extension(attrs["filename"]) not in formats:
            raise serializers.ValidationError(
                {"filename": f"The name must end in one of: {', '.join(formats)}."},
                code="unsupported_media",
            )
        if attrs["size_bytes"] > max_bytes:
            raise serializers.ValidationError(
                {"size_bytes": f"The file may have at most {max_bytes:,} bytes."}, code="max_value"
            )
        return attrs


class UploadTicketSerializer(serializers.Serializer):
    """How to upload a file: POST it to `url` with `fields`, in parts of `chunk_bytes`, before `expires_at`."""

    url = serializers.URLField()
    fields_ = serializers.DictField(child=serializers.CharField())
    chunk_bytes = serializers.IntegerField()
    expires_at = DateTimeField()

    def get_fields(self) -> dict[str, serializers.Field]:
        # A serializer has an attribute `fields` of its own.
        fields = super().get_fields()
        fields["fields"] = fields.pop("fields_")
        return fields


class UploadSerializer(serializers.Serializer):
    """A pending asset, and the ticket to upload its file."""

    asset = AssetSerializer()
    upload = UploadTicketSerializer()


class CompleteUploadSerializer(serializers.Serializer):
    """Three fields of Cloudinary's response to the upload."""

    public_id = serializers.CharField(max_length=255)
    version = serializers.IntegerField(min_value=0, max_value=2**53)
    signature = serializers.CharField(max_length=64)


class KindLimitsSerializer(serializers.Serializer):
    formats = serializers.ListField(child=serializers.CharField())
    max_bytes = serializers.IntegerField()


class UploadLimitsSerializer(serializers.Serializer):
    """Sizes in bytes. `image` applies to avatars and thumbnails."""

    chunk_bytes = serializers.IntegerField()
    video = KindLimitsSerializer()
    file = KindLimitsSerializer()
    captions = KindLimitsSerializer()
    image = KindLimitsSerializer()
