"""The shape of uploads and files on the wire."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from lms.drf import DateTimeField, ModelSerializer
from lms.exceptions import invalid
from lms.languages import LanguageField
from lms.validators import LINE, validate_line
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
        help_texts = {
            "status": "`pending`: a ticket was given; `uploading`; `processing`: it is being prepared; `ready`: it can be played; `failed`: see `failure_detail`.",
            "failure_reason": "A code such as `too_large` or `unsupported_media`; empty unless it failed.",
            "failure_detail": "A sentence for its owner; empty unless it failed.",
            "original_name": "The name that the file had.",
            "bytes": "Its size in bytes; null until it has arrived.",
            "duration_seconds": "The length of a video in seconds; null for other files, and while it is unknown.",
            "language": "A language tag by BCP 47; null if unknown.",
            "kind": "What it is for.",
        }


class UploadLanguageField(LanguageField):
    """The language of a file. Captions without it have the one at the end of their name: `intro.es-419.vtt`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            default=None,
            allow_null=True,
            allow_blank=True,
            help_text="A language tag by BCP 47: `en`, `pt-BR`. Captions without it have that of their name: `intro.es-419.vtt`.",
            **kwargs,
        )


class FileUploadSerializer(serializers.Serializer):
    """A form with a file that is uploaded through us."""

    file = serializers.FileField(help_text="The file; `GET /media/limits` has formats and sizes.")
    language = UploadLanguageField()


def wrong_extension(formats: Iterable[str]) -> serializers.ValidationError:
    sentence = _("The name must end in one of: {formats}.")
    return invalid(sentence, "unsupported_media", attr="filename", formats=list(formats))


def too_many_bytes(max_value: int) -> serializers.ValidationError:
    sentence = _("The file may have at most {max_value} bytes. Choose a smaller one.")
    return invalid(sentence, "max_value", attr="size_bytes", max_value=max_value)


class StartUploadSerializer(serializers.Serializer):
    """A file that is about to be uploaded straight to Cloudinary."""

    kind = serializers.ChoiceField(choices=Asset.Kind.choices, help_text="What the file is for.")
    filename = serializers.CharField(
        max_length=255,
        help_text="Its extension says the format; students download it under this name.",
    )
    size_bytes = serializers.IntegerField(
        min_value=1, help_text="In bytes; `GET /media/limits` has the most of each kind."
    )
    language = UploadLanguageField()

    raises = (
        *(invalid(text, code, attr="filename") for code, text in LINE.items()),
        wrong_extension(limits.FORMATS[Asset.Kind.VIDEO]),
        too_many_bytes(limits.max_bytes(Asset.Kind.VIDEO)),
    )

    def validate_filename(self, value: str) -> str:
        """Return a name that reads as what it is: students download the file under it."""
        validate_line(value)
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        formats, max_bytes = limits.FORMATS[attrs["kind"]], limits.max_bytes(attrs["kind"])
        if limits.extension(attrs["filename"]) not in formats:
            raise wrong_extension(formats)
        if attrs["size_bytes"] > max_bytes:
            raise too_many_bytes(max_bytes)
        return attrs


class UploadTicketSerializer(serializers.Serializer):
    """How to upload a file: POST it to `url` with `fields`, in parts of `chunk_bytes`, before `expires_at`."""

    url = serializers.URLField(help_text="Where to POST the form.")
    fields_ = serializers.DictField(
        child=serializers.CharField(), help_text="The fields of the form, besides `file`."
    )
    chunk_bytes = serializers.IntegerField(
        help_text="The size in bytes of each part of a larger file."
    )
    expires_at = DateTimeField(help_text="Until when the upload may begin.")

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

    public_id = serializers.CharField(max_length=255, help_text="As Cloudinary answered.")
    version = serializers.IntegerField(
        min_value=0, max_value=2**53, help_text="As Cloudinary answered."
    )
    signature = serializers.CharField(
        max_length=64, help_text="As Cloudinary answered: it proves the other two."
    )


class KindLimitsSerializer(serializers.Serializer):
    """What is accepted of one kind."""

    formats = serializers.ListField(
        child=serializers.CharField(), help_text="Extensions of file names, without the dot."
    )
    max_bytes = serializers.IntegerField(help_text="The largest size in bytes.")


class UploadLimitsSerializer(serializers.Serializer):
    """What is accepted, by kind. `image` applies to avatars and thumbnails."""

    chunk_bytes = serializers.IntegerField(
        help_text="The size in bytes of each part of an upload straight to Cloudinary."
    )
    video = KindLimitsSerializer()
    file = KindLimitsSerializer()
    captions = KindLimitsSerializer()
    submission = KindLimitsSerializer()
    image = KindLimitsSerializer()
