"""The shapes of enrollments, access and progress.

The hot reads are rendered in `queries`; their serializers here declare the shape, and tests compare the two.
"""

from math import isfinite
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from courses.serializers import CourseCardSerializer, LockSerializer, ResumePointSerializer
from courses.visibility import Reason
from learning.models import Source
from learning.services.study import Skipped
from lms.drf import DateTimeField, ObjectIdField
from lms.exceptions import invalid

MAX_RANGES = 200
"""How many watched ranges one update may have."""

MAX_UPDATES = 500
"""How many updates one batch may have."""


class EnrollmentSerializer(serializers.Serializer):
    """A course that you study."""

    id = ObjectIdField()
    course = CourseCardSerializer()
    percentage = serializers.IntegerField(
        min_value=0, max_value=100, help_text="Of the published lectures, rounded down."
    )
    completed_lectures = serializers.IntegerField(help_text="Of those that are published.")
    total_lectures = serializers.IntegerField(help_text="Published lectures.")
    is_completed = serializers.BooleanField(
        help_text="Stays true when lectures are added later, although the percentage falls."
    )
    completed_at = DateTimeField(allow_null=True, help_text="Null until you have completed it.")
    certificate = serializers.CharField(allow_null=True, help_text="The certificate's code.")
    last_lecture = ObjectIdField(
        allow_null=True, help_text="The id of the lecture that you studied last, or null."
    )
    last_activity_at = DateTimeField(help_text="When you last studied.")
    enrolled_at = DateTimeField()


class GrantSerializer(serializers.Serializer):
    """One reason for access."""

    source = serializers.ChoiceField(choices=Source.choices, help_text="How you got the course.")  # type: ignore[assignment]  # DRF takes fields off the class
    order = ObjectIdField(allow_null=True, help_text="The order that the course was bought with.")
    active = serializers.BooleanField(help_text="False once it was ended, by a refund for example.")
    since = DateTimeField()


class AccessSerializer(serializers.Serializer):
    """Whether you may watch a course, and why."""

    can_watch = serializers.BooleanField()
    reason = serializers.ChoiceField(
        choices=[(each.value, each.name) for each in Reason],
        help_text="Why you may (`enrolled`, `instructor`, `staff`, `preview`) or may not (`not_enrolled`, `revoked`, `not_published`).",
    )
    grants = GrantSerializer(many=True, help_text="All that you ever had.")
    locked = LockSerializer(
        required=False,
        allow_null=True,
        help_text="With `lecture` alone: why it is locked for you; null if it is open.",
    )


class LectureProgressSerializer(serializers.Serializer):
    """Your progress in one lecture."""

    id = ObjectIdField()
    completed = serializers.BooleanField()
    position_seconds = serializers.IntegerField(
        help_text="Where you stopped, in seconds from the start."
    )
    locked = LockSerializer(allow_null=True, help_text="Null if it is open.")


class ProgressSerializer(serializers.Serializer):
    """How far you are in a course."""

    percentage = serializers.IntegerField(
        min_value=0, max_value=100, help_text="Of the published lectures, rounded down."
    )
    completed_lectures = serializers.IntegerField(help_text="Of those that are published.")
    total_lectures = serializers.IntegerField(help_text="Published lectures.")
    is_completed = serializers.BooleanField(
        help_text="Stays true when lectures are added later, although the percentage falls."
    )
    completed_at = DateTimeField(allow_null=True, help_text="Null until you have completed it.")
    certificate = serializers.CharField(allow_null=True, help_text="The certificate's code.")
    last_lecture = ObjectIdField(
        allow_null=True, help_text="The id of the lecture that you studied last, or null."
    )
    resume = ResumePointSerializer(allow_null=True, help_text="Null once everything is completed.")
    lectures = LectureProgressSerializer(many=True, help_text="The published ones, in their order.")


class CompletedProgressSerializer(ProgressSerializer):
    """How far you are in a course, and what of it you have still to do yourself."""

    left = serializers.ListField(
        child=ObjectIdField(),
        help_text="The lectures that are not completed: quizzes and assignments that you have not passed, and what is locked.",
    )


class SecondsField(serializers.FloatField):
    """A number of seconds, whole or not, never negative."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, **kwargs)

    def to_internal_value(self, data: Any) -> float:
        is_number = isinstance(data, int | float) and not isinstance(data, bool)
        if not is_number or not isfinite(data) or data < 0:
            raise invalid(_("Enter a number of seconds, {min_value} or more."), min_value=0)
        seconds: float = data
        return seconds


class RangeField(serializers.ListField):
    """`[from, to]` in seconds."""

    default_error_messages = {"range": _("Enter two numbers of seconds, the smaller one first.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=SecondsField(), min_length=2, max_length=2, **kwargs)

    def to_internal_value(self, data: Any) -> list[float]:
        seconds: list[float] = super().to_internal_value(data)
        if len(seconds) != 2 or seconds[0] > seconds[1]:
            self.fail("range")
        return seconds


class ProgressWriteSerializer(serializers.Serializer):
    """What you did with a lecture. An empty body means that it is completed."""

    completed = serializers.BooleanField(
        required=False, help_text="True completes the lecture, false undoes that."
    )
    position_seconds = SecondsField(
        required=False, help_text="In seconds from the start. A position beyond the end is the end."
    )
    watched = serializers.ListField(
        child=RangeField(),
        required=False,
        max_length=MAX_RANGES,
        help_text="`[[from, to], ...]` in seconds, in any order, repeats allowed. A video is completed when enough "
        "of it has been watched.",
    )
    at = DateTimeField(
        required=False,
        help_text="The time of this position, if it is not now. The position with the latest time is kept, not the last to "
        "arrive.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.keys() & {"completed", "position_seconds", "watched"}:
            attrs["completed"] = True
        if "position_seconds" in attrs:
            attrs["position_seconds"] = int(attrs["position_seconds"])
        return attrs


class OfflineChangeSerializer(ProgressWriteSerializer):
    """What you did with a lecture at a time. With nothing else said, the lecture is completed."""

    lecture = ObjectIdField(help_text="The id of a lecture of the course.")
    at = DateTimeField(
        help_text="When that was, by the device's clock: in the last 30 days, and at most a minute ahead of ours."
    )


class ProgressBatchSerializer(serializers.Serializer):
    """What you did with the lectures of a course while the device was offline."""

    updates = serializers.ListField(
        child=OfflineChangeSerializer(),
        min_length=1,
        max_length=MAX_UPDATES,
        help_text="In any order.",
    )


class SkippedUpdateSerializer(serializers.Serializer):
    """An update that had no effect, and why."""

    index = serializers.IntegerField(help_text="Its place in `updates`, from 0.")
    lecture = ObjectIdField()
    code = serializers.ChoiceField(
        choices=[(each.value, each.name) for each in Skipped],
        help_text="`unknown_lecture`: not a published lecture of the course. `too_old`: older than 30 days, or than the "
        "last reset. `in_the_future`: the device's clock is wrong. `must_be_watched`: too little of the video was watched "
        "to complete it; the rest of the update counts, and `completed` will as soon as enough is watched. `must_be_passed`: a "
        "quiz or an assignment is completed by passing it alone. `locked`: send it again once the lecture is open.",
    )


class RecordedProgressSerializer(ProgressSerializer):
    """How far you are in a course, and what of the batch had no effect."""

    skipped = SkippedUpdateSerializer(many=True, help_text="Empty if everything counts.")
