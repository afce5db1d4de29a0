"""The shapes of what goes in and out.

Those of the hot reads are declared here and written by hand where they are read; tests hold both to the same.
"""

from math import isfinite
from typing import Any

from rest_framework import serializers

from accounts.serializers import PersonSerializer
from courses.models import Lecture
from courses.serializers import CourseCardSerializer
from courses.serializers.outline import OutlineLectureSerializer, OutlineSectionSerializer
from lms.drf import ModelSerializer, ObjectIdField

from . import certificates, credential
from .access import Reason
from .models import Certificate, Source

AUTHOR_ONLY = "Only told to the course's instructor and staff."

MAX_RANGES = 200
"""How many watched ranges one update may bring."""


class EnrollmentSerializer(serializers.Serializer):
    """A course that somebody studies."""

    id = ObjectIdField()
    course = CourseCardSerializer()
    percentage = serializers.IntegerField(min_value=0, max_value=100)
    completed_lectures = serializers.IntegerField()
    total_lectures = serializers.IntegerField()
    is_completed = serializers.BooleanField()
    completed_at = serializers.DateTimeField(allow_null=True)
    certificate = serializers.CharField(allow_null=True, help_text="The certificate's code.")
    last_lecture = ObjectIdField(allow_null=True)
    last_activity_at = serializers.DateTimeField()
    enrolled_at = serializers.DateTimeField()


class GrantSerializer(serializers.Serializer):
    """One reason to have access."""

    source = serializers.ChoiceField(choices=Source.choices)
    order = ObjectIdField(allow_null=True, help_text="The order that it was bought with.")
    active = serializers.BooleanField()
    since = serializers.DateTimeField()


class AccessSerializer(serializers.Serializer):
    """Whether somebody may watch, and why."""

    can_watch = serializers.BooleanField()
    reason = serializers.ChoiceField(choices=[(each.value, each.value) for each in Reason])
    grants = GrantSerializer(many=True)


class StudiedLectureSerializer(OutlineLectureSerializer):
    """A lecture of the outline; the last two for those who may watch the course."""

    completed = serializers.BooleanField(required=False)
    position_seconds = serializers.IntegerField(required=False)

    class Meta(OutlineLectureSerializer.Meta):
        fields = [*OutlineLectureSerializer.Meta.fields, "completed", "position_seconds"]


class StudiedSectionSerializer(OutlineSectionSerializer):
    lectures = StudiedLectureSerializer(many=True)


class StudiedOutlineSerializer(serializers.Serializer):
    """The outline of a course."""

    sections = StudiedSectionSerializer(many=True)


class LectureFileSerializer(serializers.Serializer):
    """A file to download."""

    url = serializers.URLField()
    expires_at = serializers.DateTimeField()
    name = serializers.CharField()
    bytes = serializers.IntegerField()


class LectureContentSerializer(ModelSerializer):
    """A lecture with what is taught in it."""

    body_html = serializers.CharField(help_text="The body as sanitised HTML.")
    file = LectureFileSerializer(allow_null=True)
    completed = serializers.BooleanField()
    position_seconds = serializers.IntegerField()
    is_published = serializers.BooleanField(required=False, help_text=AUTHOR_ONLY)
    asset = ObjectIdField(required=False, allow_null=True, help_text=AUTHOR_ONLY)
    next_asset = ObjectIdField(required=False, allow_null=True, help_text=AUTHOR_ONLY)
    captions = serializers.ListField(child=ObjectIdField(), required=False, help_text=AUTHOR_ONLY)

    class Meta:
        model = Lecture
        fields = [
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
            "is_published",
            "asset",
            "next_asset",
            "captions",
        ]


class CaptionsSerializer(serializers.Serializer):
    id = ObjectIdField()
    label = serializers.CharField()
    language = serializers.CharField(allow_null=True)
    url = serializers.URLField()


class PlaybackSerializer(serializers.Serializer):
    """What a player needs."""

    kind = serializers.ChoiceField(choices=Lecture.Kind.choices)
    url = serializers.URLField()
    expires_at = serializers.DateTimeField(allow_null=True)
    poster = serializers.URLField(allow_null=True)
    duration_seconds = serializers.IntegerField()
    captions = CaptionsSerializer(many=True)


class LectureProgressSerializer(serializers.Serializer):
    id = ObjectIdField()
    completed = serializers.BooleanField()
    position_seconds = serializers.IntegerField()


class ResumeSerializer(serializers.Serializer):
    """Where to go on."""

    lecture = ObjectIdField()
    position_seconds = serializers.IntegerField()


class ProgressSerializer(serializers.Serializer):
    """How far somebody is in a course."""

    percentage = serializers.IntegerField(min_value=0, max_value=100)
    completed_lectures = serializers.IntegerField()
    total_lectures = serializers.IntegerField()
    is_completed = serializers.BooleanField(
        help_text="Kept when lectures are added later, although the percentage falls."
    )
    completed_at = serializers.DateTimeField(allow_null=True)
    certificate = serializers.CharField(allow_null=True, help_text="The certificate's code.")
    last_lecture = ObjectIdField(allow_null=True)
    resume = ResumeSerializer(allow_null=True)
    lectures = LectureProgressSerializer(many=True)


class SecondsField(serializers.Field):
    """A number of seconds as players give it: whole or not, never negative."""

    default_error_messages = {"invalid": "Must be a number of seconds, 0 or more."}

    def to_internal_value(self, data: Any) -> float:
        number = isinstance(data, int | float) and not isinstance(data, bool)
        if not number or not isfinite(data) or data < 0:
            self.fail("invalid")
        return data

    def to_representation(self, value: float) -> float:
        return value


class RangeField(serializers.ListField):
    """`[from, to]` in seconds."""

    default_error_messages = {"range": "Must be two numbers of seconds, the first not the greater."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=SecondsField(), min_length=2, max_length=2, **kwargs)

    def to_internal_value(self, data: Any) -> list[float]:
        found = super().to_internal_value(data)
        if len(found) != 2 or found[0] > found[1]:
            self.fail("range")
        return found


class ProgressUpdateSerializer(serializers.Serializer):
    """What was done with a lecture. Nothing at all means that it is completed."""

    completed = serializers.BooleanField(required=False)
    position_seconds = SecondsField(required=False, help_text="Beyond the end means the end.")
    watched = serializers.ListField(
        child=RangeField(),
        required=False,
        max_length=MAX_RANGES,
        help_text="`[[from, to], ...]` in seconds, in any order, repeats allowed: a video is completed when enough "
        "of it has been watched.",
    )
    at = serializers.DateTimeField(
        required=False,
        help_text="When it was so, if not now: the latest position stays, not the last to arrive.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.keys() & {"completed", "position_seconds", "watched"}:
            attrs["completed"] = True
        if "position_seconds" in attrs:
            attrs["position_seconds"] = int(attrs["position_seconds"])
        return attrs


class CertificateCourseSerializer(serializers.Serializer):
    id = ObjectIdField(source="course_id")
    title = serializers.CharField(source="course_title")


class CertificateSerializer(ModelSerializer):
    """A certificate as anyone who knows its code sees it."""

    name = serializers.CharField(source="person_name")
    course = CertificateCourseSerializer(source="*")
    instructor = serializers.CharField(source="instructor_name")
    valid = serializers.BooleanField(source="is_valid")
    url = serializers.SerializerMethodField(help_text="The public page.")
    pdf = serializers.SerializerMethodField(help_text="The PDF, while the certificate is valid.")
    credential = serializers.SerializerMethodField(
        help_text="A signed Open Badges 3.0 credential (JWT, Ed25519); the public keys are at "
        f"`/{credential.KEYS_PATH}`. Null once revoked."
    )

    class Meta:
        model = Certificate
        fields = [
            "code",
            "name",
            "course",
            "instructor",
            "issued_at",
            "valid",
            "revoked_at",
            "url",
            "pdf",
            "credential",
        ]
        read_only_fields = fields

    def get_url(self, certificate: Certificate) -> str:
        return certificates.page_url(certificate)

    def get_pdf(self, certificate: Certificate) -> str | None:
        return certificates.pdf_url(certificate) if certificate.is_valid else None

    def get_credential(self, certificate: Certificate) -> str | None:
        return credential.sign(certificate) if certificate.is_valid else None


class StudentSerializer(serializers.Serializer):
    """Somebody who studies a course, as its instructor sees them."""

    id = ObjectIdField()
    student = PersonSerializer()
    percentage = serializers.IntegerField(min_value=0, max_value=100)
    completed_lectures = serializers.IntegerField()
    total_lectures = serializers.IntegerField()
    enrolled_at = serializers.DateTimeField()
    completed_at = serializers.DateTimeField(allow_null=True)
    last_activity_at = serializers.DateTimeField()


class LectureStatisticsSerializer(serializers.Serializer):
    id = ObjectIdField()
    title = serializers.CharField()
    started = serializers.IntegerField(help_text="Students who began it.")
    completed = serializers.IntegerField(help_text="Students who completed it.")
    stopped_here = serializers.IntegerField(
        help_text="Students who have not completed the course and were here last."
    )


class StatisticsSerializer(serializers.Serializer):
    """How a course's students get on."""

    students = serializers.IntegerField()
    completed = serializers.IntegerField()
    active_last_30_days = serializers.IntegerField()
    average_percentage = serializers.IntegerField(min_value=0, max_value=100)
    lectures = LectureStatisticsSerializer(many=True)
