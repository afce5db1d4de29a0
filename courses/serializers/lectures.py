"""Lectures: as the people who may watch them see them, and as their author writes them."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from courses.models import Lecture, Section
from courses.serializers.outline import (
    AUTHOR_ONLY,
    DURATION,
    POSITION,
    PREVIEW,
    NullField,
    PositionField,
)
from lms.drf import DateTimeField, ModelSerializer, ObjectIdField, ObjectIdRelatedField
from lms.exceptions import invalid
from media.models import Asset

REQUIRES = (
    "The ids of lectures of this course that a student completes first. One that is not published counts as completed, and "
    "a course that is studied in order needs none."
)


class LectureFileSerializer(serializers.Serializer):
    """A file to download."""

    url = serializers.URLField(help_text="Downloads the file, until `expires_at`.")
    expires_at = DateTimeField(help_text="Then get the lecture again.")
    name = serializers.CharField(help_text="The name under which it is saved.")
    bytes = serializers.IntegerField(help_text="Its size in bytes.")


class LectureContentSerializer(ModelSerializer):
    """A lecture with its text or file."""

    body_html = serializers.CharField(help_text="The body as sanitised HTML.")
    file = LectureFileSerializer(
        allow_null=True, help_text="Of a lecture of kind `file` that is ready; else null."
    )
    completed = serializers.BooleanField(help_text="Whether you completed it; false for visitors.")
    position_seconds = serializers.IntegerField(
        help_text="Where you stopped, in seconds from the start."
    )
    locked = NullField(help_text="Always null: what is locked for you is 403 `locked`.")
    is_published = serializers.BooleanField(required=False, help_text=AUTHOR_ONLY)
    asset = ObjectIdField(required=False, allow_null=True, help_text=AUTHOR_ONLY)
    next_asset = ObjectIdField(required=False, allow_null=True, help_text=AUTHOR_ONLY)
    captions = serializers.ListField(child=ObjectIdField(), required=False, help_text=AUTHOR_ONLY)
    requires = serializers.ListField(child=ObjectIdField(), required=False, help_text=AUTHOR_ONLY)

    class Meta:
        model = Lecture
        fields = (
            "id",
            "course",
            "section",
            "title",
            "description",
            "kind",
            "duration_seconds",
            "is_preview",
            "position",
            "body",
            "body_html",
            "file",
            "completed",
            "position_seconds",
            "locked",
            "is_published",
            "asset",
            "next_asset",
            "captions",
            "requires",
        )
        help_texts = {
            "description": "Plain text; may be empty.",
            "duration_seconds": DURATION,
            "is_preview": PREVIEW,
            "position": POSITION,
            "body": "The article as it was written: Markdown. Empty for other kinds.",
        }


class LectureSerializer(ModelSerializer):
    """A lecture as its author sees it."""

    body_html = serializers.CharField(help_text="The body as sanitised HTML.")
    captions = serializers.ListField(child=ObjectIdField(), help_text="The ids of assets.")
    requires = serializers.ListField(child=ObjectIdField(), help_text=REQUIRES)

    class Meta:
        model = Lecture
        fields = (
            "id",
            "course",
            "section",
            "title",
            "description",
            "kind",
            "asset",
            "next_asset",
            "captions",
            "body",
            "body_html",
            "position",
            "is_preview",
            "is_published",
            "duration_seconds",
            "requires",
        )
        read_only_fields = fields
        help_texts = {
            "description": "Plain text; may be empty.",
            "asset": "The id of its video or file; null without one.",
            "next_asset": "The id of the video that replaces `asset` once it is ready, or null.",
            "body": "The article as you wrote it: Markdown.",
            "position": POSITION,
            "is_preview": PREVIEW,
            "is_published": "Whether students see it.",
            "duration_seconds": DURATION,
        }


KEEPS_ITS_KIND = _("A lecture keeps its kind. Make another lecture, and delete this one.")
NOT_YOUR_CAPTIONS = _("These are not captions of yours. Upload them first.")
WRONG_KIND = _("This is not a {kind}.")
MAX_REQUIRED = 50


class LectureWriteSerializer(ModelSerializer):
    """A lecture as its author writes it."""

    section = ObjectIdRelatedField(
        queryset=Section.objects.none(), help_text="The id of a section of this course."
    )
    asset = ObjectIdRelatedField(
        queryset=Asset.objects.none(),
        allow_null=True,
        required=False,
        help_text="A video or file of the instructor. One that replaces a playing video waits until it is ready.",
    )
    captions = serializers.ListField(
        child=ObjectIdField(), max_length=20, required=False, help_text="Assets of kind `captions`."
    )
    requires = serializers.ListField(
        child=ObjectIdField(), max_length=MAX_REQUIRED, required=False, help_text=REQUIRES
    )
    position = PositionField()

    class Meta:
        model = Lecture
        fields = (
            "section",
            "title",
            "description",
            "kind",
            "asset",
            "captions",
            "body",
            "is_preview",
            "is_published",
            "requires",
            "position",
        )
        help_texts = {
            "description": "Plain text.",
            "body": "Markdown, for an article.",
            "is_preview": PREVIEW,
            "is_published": "Whether students see it.",
        }

    raises = (
        invalid(KEEPS_ITS_KIND, "immutable", attr="kind"),
        invalid(NOT_YOUR_CAPTIONS, "does_not_exist", attr="captions"),
        invalid(WRONG_KIND, "wrong_kind", attr="asset", kind=Lecture.Kind.VIDEO.value),
    )

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        if course := self.context.get("course"):
            fields["section"].queryset = Section.objects.filter(course=course)
            fields["asset"].queryset = self.own_assets()
        return fields

    def own_assets(self) -> Any:
        usable = Asset.objects.owned_by(self.context["course"].instructor_id)
        return usable.exclude(status=Asset.Status.FAILED)

    def validate_kind(self, kind: str) -> str:
        if self.instance and kind != self.instance.kind:
            raise invalid(KEEPS_ITS_KIND, "immutable")
        return kind

    def validate_captions(self, ids: list) -> list:
        found = self.own_assets().filter(pk__in=ids, kind=Asset.Kind.CAPTIONS)
        if found.count() != len(set(ids)):
            raise invalid(NOT_YOUR_CAPTIONS, "does_not_exist")
        return list(dict.fromkeys(ids))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        kind = self.instance.kind if self.instance else attrs["kind"]
        asset = attrs.get("asset")
        if asset and asset.kind != kind:
            raise invalid(WRONG_KIND, "wrong_kind", attr="asset", kind=kind)
        if attrs.get("captions") and kind != Lecture.Kind.VIDEO:
            raise invalid(_("Only a video has captions."), "wrong_kind", attr="captions")
        if attrs.get("body") and kind != Lecture.Kind.ARTICLE:
            raise invalid(_("Only an article has a body."), "wrong_kind", attr="body")
        return attrs
