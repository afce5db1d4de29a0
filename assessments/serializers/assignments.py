"""Assignments, what students hand in, and its grade."""

from typing import Any

from rest_framework import serializers

from accounts.serializers import PersonSerializer
from assessments.models import Assignment, Submission
from assessments.models.question import MAX_POINTS
from lms.drf import DateTimeField, ModelSerializer, ObjectIdField
from lms.validators import validate_line
from media.serializers import AssetSerializer

MAX_CRITERIA = 50
MAX_FILES = 20


class CriterionSerializer(serializers.Serializer):
    """One line of a rubric."""

    id = ObjectIdField(
        required=False,
        help_text="Ours. Send it to change the title and keep the grades; by the same title a criterion is found too.",
    )
    title = serializers.CharField(max_length=200, validators=[validate_line])
    points = serializers.IntegerField(
        min_value=1, max_value=MAX_POINTS, help_text="In hundredths of a point."
    )


class AssignmentSerializer(ModelSerializer):
    """What an assignment asks. PUT replaces it as a whole."""

    lecture = ObjectIdField(read_only=True, help_text="The id of its lecture.")
    instructions_html = serializers.CharField(
        read_only=True, help_text="The instructions as sanitised HTML."
    )
    points = serializers.IntegerField(
        min_value=1,
        max_value=MAX_POINTS,
        default=10_000,
        help_text="The maximum score, in hundredths of a point.",
    )
    rubric = serializers.ListField(
        child=CriterionSerializer(),
        default=list,
        max_length=MAX_CRITERIA,
        help_text="Empty, or criteria whose points add up to `points`.",
    )
    accept = serializers.ListField(
        child=serializers.ChoiceField(choices=Assignment.Accept.choices),
        default=lambda: [Assignment.Accept.TEXT.value, Assignment.Accept.FILES.value],
        allow_empty=False,
        max_length=len(Assignment.Accept.values),
        help_text="What may be handed in.",
    )
    max_files = serializers.IntegerField(
        min_value=1,
        max_value=MAX_FILES,
        default=5,
        help_text="How many files, where they are accepted.",
    )
    passing_percent = serializers.IntegerField(
        min_value=1, max_value=100, default=50, help_text="The share of the points that passes."
    )

    class Meta:
        model = Assignment
        fields = (
            "lecture",
            "instructions",
            "instructions_html",
            "points",
            "rubric",
            "due_at",
            "late",
            "accept",
            "max_files",
            "passing_percent",
        )
        help_texts = {
            "instructions": "Markdown.",
            "due_at": "Until when it is to be handed in; null for no end.",
            "late": "What happens after `due_at`: `accept`; `mark`, which also shows the student `is_late`; `refuse`.",
        }
        extra_kwargs = {
            "due_at": {"default": None},
            "late": {"default": Assignment.Late.ACCEPT},
        }

    def validate_accept(self, accept: list[str]) -> list[str]:
        return list(dict.fromkeys(accept))


class SubmissionSerializer(ModelSerializer):
    """What a student handed in. The owner of the course also gets `student`."""

    id = ObjectIdField(allow_null=True, help_text="Null while nothing was saved.")
    files = AssetSerializer(many=True)
    is_late = serializers.BooleanField(
        allow_null=True,
        help_text="Whether it came after `due_at`. The student sees it only where late work is marked; else null.",
    )
    rubric = serializers.DictField(
        child=serializers.IntegerField(), help_text="The score of each criterion, by its id."
    )
    student = PersonSerializer(required=False, help_text="Only for the course's instructor.")

    class Meta:
        model = Submission
        fields = (
            "id",
            "lecture",
            "status",
            "text",
            "files",
            "is_late",
            "submitted_at",
            "score",
            "max_score",
            "percentage",
            "passed",
            "rubric",
            "feedback",
            "student",
        )
        read_only_fields = fields
        help_texts = {
            "status": "`draft`; `submitted`: it waits to be graded; `returned`: the student may hand it in again; `graded`.",
            "text": "Plain text.",
            "submitted_at": "When it was last handed in; null until then.",
            "score": "In hundredths of a point, as are `max_score` and `rubric`; null until it is graded.",
            "max_score": "The points of the assignment when it was graded.",
            "percentage": "Of `max_score`, rounded down.",
            "passed": "Null until it is graded.",
            "feedback": "Plain text; may be empty.",
        }


class SubmissionFileSerializer(serializers.Serializer):
    """A link to a file that was handed in."""

    url = serializers.URLField(help_text="Downloads the file, until `expires_at`.")
    expires_at = DateTimeField(help_text="Then ask again.")


class ContentSerializer(serializers.Serializer):
    """What is handed in; what is left out stays as it was saved."""

    text = serializers.CharField(
        max_length=50_000,
        allow_blank=True,
        trim_whitespace=False,
        required=False,
        help_text="Plain text.",
    )
    files = serializers.ListField(
        child=ObjectIdField(),
        max_length=MAX_FILES,
        required=False,
        help_text="The ids of assets of your own, of kind `submission` and ready.",
    )


class DraftSerializer(ContentSerializer):
    """What is saved, as a whole: what is left out becomes empty."""

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        for name, empty in (("text", ""), ("files", list)):
            fields[name].default = empty
        return fields


class SubmissionGradeSerializer(serializers.Serializer):
    """A grade for what a student handed in. Scores are hundredths of a point."""

    score = serializers.IntegerField(
        min_value=0,
        max_value=MAX_POINTS,
        required=False,
        help_text="Of an assignment without a rubric.",
    )
    rubric = serializers.DictField(
        child=serializers.IntegerField(min_value=0, max_value=MAX_POINTS),
        required=False,
        help_text="The score of each criterion by its id, where there is a rubric: all of them.",
    )
    feedback = serializers.CharField(
        max_length=10_000, allow_blank=True, default="", help_text="Plain text for the student."
    )
    returned = serializers.BooleanField(
        default=False, help_text="Whether the student may hand it in again."
    )
