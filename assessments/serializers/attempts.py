"""The shapes of attempts."""

from rest_framework import serializers

from assessments.models import Attempt
from assessments.models.question import MAX_POINTS, Kind, Side
from lms.drf import DateTimeField, ObjectIdField


class AttemptOptionSerializer(serializers.Serializer):
    """An option of a question of an attempt, in the order in which it is shown."""

    id = ObjectIdField()
    text_html = serializers.CharField()
    side = serializers.ChoiceField(
        choices=Side.choices, required=False, help_text="Of a matching question."
    )


class AttemptQuestionSerializer(serializers.Serializer):
    """A question of an attempt. The last five fields are absent while the quiz does not show them."""

    id = ObjectIdField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    prompt_html = serializers.CharField()
    options = AttemptOptionSerializer(many=True)
    points = serializers.IntegerField(help_text="In hundredths.")
    unit = serializers.CharField(
        allow_null=True, help_text="The unit of a number, to be shown behind it."
    )
    response = serializers.JSONField(help_text="As it was saved; null if there is none.")
    answered_at = DateTimeField(allow_null=True)
    score = serializers.IntegerField(
        required=False, allow_null=True, help_text="In hundredths; null while it is not graded."
    )
    correct = serializers.BooleanField(
        required=False, allow_null=True, help_text="Whether it got all points."
    )
    key = serializers.DictField(
        required=False, allow_null=True, help_text="With which it was graded; null of an essay."
    )
    explanation = serializers.CharField(required=False, allow_blank=True, help_text="As HTML.")
    feedback = serializers.CharField(
        required=False, allow_blank=True, help_text="What the instructor wrote about the response."
    )


class AttemptFactsSerializer(serializers.Serializer):
    """An attempt without its questions."""

    id = ObjectIdField()
    lecture = ObjectIdField()
    number = serializers.IntegerField(help_text="From 1, of one student at one quiz.")
    status = serializers.ChoiceField(
        choices=Attempt.Status.choices,
        help_text="`submitted` waits for the grade of an essay.",
    )
    started_at = DateTimeField()
    expires_at = DateTimeField(allow_null=True, help_text="Null without a time limit.")
    submitted_at = DateTimeField(allow_null=True)
    submitted_by = serializers.ChoiceField(
        choices=Attempt.By.choices,
        allow_null=True,
        help_text="`clock` at the end of the time limit, and when access to the course ended.",
    )
    needs_grading = serializers.BooleanField(help_text="Whether an essay waits for the instructor.")
    score = serializers.IntegerField(
        allow_null=True, help_text="In hundredths; null until it is graded."
    )
    max_score = serializers.IntegerField(help_text="In hundredths.")
    percentage = serializers.IntegerField(
        allow_null=True,
        min_value=0,
        max_value=100,
        help_text="Of the maximum, rounded down; null until it is graded.",
    )
    passed = serializers.BooleanField(allow_null=True, help_text="Null until it is graded.")


class AttemptStudentSerializer(serializers.Serializer):
    """The student of an attempt."""

    id = ObjectIdField()
    name = serializers.CharField()


class AttemptSummarySerializer(AttemptFactsSerializer):
    """An attempt in a list."""

    student = AttemptStudentSerializer(
        required=False, help_text="For the course's instructor and staff."
    )


class AttemptSerializer(AttemptFactsSerializer):
    """An attempt with its questions, as they were drawn and frozen when it began."""

    server_time = DateTimeField(help_text="Compare `expires_at` with this, not with the device.")
    questions = AttemptQuestionSerializer(many=True)


class ResponseWriteSerializer(serializers.Serializer):
    """A response to one question."""

    response = serializers.JSONField(
        allow_null=True,
        help_text="Its shape depends on the kind of the question; null takes it back.",
    )


class SubmitSerializer(serializers.Serializer):
    """What is submitted with an attempt."""

    responses = serializers.DictField(
        child=serializers.JSONField(allow_null=True),
        required=False,
        help_text="The last responses by the ids of their questions: all are saved, or none and nothing is submitted.",
    )


class GradeWriteSerializer(serializers.Serializer):
    """A grade that the instructor gives by hand."""

    score = serializers.IntegerField(
        min_value=0, max_value=MAX_POINTS, help_text="In hundredths, at most the question's points."
    )
    feedback = serializers.CharField(
        max_length=10_000,
        required=False,
        allow_blank=True,
        default="",
        help_text="For the student.",
    )
    reason = serializers.CharField(
        max_length=500,
        required=False,
        allow_blank=True,
        default="",
        help_text="Why; needed to change a grade that was given automatically.",
    )


class RegradeSerializer(serializers.Serializer):
    """Which attempts are graded again, and whether those who fail then lose what they had."""

    reason = serializers.CharField(max_length=500)
    dry_run = serializers.BooleanField(
        default=False, help_text="`true` only counts what would change."
    )
    revoke = serializers.BooleanField(
        default=False,
        help_text="`true` takes completion and certificate from students of whom no attempt passes any more.",
    )


class RegradedSerializer(serializers.Serializer):
    """What a regrade has changed, or would change."""

    attempts = serializers.IntegerField(help_text="Submitted ones that hold the question.")
    changed = serializers.IntegerField(help_text="Those whose score of the question changed.")
    now_passed = serializers.IntegerField()
    now_failed = serializers.IntegerField()
