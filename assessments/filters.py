"""The query parameters of lists of attempts and of submissions."""

from rest_framework import serializers

from assessments.models import Attempt, Submission
from courses.filters import Parameter, ParameterSet
from lms.drf import ObjectIdField


class AttemptFilter(ParameterSet):
    student = Parameter(
        ObjectIdField, help_text="The id of a student; students see their own in any case."
    )
    status = Parameter(
        serializers.ChoiceField,
        choices=Attempt.Status.choices,
        help_text="Attempts in this state alone.",
    )
    needs_grading = Parameter(
        serializers.BooleanField, help_text="`true`: those of which an essay waits for its grade."
    )


class SubmissionFilter(ParameterSet):
    status = Parameter(
        serializers.ChoiceField,
        choices=[each for each in Submission.Status.values if each != Submission.Status.DRAFT],
        help_text="Submissions in this state alone: those that wait longest come first.",
    )
