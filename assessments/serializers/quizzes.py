"""The shapes of quizzes, and of what one student is allowed in addition."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from assessments.drawing import Item, count_questions
from assessments.models import Allowance, Quiz
from assessments.models.quiz import MAX_ITEMS
from assessments.queries.quizzes import Reason
from assessments.services.quizzes import NOT_YOURS
from lms.drf import DateTimeField, ModelSerializer, ObjectIdField
from lms.exceptions import invalid
from lms.schema.errors import ErrorSerializer
from lms.validators import validate_line

MAX_TIME_LIMIT = 86_400
MAX_COOLDOWN = 365 * 86_400
MAX_ATTEMPTS = 1000
AUTHOR_ONLY = "For the course's instructor and staff."
STUDENT_ONLY = "For everybody else."
ONE_OF_BOTH = _("Give either a question or a draw.")
REPEATED = _("The quiz asks this question already.")
TOO_MANY = _("A quiz may have at most {max_length} questions, those drawn counted.")


class DrawSerializer(serializers.Serializer):
    """Questions that are drawn for each attempt, of the instructor's bank."""

    tags = serializers.ListField(
        child=serializers.CharField(max_length=30, validators=[validate_line]),
        allow_empty=False,
        max_length=10,
        help_text="Questions are drawn of those that have all of these tags and are not retired.",
    )
    count = serializers.IntegerField(
        min_value=1, max_value=MAX_ITEMS, help_text="How many, none twice."
    )


class ItemSerializer(serializers.Serializer):
    """One item of a quiz: either a question, or a draw."""

    question = ObjectIdField(required=False, help_text="The id of a question.")
    draw = DrawSerializer(required=False)

    raises = (invalid(ONE_OF_BOTH, attr="question"),)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise invalid(ONE_OF_BOTH, attr="question")
        if "question" in attrs:
            return {"question": str(attrs["question"])}
        draw = attrs["draw"]
        return {"draw": {"tags": list(dict.fromkeys(draw["tags"])), "count": draw["count"]}}


class QuizWriteSerializer(serializers.Serializer):
    """A whole quiz: what is left out gets its default."""

    items = serializers.ListField(
        child=ItemSerializer(), max_length=MAX_ITEMS, help_text="In their order."
    )
    passing_percent = serializers.IntegerField(
        min_value=1, max_value=100, default=50, help_text="From which percentage on it is passed."
    )
    max_attempts = serializers.IntegerField(
        min_value=1,
        max_value=MAX_ATTEMPTS,
        allow_null=True,
        default=None,
        help_text="Of one student; null, the default, for no limit.",
    )
    time_limit_seconds = serializers.IntegerField(
        min_value=30,
        max_value=MAX_TIME_LIMIT,
        allow_null=True,
        default=None,
        help_text="Of an attempt, in seconds; null, the default, for no limit.",
    )
    cooldown_seconds = serializers.IntegerField(
        min_value=0,
        max_value=MAX_COOLDOWN,
        default=0,
        help_text="How many seconds a student waits after an attempt before the next one.",
    )
    shuffle = serializers.BooleanField(
        default=False, help_text="Whether each attempt mixes the questions and their options."
    )
    show_key = serializers.ChoiceField(
        choices=Quiz.ShowKey.choices,
        default=Quiz.ShowKey.AFTER_ATTEMPT,
        help_text="When students see keys, explanations and what was right.",
    )
    counts = serializers.ChoiceField(
        choices=Quiz.Counts.choices,
        default=Quiz.Counts.BEST,
        help_text="Which graded attempt counts.",
    )

    raises = (
        invalid(REPEATED, "repeated", attr="items.0.question"),
        invalid(NOT_YOURS, "does_not_exist", attr="items.0.question"),
        invalid(TOO_MANY, "max_length", attr="items", max_length=MAX_ITEMS),
    )

    def validate_items(self, items: list[Item]) -> list[Item]:
        asked = set()
        for place, item in enumerate(items):
            if (question := item.get("question")) in asked:
                raise invalid(REPEATED, "repeated", attr=f"{place}.question")
            asked |= {question} - {None}
        if count_questions(items) > MAX_ITEMS:
            raise invalid(TOO_MANY, "max_length", max_length=MAX_ITEMS)
        return items


class QuizSerializer(ModelSerializer):
    """A quiz: its author sees what it lacks, everybody else whether they may start an attempt."""

    question_count = serializers.IntegerField(help_text="How many questions an attempt has.")
    items = ItemSerializer(
        many=True,
        required=False,
        help_text="In their order. For the course's instructor and staff, and for students while it is not locked.",
    )
    problems = ErrorSerializer(
        many=True,
        required=False,
        help_text=f"What keeps attempts from starting, for example a draw that lacks questions. {AUTHOR_ONLY}",
    )
    extra_seconds = serializers.IntegerField(
        required=False,
        help_text=f"By how many seconds your time limit is longer than the quiz says. {STUDENT_ONLY}",
    )
    attempts_left = serializers.IntegerField(
        required=False, allow_null=True, help_text=f"Null without a limit. {STUDENT_ONLY}"
    )
    can_start = serializers.BooleanField(
        required=False, help_text=f"Whether you may start a new attempt. {STUDENT_ONLY}"
    )
    reason = serializers.ChoiceField(
        choices=[(each.value, each.name) for each in Reason],
        required=False,
        help_text=f"Why you may (`ready`) or may not. {STUDENT_ONLY}",
    )
    next_at = DateTimeField(
        required=False,
        allow_null=True,
        help_text=f"From when on you may; null if that is now, or not a matter of time. {STUDENT_ONLY}",
    )

    class Meta:
        model = Quiz
        fields = (
            "lecture",
            "passing_percent",
            "max_attempts",
            "time_limit_seconds",
            "cooldown_seconds",
            "shuffle",
            "show_key",
            "counts",
            "question_count",
            "items",
            "problems",
            "extra_seconds",
            "attempts_left",
            "can_start",
            "reason",
            "next_at",
        )
        help_texts = {
            "passing_percent": "From which percentage on it is passed.",
            "max_attempts": "Of one student; null for no limit.",
            "time_limit_seconds": "Of an attempt, in seconds; null for no limit.",
            "cooldown_seconds": "How many seconds a student waits after an attempt before the next one.",
            "shuffle": "Whether each attempt mixes the questions and their options.",
            "show_key": "When students see keys, explanations and what was right.",
            "counts": "Which graded attempt counts.",
        }


class AllowanceSerializer(ModelSerializer):
    """What one student is allowed at a quiz in addition to everybody else."""

    class Meta:
        model = Allowance
        fields = ("enrollment", "extra_seconds", "extra_attempts", "reason", "updated_at")
        read_only_fields = fields
        help_texts = {
            "extra_seconds": "By how many seconds their time limit is longer.",
            "extra_attempts": "How many attempts more they have.",
        }


class AllowanceWriteSerializer(serializers.Serializer):
    """More time or more attempts at a quiz for one student."""

    extra_seconds = serializers.IntegerField(
        min_value=0,
        max_value=MAX_TIME_LIMIT,
        default=0,
        help_text="By how many seconds the time limit is longer, also of an open attempt.",
    )
    extra_attempts = serializers.IntegerField(
        min_value=0, max_value=MAX_ATTEMPTS, default=0, help_text="How many attempts more."
    )
    reason = serializers.CharField(
        max_length=500, help_text="Why. It is kept, and the student does not see it."
    )
