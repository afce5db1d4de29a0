"""Grades of quizzes and assignments: a student's own, and the gradebook."""

from typing import Any

from rest_framework import serializers

from accounts.serializers import PersonSerializer
from courses.models import Lecture
from lms.drf import DateTimeField, ObjectIdField

COUNTED = "Of the attempt that counts, rounded down; null while none is graded."
PASSED = "Whether that attempt passes; null while none is graded."
ATTEMPTS = "How many were begun; of an assignment 1 once it was handed in."


class PercentField(serializers.IntegerField):
    """A whole percentage, or null."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_null=True, min_value=0, max_value=100, **kwargs)


class GradeSerializer(serializers.Serializer):
    """Your grades at a quiz or an assignment."""

    lecture = ObjectIdField()
    title = serializers.CharField()
    kind = serializers.ChoiceField(choices=Lecture.Kind.choices)
    best = PercentField(help_text="The highest percentage, or null.")
    last = PercentField(help_text="The newest percentage, or null.")
    counted = PercentField(help_text=COUNTED)
    attempts = serializers.IntegerField(help_text=ATTEMPTS)
    passed = serializers.BooleanField(allow_null=True, help_text=PASSED)
    due_at = DateTimeField(allow_null=True, help_text="Of an assignment; null for no end.")


class GradesSerializer(serializers.Serializer):
    """Your grades in a course."""

    results = GradeSerializer(
        many=True, help_text="The published quizzes and assignments, in their order."
    )


class GradebookCellSerializer(serializers.Serializer):
    """The grade of a student at a quiz or an assignment."""

    lecture = ObjectIdField()
    percentage = PercentField(help_text=COUNTED)
    passed = serializers.BooleanField(allow_null=True, help_text=PASSED)
    attempts = serializers.IntegerField(help_text=ATTEMPTS)


class GradebookRowSerializer(serializers.Serializer):
    """The grades of a student, in the order of the columns."""

    student = PersonSerializer()
    cells = GradebookCellSerializer(many=True)
