"""The shapes of students and statistics, for the instructor of a course."""

from rest_framework import serializers

from accounts.serializers import PersonSerializer
from lms.drf import DateTimeField, ObjectIdField
from lms.validators import validate_line


class UnlockSerializer(serializers.Serializer):
    """That all lectures of a course are open for a student, whatever its gates say."""

    reason = serializers.CharField(max_length=200, validators=[validate_line], help_text="Why.")
    at = DateTimeField(read_only=True, help_text="Since when.")


class StudentSerializer(serializers.Serializer):
    """A student of a course, as its instructor sees them."""

    id = ObjectIdField(help_text="The enrollment's id.")
    student = PersonSerializer()
    percentage = serializers.IntegerField(
        min_value=0, max_value=100, help_text="Of the published lectures, rounded down."
    )
    completed_lectures = serializers.IntegerField(help_text="Of those that are published.")
    total_lectures = serializers.IntegerField(help_text="Published lectures.")
    enrolled_at = DateTimeField()
    completed_at = DateTimeField(
        allow_null=True, help_text="Null until they have completed the course."
    )
    last_activity_at = DateTimeField(help_text="When they last studied.")
    unlocked = UnlockSerializer(
        allow_null=True, help_text="Why all lectures are open for them; null while gates hold."
    )


class LectureStatisticsSerializer(serializers.Serializer):
    """How the students of a course get on in one lecture."""

    id = ObjectIdField()
    title = serializers.CharField()
    started = serializers.IntegerField(help_text="Students who began this lecture.")
    completed = serializers.IntegerField(help_text="Students who completed this lecture.")
    stopped_here = serializers.IntegerField(
        help_text="Students who have not completed the course and whose last lecture is this one."
    )


class CourseStatisticsSerializer(serializers.Serializer):
    """How the students of a course get on."""

    students = serializers.IntegerField(help_text="People who have access.")
    completed = serializers.IntegerField(help_text="Students who completed the course.")
    active_last_30_days = serializers.IntegerField(
        help_text="Students who studied in the last 30 days."
    )
    average_percentage = serializers.IntegerField(
        min_value=0, max_value=100, help_text="Their average progress, rounded down."
    )
    lectures = LectureStatisticsSerializer(
        many=True, help_text="The published ones, in their order."
    )
